"""Places named in an article, each resolved among its namesakes by what else the article names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from math import log10

from spacy.tokens import Doc

from bot.domain.values import Place
from bot.extraction.gazetteer import Gazetteer, Level, gazetteer
from bot.extraction.lexicons import lines, word_set
from bot.extraction.localities import unknown_places
from bot.extraction.mentions import PlaceMention
from bot.extraction.words import Words, words_of

WORDS = "place_words.txt"
BIG = 300_000
"""Inhabitants from which a city needs no cue and no country beside it."""
SMALL = 15_000
"""Inhabitants below which a city needs its country or division named in the article."""
LAST_CASED = "\u0590"
"""Scripts beyond have no capitals: there any word may begin a name."""
LARGE = 50_000
"""Inhabitants from which a cue alone is enough."""
PART = 0.25
"""Share of the clear names from which a country is the article's."""
CLEAR = 20_000
"""Inhabitants from which a place without namesakes abroad tells where an article plays."""
CUE_REACH = 5
SURFACE_LEVELS = frozenset({Level.CITY, Level.DISTRICT, Level.TEHSIL, Level.PLACE})

BASE = {
    Level.COUNTRY: 9.0, Level.DEMONYM: 9.0, Level.REGION: 6.0, Level.ADMIN1: 6.2,
    Level.DISTRICT: 5.2, Level.TEHSIL: 4.6, Level.PLACE: 4.2, Level.CITY: 0.0,
}  # fmt: skip
CONTEXT = {
    Level.COUNTRY: 3.0, Level.DEMONYM: 2.0, Level.ADMIN1: 2.0, Level.DISTRICT: 1.5, Level.CITY: 1.0,
    Level.TEHSIL: 0.7, Level.PLACE: 0.5, Level.REGION: 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """A name of the gazetteer in the text, with all places that it may mean."""

    start: int
    end: int
    homonyms: list[int]


@dataclass(frozen=True, slots=True)
class Context:
    """What the article's clear names say about where it plays."""

    countries: Mapping[str, float]
    divisions: frozenset[tuple[str, str]]
    total: float
    votes: Mapping[tuple[str, str], float]
    """How many names may lie in a division; a name of several gives each its part."""

    def share(self, country: str) -> float:
        """Return which part of the clear names lies in a country."""
        return self.countries.get(country, 0.0) / self.total if self.total else 0.0


def read(doc: Doc) -> tuple[PlaceMention, ...]:
    """Return the places of the article in order: known ones, then what patterns add to them."""
    words, known = words_of(doc), gazetteer()
    starts = [i for i, t in enumerate(words.text) if t[0].isupper() or t[0] > LAST_CASED]
    names = [Name(*found) for found in known.find(doc, starts)]
    names = [name for name in names if _is_place(words, name, known)]
    people = {
        words.lower[name.end - 1]
        for name in names
        if _part_of_name(words, name) and not _famous(name, known)
    }
    names = [name for name in names if not _is_person(words, name, people, known)]
    context = _context(names, known)
    mentions = [
        m for name in _linked(words, names) if (m := _resolved(words, name, context, known))
    ]
    return tuple(sorted((*mentions, *unknown_places(doc, mentions)), key=lambda m: m.start))


def _may_begin(text: str) -> bool:
    return text[0].isupper() or text[0] > LAST_CASED


def _is_place(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell a place from a newspaper, a team or a common word that is spelled alike."""
    last, one = words.lower[name.end - 1], name.end == name.start + 1
    if not _may_begin(words.text[name.end - 1]) and last not in word_set(WORDS, "sites"):
        return False
    if _after(words, name) in word_set(WORDS, "groups") or (
        one and last in word_set(WORDS, "never")
    ):
        return False
    if _after(words, name) in word_set(WORDS, "not places") and words.text[name.end][0].isupper():
        return False
    return not one or _single(words, name, known)


def _single(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell whether one word is a place: acronyms in capitals, state codes after a comma."""
    text = words.text[name.start]
    if _short(text):
        state = _is_state(name, known)
        if any(known.level[n] > Level.ADMIN1 for n in name.homonyms):
            return False
        return text.isupper() and not (state and words.lower[max(0, name.start - 1)] != ",")
    firm = any(known.level[n] < Level.ADMIN1 for n in name.homonyms)
    return firm or _stands_alone(words, name, known)


def _is_state(name: Name, known: Gazetteer) -> bool:
    """Tell the postal codes of American states, which are words in any headline: "IN", "OR"."""
    return all(
        known.level[n] == Level.ADMIN1 and known.text(n, "country") == "US" for n in name.homonyms
    )


def _after(words: Words, name: Name) -> str:
    return words.lower[name.end] if name.end < len(words.lower) else ""


def _short(text: str) -> bool:
    """Tell acronyms ("KP", "US"), which count only in capitals."""
    return len(text.replace(".", "")) <= 2  # noqa: PLR2004 two letters


def _stands_alone(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell whether one word is used as a place: a common word or first name only after a cue."""
    word = words.lower[name.start]
    fine = all(known.level[n] > Level.ADMIN1 for n in name.homonyms)
    if fine and _behind_article(words, name):
        return False
    odd = word in word_set(WORDS, "not names") or word in _common()
    return not odd or _placed(words, name)


def _behind_article(words: Words, name: Name) -> bool:
    """Tell "the Hamlet" from "the Lyari area": towns have no article of their own."""
    before = words.lower[name.start - 1] if name.start else ""
    after = words.lower[name.end : name.end + 2]
    if after[:1] and after[0] in word_set(WORDS, "site adjectives"):
        after = after[1:]
    kinds = word_set(WORDS, "kinds") | word_set(WORDS, "sites")
    return before == "the" and kinds.isdisjoint(after[:1])


def _placed(words: Words, name: Name) -> bool:
    before = words.lower[max(0, name.start - 2) : name.start]
    direct = before[-1:] if before[-1:] != ("the",) else before[:1]
    return not {"of", "on"}.issuperset(direct) and direct[0] in word_set(WORDS, "cues")


@cache
def _common() -> frozenset[str]:
    return frozenset(lines("common_words.txt"))


def _is_person(words: Words, name: Name, people: set[str], known: Gazetteer) -> bool:
    """Tell "Mr Paris", and every later "Paris" of the same article that no cue places."""
    if name.start and words.lower[name.start - 1].rstrip(".") in word_set(WORDS, "personal titles"):
        return True
    if _famous(name, known):
        return False
    if _part_of_name(words, name):
        return True
    alone = name.end == name.start + 1 and words.lower[name.start] in people
    return alone and not _placed(words, name)


def _part_of_name(words: Words, name: Name) -> bool:
    """Tell "Jack London" and "Mr Paris": a capital word before it that is no place."""
    if name.start == 0:
        return False
    before = words.text[name.start - 1]
    word = before.lower().rstrip(".")
    if word in word_set(WORDS, "titles") and before[0].isupper():
        return True
    if not before[0].isupper() or not before.isalpha() or before.isupper():
        return False
    return word not in word_set(WORDS, "openers") and word not in _common()


def _famous(name: Name, known: Gazetteer) -> bool:
    return any(known.level[n] <= Level.ADMIN1 or known.population[n] >= BIG for n in name.homonyms)


def _context(names: Sequence[Name], known: Gazetteer) -> Context:
    """Weigh the countries by the names that leave little doubt."""
    countries: defaultdict[str, float] = defaultdict(float)
    divisions: set[tuple[str, str]] = set()
    for name in names:
        top = max(name.homonyms, key=lambda n: _base(n, known))
        level, country = known.level[top], known.text(top, "country")
        alone = len({known.text(n, "country") for n in name.homonyms}) == 1
        if level > Level.ADMIN1 and known.population[top] < CLEAR:
            continue
        countries[country] += CONTEXT[level] * (1.0 if alone or level is Level.COUNTRY else 0.3)
        if alone and known.text(top, "admin1"):
            divisions.add((country, known.text(top, "admin1")))
    countries.pop("", None)
    return Context(countries, frozenset(divisions), sum(countries.values()), _votes(names, known))


def _votes(names: Sequence[Name], known: Gazetteer) -> Mapping[tuple[str, str], float]:
    votes: defaultdict[tuple[str, str], float] = defaultdict(float)
    for homonyms in {tuple(name.homonyms) for name in names}:
        homes = {_home(number, known) for number in homonyms}
        for home in homes:
            votes[home] += 1.0 / len(homes)
    return votes


def _home(number: int, known: Gazetteer) -> tuple[str, str]:
    return known.text(number, "country"), known.text(number, "admin1")


def _base(number: int, known: Gazetteer) -> float:
    level = known.level[number]
    if level is Level.CITY:
        return log10(known.population[number] + 10)
    return BASE[level]


def _linked(words: Words, names: Sequence[Name]) -> Iterator[tuple[Name, tuple[int, ...]]]:
    """Yield each name with the places that may contain it: "X, Y", "X of Y", "Y's X"."""
    for index, name in enumerate(names):
        near: tuple[int, ...] = ()
        if index + 1 < len(names) and _joins(words.lower[name.end : names[index + 1].start]):
            near += tuple(names[index + 1].homonyms)
        if index and _owns(words.lower[names[index - 1].end : name.start]):
            near += tuple(names[index - 1].homonyms)
        yield name, near


JOINTS = frozenset(
    {",", "of", "in", "the", "district", "tehsil", "area", "village", "town", "city"}
)


def _joins(between: Sequence[str]) -> bool:
    return 0 < len(between) <= 4 and JOINTS.issuperset(between)  # noqa: PLR2004 "district of the"


def _owns(between: Sequence[str]) -> bool:
    return 0 < len(between) <= 4 and between[0] in {"'s", "’s", "'", "’"}  # noqa: PLR2004 a few words


def _resolved(
    words: Words, linked: tuple[Name, tuple[int, ...]], context: Context, known: Gazetteer
) -> PlaceMention | None:
    name, near = linked
    cue = _cue(words, name.start)
    kind = _after(words, name)
    rated = [
        (_rating(n, near, context, known) + _by_kind(known.level[n], kind), n)
        for n in name.homonyms
    ]
    score, best = max(rated, key=lambda r: (r[0], -r[1]))
    part = kind in word_set(WORDS, "city parts") and known.level[best] == Level.CITY
    if part or not _believable(best, cue, near, context, known):
        return None
    level = known.level[best]
    place = known.place(best)
    if level in SURFACE_LEVELS:
        place = _as_written(place, words.text[name.start : name.end])
    return PlaceMention(name.start, name.end, place, cue, score, level is Level.DEMONYM)


def _by_kind(level: int, kind: str) -> float:
    """Return what the word after a name says of its level: "Niger state", "Bahrain tehsil"."""
    if kind not in word_set(WORDS, "kinds"):
        return 0.0
    if level < Level.ADMIN1:
        return -8.0
    wide = kind in word_set(WORDS, "wide kinds")
    return 1.0 if wide == (level <= Level.DISTRICT) else 0.0


def _as_written(place: Place, texts: Sequence[str]) -> Place:
    """Keep the text's spelling of a place, except for acronyms."""
    if any("." in text or (text.isupper() and len(text) <= 4) for text in texts):  # noqa: PLR2004
        return place
    written = " ".join(texts).replace(" - ", "-").replace(" '", "'").replace(" ’", "’")
    return replace(place, name=written.title() if written.isupper() else written)


def _rating(number: int, near: Sequence[int], context: Context, known: Gazetteer) -> float:
    country, admin1 = known.text(number, "country"), known.text(number, "admin1")
    score = _base(number, known) + 4.0 * context.share(country)
    score += 1.5 * ((country, admin1) in context.divisions)
    score += min(1.5, context.votes.get((country, admin1), 0.0)) if admin1 else 0.0
    return score + 6.0 * any(_within(number, n, known) for n in near)


def _within(inner: int, outer: int, known: Gazetteer) -> bool:
    """Tell whether one place lies in another, as far as the gazetteer knows."""
    if inner == outer or known.level[outer] == Level.DEMONYM:
        return known.text(inner, "country") == known.text(outer, "country") != ""
    for column, level in (("district", Level.DISTRICT), ("admin1", Level.ADMIN1)):
        if known.level[outer] == level:
            return known.text(inner, column) == known.text(outer, column) != ""
    same = known.text(inner, "country") == known.text(outer, "country")
    return same and known.level[outer] < known.level[inner]


def _believable(
    number: int, cue: str | None, near: Sequence[int], context: Context, known: Gazetteer
) -> bool:
    """Ask small places for a sign that the article really plays there."""
    level, people = known.level[number], known.population[number]
    country, admin1 = known.text(number, "country"), known.text(number, "admin1")
    if level < Level.ADMIN1 or people >= BIG or any(_within(number, n, known) for n in near):
        return True
    share, here = context.share(country), (country, admin1) in context.divisions
    placed = cue in word_set(WORDS, "cues")
    if level <= Level.DISTRICT:
        return share > 0 or placed
    if people >= SMALL:
        alone = not context.total and people >= LARGE
        return here or share >= PART or (placed and (share > 0 or alone))
    return placed and (here or share >= PART)


def _cue(words: Words, start: int) -> str | None:
    """Return the preposition that leads to a name, over adjectives and owners between them."""
    for index in range(start - 1, max(-1, start - 1 - CUE_REACH), -1):
        word = words.lower[index]
        if word in word_set(WORDS, "cues") or word in word_set(WORDS, "from"):
            return word
        if word in word_set(WORDS, "openers") or word in {"'s", "’s", "-"}:
            continue
        if not words.text[index][0].isupper():
            return None
    return None
