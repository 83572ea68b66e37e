"""Names that mean the same: places, countries and actors, from data files of our own.

The key of a name is what queries and documents compare: folded, reduced to lemmas, without words
such as "district", and with aliases resolved (KP, KPK and خیبر پختونخوا are Khyber Pakhtunkhwa).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from importlib.resources import files

from bot.matching.folding import units
from bot.matching.lemma import lemma

Coordinates = tuple[float, float]
"""Latitude and longitude in degrees of WGS 84."""
PlaceLookup = Callable[[str], Coordinates | None]
"""What finds the middle of a place by its name; the gazetteer's, or ``coordinates_of`` here."""

PHRASE_FIELDS = frozenset({"actor", "target", "issuer", "subject", "weapon", "source"})
"""Fields whose values are found by any run of their words."""
_GENERIC = frozenset(
    {
        "area",
        "agency",
        "cantonment",
        "district",
        "division",
        "governorate",
        "oblast",
        "province",
        "prefecture",
        "region",
        "state",
        "tehsil",
        "town",
        "tribal",
        "village",
        "county",
        "municipality",
        "metropolitan",
    }
)


def words_of(name: str) -> tuple[str, ...]:
    """Return the lemmas of a name, hyphened parts apart."""
    return tuple(lemma(part) for unit in units(name) for part in unit)


@lru_cache(maxsize=65536)
def place_key(name: str) -> str:
    """Return the key of a place: "Quetta District" and "Quetta" share one."""
    words = words_of(name)
    kept = tuple(word for word in words if word not in _GENERIC) or words
    whole, bare = " ".join(words), " ".join(kept)
    aliases = _place_aliases()
    return aliases.get(whole) or aliases.get(bare) or bare


@lru_cache(maxsize=65536)
def phrase_key(name: str) -> str:
    """Return the key of an actor, an issuer, a target, a weapon, a publisher."""
    return resolved(" ".join(words_of(name)))


def resolved(lemmas: str) -> str:
    """Return the key of an actor whose name's lemmas are known."""
    return _aliases("actors").get(lemmas, lemmas)


def value_key(field: str, value: str) -> str:
    """Return what a document's ``values`` hold where ``field`` has this value."""
    if field == "place":
        return f"place:{place_key(value)}"
    if field == "source" and "." in value:
        return f"source:{value}"
    return f"{field}:{phrase_key(value)}" if field in PHRASE_FIELDS else f"{field}:{value}"


@cache
def country_codes() -> dict[str, str]:
    """Return the ISO 3166-1 alpha-2 code by the lemmas of every name of a country or its part."""
    return {
        " ".join(words_of(name.removeprefix("+"))): code
        for code, *names in _rows("countries")
        for name in names
    }


def country_code(name: str) -> str | None:
    """Return the ISO 3166-1 alpha-2 code of a country's name or code."""
    code = name.upper()
    return code if code in country_names() else country_codes().get(" ".join(words_of(name)))


@cache
def country_names() -> dict[str, tuple[str, ...]]:
    """Return all names of a country by its code, the usual one first."""
    return {
        code: tuple(name for name in names if not name.startswith("+"))
        for code, *names in _rows("countries")
    }


def country_name(code: str) -> str:
    """Return the usual name of a country by its code, or the code itself."""
    return country_names().get(code, (code,))[0]


@lru_cache(maxsize=4096)
def other_names(key: str) -> tuple[str, ...]:
    """Return every name of a place by its key."""
    return _place_names().get(key, ())


@cache
def place_words() -> frozenset[str]:
    """Return the lemmas of the names of places and countries: an event has them unwritten."""
    every = (*_place_names().values(), *country_names().values())
    return frozenset(word for names in every for name in names for word in words_of(name))


def usual_name(field: str, key: str) -> str | None:
    """Return the usual name of a place or an actor that our tables know by this key."""
    return _usual_names("places" if field == "place" else "actors").get(key)


@cache
def _usual_names(table: str) -> dict[str, str]:
    names = {" ".join(words_of(name)): name for name, *_ in _rows(table)}
    if table == "places":
        names |= {" ".join(words_of(name)): name for name, *_ in country_names().values()}
    return names


def coordinates_of(name: str) -> Coordinates | None:
    """Return the middle of a place of our own small table: Pakistan's districts, world capitals."""
    return _coordinates().get(place_key(name))


@cache
def _coordinates() -> dict[str, Coordinates]:
    return {
        place_key(name): (float(latitude), float(longitude))
        for name, latitude, longitude, *_ in _rows("places")
        if latitude
    }


@cache
def _place_names() -> dict[str, tuple[str, ...]]:
    return {place_key(name): (name, *aliases) for name, _, _, *aliases in _rows("places")}


@cache
def _place_aliases() -> dict[str, str]:
    countries: dict[str, str] = {}
    for usual, *others in country_names().values():
        countries |= {" ".join(words_of(name)): " ".join(words_of(usual)) for name in others}
    return countries | _aliases("places")


@cache
def _aliases(table: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, *aliases in _rows(table):
        key = " ".join(words_of(name))
        for alias in aliases[2:] if table == "places" else aliases:
            found[" ".join(words_of(alias))] = key
    return found


def _rows(table: str) -> Iterator[list[str]]:
    """Give the rows of a data file: fields apart by "|", comments after "#"."""
    text = files("bot.matching").joinpath(f"data/{table}.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield [cell.strip() for cell in line.split("|")]
