"""Places that no gazetteer lists, told by their words: "the X area", "village of X", "X Mosque"."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from spacy.tokens import Doc

from bot.domain.values import Place, PlacePrecision
from bot.extraction.entities import PLACES, labelled
from bot.extraction.findings import findings
from bot.extraction.lexicons import lines, word_set
from bot.extraction.mentions import PlaceMention, Sentence
from bot.extraction.place_names import cue_of
from bot.extraction.spans import between
from bot.extraction.words import Words, sign, words_of

WORDS = "place_words.txt"
LONGEST = 10
"""Tokens of the longest run of capitals that still counts as one name."""
LINKS = frozenset(
    {"-", "al", "e", "i", "ul", "de", "la", "el", "del", "los", "las", "da", "do", "di"}
)
TOLD, RECOGNISED = 1.0, 0.5
"""Scores of a place that its words tell, and of one that only a spaCy model sees."""
CAPITAL = sign(lambda text, _: text[0].isupper() and text[-1].isalnum())
NEAR = 6
"""Tokens within which a known place after a name is taken to contain it."""


def unknown_places(doc: Doc, known: Sequence[PlaceMention]) -> tuple[PlaceMention, ...]:
    """Return mentions of unlisted places, each under the nearest known place of its sentence."""
    words = words_of(doc)
    taken = {index for mention in known for index in range(mention.start, mention.end)}
    found: list[PlaceMention] = []
    recognised = bool(findings(doc).entities)
    capitals = words.where(CAPITAL)
    last = 0
    for sentence in findings(doc).sentences:
        first, last = last, bisect_left(capitals, sentence.end, last)
        first = bisect_left(capitals, sentence.start, first, last)
        if first == last and not recognised:
            continue
        here = between(known, sentence.start, sentence.end)
        for run in _runs(words, capitals[first:last]):
            mention = _mention(words, run, here, taken)
            if mention:
                found.append(mention)
        if recognised:
            found += _recognised(doc, sentence, here, [*here, *found])
    return tuple(found)


def _recognised(
    doc: Doc, sentence: Sentence, here: Sequence[PlaceMention], known: Sequence[PlaceMention]
) -> Iterator[PlaceMention]:
    """Yield the places of a spaCy model that neither the gazetteer nor a pattern has found."""
    words = words_of(doc)
    for entity in labelled(doc, PLACES, sentence.start, sentence.end):
        start, end = _trimmed(words, (entity.start, entity.end))
        free = all(m.end <= start or end <= m.start for m in known)
        if free and 0 < end - start <= LONGEST:
            yield _placed(words, start, end, here, RECOGNISED)


def _runs(words: Words, capitals: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the runs of capitalised words of a sentence, small links inside allowed."""
    start = end = -1
    for index in capitals:
        if start >= 0 and LINKS.issuperset(words.lower[end:index]) and index - start < LONGEST:
            end = index + 1
            continue
        if start >= 0:
            yield start, end
        start, end = index, index + 1
    if start >= 0:
        yield start, end


def _mention(
    words: Words, run: tuple[int, int], here: Sequence[PlaceMention], taken: set[int]
) -> PlaceMention | None:
    start, end = _trimmed(words, run)
    if start == end:
        return None
    kind = words.lower[end - 1] if end - start > 1 else ""
    if kind in word_set(WORDS, "named kinds"):
        end -= 1
    if end - start == 1 and words.lower[start] in word_set(WORDS, "never"):
        return None  # "the Catholic church"
    if end - start > LONGEST or not _tells_place(words, start, end, here):
        return None
    if all(index in taken for index in range(start, end)):
        return None
    return _placed(words, start, end, here, TOLD)


def _placed(
    words: Words, start: int, end: int, here: Sequence[PlaceMention], score: float
) -> PlaceMention:
    """Return an unlisted place under the known one that contains it, if there is one."""
    parent = _parent(start, end, here)
    text = " ".join(words.text[start:end]).replace(" - ", "-").replace(" .", ".")
    place = _under(parent.place, text) if parent else Place(text, precision=PlacePrecision.PLACE)
    return PlaceMention(start, end, place, cue_of(words, start), score)


def _under(parent: Place, name: str) -> Place:
    """Return a place by its name with all that is known of the place that contains it."""
    return replace(parent, name=name, precision=PlacePrecision.PLACE)


def _trimmed(words: Words, run: tuple[int, int]) -> tuple[int, int]:
    """Cut words that only open a sentence, or a title, off a run."""
    (start, end), leaders = run, _leaders()
    while start < end and words.lower[start] in leaders:
        start += 1
    return start, end


@cache
def _leaders() -> frozenset[str]:
    return frozenset(lines("common_words.txt")) - word_set(WORDS, "sites")


def _tells_place(words: Words, start: int, end: int, here: Sequence[PlaceMention]) -> bool:
    following = words.lower[end] if end < len(words.lower) else ""
    site = end - start > 1 and words.lower[end - 1] in word_set(WORDS, "sites")
    if site or following in word_set(WORDS, "kinds") or _of_kind(words, start):
        return True
    if following in word_set(WORDS, "sites"):
        return True
    owned = following in {",", "of"} and any(m.start == end + 1 for m in here)
    return owned and cue_of(words, start) in {"in", "at", "near", "outside"}


def _of_kind(words: Words, start: int) -> bool:
    """Tell "village of X"."""
    if start < 2 or words.lower[start - 1] not in {"of", "called", "named"}:  # noqa: PLR2004 two words
        return False
    return words.lower[start - 2] in word_set(WORDS, "of kinds")


def _parent(start: int, end: int, here: Sequence[PlaceMention]) -> PlaceMention | None:
    """Return the known place that contains a name: after it within reach, or its owner before."""
    real = [m for m in here if not m.adjective and not (m.start < end and start < m.end)]
    after = [m for m in real if end <= m.start <= end + NEAR]
    if after:
        return next((m for m in after if m.place.admin1), after[0])
    inside = [m for m in here if start <= m.start and m.end <= end and not m.adjective]
    before = [m for m in real if m.end <= start]
    return next(iter(inside or before[-1:] or real), None)
