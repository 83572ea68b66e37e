"""What an article mainly is about: something that happened, something decided, or neither."""

from __future__ import annotations

from spacy.tokens import Doc

from bot.domain.reports import Kind
from bot.extraction import event_types
from bot.extraction.mentions import Zone

HAPPENED = 4.0
DECIDED = 6.0


def read(doc: Doc) -> Kind:
    """Return the kind of the article."""
    happened, decided = _happened(doc), doc._.policy.score if doc._.policy else 0.0
    if decided >= DECIDED and decided > happened:
        return Kind.POLICY
    return Kind.INCIDENT if happened >= HAPPENED else Kind.OTHER


def _happened(doc: Doc) -> float:
    """Return how strongly headline and lead tell that something happened."""
    total = 0.0
    for trigger, sentence in event_types.placed(doc):
        if sentence.zone in (Zone.TITLE, Zone.LEAD):
            total = max(total, trigger.weight * event_types.ZONE_WEIGHTS[sentence.zone])
    tolls = [t for t in doc._.casualties if doc._.sentences[t.sentence].zone is not Zone.BODY]
    return total + 3.0 * bool(tolls)
