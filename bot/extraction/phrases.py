"""Phrases of the lexicons, found over lower-case tokens, longest first, never overlapping.

A phrase is written as in a shell: ``{gun,shot}fire`` stands for two words, ``{,car }bomb`` for a
word that may be missing, ``...`` for up to four words between. Hyphens and quotes count as blanks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Any, Generic, NamedTuple, TypeVar

from spacy.tokens import Doc

from bot.extraction.lexicons import sections, word_set
from bot.extraction.words import UNREAD, Words, sign_of, words_of

V = TypeVar("V")

GAP = r"(?:[^ ]+ ){0,4}?"
END = r"(?: |(?<= ))"
"""A blank, also where a word that may be missing stands last and brought its own."""
KEPT = "khabardar.line"
_FUNCTION_WORDS = word_set("function_words.txt")
FUNCTION = sign_of(lambda: _FUNCTION_WORDS)
"""Words so frequent that a phrase waits under its second word too."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_HEAD = re.compile(r"(?:\{[^{}]*\}|[^ {}])+")


class Found(NamedTuple, Generic[V]):
    """A phrase in the text: its tokens [start, end) and the values that it stands for."""

    start: int
    end: int
    values: tuple[V, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """The lower-case tokens of a Doc as one line, a blank after each, hyphens and quotes left out.

    ``at[i]`` is the character at which token ``i`` stands in the line. ``hits`` tells for each set
    of phrases where one of them may begin.
    """

    text: str
    at: tuple[int, ...]
    hits: dict[Phrases[Any], _Hits]


class _Key(NamedTuple):
    """A word, or two, under which phrases of a set wait."""

    phrases: Phrases[Any]
    words: str


_SETS: list[Phrases[Any]] = []
_ALONE: defaultdict[str, list[_Key]] = defaultdict(list)
_PAIRS: defaultdict[str, defaultdict[str, list[_Key]]] = defaultdict(lambda: defaultdict(list))
"""The keys of all sets: those of one word, and those of two by the first and the second."""


def line_of(doc: Doc) -> Line:
    """Return the line of a Doc, made once and kept beside it."""
    line: Line | None = doc.user_data.get(KEPT)
    if line is None:
        line = doc.user_data[KEPT] = _line(words_of(doc))
    return line


def _line(words: Words) -> Line:
    at = (0, *accumulate(map(len, words.pieces)))
    return Line("".join(words.pieces), at, _hits(words))


def _hits(words: Words) -> dict[Phrases[Any], _Hits]:
    """Return for every set where one of its phrases may begin, all sets in one walk."""
    found: dict[Phrases[Any], _Hits] = {phrases: ([], []) for phrases in _SETS}
    at = {index: keys for index, keys in enumerate(map(_ALONE.get, words.lower)) if keys}
    for index, paired in _paired(words):
        at[index] = [*paired, *at.get(index, ())]
    for index in sorted(at):
        for phrases, key in at[index]:
            indexes, waiting = found[phrases]
            if indexes and indexes[-1] == index:
                waiting[-1] += phrases.compiled(key)
            else:
                indexes.append(index)
                waiting.append(phrases.compiled(key))
    return found


def _paired(words: Words) -> Iterator[tuple[int, list[_Key]]]:
    """Yield the function words that begin a key of two words, hyphens and quotes read over."""
    lower = (*words.lower, "")
    for index in words.where(FUNCTION):
        seconds = _PAIRS[lower[index]]
        after = index + 1
        while lower[after] in UNREAD:
            after += 1
        if lower[after] in seconds:
            yield index, seconds[lower[after]]


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
_Hits = tuple[list[int], list[tuple[_Waiting[Any], ...]]]
"""The tokens at which a phrase of a set may begin, in order, and which phrases."""


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
        _SETS.append(self)
        for key in self._waiting:
            first, _, second = key.partition(" ")
            some = _PAIRS[first][second] if second else _ALONE[first]
            some.append(_Key(self, key))

    def find(self, doc: Doc, start: int, end: int) -> Sequence[Found[V]]:
        """Return the phrases within the tokens [start, end) of a Doc, from left to right."""
        line = line_of(doc)
        indexes, waiting = line.hits.get(self) or self._late(doc, line)
        hit = bisect_left(indexes, start)
        if hit == len(indexes) or indexes[hit] >= end:
            return ()
        all_found: list[Found[V]] = []
        free, stop = start, line.at[end]
        for index in indexes[hit : bisect_left(indexes, end, hit)]:
            if index >= free and (found := _longest(line, index, stop, waiting[hit])):
                all_found.append(found)
                free = found.end
            hit += 1
        return all_found

    def _late(self, doc: Doc, line: Line) -> _Hits:
        """Return where phrases may begin of a set that was made after the line was."""
        line.hits.update(_hits(words_of(doc)))
        return line.hits[self]

    def compiled(self, key: str) -> tuple[_Waiting[V], ...]:
        """Return the phrases that wait under a key, ready to be tried."""
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


def _is_literal(phrase: str) -> bool:
    return "{" not in phrase and "..." not in phrase


@cache
def _regex(phrase: str) -> re.Pattern[str]:
    return re.compile(pattern(phrase))


def _keys(phrase: str) -> set[str]:
    """Return the words under which a phrase is looked up."""
    firsts = {choice.split()[0] for choice in expand(_heads(phrase, 1))}
    if firsts.isdisjoint(_FUNCTION_WORDS):
        return firsts
    return {_key(choice.split()) for choice in expand(_heads(phrase, 2))}


def _key(words: list[str]) -> str:
    alone = words[0] not in _FUNCTION_WORDS or words[1:2] in ([], ["..."])
    return words[0] if alone else f"{words[0]} {words[1]}"


def _heads(phrase: str, number: int) -> str:
    """Return the first words of a phrase, braces and all."""
    return " ".join(_HEAD.findall(phrase)[:number])


@cache
def lexicon(name: str) -> Phrases[str]:
    """Return the phrases of a lexicon file; the values are the names of their sections."""
    found = sections(name).items()
    return Phrases((phrase, section) for section, entries in found for phrase in entries)
