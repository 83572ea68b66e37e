"""A typed query becomes lexemes, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

QUOTES = '"“”„‟«»″＂'
_NOT_QUOTE = f"[^{QUOTES}]"
_QUOTE = f"[{QUOTES}]"
_LEXEME = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<open>[(（])|(?P<close>[)）])"
    r"|(?P<minus>[-–—−]+(?=[^\s]))"
    r"|(?P<field>(?P<name>[A-Za-z_]+)\s*(?P<operator>>=|<=|=>|=<|[:=<>≥≤：])\s*"
    rf"(?P<value>(?:{_QUOTE}{_NOT_QUOTE}*{_QUOTE}?|[^\s()（）{QUOTES}])*))"
    rf"|(?P<quoted>{_QUOTE}(?P<inside>{_NOT_QUOTE}*){_QUOTE}?)"
    rf"|(?P<word>[^\s()（）{QUOTES}]+)"
)
_OPERATORS = {"=>": ">=", "≥": ">=", "=<": "<=", "≤": "<=", "=": ":", "：": ":"}


class Sort(Enum):
    """The sorts of lexemes."""

    OPEN = "("
    CLOSE = ")"
    NOT = "NOT"
    AND = "AND"
    OR = "OR"
    FIELD = "a field"
    PHRASE = "a phrase"
    WORD = "a word"
    END = "the end"


_SIGNS = {"open": Sort.OPEN, "close": Sort.CLOSE, "minus": Sort.NOT}
OPERATORS = {"OR": Sort.OR, "AND": Sort.AND, "NOT": Sort.NOT}


@dataclass(frozen=True, slots=True)
class Edit:
    """A repair: the characters from ``start`` to before ``end`` give way to ``text``."""

    start: int
    end: int
    text: str = ""

    def apply(self, query: str) -> str:
        """Return the query with this repair made."""
        return query[: self.start] + self.text + query[self.end :]


class GrammarError(Exception):
    """A query does not parse; ``edit`` repairs this one fault, if anything simple does."""

    def __init__(self, why: str, position: int, edit: Edit | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.position = position
        self.edit = edit


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A piece of a query: ``text`` is a word, a phrase's inside or a field's value as typed."""

    sort: Sort
    text: str
    start: int
    end: int
    name: str = ""
    operator: str = ""
    value_at: int = 0


def lexemes(query: str) -> Iterator[Lexeme]:
    """Give the lexemes of a query, the end of it last.

    Raises:
        GrammarError: a quotation mark is not closed.

    """
    for found in _LEXEME.finditer(query):
        kind, start, end = found.lastgroup, found.start(), found.end()
        if found["space"]:
            continue
        if found["field"]:
            yield _field(found)
        elif found["quoted"]:
            _check_quotes(found["quoted"], end)
            yield Lexeme(Sort.PHRASE, found["inside"], start, end)
        elif found["word"]:
            yield Lexeme(OPERATORS.get(found["word"], Sort.WORD), found["word"], start, end)
        else:
            yield Lexeme(_SIGNS[str(kind)], found[0], start, end)
    yield Lexeme(Sort.END, "", len(query), len(query))


def _field(found: re.Match[str]) -> Lexeme:
    _check_quotes(found["value"], found.end())
    return Lexeme(
        Sort.FIELD,
        found["value"],
        found.start(),
        found.end(),
        found["name"],
        _OPERATORS.get(found["operator"], found["operator"]),
        found.start("value"),
    )


def _check_quotes(text: str, end: int) -> None:
    if sum(text.count(mark) for mark in QUOTES) % 2:
        at = end - len(text) + min(text.index(mark) for mark in QUOTES if mark in text)
        raise GrammarError("this quotation mark is not closed", at, Edit(end, end, '"'))
