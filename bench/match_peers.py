"""What the index is measured against: spaCy's PhraseMatcher, SQLite's FTS5 and the naive loop."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable

import spacy
from spacy.matcher import PhraseMatcher

from bot.matching.anchors import document_keys
from bot.matching.document import Document
from bot.matching.nodes import Node
from bot.matching.stored import Reader


class Naive:
    """Every query is tried."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        reader = Reader()
        self._queries: list[tuple[int, Node]] = [(key, reader.read(text)) for key, text in rows]

    def find(self, document: Document) -> set[int]:
        """Return the subscriptions whose queries hold."""
        return {key for key, root in self._queries if root.holds(document)}


class Phrases:
    """spaCy's PhraseMatcher over the folded text; it knows words and phrases only."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        self._language = spacy.blank("en")
        self._matcher = PhraseMatcher(self._language.vocab, attr="LOWER")
        subscribers: dict[str, list[int]] = {}
        for key, text in rows:
            subscribers.setdefault(text.strip('"'), []).append(key)
        for phrase in subscribers:
            self._matcher.add(phrase, [self._language.make_doc(phrase)])
        self._subscribers = subscribers

    def find(self, text: str) -> set[int]:
        """Return the subscriptions whose word or phrase stands in a text."""
        strings = self._language.vocab.strings
        found = {strings[match] for match, _, _ in self._matcher(self._language.make_doc(text))}
        return {key for phrase in found for key in self._subscribers[phrase]}


class FullText:
    """SQLite's FTS5 over the queries: those with any key of the document, each then verified."""

    def __init__(self, rows: Iterable[tuple[int, str]]) -> None:
        reader = Reader()
        self._roots: dict[int, Node] = {}
        self._base = sqlite3.connect(":memory:")
        self._base.execute("CREATE VIRTUAL TABLE queries USING fts5(keys, detail=none, content='')")
        for key, text in rows:
            self._roots[key] = reader.read(text)
            required = re.sub(r'-\w+|[()"]| OR ', " ", text)
            insert = "INSERT INTO queries(rowid, keys) VALUES (?, ?)"
            self._base.execute(insert, (key + 1, _tokens(required.split())))

    def find(self, document: Document) -> set[int]:
        """Return the subscriptions whose queries hold."""
        keys = [*document_keys(document), *document.surfaces]
        asked = " OR ".join(f'"{token}"' for token in _tokens(keys).split())
        rows = self._base.execute("SELECT rowid FROM queries WHERE queries MATCH ?", (asked,))
        found = {row - 1 for (row,) in rows}
        return {key for key in found if self._roots[key].holds(document)}


def _tokens(keys: Iterable[str]) -> str:
    """Return keys as FTS5 tokens: place:zhob becomes the one token placezhob."""
    plain = (re.sub(r"[<>=].*", "", key).removesuffix("#") for key in keys)
    return " ".join(re.sub(r"\W|_", "", key).lower() for key in plain)
