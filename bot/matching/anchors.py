"""Anchors: the keys of which a document must hold one before a query can match it.

A query is filed under its anchors only; for each document, only the queries under its keys are
verified. Correct whichever anchors are chosen, fast where they are rare.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator

from bot.matching.commonness import guess
from bot.matching.document import Document
from bot.matching.nodes import And, Near, Node, Not, Or, Range, Term, Value
from bot.matching.postings import ALWAYS

Keys = tuple[str, ...]
Cost = Callable[[str], float]
"""How common a key is in documents; the rarest anchors are the best."""

_KM_PER_DEGREE = 111.1
_CELLS = ((1, 16), (10, 36))
"""Sizes of map cells in degrees, each with the most cells that one query is filed under."""
_ANYWHERE = "near#"


def document_keys(document: Document) -> frozenset[str]:
    """Return every key of a document, except the starts of its words."""
    stated = (f"{name}#" for name in document.numbers)
    return frozenset(document.words).union(document.values, stated, _point_keys(document))


def _point_keys(document: Document) -> Iterator[str]:
    for latitude, longitude in document.points:
        yield _ANYWHERE
        for degrees, _ in _CELLS:
            yield _cell(degrees, latitude // degrees, longitude // degrees)


def anchors(node: Node, cost: Cost) -> Keys | None:
    """Return the cheapest keys one of which every matching document holds; ``None``: no such."""
    choices = _needs(node, cost)
    return choices[0] if len(choices) == 1 else _cheapest(choices, cost)


def second_keys(node: Node, first: str) -> Keys:
    """Return further keys one of which every matching document holds, always the same ones."""
    others = (
        keys
        for keys in _needs(node, guess)
        if first not in keys and not any(key.endswith("*") for key in keys)
    )
    return _cheapest(others, guess) or ALWAYS


def _needs(node: Node, cost: Cost) -> list[Keys]:
    """Return choices of keys; of each choice every matching document holds at least one key."""
    if isinstance(node, Term):
        return [(node.lemma,)] if node.lemma and not node.prefix else _term_needs(node, cost)
    if isinstance(node, Value):
        return [(node.key,)]
    if isinstance(node, And):
        return [keys for part in node for keys in _needs(part, cost)]
    if isinstance(node, Or):
        either = _union(anchors(part, cost) for part in node.parts)
        return [either] if either else []
    if isinstance(node, Range):
        return [(f"{node.name}#",)]
    return [] if isinstance(node, Not) else [_circle_cells(node)]


def _term_needs(term: Term, cost: Cost) -> list[Keys]:
    if term.prefix:
        return [(f"{term.text}*",)]
    spellings = term.spellings
    if len(spellings) == 1:
        return [(lemma,) for lemma in spellings[0]]
    return [tuple(dict.fromkeys(min(lemmas, key=cost) for lemmas in spellings))]


def _cheapest(choices: Iterable[Keys], cost: Cost) -> Keys | None:
    best, least = None, math.inf
    for keys in choices:
        total = cost(keys[0]) if len(keys) == 1 else sum(map(cost, keys))
        if total < least:
            best, least = keys, total
    return best


def _union(choices: Iterable[Keys | None]) -> Keys | None:
    keys: dict[str, None] = {}
    for choice in choices:
        if choice is None:
            return None
        keys.update(dict.fromkeys(choice))
    return tuple(keys)


def _cell(degrees: int, row: float, column: float) -> str:
    return f"near#{degrees}/{int(row)}/{int(column) % (360 // degrees)}"


def _circle_cells(circle: Near) -> Keys:
    """Return the cells of the finest map that covers a circle with few of them."""
    high = circle.km / _KM_PER_DEGREE + 0.01
    farthest = abs(circle.latitude) + high
    if farthest >= 89:  # noqa: PLR2004 — round a pole every longitude is near
        return (_ANYWHERE,)
    wide = high / math.cos(math.radians(farthest))
    for degrees, most in _CELLS:
        rows = _steps(circle.latitude, high, degrees)
        columns = _steps(circle.longitude, wide, degrees)
        if len(rows) * len(columns) <= most:
            return tuple(_cell(degrees, row, column) for row in rows for column in columns)
    return (_ANYWHERE,)


def _steps(middle: float, reach: float, degrees: int) -> range:
    return range(math.floor((middle - reach) / degrees), math.floor((middle + reach) / degrees) + 1)
