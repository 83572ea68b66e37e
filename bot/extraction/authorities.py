"""Authorities named in a text: who can decide for the public."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from bot.domain.values import PlacePrecision
from bot.extraction import people
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import PlaceMention
from bot.extraction.places import places_of
from bot.extraction.truecase import is_common
from bot.extraction.words import HYPHENS, Words, sign, sign_of, words_of

FILE = "authorities.txt"
INTERNATIONAL = "-"
POSSESSIVE = frozenset({"'s", "’s"})
JOINING = frozenset({"and", "&", "of", "for", "the"})
SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii"})
GOVT = re.compile(r"\b[Gg]ovts?\b")
PARTICLES = frozenset({"bin", "al", "el", "ul", "ur", "de", "da", "van", "von", "-", "–"})
LONGEST_NAME = 7
OWNED = 3
"""Words after a possessive in which a person makes it that person, not the state."""
NAMED, COMMON, PLACE = 3, 2, 1
"""How surely an authority is one: named, a common noun, a place that stands for its government."""
SOVEREIGN = (PlacePrecision.COUNTRY, PlacePrecision.ADMIN1)


@dataclass(frozen=True, slots=True)
class Authority:
    """An authority in the tokens [start, end).

    ``country`` is an ISO code, ``-`` for an international body, ``None`` where its words do not
    tell; ``rank`` says how surely it is one: 3 named, 2 a common noun, 1 a place that stands for
    its government.
    """

    start: int
    end: int
    name: str
    rank: int
    country: str | None = None


@cache
def _short_names() -> dict[tuple[str, ...], tuple[str, str | None]]:
    found = {}
    for entry in sections(FILE)["names"]:
        short, full, country = (part.strip() for part in (entry + ":").split(":")[:3])
        found[tuple(short.split())] = (full, country or None)
    return found


@cache
def _not_names() -> frozenset[str]:
    return word_set(FILE, "not names")


@cache
def _first_words() -> frozenset[str]:
    return frozenset(name[0] for name in _short_names())


@cache
def _capitals() -> dict[str, str]:
    pairs = (entry.partition(":")[::2] for entry in sections(FILE)["capitals"])
    return {city.strip(): country.strip() for city, country in pairs}


def capital_country(city: str | None) -> str | None:
    """Return the country whose government a city stands for, in any case; ``None`` for others."""
    return _capitals().get((city or "").title())


@cache
def _signs() -> tuple[frozenset[str], frozenset[str]]:
    """Return the small words and the proper ones that can begin or head an authority's name."""
    return word_set(FILE, "heads") | _titles().keys(), _first_words() | _capitals().keys()


PROMISING = sign_of(lambda: _signs()[0]) | sign(lambda text, _: text in _signs()[1])


