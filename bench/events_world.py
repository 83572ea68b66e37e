"""Made-up news for ``bench.events``: what happens in some days, told by several publishers.

Texts are made of the everyday words of news (Zipf's law over the list that merging weighs them by),
of rarer words that many stories share, and of a few names of their own. Two of three events have
one report, one in fifty has fifteen; they lie in the towns of forty countries.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.events import SourcedReport
from bot.domain.reports import Casualties, Incident, IncidentType, Kind, Report
from bot.domain.values import Count, DateSpan, Place, PlacePrecision, Severity
from bot.events.words import weights

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
TYPES = (
    *(IncidentType.BOMBING, IncidentType.SHOOTING, IncidentType.ARMED_CLASH, IncidentType.FIRE),
    *(IncidentType.TRANSPORT_ACCIDENT, IncidentType.FLOOD, IncidentType.ABDUCTION),
    *(IncidentType.AIRSTRIKE, IncidentType.PROTEST, IncidentType.COLLAPSE),
)
COUNTRIES = [f"{a}{b}" for a in "ABCDE" for b in "FGHIJKLM"]
TOWNS, RARE_WORDS, PUBLISHERS = 40, 20_000, 40
TOLD, OFTEN = (1, 2, 3, 6, 15), (0.70, 0.16, 0.07, 0.05, 0.02)
"""Reports of one event, and how often so many are met."""
COMMONEST = 100
"""The rank of the commonest word that the list of usual ones leaves out."""


@dataclass(frozen=True, slots=True)
class Happening:
    """What happened: where, when, how bad, and the words that only its own reports use."""

    at: dt.datetime
    type: IncidentType
    place: Place
    killed: int
    names: tuple[str, ...]


class World:
    """Tells of events; the same seed tells the same."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._usual = sorted(weights())
        self._rare = [self._name(7) for _ in range(RARE_WORDS)]
        self._towns = {
            country: [self._town(country) for _ in range(TOWNS)] for country in COUNTRIES
        }
        for words in (self._usual, self._rare):
            self._chance.shuffle(words)

    def reports(self, events: int, days: int) -> Iterator[SourcedReport]:
        """Yield the reports of some events of some days, in no order of time."""
        for event in range(events):
            what = self._happening(days)
            for turn in range(self._chance.choices(TOLD, OFTEN)[0]):
                yield self._report(f"{event}-{turn}", what)

    def _name(self, letters: int) -> str:
        return "".join(self._chance.choices("abdegiklmnoprstu", k=letters))

    def _town(self, country: str) -> Place:
        at = (round(self._chance.uniform(-60, 60), 2), round(self._chance.uniform(-180, 180), 2))
        name = self._name(6).title()
        return Place(name, f"{country}land", country, *at, precision=PlacePrecision.PLACE)

    def _zipf(self, words: Sequence[str], count: int, first: int = 1) -> list[str]:
        """Draw words, that of rank r with a chance as 1 / r; ranks begin at ``first``."""
        span = (len(words) + first) / first
        return [words[int(first * span ** self._chance.random()) - first] for _ in range(count)]

    def _happening(self, days: int) -> Happening:
        at = NOW - dt.timedelta(minutes=self._chance.randrange(days * 24 * 60))
        country = self._zipf(COUNTRIES, 1)[0]
        place = self._chance.choice(self._towns[country])
        names = tuple(self._name(8).title() for _ in range(8))
        return Happening(at, self._chance.choice(TYPES), place, self._chance.randrange(20), names)

    def _report(self, name: str, what: Happening) -> SourcedReport:
        chance = self._chance
        at = what.at + dt.timedelta(hours=min(chance.expovariate(1 / 8), 72))
        own = [*chance.sample(what.names, 5), what.place.name]
        usual, rare = self._zipf(self._usual, 130), self._zipf(self._rare, 20, COMMONEST)
        text = own * 3 + usual + rare
        chance.shuffle(text)
        killed = max(0, what.killed + chance.choice((0, 0, 0, 1, -1)))
        day = what.at.date()
        report = Report(
            article_id=name,
            kind=Kind.INCIDENT,
            title=" ".join([*own[:3], *usual[:4], what.place.name]),
            published_at=at,
            severity=Severity.MODERATE,
            incident=Incident(
                (what.type,),
                occurred_on=DateSpan(day, day),
                place=what.place,
                casualties=Casualties(killed=Count(killed, killed)),
            ),
        )
        publisher = f"Paper {chance.randrange(PUBLISHERS)}"
        url = f"https://example.org/{name}"
        return SourcedReport(report, publisher, url, at, " ".join(text))
