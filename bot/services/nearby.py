"""/near: a place and a radius, typed or sent as a location, as a query."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.config import Settings
from bot.errors import InputError, QueryError
from bot.matching.query import Query
from bot.services.subscriptions import understand

USAGE = (
    "Say where and how far: /near Quetta 25km. In a private chat /near 25km asks where you are; "
    "anywhere, reply to a location with /near 25km."
)
BY_LOCATION = "Or send a location, and answer it with /near 25km."
NOT_ASKED = "To watch what happens around it, reply to it with /near 25km."
_TYPED = re.compile(
    r"(?P<place>.*?)\s*\b(?P<far>\d+(?:\.\d+)?)\s*(?P<unit>km|mi)\b\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_NOT_IN_NAMES = str.maketrans("", "", '"“”„«»~@')
_PLACES_AFTER_POINT = 2
"""Of a location's degrees: a kilometre or so, and no nearer to somebody's door."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A place by name (empty: a location is to be sent) and the rest: ``25km killed>=1``."""

    place: str
    rest: str


def read(text: str, settings: Settings) -> Asked:
    """Return what was typed behind /near.

    Raises:
        InputError: there is no distance in it, or none that can be had.
        QueryError: the further words are no query.

    """
    typed = _TYPED.fullmatch(text.strip())
    if typed is None:
        raise InputError(USAGE)
    name = " ".join(typed["place"].translate(_NOT_IN_NAMES).split())
    asked = Asked(name, f"{typed['far']}{typed['unit'].lower()} {typed['rest']}".strip())
    around((0.0, 0.0), asked.rest, settings)
    return asked


def around(point: tuple[float, float], rest: str, settings: Settings) -> Query:
    """Return the query of a location and of what was asked: ``25km killed>=1``."""
    latitude, longitude = (round(degrees, _PLACES_AFTER_POINT) for degrees in point)
    return _understood(f"near:{latitude},{longitude}~{rest}", settings)


def around_place(asked: Asked, settings: Settings) -> Query:
    """Return the query of a place, named or in degrees.

    Raises:
        InputError: nobody knows it; a location can be sent instead.

    """
    try:
        return _understood(f'near:"{asked.place}"~{asked.rest}', settings)
    except InputError as error:
        raise InputError(f"{error} {BY_LOCATION}") from error


def _understood(text: str, settings: Settings) -> Query:
    """Return a query; where it is wrong, positions in what nobody typed would say nothing."""
    try:
        return understand(text, settings)
    except QueryError as error:
        raise InputError(f"{error.why}.") from error
