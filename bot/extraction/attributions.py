"""Who did it, as the text says: claimed, blamed, suspected, denied, unclaimed, or plainly told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from spacy.tokens import Doc

from bot.domain.reports import Claim, IncidentType, Perpetrator
from bot.domain.values import PlacePrecision
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import (
    ActorKind,
    ActorMention,
    Attribution,
    PlaceMention,
    Sentence,
    Zone,
)
from bot.extraction.phrases import Phrases
from bot.extraction.spans import between
from bot.extraction.words import Words, words_of

VERBS = "attack_verbs.txt"
SENTENCE = 40
"""Tokens back in which the subject of "it claimed responsibility" is looked for."""
REACH = 9
"""Tokens between an actor and the verb or phrase that makes it the doer."""
OLD = dt.timedelta(days=10)
"""Age from which a date in a sentence makes it speak of an earlier attack."""
OPERATIONS = frozenset({IncidentType.SECURITY_OPERATION, IncidentType.ARREST})
FORCES_DO = OPERATIONS | {
    IncidentType.AIRSTRIKE, IncidentType.SHELLING, IncidentType.PROTEST, IncidentType.RIOT, None,
}  # fmt: skip
NOBODYS = frozenset(
    {
        IncidentType.EARTHQUAKE, IncidentType.FLOOD, IncidentType.STORM, IncidentType.LANDSLIDE,
        IncidentType.EXTREME_TEMPERATURE, IncidentType.DROUGHT, IncidentType.WILDFIRE,
        IncidentType.FIRE, IncidentType.EXPLOSION, IncidentType.TRANSPORT_ACCIDENT,
        IncidentType.COLLAPSE, IncidentType.INDUSTRIAL_ACCIDENT, IncidentType.DISEASE_OUTBREAK,
        IncidentType.POISONING, IncidentType.DROWNING, IncidentType.CROWD_CRUSH,
    }
)  # fmt: skip
"""What nobody does on purpose."""
DOUBTS = frozenset({"suspected", "alleged", "presumed", "apparent"})
TOUCHING = {(), (")",), ("-",)}
"""What may stand between a group and its militants ("TTP militants", "(TTP) militants")."""
OWNED = {("of", "the"), ("of",), ("from", "the"), ("from",)}
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


def attribute(
    doc: Doc, sentences: Sequence[int], types: Sequence[IncidentType] = ()
) -> Attribution:
    """Return who did what some sentences tell, as the whole article (background apart) says.

    ``types`` are the event's; nobody did an accident, and forces did what is their operation.
    """
    kind = next(iter(types), None)
    table: tuple[Sentence, ...] = doc._.sentences
    statements = list(_all_statements(doc, sentences))
    doers = [
        Statement(_told(doc, doer, table[index]), index, doer)
        for index in sentences
        for doer in _doers(doc, table[index])
        if kind not in NOBODYS and _may_do(doc, doer, kind)
    ]
    if kind in OPERATIONS and (forces := _forces(doc, sentences, doers)):
        statements, doers = [], forces
    people = _people(doc, sentences, statements, doers)
    claim = _claim([*statements, *(d for d in doers if d.actor and d.actor.name in people)])
    evidence = [s.sentence for s in (*statements, *doers) if s.status is claim]
    return Attribution(tuple(people.values()), claim, tuple(dict.fromkeys(evidence)))


def _forces(doc: Doc, sentences: Sequence[int], doers: Sequence[Statement]) -> list[Statement]:
    """Return the forces among the doers; an army's side that tells of its operation claims it."""
    table: tuple[Sentence, ...] = doc._.sentences
    forces = [d for d in doers if d.actor and d.actor.kind in FORCES]
    told = {_told(doc, d.actor, table[i]) for d in forces[:1] if d.actor for i in sentences}
    if Claim.CLAIMED not in told or any(
        "police" in d.actor.name.lower() for d in forces if d.actor
    ):
        return forces
    return [replace(d, status=Claim.CLAIMED) for d in forces]


def _may_do(doc: Doc, doer: ActorMention, kind: IncidentType | None) -> bool:
    """Tell whether police and troops are the doers of such an event, not those who came after."""
    if doer.kind is not ActorKind.SECURITY_FORCE or kind in FORCES_DO:
        return True
    here = between(doc._.places, doer.start, doer.start + 1)
    foreign = any(mention.adjective for mention in here)
    return foreign or _led_by(words_of(doc), doer.start, max(0, doer.start - REACH))


def _all_statements(doc: Doc, sentences: Sequence[int]) -> Iterator[Statement]:
    """Yield what the article says about who did it; of background only "nobody has claimed it"."""
    main = set(sentences)
    past = {i for event in doc._.mini_events if event.background for i in event.sentences} - main
    for sentence in doc._.sentences:
        if sentence.zone in {Zone.BOILERPLATE, Zone.CAPTION}:
            continue
        for statement in _statements(doc, sentence):
            if statement.status is Claim.UNCLAIMED or sentence.index not in past:
                yield statement


