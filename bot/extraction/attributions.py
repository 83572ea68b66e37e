"""Who did it, as the text says: claimed, blamed, suspected, denied, unclaimed, or plainly told."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from spacy.tokens import Doc

from bot.domain.reports import Claim, IncidentType, Perpetrator
from bot.extraction.actors import actors_of
from bot.extraction.doers import FORCES, REACH, VERBS, doers_of, led_by, massacres
from bot.extraction.findings import findings
from bot.extraction.group_people import owned, with_its_people
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import ActorKind, ActorMention, Attribution, Sentence
from bot.extraction.places import places_of
from bot.extraction.spans import between
from bot.extraction.statements import Statement, nobody, statements_of
from bot.extraction.words import words_of

OPERATIONS = frozenset({IncidentType.SECURITY_OPERATION, IncidentType.ARREST})
FORCES_DO = OPERATIONS | {
    IncidentType.AIRSTRIKE, IncidentType.SHELLING, IncidentType.PROTEST, IncidentType.RIOT, None,
}  # fmt: skip
STATES_DO = {
    IncidentType.AIRSTRIKE, IncidentType.SHELLING, IncidentType.BOMBING, IncidentType.SHOOTING,
    IncidentType.ARMED_CLASH, IncidentType.SECURITY_OPERATION, IncidentType.CYBERATTACK, None,
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
ORDER = (Claim.CLAIMED, Claim.DENIED, Claim.UNCLAIMED, Claim.BLAMED, Claim.SUSPECTED)
"""Which statement speaks for the article, where it makes several."""


def attribute(
    doc: Doc, sentences: Sequence[int], types: Sequence[IncidentType] = ()
) -> Attribution:
    """Return who did what some sentences tell, as the whole article (background apart) says.

    ``types`` are the event's; nobody did an accident, and forces did what is their operation.
    """
    kind = next(iter(types), None)
    table = findings(doc).sentences
    statements = list(statements_of(doc, sentences))
    doers = [
        Statement(_told(doc, doer, sentence), sentence.index, doer)
        for doer, sentence in doers_of(doc, (table[index] for index in sentences))
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
    table = findings(doc).sentences
    forces = [d for d in doers if d.actor and d.actor.kind in FORCES]
    told = {_told(doc, d.actor, table[i]) for d in forces[:1] if d.actor for i in sentences}
    if Claim.CLAIMED not in told or any(
        "police" in d.actor.name.lower() for d in forces if d.actor
    ):
        return forces
    return [replace(d, status=Claim.CLAIMED) for d in forces]


def _may_do(doc: Doc, doer: ActorMention, kind: IncidentType | None) -> bool:
    """Tell whether states, police and troops do such a thing, not only come into its story."""
    if doer.kind is ActorKind.AUTHORITY:
        return kind in STATES_DO
    if doer.kind is not ActorKind.SECURITY_FORCE or kind in FORCES_DO:
        return True
    if massacres(words_of(doc), doer):
        return True
    here = between(places_of(doc), doer.start, doer.start + 1)
    foreign = any(mention.adjective for mention in here)
    return foreign or led_by(words_of(doc), doer.start, max(0, doer.start - REACH))


def _claim(statements: Iterable[Statement]) -> Claim:
    told = {statement.status for statement in statements}
    return next((status for status in ORDER if status in told), Claim.NONE)


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


GROUP, GENERIC = ActorKind.ARMED_GROUP, ActorKind.GENERIC_ATTACKER
RANK = {GROUP: 0}
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
        if actor is not None and not nobody(actor):
            here = [*(d.actor for d in doers if d.actor), *_of_kind(doc, sentences, GENERIC)]
            name = with_its_people(doc, actor, here)
            return {actor.name: Perpetrator(name, statement.status, statement.said_by)}
    return {}


def _by_name(doc: Doc, actor: ActorMention | None, sentences: Sequence[int]) -> ActorMention | None:
    """Return the group whose people somebody is: "TTP militants", "guerrillas of the ELN".

    Guerrillas and rebels without a name belong to the one group that the telling names.
    """
    if actor is None or actor.kind is not ActorKind.GENERIC_ATTACKER:
        return actor
    owners = {group.name: group for group, _ in owned(doc)}
    if not owners and actor.name.split()[-1].lower() in word_set("actors.txt", "partisans"):
        owners = {group.name: group for group in _of_kind(doc, sentences, GROUP)}
    return next(iter(owners.values())) if len(owners) == 1 else actor


def _of_kind(doc: Doc, sentences: Sequence[int], kind: ActorKind) -> Iterator[ActorMention]:
    for index in sentences:
        sentence: Sentence = findings(doc).sentences[index]
        here = between(actors_of(doc), sentence.start, sentence.end)
        yield from (actor for actor in here if actor.kind is kind)
