"""Beginnings of words that every text which a query matches holds: to narrow a search by."""

from __future__ import annotations

from bot.matching.lemma import irregular
from bot.matching.names import place_words
from bot.matching.nodes import And, Node, Term
from bot.matching.query import Query

LENGTH = 4
"""Letters: all regular forms of a longer word share them, and so does its stem in an index."""


def beginnings(query: Query) -> tuple[str, ...]:
    """Return the beginnings, distinct; none where nothing plain is required."""
    parts = query.root.parts if isinstance(query.root, And) else (query.root,)
    return tuple(dict.fromkeys(one for part in parts for one in _of(part)))


def _of(node: Node) -> tuple[str, ...]:
    if not isinstance(node, Term) or len(node.spellings) != 1:
        return ()
    if node.prefix:
        unwritten = any(word.startswith(node.text) for word in place_words())
        return _first(node.text) if len(node.text) >= LENGTH and not unwritten else ()
    return tuple(one for lemma in node.spellings[0] for one in _first(lemma) if _plain(lemma))


def _first(word: str) -> tuple[str, ...]:
    """Return a word's beginning; a stem may end in i where the word goes on with y."""
    first = word[:LENGTH]
    return (first.removesuffix("y"),) if first.isascii() and first.isalpha() else ()


def _plain(lemma: str) -> bool:
    return len(lemma) > LENGTH and lemma not in irregular() and lemma not in place_words()
