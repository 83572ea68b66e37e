"""Queries filed by keys: under one key that they need, and where many need it, under a second."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Generic, TypeVar

from bot.matching.members import Members, each, joined, left, size

T = TypeVar("T")
ALWAYS = ("",)
"""The second keys of what needs none."""
LONGEST = 16
"""Things under one key before their list is split."""


class Postings(Generic[T]):
    """Things by a first key; lists that grow long are split by second keys, one of which is needed.

    ``seconds`` gives those keys, always the same for a thing and a first key.
    """

    def __init__(
        self, seconds: Callable[[T, str], tuple[str, ...]], longest: int = LONGEST
    ) -> None:
        self._seconds = seconds
        self._longest = longest
        self._short: dict[str, Members[T]] = {}
        self._long: dict[str, dict[str, Members[T]]] = {}

    def __len__(self) -> int:
        return len(self._short) + len(self._long)

    def add(self, key: str, thing: T) -> None:
        """File a thing under a key."""
        split = self._long.get(key)
        if split is not None:
            self._add_split(split, key, thing)
            return
        members = joined(self._short.get(key), thing)
        self._short[key] = members
        if size(members) > self._longest:
            self._split(key)

    def _split(self, key: str) -> None:
        split = self._long[key] = {}
        for thing in each(self._short.pop(key)):
            self._add_split(split, key, thing)

    def _add_split(self, split: dict[str, Members[T]], key: str, thing: T) -> None:
        for second in self._seconds(thing, key):
            split[second] = joined(split.get(second), thing)

    def remove(self, key: str, thing: T) -> None:
        """Take a thing away from under a key."""
        split = self._long.get(key)
        if split is None:
            _leave(self._short, key, thing)
            return
        for second in self._seconds(thing, key):
            _leave(split, second, thing)
        if not split:
            del self._long[key]

    def size(self, key: str) -> int:
        """Return how long the list of a key is, about: seconds of a long list count once."""
        few = self._short.get(key)
        if few is not None:
            return size(few)
        split = self._long.get(key)
        return 0 if split is None else max(self._longest, len(split))

    def under(self, firsts: AbstractSet[str], keys: AbstractSet[str]) -> Iterator[Iterable[T]]:
        """Give what is filed under the first keys; of long lists what needs one of ``keys``."""
        for key in self._short.keys() & firsts:
            yield each(self._short[key])
        for key in self._long.keys() & firsts:
            split = self._long[key]
            yield each(split.get(ALWAYS[0]))
            for second in split.keys() & keys:
                yield each(split[second])

    def tables(self) -> tuple[dict[str, Members[T]], dict[str, dict[str, Members[T]]]]:
        """Return the short lists, and the long ones by their second keys."""
        return self._short, self._long

    def put_back(
        self, short: dict[str, Members[T]], long: dict[str, dict[str, Members[T]]]
    ) -> None:
        """Take the tables of other postings."""
        self._short, self._long = short, long

    def filed(self) -> Iterator[tuple[str, Collection[T]]]:
        """Give every first key, with the things that are filed under it, each once."""
        for key, members in self._short.items():
            yield key, each(members)
        for key, split in self._long.items():
            yield key, {thing for members in split.values() for thing in each(members)}


def _leave(table: dict[str, Members[T]], key: str, thing: T) -> None:
    rest = left(table[key], thing)
    if rest is None:
        del table[key]
    else:
        table[key] = rest
