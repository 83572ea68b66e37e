"""The gazetteer: every place of the world that news is likely to name, found by its tokens.

A name is the rolling hash of spaCy's hashes of its lower-case tokens, so that all n-grams of an
article are looked up at once, in one sorted column of the shipped file (``tools.lexicons``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from spacy.tokens import Doc

from bot.domain.values import Place, PlacePrecision

FILE = Path(__file__).with_name("lexicon") / "gazetteer.npz"
FACTOR = np.uint64(0x9E3779B97F4A7C15)
SIEVE = 1 << 21
"""Slots of the sieve that most n-grams fall through, so that few are searched for."""
MASK = np.uint64(SIEVE - 1)
LONGEST = 6
"""Tokens of the longest name that is looked for."""

PADDING = np.zeros(LONGEST, dtype=np.uint64)
OFFSETS = np.arange(LONGEST)[::-1]

Hashes = np.ndarray[Any, np.dtype[np.uint64]]


class Level:
    """What kind of place a row is, from wide to narrow; a demonym only tells a country.

    Plain integers, not an Enum: levels are compared thousands of times an article.
    """

    COUNTRY = 0
    DEMONYM = 1
    REGION = 2
    ADMIN1 = 3
    DISTRICT = 4
    CITY = 5
    TEHSIL = 6
    PLACE = 7


PRECISION = {
    Level.COUNTRY: PlacePrecision.COUNTRY, Level.DEMONYM: PlacePrecision.COUNTRY,
    Level.REGION: PlacePrecision.UNKNOWN, Level.ADMIN1: PlacePrecision.ADMIN1,
    Level.DISTRICT: PlacePrecision.DISTRICT, Level.CITY: PlacePrecision.PLACE,
    Level.TEHSIL: PlacePrecision.TEHSIL, Level.PLACE: PlacePrecision.PLACE,
}  # fmt: skip


def key_of(doc: Doc) -> int:
    """Return the key of a name that is all of a Doc."""
    key = np.uint64(0)
    with np.errstate(over="ignore"):
        for word in _hashes(doc):
            key = key * FACTOR + word
    return int(key)


def _hashes(doc: Doc) -> Hashes:
    return np.asarray(doc.to_array("LOWER"), dtype=np.uint64).reshape(-1)


def _keys(words: Hashes, starts: np.ndarray[Any, Any]) -> Hashes:
    """Return a row for each start with the keys of ``LONGEST`` tokens, one less … one."""
    padded = np.concatenate((words, PADDING))
    keys = padded[starts[:, None] + OFFSETS]
    for column in range(LONGEST - 2, -1, -1):
        keys[:, column] += keys[:, column + 1] * FACTOR
    return keys


class Gazetteer:
    """The shipped file, loaded: columns of places and the sorted keys of their names."""

    def __init__(self, path: Path = FILE) -> None:
        with np.load(path) as columns:
            self._keys = columns["keys"]
            self._places = columns["places"]
            self._spots = columns["spots"]
            self._columns = {
                name: memoryview(columns[name]) for name in ("country", "admin1", "district")
            }
            self.level = columns["level"].tobytes()
            self.population = memoryview(columns["population"])
            self._names: bytes = columns["names"].tobytes()
            self._lines = np.flatnonzero(columns["names"] == ord("\n"))
            self._strings: list[str] = columns["strings"].tobytes().decode().split("\n")
        self._likely = np.zeros(SIEVE, dtype=np.bool_)
        self._likely[self._keys & MASK] = True
        self._made: dict[int, Place] = {}
        self._shared: dict[int, list[int]] = {}

    def find(self, words: Hashes, starts: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
        """Yield names as (start, end, places), longest first at each start, never overlapping.

        ``words`` are spaCy's hashes of the lower-case tokens, ``starts`` where names may begin.
        """
        last = 0
        for cell, at in self._hits(_keys(words, np.asarray(starts, dtype=np.intp)).ravel()):
            start = starts[cell // LONGEST]
            end = start + LONGEST - cell % LONGEST
            if start >= last and end <= len(words):
                last = end
                yield start, end, self._homonyms(at)

    def _hits(self, keys: Hashes) -> Iterator[tuple[int, int]]:
        """Yield the positions of those that are names, each with its position among our keys."""
        likely = self._likely[keys & MASK].nonzero()[0]
        keys = keys[likely]
        at = self._keys.searchsorted(keys)
        right = self._keys.take(at, mode="clip") == keys
        return zip(likely[right].tolist(), at[right].tolist(), strict=True)

    def named(self, key: int) -> list[int]:
        """Return the places of a name by its key (``key_of``)."""
        at = int(np.searchsorted(self._keys, np.uint64(key)))
        found = at < len(self._keys) and int(self._keys[at]) == key
        return self._homonyms(at) if found else []

    def _homonyms(self, at: int) -> list[int]:
        """Return the places that share a key, of which ``at`` is the first position."""
        some = self._shared.get(at)
        if some is None:
            end = at
            while end < len(self._keys) and self._keys[end] == self._keys[at]:
                end += 1
            some = self._shared[at] = self._places[at:end].tolist()
        return some

    def place(self, number: int) -> Place:
        """Return a place as the rest of the application knows it, made once."""
        made = self._made.get(number)
        if made is None:
            made = self._made[number] = self._make(number)
        return made

    def _make(self, number: int) -> Place:
        latitude, longitude = (float(value) for value in self._spots[number])
        known = latitude == latitude  # noqa: PLR0124 NaN where no coordinates are known
        return Place(
            name=self.name(number),
            admin1=self.text(number, "admin1") or None,
            country=self.text(number, "country") or None,
            latitude=round(latitude, 4) if known else None,
            longitude=round(longitude, 4) if known else None,
            precision=PRECISION[self.level[number]],
            district=self.text(number, "district") or None,
        )

    def country(self, code: str) -> Place | None:
        """Return a country by its ISO code."""
        rows = (n for n in range(len(self.level)) if self.level[n] == Level.COUNTRY)
        return next((self.place(n) for n in rows if self.text(n, "country") == code), None)

    def name(self, number: int) -> str:
        """Return the usual name of a place."""
        begin = int(self._lines[number - 1]) + 1 if number else 0
        end = int(self._lines[number]) if number < len(self._lines) else len(self._names)
        return str(self._names[begin:end], "utf-8")

    def text(self, number: int, column: str) -> str:
        """Return the country code, first-level division or district of a place, may be empty."""
        index = int(self._columns[column][number])
        return self._strings[index]


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer, loaded once."""
    return Gazetteer()
