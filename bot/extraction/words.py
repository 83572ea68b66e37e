"""The tokens of a Doc as plain columns: steps scan these, many times faster than Token objects.

Most words of an article have been met before, so what can be told of a word alone (its small form,
whether it is a name, a digit, a word of some lexicon) is asked once and kept in a table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from spacy.tokens import Doc

from bot.extraction.findings import KEPT as FOUND
from bot.extraction.findings import findings

KEPT = "khabardar.words"
MOST_FORMS = 100_000
"""Different words that are kept before the table is emptied: about 300 bytes each."""
HYPHENS = frozenset({"-", "–", "‑", "--"})
UNREAD = HYPHENS | frozenset("\"“”‘’'`")
"""Tokens that a phrase reads over."""

Column = np.ndarray[Any, Any]
Question = Callable[[str, str], bool]
"""Asked of a word as written and in small letters."""


class Form(NamedTuple):
    """A word: as written, small, as it stands in a line of phrases, and its signs, a bit each."""

    text: str
    lower: str
    piece: str
    signs: int


_LISTS: dict[int, Callable[[], Iterable[str]]] = {}
_QUESTIONS: dict[int, Question] = {}
_ODD_QUESTIONS: dict[int, Question] = {}
"""What the signs stand for: lists of small words, and questions asked of all words, of odd ones."""
_FORMS: dict[int, Form] = {}


def sign(question: Question) -> int:
    """Return the sign of the words of which something holds, for ``Words.where``."""
    bit = _next_sign()
    _QUESTIONS[bit] = question
    return bit


def odd_sign(question: Question) -> int:
    """Return the sign of words with more than letters in them: few, so no other word is asked."""
    bit = _next_sign()
    _ODD_QUESTIONS[bit] = question
    return bit


def sign_of(words: Callable[[], Iterable[str]]) -> int:
    """Return the sign of some words, given small: one look tells a word's signs of all lists."""
    bit = _next_sign()
    _LISTS[bit] = words
    return bit


def _next_sign() -> int:
    _FORMS.clear()
    _listed.cache_clear()
    return 1 << (len(_LISTS) + len(_QUESTIONS) + len(_ODD_QUESTIONS))


@cache
def _listed() -> dict[str, int]:
    """Return the signs of every word of a list, put together when the first text is read."""
    signs: dict[str, int] = {}
    for bit, words in _LISTS.items():
        for word in words():
            signs[word] = signs.get(word, 0) | bit
    return signs


@dataclass(frozen=True, slots=True)
class Words:
    """Each token's text, its lower-case form, and the characters [start, end) that it covers.

    ``source`` is the whole text: ``doc.text`` is put together anew at each call. ``pieces`` are the
    small forms with a blank behind, empty for hyphens and quotes; ``signs`` tells which questions
    hold; ``hashes`` are spaCy's of the small forms.
    """

    source: str
    text: tuple[str, ...]
    lower: tuple[str, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    pieces: tuple[str, ...] = field(repr=False)
    signs: Column = field(repr=False, compare=False)
    hashes: Column = field(repr=False, compare=False)
    _at: dict[int, list[int]] = field(repr=False, compare=False, default_factory=dict)

    def where(self, signs: int) -> list[int]:
        """Return the tokens with any of some signs, in order."""
        found: list[int] = (self.signs & signs).nonzero()[0].tolist()
        return found

    def within(self, signs: int, start: int, end: int) -> list[int]:
        """Return the tokens within [start, end) with any of some signs, in order."""
        at = self._at.get(signs)
        if at is None:
            at = self._at[signs] = self.where(signs)
        first = bisect_left(at, start)
        return at[first : bisect_left(at, end, first)]

    def any(self, signs: int, start: int, end: int) -> bool:
        """Tell whether a token within [start, end) has any of some signs."""
        return bool(self.within(signs, start, end))

    def said(self, start: int, end: int) -> str:
        """Return the tokens [start, end) as written, white space folded into single blanks."""
        return " ".join(self.source[self.starts[start] : self.ends[end - 1]].split())

    def first_at(self, char: int) -> int:
        """Return the first token that starts at or after a character."""
        return bisect_left(self.starts, char)

    def holding(self, char: int) -> int:
        """Return the token that covers a character, or the last one that starts before it."""
        return max(0, bisect_right(self.starts, char) - 1)


def words_of(doc: Doc) -> Words:
    """Return the view of a Doc, made once and kept beside it."""
    words: Words | None = doc.user_data.get(KEPT)
    if words is None:
        words = doc.user_data[KEPT] = _view(doc)
    return words


def _view(doc: Doc) -> Words:
    source = findings(doc).cleaned.text if FOUND in doc.user_data else doc.text
    table = doc.to_array(["ORTH", "LOWER", "IDX", "LENGTH"]).T
    forms = _forms(doc, table[0].tolist())
    texts, lower, pieces, signs = zip(*forms, strict=True) if forms else ((),) * 4
    starts, ends = tuple(table[2].tolist()), tuple((table[2] + table[3]).tolist())
    return Words(source, texts, lower, starts, ends, pieces, np.array(signs, np.int64), table[1])


def _forms(doc: Doc, orths: Sequence[int]) -> list[Form]:
    """Return the form of each token by spaCy's number of its text."""
    try:
        return list(map(_FORMS.__getitem__, orths))
    except KeyError:
        if len(_FORMS) > MOST_FORMS:
            _FORMS.clear()
        strings = doc.vocab.strings
        new = set(orths).difference(_FORMS)  # "set - keys" walks over all of the table
        _FORMS.update({orth: _form(strings[orth]) for orth in new})
        return [_FORMS[orth] for orth in orths]


def _form(text: str) -> Form:
    lower = text.lower()
    signs = _listed().get(lower, 0)
    for bit, question in _QUESTIONS.items():
        if question(text, lower):
            signs |= bit
    if not text.isalpha():
        for bit, question in _ODD_QUESTIONS.items():
            if question(text, lower):
                signs |= bit
    return Form(text, lower, "" if lower in UNREAD else lower + " ", signs)
