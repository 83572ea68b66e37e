"""Casualties: what each sentence says about people killed, injured, missing, taken, displaced."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial

from spacy.tokens import Doc

from bot.domain.values import Count
from bot.extraction import chunks, people
from bot.extraction.actors import actors_of
from bot.extraction.casualty_grammar import Statement, role_of, statements
from bot.extraction.chunk_words import phrases
from bot.extraction.chunks import Chunk
from bot.extraction.findings import findings
from bot.extraction.mentions import Number, Sentence, Toll, Zone
from bot.extraction.numbers import numbers_of
from bot.extraction.places import places_of
from bot.extraction.words import Words, sign_of, words_of

HARM = "kvdaftS"
"""The letters of words of harm."""


def read(doc: Doc) -> tuple[Toll, ...]:
    """Return the statements about casualties in order of their sentences."""
    if findings(doc).calm:
        return ()
    words = words_of(doc)
    places = {m.start for m in places_of(doc)} | {a.start for a in actors_of(doc)}
    numbers = {number.start: number for number in numbers_of(doc)}
    found: list[Toll] = []
    for sentence in findings(doc).sentences:
        told = sentence.zone is not Zone.BOILERPLATE
        if told and _holds_harm(words, sentence.start, sentence.end):
            found += _tolls(words, sentence, numbers, places)
    return tuple(found)


def has_harm(doc: Doc) -> bool:
    """Tell whether any phrase tells of harm: without one there are no casualties."""
    words = words_of(doc)
    return _holds_harm(words, 0, len(words.lower))


def _holds_harm(words: Words, start: int, end: int) -> bool:
    """Tell whether a phrase of harm stands in the tokens [start, end): a row's verb is one."""
    lower, harm = words.lower, _harm()
    return any(
        lower[at + 1 : at + 1 + len(rest)] == rest and at + len(rest) < end
        for at in words.within(OPENS_HARM, start, end)
        for rest in harm[lower[at]]
    )


@cache
def _harm() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Return what follows the first word in each phrase of harm."""
    some = {
        first: tuple(phrase.rest for phrase in found if phrase.letter in HARM)
        for first, found in phrases().items()
    }
    return {first: rests for first, rests in some.items() if rests}


OPENS_HARM = sign_of(_harm)


def _tolls(
    words: Words, sentence: Sentence, numbers: Mapping[int, Number], places: Collection[int]
) -> Iterator[Toll]:
    row = chunks.chunked(words, sentence, numbers, places)
    for statement in statements(row, words):
        end = row[statement.verb].end
        for item in filter(partial(_is_counted, statement), statement.items):
            yield _toll(words, sentence, statement, item, end, places=places)
        for part in filter(partial(_is_counted, statement), statement.parts):
            yield _toll(words, sentence, statement, part, end, part=True)


def _is_counted(statement: Statement, item: Chunk) -> bool:
    """Tell whether an item counts people, or families where homes were lost."""
    return item.group != people.FAMILIES or statement.field == "displaced"


def _toll(
    words: Words,
    sentence: Sentence,
    statement: Statement,
    item: Chunk,
    end: int,
    *,
    part: bool = False,
    places: Collection[int] = (),
) -> Toll:
    start = min(item.start, end - 1)
    text = " ".join(words.text[item.start : item.end])
    toll = statement.kind == "toll"
    return Toll(
        sentence=sentence.index,
        start=start,
        end=max(end, item.end),
        field=statement.field,
        count=_count(statement, item, text),
        who=item.who,
        role="attacker" if statement.kind == "self" else role_of(item),
        total=statement.kind == "none" or (toll and not _of_a_place(item.start, end, places)),
        statement=statement.verb,
        part=part or statement.kind == "part" or (toll and _of_a_time(words, item.start, end)),
        additional=item.more or statement.kind == "self",
        group=_group(item),
        definite=statement.known,
    )


_PERIODS = frozenset(("months", "weeks", "years", "month", "year", "war", "conflict", "overall"))


def _of_a_time(words: Words, start: int, end: int) -> bool:
    """Tell whether a death toll is that of a war or a year, not of the event."""
    return not _PERIODS.isdisjoint(words.lower[min(start, end) : max(start, end)])


def _of_a_place(start: int, end: int, places: Collection[int]) -> bool:
    """Tell whether a death toll is said to be that of a place, perhaps another one."""
    return any(at in places for at in range(min(start, end), max(start, end)))


def _count(statement: Statement, item: Chunk, text: str) -> Count:
    if statement.kind == "none":
        return Count(0, 0, text)
    if statement.kind == "self":
        return Count(1, 1, text)
    return Count(item.min, item.max, text)


def _group(item: Chunk) -> str:
    if item.letter == "n":
        return "named"
    if people.is_generic(item.who) or item.letter in "NYZ" or item.group == people.FAMILIES:
        return ""
    return item.group or "others"
