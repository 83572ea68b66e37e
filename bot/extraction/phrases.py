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

from bot.extraction.lexicons import sections, word_set
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

    ``at[i]`` is the character at which token ``i``, ``lower[i]``, stands in the line.
    """

    text: str
    at: tuple[int, ...]
    lower: tuple[str, ...]


def line_of(doc: Doc) -> Line:
    """Return the line of a Doc, made once and kept as ``doc._.line``."""
    line: Line | None = doc._.line
    if line is None:
        lower = words_of(doc).lower
        pieces = ["" if word in UNREAD else word + " " for word in lower]
        line = doc._.line = Line("".join(pieces), (0, *accumulate(map(len, pieces))), lower)
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

    Phrases wait under their first word (under the first two where that is a function word) and are
    compiled when they are first met, so that a large lexicon costs nothing at the start.
    """

    def __init__(self, entries: Iterable[tuple[str, V]]) -> None:
        values: dict[str, dict[V, None]] = defaultdict(dict)
        for phrase, value in entries:
            values[phrase.lower().replace("-", " ")][value] = None
        self._waiting: dict[str, list[str]] = defaultdict(list)
        for phrase in values:
            for key in _keys(phrase):
                self._waiting[key].append(phrase)
        self._firsts = frozenset(key.partition(" ")[0] for key in self._waiting)
        self._values = {phrase: tuple(senses) for phrase, senses in values.items()}
        self._ready: dict[str, tuple[tuple[re.Pattern[str], tuple[V, ...]], ...]] = {}

    def find(self, doc: Doc, start: int, end: int) -> Iterator[Found[V]]:
        """Yield the phrases within the tokens [start, end) of a Doc, from left to right."""
        line, firsts = line_of(doc), self._firsts
        stop, free = line.at[end], start
        for index in [i for i in range(start, end) if line.lower[i] in firsts]:
            if index >= free and (found := self._longest(line, index, stop)):
                yield found
                free = found.end

    def _longest(self, line: Line, index: int, stop: int) -> Found[V] | None:
        begin = line.at[index]
        longest, values = begin, dict[V, None]()
        for regex, senses in self._candidates(line, index):
            match = regex.match(line.text, begin, stop)
            if match and match.end() >= longest:
                rivals = values if match.end() == longest else {}
                values = {**rivals, **dict.fromkeys(senses)}
                longest = match.end()
        if not values:
            return None
        return Found(index, bisect_right(line.at, longest - 1), tuple(values))

    def _candidates(
        self, line: Line, index: int
    ) -> tuple[tuple[re.Pattern[str], tuple[V, ...]], ...]:
        first = line.lower[index]
        if first not in _function_words():
            return self._compiled(first)
        after = line.at[index + 1]
        second = line.text[after : line.text.find(" ", after)]
        return (*self._compiled(f"{first} {second}"), *self._compiled(first))

    def _compiled(self, key: str) -> tuple[tuple[re.Pattern[str], tuple[V, ...]], ...]:
        if key not in self._waiting:
            return ()
        if key not in self._ready:
            self._ready[key] = tuple(
                (_regex(phrase), self._values[phrase]) for phrase in self._waiting[key]
            )
        return self._ready[key]


@cache
def _regex(phrase: str) -> re.Pattern[str]:
    return re.compile(pattern(phrase))


@cache
def _function_words() -> frozenset[str]:
    return word_set("function_words.txt")


def _keys(phrase: str) -> set[str]:
    """Return the words under which a phrase is looked up."""
    firsts = {choice.split()[0] for choice in expand(_heads(phrase, 1))}
    if firsts.isdisjoint(_function_words()):
        return firsts
    return {_key(choice.split()) for choice in expand(_heads(phrase, 2))}


def _key(words: list[str]) -> str:
    alone = words[0] not in _function_words() or words[1:2] in ([], ["..."])
    return words[0] if alone else f"{words[0]} {words[1]}"


def _heads(phrase: str, number: int) -> str:
    """Return the first words of a phrase, braces and all."""
    return " ".join(_HEAD.findall(phrase)[:number])


@cache
def lexicon(name: str) -> Phrases[str]:
    """Return the phrases of a lexicon file; the values are the names of their sections."""
    found = sections(name).items()
    return Phrases((phrase, section) for section, entries in found for phrase in entries)
