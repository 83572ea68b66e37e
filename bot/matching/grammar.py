"""The grammar of the query language, read by recursive descent.

either  = both ("OR" both)*
both    = one ("AND"? one)*
one     = ("-" | "NOT") one | "(" either ")" | word | word"*" | '"'phrase'"' | field
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.matching.folding import spelled, units
from bot.matching.names import PlaceLookup
from bot.matching.nodes import Node, Term, all_of, any_of, negation
from bot.matching.scanner import OPERATORS, Edit, GrammarError, Lexeme, Sort, lexemes
from bot.matching.values import field_node

_DEEPEST = 40
_SHORTEST_PREFIX = 2
_NO_OPERAND = frozenset({Sort.OR, Sort.AND, Sort.CLOSE, Sort.END})


def tree(text: str, places: PlaceLookup) -> Node:
    """Return the tree of a query.

    Raises:
        GrammarError: the text is no query.

    """
    reader = _Reader(tuple(lexemes(text)), places)
    if reader.next.sort is Sort.END:
        raise GrammarError("there is nothing to look for", 0)
    node = reader.either(0)
    reader.finish()
    return node


class _Reader:
    """Lexemes, and how far they are read."""

    def __init__(self, read: Sequence[Lexeme], places: PlaceLookup) -> None:
        self._lexemes = read
        self._places = places
        self._at = 0

    @property
    def next(self) -> Lexeme:
        return self._lexemes[self._at]

    def finish(self) -> None:
        extra = self.next
        if extra.sort is not Sort.END:
            drop = Edit(extra.start, extra.end, " ")
            raise GrammarError("this bracket closes nothing", extra.start, drop)

    def _take(self, sort: Sort) -> Lexeme | None:
        lexeme = self.next
        if lexeme.sort is not sort:
            return None
        self._at += 1
        return lexeme

    def either(self, depth: int) -> Node:
        parts = [self._both(depth)]
        while operator := self._take(Sort.OR):
            self._check_operand(operator)
            parts.append(self._both(depth))
        return any_of(parts)

    def _both(self, depth: int) -> Node:
        parts = [self._one(depth)]
        while self.next.sort not in {Sort.OR, Sort.CLOSE, Sort.END}:
            if operator := self._take(Sort.AND):
                self._check_operand(operator)
            parts.append(self._one(depth))
        return all_of(parts)

    def _check_operand(self, operator: Lexeme) -> None:
        if self.next.sort in _NO_OPERAND:
            drop = Edit(operator.start, operator.end, " ")
            raise GrammarError(f"something must follow “{operator.text}”", operator.end, drop)

    def _one(self, depth: int) -> Node:
        negative = False
        while operator := self._take(Sort.NOT):
            negative = not negative
            self._check_operand(operator)
        opened = self._take(Sort.OPEN)
        node = self._bracket(opened, depth) if opened else self._leaf()
        return negation(node) if negative else node

    def _bracket(self, opened: Lexeme, depth: int) -> Node:
        if depth >= _DEEPEST:
            raise GrammarError(f"brackets nest deeper than {_DEEPEST}", opened.start)
        if closed := self._take(Sort.CLOSE):
            drop = Edit(opened.start, closed.end, " ")
            raise GrammarError("there is nothing between these brackets", opened.start, drop)
        node = self.either(depth + 1)
        if not self._take(Sort.CLOSE):
            close = Edit(self.next.end, self.next.end, ")")
            raise GrammarError("this bracket is not closed", opened.start, close)
        return node

    def _leaf(self) -> Node:
        lexeme = self.next
        if lexeme.sort in _NO_OPERAND:
            drop = Edit(lexeme.start, lexeme.end, " ")
            text = f"“{lexeme.text}”" if lexeme.text else lexeme.sort.value
            raise GrammarError(f"something must stand before {text}", lexeme.start, drop)
        self._at += 1
        if lexeme.sort is Sort.FIELD:
            return field_node(lexeme, self._places)
        return _phrase(lexeme) if lexeme.sort is Sort.PHRASE else _word(lexeme)


def _phrase(lexeme: Lexeme) -> Term:
    text = spelled(lexeme.text)
    if not text:
        raise _wordless(lexeme)
    return Term(text)


def _word(lexeme: Lexeme) -> Term:
    if lexeme.text.upper() in OPERATORS:
        upper = lexeme.text.upper()
        edit = Edit(lexeme.start, lexeme.end, upper)
        why = f"write {upper} in capitals, or “{lexeme.text}” in quotation marks for the word"
        raise GrammarError(why, lexeme.start, edit)
    star = lexeme.text.find("*")
    text = spelled(lexeme.text)
    if not text:
        raise _wordless(lexeme)
    return Term(text) if star < 0 else _prefix(lexeme, text, star)


def _prefix(lexeme: Lexeme, text: str, star: int) -> Term:
    if star != len(lexeme.text) - 1:
        start = lexeme.text[:star].strip("*")
        edit = Edit(lexeme.start, lexeme.end, f"{start}*" if spelled(start) else text)
        raise GrammarError("“*” may only end a word", lexeme.start + star, edit)
    whole = Edit(lexeme.start, lexeme.end, text if " " not in text else f'"{text}"')
    written = tuple(units(text))
    if len(written) > 1 or len(written[0]) > 1:
        raise GrammarError("“*” may only end a single word", lexeme.start + star, whole)
    if len(text) < _SHORTEST_PREFIX:
        raise GrammarError(f"“*” needs {_SHORTEST_PREFIX} letters before it", lexeme.start, whole)
    return Term(text, prefix=True)


def _wordless(lexeme: Lexeme) -> GrammarError:
    drop = Edit(lexeme.start, lexeme.end, " ")
    if lexeme.text in {"-", "–", "—", "−"}:
        closer = Edit(lexeme.start, lexeme.end + 1, "-")
        return GrammarError(
            "no space may follow the minus sign of a word to leave out", lexeme.start, closer
        )
    return GrammarError(
        f"“{lexeme.text}” holds no letters or digits to look for", lexeme.start, drop
    )
