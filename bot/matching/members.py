"""Small containers for a million: sets of mostly one element, equal values kept once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Generic, TypeAlias, TypeVar

T = TypeVar("T")
Members: TypeAlias = T | tuple[T, ...] | set[T] | None
"""``None`` is empty; ``T`` itself is never a tuple or a set."""

_LONGEST_TUPLE = 16


def joined(members: Members[T], one: T) -> Members[T]:
    """Return the members with one more (a set grows in place)."""
    if members is None:
        return one
    if isinstance(members, set):
        members.add(one)
        return members
    several = members if isinstance(members, tuple) else (members,)
    if one in several:
        return members
    more = (*several, one)
    return more if len(more) <= _LONGEST_TUPLE else set(more)


def left(members: Members[T], one: T) -> Members[T]:
    """Return the members without one of them (a set shrinks in place)."""
    if isinstance(members, set):
        members.discard(one)
        return members or None
    fewer = tuple(member for member in each(members) if member != one)
    if len(fewer) > 1:
        return fewer
    return fewer[0] if fewer else None


def each(members: Members[T]) -> Iterable[T]:
    """Return the members to iterate over."""
    if isinstance(members, tuple | set):
        return members
    return () if members is None else (members,)


def size(members: Members[T]) -> int:
    """Return how many members there are."""
    if isinstance(members, tuple | set):
        return len(members)
    return 0 if members is None else 1


class Shared(Generic[T]):
    """Equal values kept once, for as long as somebody uses them."""

    def __init__(self) -> None:
        self._kept: dict[T, T] = {}
        self._uses: dict[T, int] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, value: T) -> T:
        """Return the one kept value that equals this one."""
        kept = self._kept.setdefault(value, value)
        self._uses[kept] = self._uses.get(kept, 0) + 1
        return kept

    def give_back(self, value: T) -> None:
        """End one use of a value."""
        self._uses[value] -= 1
        if not self._uses[value]:
            del self._uses[value], self._kept[value]
