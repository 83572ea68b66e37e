"""What a text says about who did it: claims, denials, blame, suspicion."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from bot.domain.reports import Claim
from bot.extraction import entities
from bot.extraction.actors import actors_of
from bot.extraction.findings import findings
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import ActorKind, ActorMention, Sentence, Zone
from bot.extraction.phrases import Phrases
from bot.extraction.spans import between
from bot.extraction.words import Words, sign_of, words_of

SENTENCE = 40
"""Tokens back in which the subject of "it claimed responsibility" is looked for."""
REACH = 9
"""Tokens between an actor and the phrase that makes it the doer."""
OLD = dt.timedelta(days=10)
"""Age from which a date in a sentence makes it speak of an earlier attack."""
VERBS = "attack_verbs.txt"
FAR = 20
"""Tokens back in which "no group" is looked for."""
CLAIMANTS = frozenset({"group", "groups", "individual", "organisation", "organization", "outfit"})
NEW_CLAUSE = frozenset({"was", "were", "but", "while", "although", ";"})
IDENTIFYING = frozenset({"identified", "named", "identifies", "names"})
BREAKS = frozenset({",", ".", ";", "who", "was", "were", "and", "of", "in"})
"""Words behind which no name follows any more."""
SUSPECT = sign_of(lambda: word_set(VERBS, "suspects"))
NEGATIONS = frozenset({"no", "not", "n't", "nobody", "none", "neither", "never", "nor"})


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence's word on who did it."""

    status: Claim
    sentence: int
    actor: ActorMention | None = None
    said_by: str | None = None


def statements_of(doc: Doc, sentences: Sequence[int]) -> Iterator[Statement]:
    """Yield what the article says about who did it; of background only "nobody has claimed it"."""
    main = set(sentences)
    events = findings(doc).mini_events
    past = {i for event in events if event.background for i in event.sentences} - main
    old = _old_dates(doc)
    for sentence in findings(doc).sentences:
        if sentence.zone in {Zone.BOILERPLATE, Zone.CAPTION}:
            continue
        for statement in _in_sentence(doc, sentence, old):
            if statement.status is Claim.UNCLAIMED or sentence.index not in past:
                yield statement


def _in_sentence(doc: Doc, sentence: Sentence, old: Sequence[int]) -> Iterator[Statement]:
    words = words_of(doc)
    told = _phrases().find(doc, sentence.start, sentence.end)
    if not told and not words.any(SUSPECT, sentence.start, sentence.end):
        return
    past = any(sentence.start <= start < sentence.end for start in old)
    for found in told:
        for status, side in found.values:
            statement = _statement(doc, words, sentence, (found.start, found.end), (status, side))
            if statement is None:
                continue
            around = words.lower[max(sentence.start, found.start - 6) : found.end + 8]
            other = past or not word_set(VERBS, "elsewhere").isdisjoint(around)
            if statement.status is Claim.UNCLAIMED or not other:
                yield statement
                break
    if not past and (suspect := _suspect(words, sentence)):
        yield Statement(Claim.BLAMED, sentence.index, suspect)


def _suspect(words: Words, sentence: Sentence) -> ActorMention | None:
    """Return the person of "the attacker, Jo Doe," and "named the suspect as Jo Doe"."""
    if not words.any(SUSPECT, sentence.start, sentence.end):
        return None
    for index in range(sentence.start + 1, sentence.end):
        if _introduces(words.lower, index, sentence.start):
            return _person(words, index + 1, sentence.end)
    return None


def _introduces(lower: tuple[str, ...], index: int, least: int) -> bool:
    suspects = word_set(VERBS, "suspects")
    if lower[index] in {",", "named", "called"}:
        return lower[index - 1] in suspects
    if lower[index] != "as":
        return False
    before = lower[max(least, index - REACH) : index]
    return not (IDENTIFYING.isdisjoint(before) or suspects.isdisjoint(before))


def _person(words: Words, start: int, stop: int) -> ActorMention | None:
    """Return the run of two capitalised words or more at a token, an age before it left out."""
    while start < stop and not words.text[start][0].isupper() and words.lower[start] not in BREAKS:
        start += 1
    end = start
    while end < stop and words.text[end][0].isupper():
        end += 1
    name = " ".join(words.text[start:end])
    return ActorMention(start, end, name, name, ActorKind.PEOPLE) if end - start > 1 else None


