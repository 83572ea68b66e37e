"""A query said back in plain words, so that people see how it was understood."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.matching.fields import FIELDS, Shape, shown
from bot.matching.names import PHRASE_FIELDS, country_name, usual_name, words_of
from bot.matching.nodes import And, Near, Node, Not, Or, Range, Term, Value
from bot.matching.query import Query

_ALIASED = PHRASE_FIELDS | {"place"}


def say(query: Query) -> str:
    """Return a query in plain English: ``“blast” and in sindh, but not “cricket”``."""
    return _say(query.root, inside=False)


def _say(node: Node, *, inside: bool) -> str:
    if isinstance(node, And):
        text = _conjunction(node.parts)
    elif isinstance(node, Or):
        text = "either " + _listed([_say(part, inside=True) for part in node.parts], "or")
    elif isinstance(node, Not):
        return f"not {_say(node.part, inside=True)}"
    else:
        return _leaf(node)
    return f"({text})" if inside else text


def _conjunction(parts: Sequence[Node]) -> str:
    wanted = [_say(part, inside=True) for part in parts if not isinstance(part, Not)]
    unwanted = [_say(part.part, inside=True) for part in parts if isinstance(part, Not)]
    if not wanted:
        return f"neither {_listed(unwanted, 'nor')}"
    denial = f", but not {_listed(unwanted, 'nor')}" if unwanted else ""
    return _listed(wanted, "and") + denial


def _listed(texts: Sequence[str], word: str) -> str:
    if len(texts) == 1:
        return texts[0]
    return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def _leaf(leaf: Term | Value | Range | Near) -> str:
    if isinstance(leaf, Term):
        return f"a word that starts with “{leaf.text}”" if leaf.prefix else f"“{leaf.text}”"
    if isinstance(leaf, Near):
        where = leaf.label or f"{leaf.latitude:g}, {leaf.longitude:g}"
        return f"within {leaf.km:g} km of {where}"
    if isinstance(leaf, Value):
        return _value(leaf)
    return FIELDS[leaf.name].words.format(_range(leaf))


def _value(leaf: Value) -> str:
    if leaf.name == "place" and leaf.key == "place:none":
        return "where the place is unknown"
    value = leaf.value.replace("_", " ")
    if leaf.name == "country":
        value = f"{country_name(leaf.value)} ({leaf.value})"
    return FIELDS[leaf.name].words.format(value + _meaning(leaf))


def _meaning(leaf: Value) -> str:
    """Return what an alias stands for: " (Baloch Liberation Army)" for BLA."""
    name = usual_name(leaf.name, leaf.key.partition(":")[2])
    aliased = name is not None and words_of(name) != words_of(leaf.value)
    return f" ({name})" if aliased and leaf.name in _ALIASED else ""


def _range(leaf: Range) -> str:
    field = FIELDS[leaf.name]
    low, high = (None if end is None else _shown(leaf, end) for end in (leaf.low, leaf.high))
    if low == high:
        return f"on {low}" if field.shape is Shape.DAY else f"{low}"
    if field.shape is Shape.DAY:
        return _days(low, high)
    if field.shape is Shape.LEVEL:
        return _levels(low, high)
    return _counts(low, high)


def _counts(low: str | None, high: str | None) -> str:
    if low is None:
        return f"at most {high}"
    return f"at least {low}" if high is None else f"{low} to {high}"


def _days(low: str | None, high: str | None) -> str:
    if low is None:
        return f"by {high}"
    return f"on or after {low}" if high is None else f"from {low} to {high}"


def _levels(low: str | None, high: str | None) -> str:
    if low is None:
        return f"{high} or less"
    return f"{low} or more" if high is None else f"{low} to {high}"


def _shown(leaf: Range, number: int) -> str:
    field = FIELDS[leaf.name]
    if field.shape is Shape.DAY:
        day = dt.date.fromordinal(number)
        return f"{day.day} {day:%b %Y}"
    return shown(field, number)
