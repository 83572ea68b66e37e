"""Phrases of the lexicons, found over lower-case tokens, longest first, never overlapping.

A phrase is written as in a shell: ``{gun,shot}fire`` stands for two words, ``{,car }bomb`` for a
word that may be missing, ``...`` for up to four words between. Hyphens and quotes count as blanks.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Generic, TypeVar

from spacy.tokens import Doc

from bot.extraction.lexicons import sections
from bot.extraction.words import words_of

V = TypeVar("V")

HYPHENS = frozenset({"-", "–", "‑", "--"})
UNREAD = HYPHENS | frozenset("\"“”‘’'`")
GAP = r"(?:[^ ]+ ){0,4}?"
END = r"(?: |(?<= ))"
"""A blank, also where a word that may be missing stands last and brought its own."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_HEAD = re.compile(r"(?:\{[^{}]*\}|[^ {}])+")


@dataclass(frozen=True, slots=True)
class Found(Generic[V]):
    """A phrase in the text: its tokens [start, end) and the values that it stands for."""

    start: int
    end: int
    values: tuple[V, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The lower-case tokens of a Doc as one line, a blank after each, hyphens and quotes left out.

    ``at[i]`` is the character at which token ``i`` stands in the line.
    """

    text: str
    at: tuple[int, ...]


def line_of(doc: Doc) -> Line:
    """Return the line of a Doc, made once and kept as ``doc._.line``."""
    line: Line | None = doc._.line
    if line is None:
        pieces = ["" if word in UNREAD else word + " " for word in words_of(doc).lower]
        line = doc._.line = Line("".join(pieces), (0, *accumulate(map(len, pieces))))
    return line


def expand(phrase: str) -> Iterator[str]:
    """Yield every phrase that the braces stand for."""
    braces = _BRACES.search(phrase)
    if not braces:
        yield phrase
        return
    for choice in braces[1].split(","):
        yield from expand(phrase[: braces.start()] + choice + phrase[braces.end() :])


def pattern(phrase: str) -> str:
    """Return a phrase as a regular expression over a ``Line``; whole words only."""
    words = re.escape(phrase).replace(r"\ ", " ").replace(r"\{", "{").replace(r"\}", "}")
    while braces := _BRACES.search(words):
        choices = sorted(braces[1].split(","), key=len, reverse=True)
        words = f"{words[: braces.start()]}(?:{'|'.join(choices)}){words[braces.end() :]}"
    return words.replace(r"\.\.\. ", GAP) + END


class Phrases(Generic[V]):
    """A set of phrases, each with the values that it stands for.

    Phrases wait under their first words and are compiled when such a word is first met, so that a
    large lexicon costs nothing at the start.
    """

    def __init__(self, entries: Iterable[tuple[str, V]]) -> None:
        values: dict[str, dict[V, None]] = defaultdict(dict)
        for phrase, value in entries:
            values[phrase.lower().replace("-", " ")][value] = None
        self._waiting: dict[str, list[str]] = defaultdict(list)
        for phrase in values:
            for first in _first_words(phrase):
                self._waiting[first].append(phrase)
        self._values = {phrase: tuple(senses) for phrase, senses in values.items()}
        self._ready: dict[str, tuple[tuple[re.Pattern[str], tuple[V, ...]], ...]] = {}

    def find(self, doc: Doc, start: int, end: int) -> Iterator[Found[V]]:
        """Yield the phrases within the tokens [start, end) of a Doc, from left to right."""
        lower, line = words_of(doc).lower, line_of(doc)
        index, stop = start, line.at[end]
        while index < end:
            found = self._longest(line, index, stop) if lower[index] in self._waiting else None
            if found:
                yield found
            index = found.end if found else index + 1

    def _longest(self, line: Line, index: int, stop: int) -> Found[V] | None:
        begin = line.at[index]
        first = line.text[begin : line.at[index + 1] - 1]
        longest, values = begin, dict[V, None]()
        for regex, senses in self._compiled(first):
            match = regex.match(line.text, begin, stop)
            if match and match.end() >= longest:
                rivals = values if match.end() == longest else {}
                values = {**rivals, **dict.fromkeys(senses)}
                longest = match.end()
        if not values:
            return None
        return Found(index, bisect_right(line.at, longest - 1), tuple(values))

    def _compiled(self, first: str) -> tuple[tuple[re.Pattern[str], tuple[V, ...]], ...]:
        if first not in self._ready:
            self._ready[first] = tuple(
                (_regex(phrase), self._values[phrase]) for phrase in self._waiting[first]
            )
        return self._ready[first]


@cache
def _regex(phrase: str) -> re.Pattern[str]:
    return re.compile(pattern(phrase))


def _first_words(phrase: str) -> set[str]:
    """Return the words with which a phrase may begin."""
    head = _HEAD.match(phrase)
    return {choice.split()[0] for choice in expand(head.group() if head else phrase)}


@cache
def lexicon(name: str) -> Phrases[str]:
    """Return the phrases of a lexicon file; the values are the names of their sections."""
    found = sections(name).items()
    return Phrases((phrase, section) for section, entries in found for phrase in entries)
