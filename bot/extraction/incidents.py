"""The incident: the main event's facts put together, each with the sentence that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from spacy.tokens import Doc

from bot.domain.reports import BackgroundEvent, Incident, IncidentType, Kind
from bot.domain.values import Evidence, Place
from bot.extraction import (
    attributions,
    event_day,
    event_types,
    evidence,
    figures,
    targets,
    victims,
    whereabouts,
)
from bot.extraction.figures import Stated
from bot.extraction.findings import findings
from bot.extraction.mentions import Attribution, IncidentReading, MiniEvent
from bot.extraction.mini_events import span_text
from bot.extraction.places import places_of
from bot.extraction.words import words_of

LONGEST = 300
"""Characters of a background event's description."""


def read(doc: Doc) -> IncidentReading | None:
    """Return the main event with its facts where it is what the article reports."""
    return reading(doc) if findings(doc).kind is Kind.INCIDENT else None


def reading(doc: Doc) -> IncidentReading | None:
    """Return the main event, put together once and kept; none where only the past is told."""
    known = findings(doc)
    if known.incident is None:
        known.incident = _reading(doc)
    return known.incident


def _reading(doc: Doc) -> IncidentReading | None:
    main = main_event(doc)
    if main is None:
        return None
    stated = figures.fused(main.tolls, [sentence.zone for sentence in findings(doc).sentences])
    when, dated = event_day.main_date(doc, main.sentences)
    place, places = whereabouts.main_place(doc, main.sentences)
    doers = attributions.attribute(doc, main.sentences, main.types)
    incident = Incident(
        types=main.types or (IncidentType.OTHER_INCIDENT,),
        occurred_on=when,
        place=place,
        places=places,
        casualties=figures.casualties(stated),
        breakdown=figures.breakdown(main.tolls, stated),
        perpetrators=doers.perpetrators,
        claim=doers.claim,
        targets=targets.targets(doc, main.sentences, main.types),
        weapons=targets.weapons(doc, main.sentences, main.types),
        victims=victims.named(doc, main),
    )
    sources = {**_figure_sources(stated), **_sources(doc, main, doers, place)}
    if dated is not None:
        sources["occurred_on"] = (dated,)
    return IncidentReading(incident, _evidence(doc, sources), incident.breakdown, main.score)


def main_event(doc: Doc) -> MiniEvent | None:
    """Return the main event that the step before has found."""
    events = findings(doc).mini_events
    return events[0] if events and not events[0].background else None


def _figure_sources(stated: Mapping[str, Stated]) -> dict[str, tuple[int, ...]]:
    return {
        name: tuple(dict.fromkeys(toll.sentence for toll in one.tolls))
        for name, one in stated.items()
    }


def _sources(
    doc: Doc, main: MiniEvent, doers: Attribution, place: Place | None
) -> dict[str, tuple[int, ...]]:
    """Return the sentences behind type, place and claim, where one is known."""
    wanted = set(main.sentences)
    typed = [
        sentence.index
        for trigger, sentence in event_types.placed(doc)
        if sentence.index in wanted and trigger.type in main.types[:1]
    ]
    name = place.name if place else None
    named = (_sentence_at(doc, m.start) for m in places_of(doc) if m.place.name == name)
    first = next(named, None)
    found = {
        "types": tuple(typed[:1]),
        "place": () if first is None else (first,),
        "claim": doers.evidence[:1],
    }
    return {name: indexes for name, indexes in found.items() if indexes}


def _sentence_at(doc: Doc, token: int) -> int | None:
    return next((s.index for s in findings(doc).sentences if s.start <= token < s.end), None)


def _evidence(doc: Doc, sources: Mapping[str, Sequence[int]]) -> tuple[tuple[str, Evidence], ...]:
    return tuple(
        (name, evidence.of_sentence(doc, index))
        for name, indexes in sources.items()
        for index in indexes
    )


def background(doc: Doc) -> tuple[BackgroundEvent, ...]:
    """Return the other events with dead or injured that the article mentions."""
    return tuple(_background(doc))


def _background(doc: Doc) -> Iterator[BackgroundEvent]:
    zones = [sentence.zone for sentence in findings(doc).sentences]
    for event in findings(doc).mini_events:
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
    words = words_of(doc)
    spans = [
        (findings(doc).sentences[i].start, findings(doc).sentences[i].end) for i in event.sentences
    ]
    told = (words.source[words.starts[a] : words.ends[b - 1]] for a, b in spans)
    return " ".join(" ".join(told).split())[:LONGEST]
