"""Sets of mostly one element, a million of them: the element itself, a tuple, or a set."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")
Members: TypeAlias = T | tuple[T, ...] | set[T] | None
"""``None`` is empty; ``T`` itself is never a tuple or a set."""

_LONGEST_TUPLE = 16
_SEVERAL = (tuple, set)


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


def of_json(stored: Iterable[tuple[Any, Any]], table: Any) -> None:
    """Make members, in place, of what JSON holds in a table: lists in place of tuples and sets."""
    for at, members in stored:
        if isinstance(members, list):
            table[at] = tuple(members) if len(members) <= _LONGEST_TUPLE else set(members)


def each(members: Members[T]) -> Collection[T]:
    """Return the members to iterate over."""
    if isinstance(members, _SEVERAL):
        return members
    return () if members is None else (members,)


def size(members: Members[T]) -> int:
    """Return how many members there are."""
    if isinstance(members, _SEVERAL):
        return len(members)
    return 0 if members is None else 1
