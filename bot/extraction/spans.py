"""Mentions by where they start: cheap slices of the sorted tuples that steps leave on a Doc."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Protocol, TypeVar


class Starting(Protocol):
    """Whatever stands at a token."""

    @property
    def start(self) -> int:
        """Return the first token."""


M = TypeVar("M", bound=Starting)


def _start(item: Starting) -> int:
    return item.start


def between(items: Sequence[M], start: int, end: int) -> Sequence[M]:
    """Return the items of a sequence in text order that start within the tokens [start, end)."""
    first = bisect_left(items, start, key=_start)
    return items[first : bisect_left(items, end, lo=first, key=_start)]