def _claim(statements: Iterable[Statement]) -> Claim:
    told = {statement.status for statement in statements}
    return next((status for status in ORDER if status in told), Claim.NONE)


def _statements(doc: Doc, sentence: Sentence) -> Iterator[Statement]:
    words, past = words_of(doc), _past(doc, sentence)
    for found in _phrases().find(doc, sentence.start, sentence.end):
        for status, side in found.values:
            statement = _statement(doc, words, sentence, (found.start, found.end), (status, side))
            if statement is None:
                continue
            told = words.lower[max(sentence.start, found.start - 6) : found.end + 8]
            other = past or not word_set(VERBS, "elsewhere").isdisjoint(told)
            if statement.status is Claim.UNCLAIMED or not other:
                yield statement
                break


def _past(doc: Doc, sentence: Sentence) -> bool:
    """Tell a sentence about an earlier attack by its old date."""
    anchor: dt.date | None = doc._.anchor
    return anchor is not None and any(
        mention.span.end < anchor - OLD
        for mention in between(doc._.dates, sentence.start, sentence.end)
    )


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
    """Tell whether such an actor makes or meets such a statement: forces claim nothing."""
    if status in {Claim.CLAIMED, Claim.DENIED}:
        return actor.kind is ActorKind.ARMED_GROUP
    if actor.kind is ActorKind.SECURITY_FORCE:
        return status is Claim.BLAMED
    return not _nobody(actor)


def _nobody(actor: ActorMention) -> bool:
    """Tell words that only say that there was an attack ("unidentified assailants")."""
    words = actor.name.lower().split()
    vague = word_set("actors.txt", "nobody")
    return words[-1] in vague or not vague.isdisjoint(words)


def _before(doc: Doc, sentence: Sentence, at: int) -> ActorMention | None:
    """Return the subject of a claim: the nearest group before it, here or a sentence earlier."""
    actors: tuple[ActorMention, ...] = doc._.actors
    here = [a for a in between(actors, sentence.start, at) if a.end <= at]
    groups = [a for a in here if a.kind is ActorKind.ARMED_GROUP]
    if groups:
        return groups[-1]
    if here and at - here[-1].end <= REACH:
        return here[-1]
    earlier = between(actors, sentence.start - SENTENCE, sentence.start)
    return next((a for a in reversed(earlier) if a.kind is ActorKind.ARMED_GROUP), None)


def _after(doc: Doc, sentence: Sentence, at: int) -> ActorMention | None:
    actors: tuple[ActorMention, ...] = doc._.actors
    return next(iter(between(actors, at, min(sentence.end, at + REACH))), None)


def _doers(doc: Doc, sentence: Sentence) -> Iterator[ActorMention]:
    """Yield the actors of a sentence who act in it: before an active verb, after "by"."""
    words = words_of(doc)
    here = between(doc._.actors, sentence.start, sentence.end)
    for actor in (*here, *_nations(doc, words, sentence)):
        if _acts(words, actor, sentence):
            yield actor


def _nations(doc: Doc, words: Words, sentence: Sentence) -> Iterator[ActorMention]:
    """Yield the states that a sentence names as such: "Israel bombed", "a US strike"."""
    for mention in between(doc._.places, sentence.start, sentence.end):
        if mention.place.precision is not PlacePrecision.COUNTRY:
            continue
        struck = words.lower[mention.end : mention.end + 2]
        led = mention.cue is not None
        if mention.adjective or words.text[mention.start].isupper():
            if not word_set(VERBS, "nouns").isdisjoint(struck):
                yield _nation(mention)
        elif not led and struck and struck[0] in word_set(VERBS, "active"):
            yield _nation(mention)


def _nation(mention: PlaceMention) -> ActorMention:
    name = mention.place.name
    return ActorMention(mention.start, mention.end, name, name, ActorKind.AUTHORITY)


def _acts(words: Words, actor: ActorMention, sentence: Sentence) -> bool:
    """Tell whether an actor is the subject of an attack, its "by", or the attack's adjective."""
    if _led_by(words, actor.start, sentence.start) or _clashed(words, actor, sentence.start):
        return True
    following = words.lower[actor.end : min(sentence.end, actor.end + REACH)]
    if following[:1] and following[0] in word_set(VERBS, "nouns"):
        return True
    free = 1 if actor.kind in FORCES else 5
    return _reaches_verb(following, free)


def _clashed(words: Words, actor: ActorMention, least: int) -> bool:
    """Tell "clashes between the LI and", "clashed with the LI"."""
    before = words.lower[max(least, actor.start - 3) : actor.start]
    group = actor.kind is ActorKind.ARMED_GROUP
    return group and "between" in before