def _old_dates(doc: Doc) -> list[int]:
    """Return where old dates stand: their sentences speak of an earlier attack."""
    anchor = findings(doc).anchor
    dates = findings(doc).dates
    return [m.start for m in dates if anchor is not None and m.span.end < anchor - OLD]


def _statement(
    doc: Doc, words: Words, sentence: Sentence, at: tuple[int, int], sense: tuple[Claim, str]
) -> Statement | None:
    status, side = sense
    if status is Claim.UNCLAIMED:
        return Statement(status, sentence.index)
    if status is Claim.CLAIMED and _negated(words, sentence.start, at[0]):
        return Statement(Claim.UNCLAIMED, sentence.index)
    if side == "before":
        actor = _before(doc, sentence, at[0])
    else:
        inside = words.lower[at[1] - 1] == "responsible"  # "hold the army responsible"
        actor = _after(doc, sentence, at[0] if inside else at[1])
    if actor is None or not _fits(status, actor):
        return None
    said_by = _speaker(doc, sentence, at[0]) if side == "after" else None
    return Statement(status, sentence.index, actor, said_by)


def _speaker(doc: Doc, sentence: Sentence, at: int) -> str | None:
    """Return the force that blames: "Police accused the TTP"."""
    actors = actors_of(doc)
    near = between(actors, max(sentence.start, at - REACH), at)
    forces = (a.text for a in reversed(near) if a.kind is ActorKind.SECURITY_FORCE)
    return next(forces, None)


def _negated(words: Words, start: int, at: int) -> bool:
    near = NEGATIONS.intersection(words.lower[max(start, at - 6) : at])
    return bool(near) or _nobody_does(words.lower[max(start, at - FAR) : at])


def _nobody_does(before: Sequence[str]) -> bool:
    """Tell "no group, including the X, has (claimed)", with nothing said of anybody between."""
    if "no" not in before:
        return False
    after_no = before[before.index("no") + 1 :]
    return not CLAIMANTS.isdisjoint(after_no[:3]) and NEW_CLAUSE.isdisjoint(after_no)


def _fits(status: Claim, actor: ActorMention) -> bool:
    """Tell whether such an actor makes or meets such a statement: forces claim nothing."""
    if status in {Claim.CLAIMED, Claim.DENIED}:
        return actor.kind is ActorKind.ARMED_GROUP
    if actor.kind is ActorKind.SECURITY_FORCE:
        return status is Claim.BLAMED
    return not nobody(actor)


def nobody(actor: ActorMention) -> bool:
    """Tell words that only say that there was an attack ("unidentified assailants")."""
    words = actor.name.lower().split()
    vague = word_set("actors.txt", "nobody")
    return words[-1] in vague or not vague.isdisjoint(words)


def _before(doc: Doc, sentence: Sentence, at: int) -> ActorMention | None:
    """Return the subject of a claim: the nearest group before it, here or a sentence earlier."""
    actors = actors_of(doc)
    here = [a for a in between(actors, sentence.start, at) if a.end <= at]
    groups = [a for a in here if a.kind is ActorKind.ARMED_GROUP]
    if groups:
        return groups[-1]
    if organisation := entities.claimant(doc, sentence.start, at):
        return organisation
    if here and at - here[-1].end <= REACH:
        return here[-1]
    earlier = between(actors, sentence.start - SENTENCE, sentence.start)
    return next((a for a in reversed(earlier) if a.kind is ActorKind.ARMED_GROUP), None)


def _after(doc: Doc, sentence: Sentence, at: int) -> ActorMention | None:
    actors = actors_of(doc)
    end = min(sentence.end, at + REACH)
    return next(iter(between(actors, at, end)), None) or entities.accused(doc, at, end)


@cache
def _phrases() -> Phrases[tuple[Claim, str]]:
    def entries() -> Iterator[tuple[str, tuple[Claim, str]]]:
        for section, phrases in sections("claims.txt").items():
            status, side = section.split()
            yield from ((phrase, (Claim(status), side)) for phrase in phrases)

    return Phrases(entries())
