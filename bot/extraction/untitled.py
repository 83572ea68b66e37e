"""Articles without a headline, as wires and posts have them: which of them tell an event.

Nothing says what such an article is mainly about, so what it tells of the event decides: who
suffered, what was hit, by whom, in which words; against it speaks that somebody talks in person. A
balance above nothing is an incident. The weights are set by hand (docs/evaluation.md).
"""

from __future__ import annotations

from functools import cache

from spacy.tokens import Doc

from bot.domain.reports import Incident, IncidentType
from bot.extraction import event_types, incidents
from bot.extraction.findings import findings
from bot.extraction.lexicons import sections, word_set
from bot.extraction.words import words_of

FILE = "untitled.txt"
SHORT = 6
"""Sentences up to which an item has no room to speak of anything else than its event."""
FROM, HAPPENED, TAKEN, SURE = -0.85, 0.3, 0.6, 2.0
"""Where the balance starts; the share of the general one; people taken; a trigger that counts."""
SURELY = 2.0
"""The general balance that needs no more."""
VICTIM, TARGET, DOER = (0.5, 3), (0.2, 2), (0.3, 1)
"""What each weighs, and how many of them count."""
TRIGGERS = {
    IncidentType.SHOOTING: (0.3, 2),
    IncidentType.SABOTAGE: (0.8, 1),
    IncidentType.ARMED_CLASH: (-0.4, 2),
}
"""The same for the different words of some types: combat is often only the scene."""
BRIEF = 0.5
"""What a short item gains by a victim."""
SPEAKER, MOST_SPEAKER = -0.3, 3.0
"""What each first person in a hundred words weighs, and how many of them count."""


def applies(doc: Doc) -> bool:
    """Tell an article without a headline that is long enough to speak of several things."""
    return not findings(doc).article.title and len(findings(doc).sentences) > SHORT


def balance(doc: Doc, happened: float) -> float:
    """Return how strongly such an article tells an event; ``happened`` is the general balance."""
    reading = incidents.reading(doc)
    told = _told(reading.incident) if reading else 0.0
    own = FROM + HAPPENED * happened + told + TAKEN * _anyone_taken(doc) + _by_words(doc)
    return max(own, happened - SURELY)


def brief(doc: Doc) -> float:
    """Return what a short item without a headline gains by telling who suffered."""
    reading = None if findings(doc).article.title else incidents.reading(doc)
    return BRIEF * bool(reading and reading.incident.victims)


def _told(incident: Incident) -> float:
    rows = (
        (VICTIM, incident.victims),
        (TARGET, incident.targets),
        (DOER, incident.perpetrators),
    )
    return sum(weight * min(most, len(found)) for (weight, most), found in rows)


def _anyone_taken(doc: Doc) -> bool:
    events = findings(doc).mini_events
    main = next((event for event in events if not event.background), None)
    tolls = main.tolls if main else ()
    return any(toll.field == "abducted" and toll.count.max for toll in tolls)


def _by_words(doc: Doc) -> float:
    lower = words_of(doc).lower
    different = set(lower)
    score = sum(weight * min(most, len(words & different)) for weight, most, words in _sorts())
    for kind, (weight, most) in TRIGGERS.items():
        found = {
            trigger.text.lower()
            for trigger, _ in event_types.placed(doc)
            if trigger.type is kind and trigger.weight >= SURE
        }
        score += weight * min(most, len(found))
    first = sum(map(lower.count, word_set(FILE, "speaker")))
    return score + SPEAKER * min(MOST_SPEAKER, 100.0 * first / max(1, len(lower)))


@cache
def _sorts() -> tuple[tuple[float, int, frozenset[str]], ...]:
    rows = ((name.split(), name) for name in sections(FILE))
    return tuple(
        (float(head[1]), int(head[2]), word_set(FILE, name)) for head, name in rows if head[1:]
    )
