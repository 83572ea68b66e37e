"""Mentions by where they start: cheap slices of the sorted tuples that steps leave on a Doc."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from operator import attrgetter
from typing import Protocol, TypeVar


class Starting(Protocol):
    """Whatever stands at a token."""

    @property
    def start(self) -> int:
        """Return the first token."""


M = TypeVar("M", bound=Starting)


_start = attrgetter("start")
"""Asked some thousand times an article, so not a function of ours."""


def between(items: Sequence[M], start: int, end: int) -> Sequence[M]:
    """Return the items of a sequence in text order that start within the tokens [start, end)."""
    first = bisect_left(items, start, key=_start)
    return items[first : bisect_left(items, end, lo=first, key=_start)]
