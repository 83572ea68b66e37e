"""What a measure is about: the words after its verb, or before it where it is passive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from spacy.tokens import Doc

from bot.extraction.deeds import Deed
from bot.extraction.lexicons import word_set
from bot.extraction.words import Words, words_of

FILE = "policy_subjects.txt"
BE = frozenset({"is", "are", "was", "were", "been", "being", "has", "have", "had", "will", "be"})
LONGEST = 9
NOUNS = 5


@cache
def _stops() -> frozenset[str]:
    return word_set(FILE, "stops")


@cache
def _leading() -> frozenset[str]:
    return word_set(FILE, "leading")


def read(doc: Doc, deeds: Sequence[Deed]) -> tuple[str, ...]:
    """Return short phrases for what the deeds are about, best first, at most four."""
    found: dict[str, None] = {}
    for deed in deeds[:3]:
        for phrase in _phrases(doc, deed):
            found.setdefault(phrase, None)
    return tuple(found)[:4]


def _phrases(doc: Doc, deed: Deed) -> Iterator[str]:
    words = words_of(doc)
    after = _after(words, deed.end, deed.sentence.end)
    whole = _after(words, deed.start + 1, deed.sentence.end, least=deed.end)
    before = _before(words, deed)
    passive = not after or words.lower[deed.start] in BE or _is_passive(words, deed)
    rivals = (before, after, whole) if passive else (after, whole, before)
    yield from (words.said(*span) for span in rivals if span)


def _is_passive(words: Words, deed: Deed) -> bool:
    before = words.lower[max(deed.sentence.start, deed.start - 3) : deed.start]
    suffered = words.lower[deed.start] in word_set(FILE, "suffered")
    agent_follows = deed.by is not None and deed.by.start >= deed.end
    unspoken = deed.by is None and not before
    return suffered or agent_follows or unspoken or bool(BE & set(before))


def _after(words: Words, start: int, end: int, least: int = 0) -> tuple[int, int] | None:
    """Return the phrase from a token on, at least up to ``least``, without words that lead it."""
    while start < end and words.lower[start] in _leading():
        start += 1
    stop = max(start, least)
    while stop < min(end, start + LONGEST) and words.lower[stop] not in _stops():
        stop += 1
    return _trimmed(words, start, stop)


def _before(words: Words, deed: Deed) -> tuple[int, int] | None:
    stop = deed.start
    while stop > deed.sentence.start and words.lower[stop - 1] in BE | {"not", "now", "also"}:
        stop -= 1
    start = stop
    doer_ends = deed.by.end if deed.by and deed.by.end <= deed.start else 0
    floor = max(deed.sentence.start, stop - LONGEST, doer_ends)
    while start > floor and words.lower[start - 1] not in _stops():
        start -= 1
    return _trimmed(words, start, stop)


def _trimmed(words: Words, start: int, stop: int) -> tuple[int, int] | None:
    while start < stop and words.lower[start] in _leading():
        start += 1
    while stop > start and (words.lower[stop - 1] in _leading() or words.text[stop - 1].isspace()):
        stop -= 1
    return (start, stop) if stop > start else None
