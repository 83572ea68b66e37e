"""The fields of the query language: their names, what they hold, how values read and write."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum
from functools import cache
from importlib.resources import files

from bot.domain.reports import Claim, IncidentType, Kind, PolicyAction, PolicyStatus
from bot.domain.values import Severity
from bot.matching.folding import spelled
from bot.matching.names import country_code, country_names


class Shape(Enum):
    """What a field holds, hence how its values are typed."""

    CHOICE = "one of a list"
    NAME = "a name"
    COUNTRY = "a country"
    LANGUAGE = "a language code such as en or ur"
    COUNT = "a number"
    LEVEL = "a severity"
    DAY = "a date such as 2027-01-31"
    NEAR = "a place and a distance"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its shape, the values of a list, and the words that say it back."""

    name: str
    shape: Shape
    words: str
    choices: tuple[str, ...] = ()

    @property
    def ranged(self) -> bool:
        """Tell whether the field takes < > and ranges."""
        return self.shape in {Shape.COUNT, Shape.LEVEL, Shape.DAY}


_LEVELS = tuple(level.name.lower() for level in Severity)
FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("kind", Shape.CHOICE, "of kind {}", tuple(Kind)),
        Field("type", Shape.CHOICE, "of type {}", tuple(IncidentType)),
        Field("place", Shape.NAME, "in {}"),
        Field("country", Shape.COUNTRY, "in the country {}"),
        Field("near", Shape.NEAR, "within {}"),
        Field("killed", Shape.COUNT, "{} killed"),
        Field("injured", Shape.COUNT, "{} injured"),
        Field("missing", Shape.COUNT, "{} missing"),
        Field("abducted", Shape.COUNT, "{} abducted"),
        Field("arrested", Shape.COUNT, "{} arrested"),
        Field("displaced", Shape.COUNT, "{} displaced"),
        Field("severity", Shape.LEVEL, "of severity {}", _LEVELS),
        Field("actor", Shape.NAME, "done, said or suspected to be done by {}"),
        Field("claim", Shape.CHOICE, "where responsibility is {}", tuple(Claim)),
        Field("target", Shape.NAME, "with {} as a target"),
        Field("weapon", Shape.NAME, "with {} as a weapon"),
        Field("date", Shape.DAY, "that happened {}"),
        Field("issuer", Shape.NAME, "decided by {}"),
        Field("action", Shape.CHOICE, "with the action {}", tuple(PolicyAction)),
        Field("subject", Shape.NAME, "about {}"),
        Field("status", Shape.CHOICE, "with the status {}", tuple(PolicyStatus)),
        Field("deadline", Shape.DAY, "with a deadline {}"),
        Field("effective", Shape.DAY, "in effect {}"),
        Field("source", Shape.NAME, "reported by {}"),
        Field("sources", Shape.COUNT, "{} independent sources"),
        Field("lang", Shape.LANGUAGE, "in the language {}"),
    )
}
_OTHER_NAMES = {
    "dead": "killed", "deaths": "killed", "fatalities": "killed", "kills": "killed",
    "wounded": "injured", "hurt": "injured", "injuries": "injured",
    "kidnapped": "abducted", "detained": "arrested", "arrests": "arrested",
    "location": "place", "in": "place", "province": "place", "city": "place", "district": "place",
    "perpetrator": "actor", "group": "actor", "by": "actor",
    "language": "lang", "publisher": "source", "site": "source", "feed": "source",
    "authority": "issuer", "ministry": "issuer", "measure": "action", "about": "subject",
    "due": "deadline", "from": "effective", "on": "date", "day": "date", "level": "severity",
}  # fmt: skip
_MOST = 999_999_999
_YEARS = (1900, 2200)
_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