@cache
def _titles() -> dict[str, tuple[tuple[str, ...], ...]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for title in sorted(sections(FILE)["titles"], key=len, reverse=True):
        words = tuple(title.split())
        found.setdefault(words[0], []).append(words)
    return {first: tuple(titles) for first, titles in found.items()}


def find(doc: Doc, start: int, end: int, surnames: dict[str, str] | None = None) -> list[Authority]:
    """Return the authorities in the tokens [start, end), in order, none inside another.

    ``surnames`` are those of people introduced elsewhere with their office, and their full names.
    """
    words = words_of(doc)
    found: list[Authority] = []
    known, free = surnames or {}, start
    for index in _promising(words, start, end, known):
        if index >= free and (authority := _at(words, index, free, end, known)):
            found.append(authority)
            free = authority.end
    return _with_places(doc, found, start, end)


def _promising(words: Words, start: int, end: int, surnames: dict[str, str]) -> list[int]:
    """Return the tokens with which, or around which, an authority's name may stand."""
    known = words.within(PROMISING, start, end)
    if not surnames:
        return known
    named = [i for i in range(start, end) if words.text[i] in surnames]
    return sorted({*known, *named})


def _at(
    words: Words, index: int, floor: int, end: int, surnames: dict[str, str]
) -> Authority | None:
    lower, text = words.lower[index], words.text[index]
    if text in _first_words() and (known := _known(words, index, floor, end)):
        return known
    if lower in _titles() and (person := _person(words, index, floor, end)):
        return person
    if lower in word_set(FILE, "heads"):
        return _body(words, index, floor, end)
    if text in surnames:
        return Authority(index, index + 1, surnames[text], NAMED)
    if text in _capitals() and not _locative(words, index):
        return Authority(index, index + 1, text, PLACE, _capitals()[text])
    return None


def _locative(words: Words, index: int) -> bool:
    """Tell whether a city's name only tells where, or begins another name ("Islamabad Police")."""
    if words.lower[index + 1 : index + 2] and words.lower[index + 1] in word_set(
        FILE, "not states"
    ):
        return True
    before = index - 1 - (words.lower[index - 1] == "the")
    return before >= 0 and words.lower[before] in word_set(FILE, "where")


def _known(words: Words, index: int, floor: int, end: int) -> Authority | None:
    for length in (3, 2, 1):
        stop = index + length
        entry = _short_names().get(words.text[index:stop]) if stop <= end else None
        if entry and not (stop < end and _heads_on(words, stop)):
            first = index if entry[1] else _leftmost(words, index, floor)
            name = entry[0] if first == index else words.said(first, stop)
            return Authority(first, stop, name, NAMED, entry[1])
    return None


def _heads_on(words: Words, index: int) -> bool:
    """Tell whether a longer name goes on here ("UN refugee agency", "Senate committee")."""
    window = words.lower[index : index + 3]
    return any(word in word_set(FILE, "heads") for word in window[:1])


def _body(words: Words, index: int, floor: int, end: int) -> Authority | None:
    first, last = _leftmost(words, index, floor), _rightmost(words, index + 1, end)
    alone = first == index and last == index + 1
    if alone and words.lower[index] in word_set(FILE, "needs name"):
        return None
    named = any(word[:1].isupper() for word in words.text[first:last] if word.lower() != "the")
    name = GOVT.sub("government", words.said(first, last))
    return Authority(first, last, name, NAMED if named else COMMON)


def _person(words: Words, index: int, floor: int, end: int) -> Authority | None:
    for title in _titles()[words.lower[index]]:
        stop = index + len(title)
        if words.lower[index:stop] != title:
            continue
        last = _name_end(words, stop, end)
        first = _leftmost(words, index, floor)
        alone = index == floor or words.lower[index - 1] == "the"
        if last > stop or first < index or alone:
            rank = NAMED if last > stop or first < index else COMMON
            return Authority(first, last, words.said(first, last), rank)
    return None


def _name_end(words: Words, index: int, end: int) -> int:
    stop = index
    while stop < min(end, index + LONGEST_NAME):
        text = words.text[stop]
        joins = text.lower() in PARTICLES and stop + 1 < end and words.text[stop + 1][:1].isupper()
        if not (joins or (text[:1].isupper() and text.lower() not in _not_names())):
            break
        stop += 1
    return stop


def _leftmost(words: Words, index: int, floor: int) -> int:
    first = index
    while first > max(floor, index - LONGEST_NAME):
        step = _left_step(words, first - 1, floor)
        if not step:
            break
        first -= step
    return first


def _left_step(words: Words, at: int, floor: int) -> int:
    """Return how many tokens to the left still belong to the name."""
    text, lower = words.text[at], words.lower[at]
    if _name_like(text) or lower in word_set(FILE, "modifiers"):
        return 1
    before = words.text[at - 1] if at > floor else ""
    if (text in POSSESSIVE or lower in {"and", "&"}) and _name_like(before):
        return 2
    if text in HYPHENS and before and (_name_like(before) or before in word_set(FILE, "modifiers")):
        return 2
    return 0


def _name_like(text: str) -> bool:
    return text[:1].isupper() and text.lower() not in _not_names()


def _rightmost(words: Words, index: int, end: int) -> int:
    if not (index + 1 < end and words.lower[index] in {"of", "for"}):
        return index
    stop = last = index
    while stop < min(end, index + LONGEST_NAME):
        if _name_like(words.text[stop]):
            last = stop + 1
        elif words.lower[stop] not in JOINING:
            break
        stop += 1
    return max(index, last)


def _with_places(doc: Doc, found: Sequence[Authority], start: int, end: int) -> list[Authority]:
    taken = {token for authority in found for token in range(authority.start, authority.end)}
    places = [
        Authority(m.start, m.end, _government(doc, m), PLACE, m.place.country)
        for m in places_of(doc)
        if start <= m.start and m.end <= end and m.start not in taken and not m.adjective
        if m.place.precision in SOVEREIGN and not m.cue
        if not _owns_somebody(words_of(doc), m.end)
    ]
    return sorted((*found, *places), key=lambda authority: authority.start)


def _owns_somebody(words: Words, at: int) -> bool:
    """Tell ``Egypt's opposition leader`` from ``Egypt's new ban``: the first is no government."""
    if words.lower[at : at + 1] == () or words.lower[at] not in POSSESSIVE:
        return False
    owned = words.lower[at + 1 : at + 1 + OWNED]
    first = words.text[at + 1] if owned else ""
    named = first[:1].isupper() and not is_common(first.lower())
    return named or any(word in people.nouns() for word in owned)


def _government(doc: Doc, mention: PlaceMention) -> str:
    """Return a province by its full name ("KP"), a state as the text has it."""
    province = mention.place.precision is PlacePrecision.ADMIN1
    said = words_of(doc).said(mention.start, mention.end)
    return mention.place.name if province and said.isupper() else said


def surnames_of(authorities: Sequence[Authority], doc: Doc) -> dict[str, str]:
    """Return the surnames of people named with their office, and their names in full."""
    words = words_of(doc)
    found: dict[str, str] = {}
    for authority in authorities:
        lower = words.lower[authority.start : authority.end]
        if authority.rank == NAMED and any(word in _titles() for word in lower):
            suffixed = words.lower[authority.end - 1] in SUFFIXES
            last = words.text[authority.end - 1 - suffixed]
            if _name_like(last) and last.lower() not in word_set(FILE, "heads") | _titles().keys():
                found.setdefault(last, authority.name)
    return found


def is_vague(authority: Authority) -> bool:
    """Tell whether a name says "government" and not whose."""
    return authority.name.lower() in word_set(FILE, "vague")


def fullest(names: Sequence[str]) -> tuple[str, ...]:
    """Return names in order, each once: one whose words another holds too gives way to that."""
    kept: list[str] = []
    for name in names:
        fuller = max((other for other in names if _holds(other, name)), key=_size)
        if not any(_holds(one, fuller) for one in kept):
            kept.append(fuller[:1].upper() + fuller[1:])
    return tuple(kept)


def _size(name: str) -> int:
    return len(_content(name))


def _content(name: str) -> frozenset[str]:
    words = re.findall(r"[^\W_]+", name.lower().replace("'s", "").replace("’s", ""))
    return frozenset(words) - JOINING


def _holds(name: str, other: str) -> bool:
    return _content(other) <= _content(name)
