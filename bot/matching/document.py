"""What a query is matched against: an event and the texts of its reports, folded once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import urlsplit

from bot.domain.events import Event, SourcedReport
from bot.domain.reports import CASUALTY_FIELDS, Incident, Policy
from bot.domain.values import Place, PlacePrecision
from bot.matching.folding import fold, parts, written_words
from bot.matching.lemma import lemma
from bot.matching.names import (
    country_name,
    other_names,
    place_key,
    resolved,
    value_key,
    words_of,
)

_GAP = 8
"""Positions between two texts, so that no phrase reaches from one into the next."""
_LONGEST_NAME = 8
"""Words of the longest actor, target or issuer that is found as a whole."""
_EXACT_ENOUGH = frozenset(
    {PlacePrecision.PLACE, PlacePrecision.TEHSIL, PlacePrecision.DISTRICT, PlacePrecision.UNKNOWN}
)
"""A province's or a country's middle says nothing about what is near."""
NOWHERE = "place:none"


@dataclass(frozen=True, slots=True)
class Document:
    """Everything a query can ask for.

    ``words`` maps each lemma to its positions, in order; ``surfaces`` are the words as written
    (folded), sorted; ``values`` hold keys such as ``type:bombing``; ``numbers`` hold least and most
    of a figure, a level or a day (as an ordinal); ``points`` are latitude and longitude.
    """

    words: Mapping[str, Sequence[int]]
    surfaces: tuple[str, ...] = ()
    values: frozenset[str] = frozenset()
    numbers: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    points: tuple[tuple[float, float], ...] = ()

    def has_sequence(self, lemmas: tuple[str, ...]) -> bool:
        """Tell whether the lemmas stand one after the other."""
        if len(lemmas) == 1:
            return lemmas[0] in self.words
        places = [self.words.get(lemma, ()) for lemma in lemmas]
        if not all(places):
            return False
        rest = [frozenset(place) for place in places[1:]]
        return any(
            all(start + step in place for step, place in enumerate(rest, 1)) for start in places[0]
        )

    def has_prefix(self, start: str) -> bool:
        """Tell whether some word starts so."""
        at = bisect_left(self.surfaces, start)
        return at < len(self.surfaces) and self.surfaces[at].startswith(start)


def document_of(event: Event, texts: Iterable[str] = (), languages: Iterable[str] = ()) -> Document:
    """Return what queries about an event see: its title, its sources' titles, the texts given.

    ``texts`` are those of its reports' articles, ``languages`` their codes (``en``).
    """
    places = _places(event)
    titles = (event.title, *(source.title for source in event.sources))
    distinct = dict.fromkeys((*titles, *texts, event.quote or "", *_place_names(places)))
    words, surfaces = _scan(distinct)
    return Document(
        words=words,
        surfaces=surfaces,
        values=frozenset(chain(_values(event, places), (f"lang:{code}" for code in languages))),
        numbers=_numbers(event),
        points=_points(places),
    )


def document_of_reports(event: Event, reports: Iterable[SourcedReport]) -> Document:
    """Return what queries about an event and its reports see, their languages included."""
    known = list(reports)
    languages = {one.report.language for one in known if one.report.language}
    return document_of(event, [one.text for one in known], sorted(languages))


def text_document(*texts: str) -> Document:
    """Return what queries about plain texts see: words only."""
    words, surfaces = _scan(texts)
    return Document(words=words, surfaces=surfaces)


def _scan(texts: Iterable[str]) -> tuple[dict[str, list[int]], tuple[str, ...]]:
    """Return the positions of each lemma, and the distinct words as written."""
    found: dict[str, list[int]] = {}
    surfaces: set[str] = set()
    position = 0
    for text in texts:
        words = written_words(text)
        surfaces.update(words)
        for word in words:
            if word.isalnum():
                key = lemma(word)
                if key in found:
                    found[key].append(position)
                else:
                    found[key] = [position]
                position += 1
            else:
                position += _add_marked(word, position, found, surfaces)
        position += _GAP
    return found, tuple(sorted(surfaces))


def _add_marked(word: str, position: int, found: dict[str, list[int]], surfaces: set[str]) -> int:
    """Add a word with marks in it: its parts, and the whole where the first and last stand."""
    unit = parts(word)
    surfaces.discard(word)
    surfaces.update(unit)
    for offset, part in enumerate(unit):
        found.setdefault(lemma(part), []).append(position + offset)
    if len(unit) > 1:
        whole = "".join(unit)
        surfaces.add(whole)
        found.setdefault(lemma(whole), []).extend((position, position + len(unit) - 1))
    return len(unit)


def _places(event: Event) -> tuple[Place, ...]:
    if event.incident:
        first = (event.incident.place,) if event.incident.place else ()
        return (*first, *event.incident.places)
    return event.policy.places if event.policy else ()


def _levels(place: Place) -> Iterator[str]:
    """Give the names of a place and of what it lies in, smallest first."""
    yield from (name for name in (place.name, place.district, place.admin1) if name)
    if place.country:
        yield country_name(place.country)


def _place_names(places: Iterable[Place]) -> Iterator[str]:
    """Give every name of each place and of what it lies in, so that words find them too."""
    for place in places:
        for level in _levels(place):
            yield level
            yield from other_names(place_key(level))


def _values(event: Event, places: tuple[Place, ...]) -> Iterator[str]:
    yield f"kind:{event.kind.value}"
    for place in places:
        yield from (f"place:{place_key(level)}" for level in _levels(place))
    yield from (f"country:{place.country}" for place in places if place.country)
    if not places:
        yield NOWHERE
    yield from _source_values(event)
    if event.incident:
        yield from _incident_values(event, event.incident)
    if event.policy:
        yield from _policy_values(event.policy)


def _incident_values(event: Event, incident: Incident) -> Iterator[str]:
    yield from (f"type:{kind.value}" for kind in incident.types)
    claims = (incident.claim, *(who.status for who in incident.perpetrators))
    yield from (f"claim:{claim.value}" for claim in claims)
    yield from (f"claim:{statement.status.value}" for statement in event.statements)
    yield from _name_values("actor", (who.name for who in incident.perpetrators))
    yield from _name_values("actor", (statement.name for statement in event.statements))
    yield from _name_values("target", incident.targets)
    yield from _name_values("weapon", incident.weapons)


def _policy_values(policy: Policy) -> Iterator[str]:
    yield from (f"action:{action.value}" for action in policy.actions)
    yield f"status:{policy.status.value}"
    if policy.country:
        yield f"country:{policy.country}"
        yield f"place:{place_key(country_name(policy.country))}"
    yield from _name_values("issuer", policy.issuers)
    yield from _name_values("subject", policy.subjects)


def _source_values(event: Event) -> Iterator[str]:
    for source in event.sources:
        host = fold((urlsplit(source.url).hostname or "").removesuffix("."))
        labels = host.split(".")
        for start in range(len(labels) - 1):
            yield f"source:{'.'.join(labels[start:])}"
    names = chain.from_iterable((source.publisher, source.wire or "") for source in event.sources)
    yield from _name_values("source", names)
    yield from (value_key("source", fold(source.publisher)) for source in event.sources)


def _name_values(field_name: str, names: Iterable[str]) -> Iterator[str]:
    """Give the keys of every run of words in the names: "police van" is a van, and police."""
    for name in dict.fromkeys(names):
        words = words_of(name)
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1):
                run = " ".join(words[start:end])
                yield f"{field_name}:{run}"
                yield f"{field_name}:{resolved(run)}"


def _numbers(event: Event) -> dict[str, tuple[int, int]]:
    level, sources = int(event.severity), len(event.publishers)
    numbers = {"severity": (level, level), "sources": (sources, sources)}
    if event.incident:
        numbers |= _incident_numbers(event.incident)
    if event.policy:
        days = {"deadline": event.policy.deadline, "effective": event.policy.effective_on}
        numbers |= {name: (day.toordinal(), day.toordinal()) for name, day in days.items() if day}
    return numbers


def _incident_numbers(incident: Incident) -> dict[str, tuple[int, int]]:
    figures = {name: incident.casualties.get(name) for name in CASUALTY_FIELDS}
    numbers = {name: (count.min, count.max) for name, count in figures.items() if count}
    if incident.occurred_on:
        span = incident.occurred_on
        numbers["date"] = (span.start.toordinal(), span.end.toordinal())
    return numbers


def _points(places: Iterable[Place]) -> tuple[tuple[float, float], ...]:
    return tuple(
        (place.latitude, place.longitude)
        for place in places
        if place.latitude is not None
        and place.longitude is not None
        and place.precision in _EXACT_ENOUGH
    )