def _reaches_verb(following: Sequence[str], free: int) -> bool:
    """Tell whether an active verb follows; ``free`` other words may stand between."""
    skip, passive = word_set(VERBS, "skip"), word_set(VERBS, "passive")
    for index, word in enumerate(following):
        if word in word_set(VERBS, "active"):
            return not _suffered(word, following[index + 1 : index + 3])
        if word not in skip:
            free -= 1
        if word in passive or free < 0:
            return False
    return False


def _suffered(verb: str, after: Sequence[str]) -> bool:
    """Tell the headline's participle: "Two soldiers martyred in"."""
    if after[:1] == ("dead",):
        after = after[1:]
    loose = not after or after[0] in word_set(VERBS, "no object")
    return verb in word_set(VERBS, "participles") and loose


def _led_by(words: Words, start: int, least: int) -> bool:
    """Tell "killed by gunmen", "carried out by an Indian-backed group of gunmen"."""
    for index in range(start - 1, max(least, start - 6), -1):
        if words.lower[index] == "by":
            done = words.lower[max(least, index - 3) : index]
            return not word_set(VERBS, "active").isdisjoint(done)
        if not words.lower[index].isalnum() and words.lower[index] != "-":
            return False
    return False


def _told(doc: Doc, doer: ActorMention, sentence: Sentence) -> Claim:
    """Return what a sentence makes of its doer: who speaks there, its own side or another."""
    said = set(words_of(doc).lower[sentence.start : sentence.end])
    before = words_of(doc).lower[max(sentence.start, doer.start - 2) : doer.start]
    if not DOUBTS.isdisjoint(before):
        return Claim.SUSPECTED
    if said.isdisjoint(word_set(VERBS, "saying")):
        return Claim.NONE
    if doer.kind is ActorKind.ARMED_GROUP:
        return Claim.BLAMED
    if doer.kind not in FORCES:
        return Claim.NONE
    if not said.isdisjoint(word_set(VERBS, "others")):
        return Claim.BLAMED
    return Claim.NONE if said.isdisjoint(word_set(VERBS, "own")) else Claim.CLAIMED


FORCES = {ActorKind.SECURITY_FORCE, ActorKind.AUTHORITY}
RANK = {ActorKind.ARMED_GROUP: 0}
"""Who is named first among those who act; all others by their place in the text."""


def _people(
    doc: Doc,
    sentences: Sequence[int],
    statements: Sequence[Statement],
    doers: Sequence[Statement],
) -> dict[str, Perpetrator]:
    """Return the doers by name: who claims or is blamed; else who acts in the telling."""
    told = sorted(
        (s for s in statements if s.actor and s.status not in {Claim.UNCLAIMED, Claim.DENIED}),
        key=lambda s: ORDER.index(s.status),
    )
    acting = sorted(
        (d for d in doers if d.actor), key=lambda d: RANK.get(d.actor.kind, 1) if d.actor else 1
    )
    for statement in (*told, *acting):
        actor = _by_name(doc, statement.actor, sentences)
        if actor is not None and not _nobody(actor):
            return {actor.name: Perpetrator(actor.name, statement.status, statement.said_by)}
    return {}


def _by_name(doc: Doc, actor: ActorMention | None, sentences: Sequence[int]) -> ActorMention | None:
    """Return the group whose people somebody is: "TTP militants", "guerrillas of the ELN".

    Guerrillas and rebels without a name belong to the one group that the telling names.
    """
    if actor is None or actor.kind is not ActorKind.GENERIC_ATTACKER:
        return actor
    owners = {group.name: group for group in _owners(doc)}
    if not owners and actor.name.split()[-1].lower() in word_set("actors.txt", "partisans"):
        owners = {group.name: group for group in _named(doc, sentences)}
    return next(iter(owners.values())) if len(owners) == 1 else actor


def _owners(doc: Doc) -> Iterator[ActorMention]:
    """Yield the groups whose militants the article names: "TTP militants", "gunmen of the LI"."""
    lower = words_of(doc).lower
    for one, other in pairwise(doc._.actors):
        between, kinds = lower[one.end : other.start], (one.kind, other.kind)
        if kinds == (ActorKind.ARMED_GROUP, ActorKind.GENERIC_ATTACKER) and between in TOUCHING:
            yield one
        elif kinds == (ActorKind.GENERIC_ATTACKER, ActorKind.ARMED_GROUP) and between in OWNED:
            yield other


def _named(doc: Doc, sentences: Sequence[int]) -> Iterator[ActorMention]:
    for index in sentences:
        sentence: Sentence = doc._.sentences[index]
        for actor in between(doc._.actors, sentence.start, sentence.end):
            if actor.kind is ActorKind.ARMED_GROUP:
                yield actor


@cache
def _phrases() -> Phrases[tuple[Claim, str]]:
    def entries() -> Iterator[tuple[str, tuple[Claim, str]]]:
        for section, phrases in sections("claims.txt").items():
            status, side = section.split()
            yield from ((phrase, (Claim(status), side)) for phrase in phrases)

    return Phrases(entries())
