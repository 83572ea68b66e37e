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
PASSIVE = BE - {"has", "have", "had", "will"}
MUST = frozenset({"will", "would", "must", "shall"})
MARCH = "march"
"""A month beside a number, else a noun."""
LONGEST = 9
BEST, MOST = 3, 3
"""Deeds whose subjects are told, and subjects told at most."""


@cache
def _stops() -> frozenset[str]:
    return word_set(FILE, "stops")


@cache
def _leading() -> frozenset[str]:
    return word_set(FILE, "leading")


@cache
def _never() -> frozenset[str]:
    return word_set(FILE, "never")


@cache
def _counting() -> frozenset[str]:
    return word_set(FILE, "counting")


def read(doc: Doc, deeds: Sequence[Deed]) -> tuple[str, ...]:
    """Return short noun phrases for what the deeds are about, best first, at most three."""
    words = words_of(doc)
    ranked = sorted(deeds, key=lambda deed: deed.action is not deeds[0].action)[:BEST]
    doers = {deed.by.name.lower() for deed in deeds if deed.by}
    found: list[str] = []
    for span in (span for deed in ranked for span in _spans(words, deed)):
        phrase = _clean(words, *span)
        if phrase and phrase.lower() not in doers and not _said(phrase, found):
            found.append(phrase)
    return tuple(found[:MOST])


def _said(phrase: str, found: Sequence[str]) -> bool:
    """Tell whether a phrase says no more than one that is there, or the same in a clause."""
    padded = f" {phrase.lower()} "
    return any(f" {one.lower()} " in padded or padded in f" {one.lower()} " for one in found)


def _spans(words: Words, deed: Deed) -> Iterator[tuple[int, int]]:
    after = _after(words, deed.end, deed.sentence.end)
    whole = _after(words, deed.start + 1, deed.sentence.end, least=deed.end)
    before = _before(words, deed)
    passive = not after or words.lower[deed.start] in PASSIVE or _is_passive(words, deed)
    rivals = (before, after, whole) if passive else (whole, after)
    yield from (span for span in rivals if span)


def _clean(words: Words, start: int, stop: int) -> str:
    """Return a phrase without its count, its day and the clause behind it; empty where none is."""
    while (start < stop and words.lower[start] in _counting()) or _is_number(words, start, stop):
        start += 1
    stop = next((i for i in range(start + 1, stop) if _clause(words, i, stop)), stop)
    span = _trimmed(words, start, stop)
    said = words.lower[slice(*span)] if span else ()
    return words.said(*span) if span and _is_noun_phrase(said) else ""


def _is_noun_phrase(said: Sequence[str]) -> bool:
    alone = len(said) == 1 and said[0] in word_set(FILE, "alone")
    day = said[0] == MARCH and said[1:2] and said[1].isdigit()
    return not alone and not day and _never().isdisjoint(said)


def _is_number(words: Words, index: int, stop: int) -> bool:
    return index + 1 < stop and words.text[index][0].isdigit() and words.text[index][-1].isdigit()


def _clause(words: Words, index: int, stop: int) -> bool:
    """Tell whether something else than the noun begins: "to leave", "from travelling", "until"."""
    word, after = words.lower[index], words.lower[index + 1 : index + 2]
    if word not in word_set(FILE, "linking") or index + 1 >= stop:
        return False
    day = after[0] in _never() | {MARCH} or after[0].isdigit()
    return word == "to" or day or (word == "from" and after[0].endswith("ing"))


def _is_passive(words: Words, deed: Deed) -> bool:
    before = words.lower[max(deed.sentence.start, deed.start - 3) : deed.start]
    suffered = words.lower[deed.start] in word_set(FILE, "suffered") | MUST
    agent_follows = deed.by is not None and deed.by.start >= deed.end
    unspoken = deed.by is None and not before
    return suffered or agent_follows or unspoken or bool(PASSIVE & set(before))


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
