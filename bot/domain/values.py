"""Values that every room shares: a span of days, a range of a count, a place, a severity."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How grave an event is, in the words of CAP 1.2, ordered so that ``>=`` reads naturally."""

    UNKNOWN = 0
    MINOR = 1
    MODERATE = 2
    SEVERE = 3
    EXTREME = 4

    @property
    def word(self) -> str:
        """Return the word of CAP 1.2, such as ``Extreme``."""
        return self.name.capitalize()

    @classmethod
    def from_word(cls, word: str) -> Severity:
        """Return the severity of a CAP word, in any case.

        Raises:
            KeyError: the word is none of CAP's five.

        """
        return cls[word.upper()]


class DatePrecision(StrEnum):
    """How exactly a text tells a date."""

    DAY = "day"
    RANGE = "range"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class PlacePrecision(StrEnum):
    """How finely a place is known; the coordinates are those of this level."""

    PLACE = "place"
    TEHSIL = "tehsil"
    DISTRICT = "district"
    ADMIN1 = "admin1"
    COUNTRY = "country"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people as a text tells it: a range, both ends included, with its words."""

    min: int
    max: int
    text: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.min <= self.max:
            raise ValueError(f"a count needs 0 <= min <= max, not {self.min}..{self.max}")

    @property
    def exact(self) -> bool:
        """Tell whether both ends agree."""
        return self.min == self.max


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days, both ends included, in the zone of the source."""

    start: dt.date
    end: dt.date
    precision: DatePrecision = DatePrecision.DAY


@dataclass(frozen=True, slots=True)
class Place:
    """A named place; ``country`` is ISO 3166-1 alpha-2, coordinates are WGS 84 degrees."""

    name: str
    admin1: str | None = None
    country: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    precision: PlacePrecision = PlacePrecision.UNKNOWN
    district: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence a value was read from, and where that sentence stands.

    ``start`` and ``end`` count code points of ``Article.text`` as given, or of ``Article.title``
    where ``in_title`` is true.
    """

    sentence: str
    start: int
    end: int
    in_title: bool = False
