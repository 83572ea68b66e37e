"""Queries: what a subscriber types, read into a tree, and written back in one canonical form."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import QueryError
from bot.matching.document import NOWHERE
from bot.matching.fields import FIELDS
from bot.matching.grammar import tree
from bot.matching.names import PlaceLookup, coordinates_of
from bot.matching.nodes import And, Near, Node, Not, Or, Term, Value, all_of, any_of, leaves
from bot.matching.scanner import OPERATORS, GrammarError
from bot.matching.values import field_text

_REPAIRS = 6


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a query may be; ``characters`` bounds also the work of reading it."""

    terms: int = 20
    characters: int = 300


STORED = Limits(terms=1000, characters=20_000)
"""Room for the canonical form of any query that was within the limits when it was typed."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that was understood."""

    root: Node

    def __str__(self) -> str:
        return canonical(self)


def parse(
    text: str, *, limits: Limits | None = None, places: PlaceLookup = coordinates_of
) -> Query:
    """Return the query that a text says; ``places`` finds the middle of ``near:NAME~50km``.

    Raises:
        QueryError: the text is no query; says where, and which right query is nearest.

    """
    limits = limits or Limits()
    _check_length(text, limits)
    try:
        root = tree(text, places)
    except GrammarError as fault:
        suggestion = _nearest(text, fault, limits, places)
        raise QueryError(fault.why, fault.position, suggestion) from None
    count = len(leaves(root))
    if count > limits.terms:
        raise QueryError(f"a query holds at most {limits.terms} terms, this one {count}", 0)
    return Query(root)


def _check_length(text: str, limits: Limits) -> None:
    if len(text) > limits.characters:
        raise QueryError(
            f"a query holds at most {limits.characters} characters, this one {len(text):,}",
            limits.characters,
        )


def _nearest(text: str, fault: GrammarError, limits: Limits, places: PlaceLookup) -> str | None:
    """Return the query that repairing fault after fault ends in."""
    for _ in range(_REPAIRS):
        if fault.edit is None:
            return None
        text = fault.edit.apply(text)
        try:
            query = Query(tree(text, places))
        except GrammarError as next_fault:
            fault = next_fault
        else:
            return canonical(query) if len(leaves(query.root)) <= limits.terms else None
    return None


def canonical(query: Query) -> str:
    """Return the one way to write a query: ``parse(canonical(query), limits=STORED) == query``."""
    return _written(query.root)


def _written(node: Node, *, inside: bool = False) -> str:
    """Write a node; ``inside`` a conjunction or a negation, alternatives need brackets."""
    if isinstance(node, Or):
        text = " OR ".join(_written(part) for part in node.parts)
        return f"({text})" if inside else text
    if isinstance(node, And):
        return " ".join(_written(part, inside=True) for part in node.parts)
    if isinstance(node, Not):
        text = _written(node.part, inside=True)
        return f"-({text})" if isinstance(node.part, And) else f"-{text}"
    return leaf_text(node)


def leaf_text(leaf: Node) -> str:
    """Return a term or field as it is typed."""
    if isinstance(leaf, Term):
        if " " in leaf.text or leaf.text.upper() in OPERATORS:
            return f'"{leaf.text}"'
        return f"{leaf.text}*" if leaf.prefix else leaf.text
    assert not isinstance(leaf, And | Or | Not)
    return field_text(FIELDS[leaf.name if not isinstance(leaf, Near) else "near"], leaf)


def placeless(query: Query) -> Query:
    """Return the query for a chat that wants events without a place too.

    Each ``place:`` and ``near:`` that must hold becomes "or the place is unknown".
    """
    return Query(_or_nowhere(query.root))


def _or_nowhere(node: Node) -> Node:
    if isinstance(node, Near) or (isinstance(node, Value) and node.name == "place"):
        return any_of((node, Value(*NOWHERE.split(":"))))
    if isinstance(node, And):
        return all_of(_or_nowhere(part) for part in node.parts)
    if isinstance(node, Or):
        return any_of(_or_nowhere(part) for part in node.parts)
    return node
