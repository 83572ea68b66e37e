"""One query against one document, and why it matches."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.chats import Reason
from bot.matching.document import Document
from bot.matching.nodes import And, Near, Node, Not, Or, Range, Term, Value
from bot.matching.query import Query, canonical, leaf_text


def matches(query: Query, document: Document) -> tuple[Reason, ...] | None:
    """Return why a document matches, or ``None`` where it does not."""
    return reasons(query.root, document) if query.root.holds(document) else None


def reasons(root: Node, document: Document) -> tuple[Reason, ...]:
    """Return the terms and fields that made a query match, or the query where it only denies."""
    found = tuple(dict.fromkeys(_holding(root, document)))
    return found or (Reason(canonical(Query(root))),)


def _holding(node: Node, document: Document) -> Iterator[Reason]:
    if isinstance(node, And | Or):
        for part in node.parts:
            if part.holds(document):
                yield from _holding(part, document)
    elif not isinstance(node, Not):
        yield reason(node)


def reason(leaf: Term | Value | Range | Near) -> Reason:
    """Return a term or field as a reason."""
    if isinstance(leaf, Term):
        return Reason(leaf.text + "*" * leaf.prefix)
    if isinstance(leaf, Value):
        return Reason(leaf.value, leaf.name)
    if isinstance(leaf, Near):
        where = leaf.label or f"{leaf.latitude:g}, {leaf.longitude:g}"
        return Reason(f"within {leaf.km:g} km of {where}", "near")
    return Reason(leaf_text(leaf), leaf.name)
