"""Phrases of the lexicons, found over lower-case tokens, longest first, never overlapping.

A phrase is written as in a shell: ``{gun,shot}fire`` stands for two words, ``{,car }bomb`` for a
word that may be missing, ``...`` for up to four words between. Hyphens and quotes count as blanks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any, Generic, TypeVar

from spacy.tokens import Doc

from bot.extraction.lexicons import sections, word_set
from bot.extraction.words import words_of

V = TypeVar("V")

HYPHENS = frozenset({"-", "–", "‑", "--"})
UNREAD = HYPHENS | frozenset("\"“”‘’'`")
GAP = r"(?:[^ ]+ ){0,4}?"
END = r"(?: |(?<= ))"
"""A blank, also where a word that may be missing stands last and brought its own."""
KEPT = "khabardar.line"
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

    ``at[i]`` is the character at which token ``i`` stands in the line. ``keys`` tells at which
    tokens each word stands, a function word also together with its next one. ``hits`` keeps for
    each ``Phrases`` where one of its phrases may begin.
    """

    text: str
    at: tuple[int, ...]
    keys: Mapping[str, Sequence[int]]
    hits: dict[object, Any]


def line_of(doc: Doc) -> Line:
    """Return the line of a Doc, made once and kept beside it."""
    line: Line | None = doc.user_data.get(KEPT)
    if line is None:
        line = doc.user_data[KEPT] = _line(words_of(doc).lower)
    return line


def _line(lower: Sequence[str]) -> Line:
    pieces = ["" if word in UNREAD else word + " " for word in lower]
    text = "".join(pieces)
    return Line(text, (0, *accumulate(map(len, pieces))), _keyed(lower), {})


def _keyed(lower: Sequence[str]) -> Mapping[str, Sequence[int]]:
    keys: defaultdict[str, list[int]] = defaultdict(list)
    function_words, second = _function_words(), ""
    index = len(lower)
    for word in reversed(lower):
        index -= 1
        if word in UNREAD:
            continue
        keys[word].append(index)
        if word in function_words:
            keys[f"{word} {second}"].append(index)
        second = word
    return keys


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


_Waiting = tuple[str, re.Pattern[str] | None, tuple[V, ...]]
"""A phrase with a blank after it, its pattern unless it is plain words, and its values."""


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
        self._values = {phrase: tuple(senses) for phrase, senses in values.items()}
        self._ready: dict[str, tuple[_Waiting[V], ...]] = {}

    def find(self, doc: Doc, start: int, end: int) -> Iterator[Found[V]]:
        """Yield the phrases within the tokens [start, end) of a Doc, from left to right."""
        line = line_of(doc)
        if self not in line.hits:
            line.hits[self] = self._hits(line)
        indexes, waiting = line.hits[self]
        first = bisect_left(indexes, start)
        free, stop = start, line.at[end]
        for hit in range(first, bisect_left(indexes, end, first)):
            index = indexes[hit]
            if index >= free and (found := _longest(line, index, stop, waiting[hit])):
                yield found
                free = found.end

    def _hits(self, line: Line) -> tuple[list[int], list[tuple[_Waiting[V], ...]]]:
        """Return the tokens at which a phrase may begin, in order, and which phrases."""
        hits: dict[int, tuple[_Waiting[V], ...]] = {}
        for key in sorted(line.keys.keys() & self._waiting.keys(), key=_words_first):
            waiting = self._compiled(key)
            for index in line.keys[key]:
                hits[index] = hits[index] + waiting if index in hits else waiting
        indexes = sorted(hits)
        return indexes, [hits[index] for index in indexes]

    def _compiled(self, key: str) -> tuple[_Waiting[V], ...]:
        if key not in self._ready:
            self._ready[key] = tuple(
                (phrase + " ", None if _is_literal(phrase) else _regex(phrase), senses)
                for phrase in self._waiting[key]
                for senses in (self._values[phrase],)
            )
        return self._ready[key]


def _longest(line: Line, index: int, stop: int, waiting: Iterable[_Waiting[V]]) -> Found[V] | None:
    """Return the longest of some phrases that stands at a token, with the values of all as long."""
    begin = longest = line.at[index]
    values: tuple[V, ...] = ()
    for literal, regex, senses in waiting:
        if regex is None:
            end = begin + len(literal) if line.text.startswith(literal, begin, stop) else -1
        else:
            match = regex.match(line.text, begin, stop)
            end = match.end() if match else -1
        if end >= longest:
            values = tuple(dict.fromkeys(values + senses)) if end == longest else senses
            longest = end
    if not values:
        return None
    return Found(index, bisect_right(line.at, longest - 1), values)


def _words_first(key: str) -> bool:
    """Order keys: those of two words before those of one."""
    return " " not in key


def _is_literal(phrase: str) -> bool:
    return "{" not in phrase and "..." not in phrase


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