class MisfitError(Exception):
    """A value does not fit its field; ``better`` is the nearest that does."""

    def __init__(self, why: str, better: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.better = better


def field_named(name: str) -> Field | None:
    """Return a field by its name or one of its other names, in any case."""
    lower = name.lower()
    return FIELDS.get(_OTHER_NAMES.get(lower, lower))


def nearest_field(name: str) -> str | None:
    """Return the name of the field that somebody who typed ``name`` may have meant."""
    near = get_close_matches(name.lower(), [*FIELDS, *_OTHER_NAMES], 1, 0.7)
    return _OTHER_NAMES.get(near[0], near[0]) if near else None


def named_value(field: Field, text: str) -> str:
    """Return the value of a field that holds names.

    Raises:
        MisfitError: the value is none that the field holds.

    """
    if field.shape is Shape.CHOICE:
        return _choice(field, text)
    if field.shape is Shape.COUNTRY:
        return _country(text)
    if field.shape is Shape.LANGUAGE:
        return _language(text)
    if field.name == "source" and re.fullmatch(r"[\w-]+(\.[\w-]+)+", text):
        return text.lower().removeprefix("www.")
    value = spelled(text)
    if not value:
        raise MisfitError(f"“{text}” holds no letters or digits to look for")
    return value


def _choice(field: Field, text: str) -> str:
    words = spelled(text.replace("_", " ")).replace("-", " ")
    known = _choices(field.name)
    if words in known:
        return known[words]
    near = get_close_matches(words, known, 1, 0.6)
    listed = ", ".join(field.choices)
    raise MisfitError(
        f"“{text}” is not a {field.name}; there are {listed}", known[near[0]] if near else None
    )


@cache
def _choices(name: str) -> dict[str, str]:
    """Return the value by each of its spellings."""
    table = {value.replace("_", " "): str(value) for value in FIELDS[name].choices}
    text = files("bot.matching").joinpath("data/choices.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith(f"{name}|"):
            _, value, *others = line.split("|")
            table |= {spelled(other).replace("-", " "): value for other in others}
    return table


def _country(text: str) -> str:
    code = country_code(text)
    if code:
        return code
    by_name = {name.lower(): key for key, names in country_names().items() for name in names}
    near = get_close_matches(text.lower(), by_name, 1, 0.7)
    raise MisfitError(
        f"“{text}” is not a country's name or two-letter code", by_name[near[0]] if near else None
    )


def _language(text: str) -> str:
    if re.fullmatch("[A-Za-z]{2,3}", text):
        return text.lower()
    raise MisfitError(f"“{text}” is not a language code such as en, ur or ar")


def bounds(field: Field, text: str) -> tuple[int, int]:
    """Return the first and last number that one typed value stands for (a month has 28 to 31).

    Raises:
        MisfitError: the text is no such value.

    """
    if field.shape is Shape.DAY:
        return _days(text)
    if field.shape is Shape.LEVEL:
        level = int(Severity[_choice(field, text).upper()])
        return level, level
    digits = text.replace(",", "")
    if not (digits.isascii() and digits.isdecimal()):
        found = re.search(r"[0-9]+", digits)
        raise MisfitError(f"“{text}” is not a whole number", found[0] if found else None)
    number = min(int(digits[:12]), _MOST)
    return number, number


def _days(text: str) -> tuple[int, int]:
    found = _DATE.fullmatch(text)
    if not found:
        raise MisfitError(f"“{text}” is not a date such as 2027-01-31, 2027-01 or 2027")
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or not _YEARS[0] <= year <= _YEARS[1]:
        raise MisfitError(f"the year must lie between {_YEARS[0]} and {_YEARS[1]}")
    try:
        first = dt.date(year, month or 1, day or 1)
        last = dt.date(year, month or 12, day or calendar.monthrange(year, month or 12)[1])
    except ValueError:
        raise MisfitError(f"“{text}” is not in the calendar", f"{year}") from None
    return first.toordinal(), last.toordinal()


def shown(field: Field, number: int) -> str:
    """Return a number of a ranged field as it is typed."""
    if field.shape is Shape.DAY:
        return dt.date.fromordinal(number).isoformat()
    return Severity(number).name.lower() if field.shape is Shape.LEVEL else str(number)


def limits(field: Field) -> tuple[int, int]:
    """Return the least and greatest number that a ranged field takes."""
    if field.shape is Shape.DAY:
        return dt.date(_YEARS[0], 1, 1).toordinal(), dt.date(_YEARS[1], 12, 31).toordinal()
    return (0, int(max(Severity))) if field.shape is Shape.LEVEL else (0, _MOST)
