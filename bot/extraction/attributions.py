"""Who did it, as the text says: claimed, blamed, suspected, denied, unclaimed, or plainly told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from bot.domain.reports import Claim, Perpetrator
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import ActorKind, ActorMention, Attribution, Sentence, Zone
from bot.extraction.phrases import Phrases
from bot.extraction.words import Words, words_of

VERBS = "attack_verbs.txt"
REACH = 9
"""Tokens between an actor and the verb or phrase that makes it the doer."""
UNKNOWN = frozenset({"unidentified", "unknown", "unspecified"})
NEGATIONS = frozenset({"no", "not", "n't", "nobody", "none", "neither", "never", "nor"})
ORDER = (Claim.CLAIMED, Claim.DENIED, Claim.UNCLAIMED, Claim.BLAMED, Claim.SUSPECTED)
"""Which statement speaks for the article, where it makes several."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence's word on who did it."""

    status: Claim
    sentence: int
    actor: ActorMention | None = None
    said_by: str | None = None


def attribute(doc: Doc, sentences: Sequence[int]) -> Attribution:
    """Return who did what some sentences tell, as the whole article (background apart) says."""
    near = _near(doc, sentences)
    statements = [s for sentence in near for s in _statements(doc, sentence)]
    table: tuple[Sentence, ...] = doc._.sentences
    doers = [(d, index) for index in sentences for d in _doers(doc, table[index])]
    claim = _claim(statements)
    people = _people(statements, doers)
    evidence = [s.sentence for s in statements if s.status is claim]
    return Attribution(people, claim, tuple(dict.fromkeys(evidence)))


def _near(doc: Doc, sentences: Sequence[int]) -> list[Sentence]:
    """Return the sentences that may speak of the event: all but background and boilerplate."""
    main = set(sentences)
    past = {i for event in doc._.mini_events if event.background for i in event.sentences} - main
    quiet = {Zone.BOILERPLATE, Zone.CAPTION}
    return [s for s in doc._.sentences if s.index not in past and s.zone not in quiet]


def _claim(statements: Iterable[Statement]) -> Claim:
    told = {statement.status for statement in statements}
    return next((status for status in ORDER if status in told), Claim.NONE)


def _statements(doc: Doc, sentence: Sentence) -> Iterator[Statement]:
    words = words_of(doc)
    for found in _phrases().find(doc, sentence.start, sentence.end):
        for status, side in found.values:
            statement = _statement(doc, words, sentence, (found.start, found.end), (status, side))
            if statement:
                yield statement
                break


def _statement(
    doc: Doc, words: Words, sentence: Sentence, at: tuple[int, int], sense: tuple[Claim, str]
) -> Statement | None:
    status, side = sense
    if status is Claim.UNCLAIMED:
        return Statement(status, sentence.index)
    if status is Claim.CLAIMED and _negated(words, sentence.start, at[0]):
        return Statement(Claim.UNCLAIMED, sentence.index)
    actor = _before(doc, sentence, at[0]) if side == "before" else _after(doc, sentence, at[1])
    if actor is None or not _fits(status, actor):
        return None
    return Statement(status, sentence.index, actor)


def _negated(words: Words, start: int, at: int) -> bool:
    return bool(NEGATIONS.intersection(words.lower[max(start, at - 6) : at]))


def _fits(status: Claim, actor: ActorMention) -> bool:
    """Tell whether such an actor makes or meets such a statement: nobody blames "the police"."""
    if status in {Claim.CLAIMED, Claim.DENIED}:
        return actor.kind is ActorKind.ARMED_GROUP
    return actor.kind in {ActorKind.ARMED_GROUP, ActorKind.GENERIC_ATTACKER}


def _before(doc: Doc, sentence: Sentence, at: int) -> ActorMention | None:
    """Return the subject of a claim: the nearest group before it, here or a sentence earlier."""
    actors: tuple[ActorMention, ...] = doc._.actors
    here = [a for a in actors if sentence.start <= a.start and a.end <= at]
    groups = [a for a in here if a.kind is ActorKind.ARMED_GROUP]
    if groups:
        return groups[-1]
    if here and at - here[-1].end <= REACH:
        return here[-1]
    earlier = [
        a for a in doc._.actors if sentence.start - 40 <= a.start < sentence.start
        and a.kind is ActorKind.ARMED_GROUP
    ]  # fmt: skip
    return earlier[-1] if earlier else None


def _after(doc: Doc, sentence: Sentence, at: int) -> ActorMention | None:
    actors: tuple[ActorMention, ...] = doc._.actors
    here = [a for a in actors if at <= a.start < min(sentence.end, at + REACH)]
    return here[0] if here else None


def _doers(doc: Doc, sentence: Sentence) -> Iterator[ActorMention]:
    """Yield the actors of a sentence who act in it: before an active verb, after "by"."""
    words = words_of(doc)
    for actor in doc._.actors:
        if sentence.start <= actor.start < sentence.end and _acts(words, actor, sentence):
            yield actor


def _acts(words: Words, actor: ActorMention, sentence: Sentence) -> bool:
    if _led_by(words, actor.start, sentence.start):
        return True
    nouns = word_set(VERBS, "nouns")
    index = actor.end
    if index < sentence.end and words.lower[index] in nouns:
        return True
    active, passive = word_set(VERBS, "active"), word_set(VERBS, "passive")
    skip = word_set(VERBS, "skip")
    for index in range(actor.end, min(sentence.end, actor.end + REACH)):
        word = words.lower[index]
        if word in passive:
            return False
        if word in active:
            return True
        if word not in skip and index > actor.end + 4:
            return False
    return False


def _led_by(words: Words, start: int, least: int) -> bool:
    """Tell "by gunmen", "by a group of gunmen"."""
    for index in range(start - 1, max(least - 1, start - 6), -1):
        if words.lower[index] == "by":
            return True
        if words.lower[index] not in {
            "a",
            "an",
            "the",
            "group",
            "of",
            "some",
            "least",
            "at",
            "two",
        }:
            return False
    return False


RANK = {ActorKind.ARMED_GROUP: 0, ActorKind.GENERIC_ATTACKER: 1, ActorKind.SECURITY_FORCE: 2}


def _people(
    statements: Sequence[Statement], doers: Sequence[tuple[ActorMention, int]]
) -> tuple[Perpetrator, ...]:
    """Return the doers, the surest first: who claims, who is blamed, who acts in the telling."""
    told = sorted(
        (s for s in statements if s.actor and s.status is not Claim.UNCLAIMED),
        key=lambda s: ORDER.index(s.status),
    )
    people = {
        s.actor.name: Perpetrator(s.actor.name, s.status, s.said_by) for s in told[:2] if s.actor
    }
    acting = sorted(doers, key=lambda d: (RANK[d[0].kind], d[1]))
    for actor, _ in acting[:1]:
        if not UNKNOWN.intersection(actor.name.lower().split()):
            people.setdefault(actor.name, Perpetrator(actor.name))
    return tuple(people.values())[:2]


@cache
def _phrases() -> Phrases[tuple[Claim, str]]:
    def entries() -> Iterator[tuple[str, tuple[Claim, str]]]:
        for section, phrases in sections("claims.txt").items():
            status, side = section.split()
            yield from ((phrase, (Claim(status), side)) for phrase in phrases)

    return Phrases(entries())
