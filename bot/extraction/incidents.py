"""The incident: the main event's facts put together, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from bot.domain.reports import BackgroundEvent, Incident, IncidentType
from bot.domain.values import Evidence
from bot.extraction import dates, evidence, figures
from bot.extraction.mentions import IncidentReading, MiniEvent
from bot.extraction.mini_events import span_text


def read(doc: Doc) -> IncidentReading | None:
    """Return the main event of the article; none where only the past is told."""
    events: tuple[MiniEvent, ...] = doc._.mini_events
    main = events[0] if events and not events[0].background else None
    if main is None:
        return None
    zones = [sentence.zone for sentence in doc._.sentences]
    stated = figures.fused(main.tolls, zones)
    when, when_sentence = dates.main_date(doc, main.sentences)
    incident = Incident(
        types=main.types or (IncidentType.OTHER_INCIDENT,),
        occurred_on=when,
        casualties=figures.casualties(stated),
        breakdown=figures.breakdown(main.tolls, stated),
    )
    found = [(name, evidence.of_sentence(doc, one.sentence)) for name, one in stated.items()]
    if when_sentence is not None:
        found.append(("occurred_on", evidence.of_sentence(doc, when_sentence)))
    return IncidentReading(incident, tuple(found), incident.breakdown, main.score)


def background(doc: Doc) -> tuple[BackgroundEvent, ...]:
    """Return the other events with dead or injured that the article mentions."""
    return tuple(_background(doc))


def _background(doc: Doc) -> Iterator[BackgroundEvent]:
    zones = [sentence.zone for sentence in doc._.sentences]
    for event in doc._.mini_events:
        if not event.background or not event.tolls:
            continue
        stated = figures.fused(event.tolls, zones)
        killed, injured = stated.get("killed"), stated.get("injured")
        if killed or injured:
            yield BackgroundEvent(
                what=_what(doc, event),
                when=span_text(event.when) or event.when_text,
                killed=killed.count.min if killed else None,
                injured=injured.count.min if injured else None,
            )


def _what(doc: Doc, event: MiniEvent) -> str:
    sentences: list[Evidence] = [evidence.of_sentence(doc, i) for i in event.sentences]
    return " ".join(one.sentence for one in sentences)[:LONGEST]


LONGEST = 300
"""Characters of a background event's description."""
