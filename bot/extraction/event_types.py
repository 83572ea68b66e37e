"""The types of an event, best first, from the triggers of its sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from spacy.tokens import Doc

from bot.domain.reports import IncidentType
from bot.extraction.findings import findings
from bot.extraction.mentions import Sentence, Trigger, Zone

ZONE_WEIGHTS = MappingProxyType({Zone.TITLE: 3.0, Zone.LEAD: 1.5, Zone.BODY: 0.5})
"""How much more a headline tells about the main event than the body."""
SURE = 3.0
SHARE = 0.3
"""The share of the best type's score from which another type is given too."""
MOST = 3

T = IncidentType
COMPANIONS: Mapping[IncidentType, Mapping[IncidentType, float]] = MappingProxyType(
    {
        T.BOMBING: {T.EXPLOSION: 1.0, T.SHOOTING: 0.5, T.ARMED_CLASH: 0.5},
        T.EXPLOSION: {T.BOMBING: 0.5, T.FIRE: 0.5},
        T.SECURITY_OPERATION: {T.ARMED_CLASH: 0.5, T.SHOOTING: 0.5},
        T.ARMED_CLASH: {T.SHOOTING: 0.5},
        T.SHELLING: {T.ARMED_CLASH: 0.5},
    }
)
"""A type found surely takes over what its signs share with these vaguer ones."""


def rank(doc: Doc, sentences: Iterable[int] | None = None) -> tuple[IncidentType, ...]:
    """Return the types that some sentences tell (all, where none are named), best first."""
    return best(scores(doc, sentences))


def scores(doc: Doc, sentences: Iterable[int] | None = None) -> dict[IncidentType, float]:
    """Return how strongly each type is told, zones weighed, a repeated word counted once a zone."""
    wanted = None if sentences is None else set(sentences)
    told: dict[tuple[IncidentType, Zone, str], float] = {}
    for trigger, sentence in placed(doc):
        if wanted is None or sentence.index in wanted:
            weight = trigger.weight * ZONE_WEIGHTS.get(sentence.zone, 0.0)
            told[trigger.type, sentence.zone, trigger.text.lower()] = weight
    totals: dict[IncidentType, float] = defaultdict(float)
    for (kind, _, _), weight in told.items():
        totals[kind] += weight
    return dict(totals)


def placed(doc: Doc) -> Iterable[tuple[Trigger, Sentence]]:
    """Yield each trigger with the sentence that holds it."""
    sentences = iter(findings(doc).sentences)
    sentence = next(sentences, None)
    for trigger in findings(doc).triggers:
        while sentence and sentence.end <= trigger.start:
            sentence = next(sentences, None)
        if sentence:
            yield trigger, sentence


def best(totals: Mapping[IncidentType, float]) -> tuple[IncidentType, ...]:
    """Return the strongest types, at most three, vague ones folded into the sure ones."""
    folded = dict(totals)
    for kind, vague in COMPANIONS.items():
        if totals.get(kind, 0.0) >= SURE:
            folded[kind] += sum(totals.get(other, 0.0) * part for other, part in vague.items())
    ordered = sorted(folded, key=lambda kind: -folded[kind])
    least = folded[ordered[0]] * SHARE if ordered else 0.0
    return tuple(kind for kind in ordered[:MOST] if folded[kind] >= least)
