"""Stored queries, which are in canonical form, are read many times faster than typed ones."""

from __future__ import annotations

import re

from bot.matching.fields import FIELDS, Shape
from bot.matching.nodes import And, Node, Or, Term, Value
from bot.matching.query import STORED, Query, parse, placeless
from bot.matching.scanner import OPERATORS

ANYWHERE = "\0"
"""Before a canonical form: as it is for a chat that wants events without a place too."""
_PHRASE = re.compile('"[a-z0-9]+(?: [a-z0-9]+)*"')
_PIECE = re.compile(r'\([^()]*\)|(?:[^\s"()]|"[^"]*")+')
_NAMED = re.compile(r'([a-z]+):(?:"([^"]+)"|([\w.-]+))')
_UNREAD = frozenset({"AND", "NOT", "-", "()"})
"""Pieces that the grammar must read, or refuse."""
_NAMES = frozenset(name for name, field in FIELDS.items() if field.shape is Shape.NAME)


class Reader:
    """Reads many canonical forms; terms and fields that return are one object each."""

    def __init__(self) -> None:
        self._pieces: dict[str, Node] = {}

    def read(self, text: str) -> Node:
        """Return the tree of a query: ``parse(text, limits=STORED).root``, sooner.

        Raises:
            QueryError: the text is no query.

        """
        if text.startswith(ANYWHERE):
            return placeless(Query(self._tree(text.removeprefix(ANYWHERE)))).root
        return self._tree(text)

    def _tree(self, text: str) -> Node:
        known = self._pieces.get(text)
        if known is not None:
            return known
        if text.isalnum() or _PHRASE.fullmatch(text):  # half of all: one piece, no need to look
            return self._new(text)
        pieces = _PIECE.findall(text)
        if " ".join(pieces) != text or not _UNREAD.isdisjoint(pieces):
            return parse(text, limits=STORED).root
        if "OR" in pieces:
            return self._alternatives(text, pieces)
        parts = [self._pieces.get(piece) or self._new(piece) for piece in pieces]
        return parts[0] if len(parts) == 1 else And(parts)

    def _alternatives(self, text: str, pieces: list[str]) -> Node:
        sides = text.split(" OR ")
        if len(sides) != pieces.count("OR") + 1 or "" in sides:
            return parse(text, limits=STORED).root
        return Or(tuple(map(self._tree, sides)))

    def _new(self, piece: str) -> Node:
        if piece.startswith("("):
            return self._tree(piece[1:-1])
        node = _leaf(piece) or parse(piece, limits=STORED).root
        if " " not in piece:  # phrases seldom return
            self._pieces[piece] = node
        return node


def _leaf(piece: str) -> Node | None:
    """Return the plain kinds of terms and fields; the grammar reads the others."""
    if piece.isascii() and piece.islower() and piece.isalnum() and piece.upper() not in OPERATORS:
        return Term(piece)
    if _PHRASE.fullmatch(piece):
        return Term(piece[1:-1])
    named = _NAMED.fullmatch(piece)
    if named and named[1] in _NAMES:
        return Value(FIELDS[named[1]].name, named[2] or named[3])
    return None
