"""Places named in an article, each resolved among its namesakes by what else the article names."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from math import log10

from spacy.tokens import Doc

from bot.domain.values import Place
from bot.extraction import capitals
from bot.extraction.entities import without_vetoed
from bot.extraction.findings import findings
from bot.extraction.gazetteer import Gazetteer, Level, gazetteer
from bot.extraction.lexicons import sections, word_set
from bot.extraction.localities import unknown_places
from bot.extraction.mentions import PlaceMention
from bot.extraction.place_names import BIG, WORDS, Name, after, cue_of, names_of
from bot.extraction.words import Words, words_of

SMALL = 15_000
"""Inhabitants below which a city needs its country or division named in the article."""
LARGE = 50_000
"""Inhabitants from which a cue alone is enough."""
PART = 0.25
"""Share of the clear names from which a country is the article's."""
WORLD = 500_000
"""Inhabitants from which a city is meant before another country's division of its name."""
CLEAR = 20_000
"""Inhabitants from which a place without namesakes abroad tells where an article plays."""
HOUSE = "PK"
"""Whose places are meant where neither the article nor its publisher tells a country."""
PULL, SMALL_PULL, HOUSE_PULL = 1.7, 1.0, 0.5
"""What a district or a wider place of the publisher's country gains among its namesakes, what a
smaller one, and what a smaller one of the house's country where no publisher's is known."""
ALIAS = 1.5
"""What a name that is not a city's usual one takes from it: Chattogram was once an Islamabad."""
SURFACE_LEVELS = frozenset({Level.ADMIN1, Level.CITY, Level.DISTRICT, Level.TEHSIL, Level.PLACE})

BASE = {
    Level.COUNTRY: 9.0, Level.DEMONYM: 9.0, Level.REGION: 6.0, Level.ADMIN1: 6.2,
    Level.DISTRICT: 5.2, Level.TEHSIL: 4.6, Level.PLACE: 4.2, Level.CITY: 0.0,
}  # fmt: skip
CONTEXT = {
    Level.COUNTRY: 3.0, Level.DEMONYM: 2.0, Level.ADMIN1: 2.0, Level.DISTRICT: 1.5, Level.CITY: 1.0,
    Level.TEHSIL: 0.7, Level.PLACE: 0.5, Level.REGION: 0.5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Home:
    """The country in which an article is read first, and what its small places gain by it."""

    country: str
    small: float

    def pull(self, number: int, known: Gazetteer) -> float:
        """Return what a place gains among its namesakes by lying there."""
        if _home(number, known)[0] != self.country:
            return 0.0
        return PULL if Level.ADMIN1 <= known.level[number] <= Level.DISTRICT else self.small


@dataclass(frozen=True, slots=True)
class Context:
    """What the article's clear names say about where it plays."""

    countries: Mapping[str, float]
    divisions: frozenset[tuple[str, str]]
    total: float
    votes: Mapping[tuple[str, str], float]
    """How many names may lie in a division; a name of several gives each its part."""
    home: Home

    def share(self, country: str) -> float:
        """Return which part of the clear names lies in a country."""
        return self.countries.get(country, 0.0) / self.total if self.total else 0.0


def places_of(doc: Doc) -> tuple[PlaceMention, ...]:
    """Return the places of a Doc, found once and kept."""
    known = findings(doc)
    if known.places is None:
        known.places = read(doc)
    return known.places


def read(doc: Doc) -> tuple[PlaceMention, ...]:
    """Return the places of the article in order: known ones, then what patterns add to them."""
    words, known = words_of(doc), gazetteer()
    names = without_vetoed(doc, names_of(doc, known))
    home = _home_of(findings(doc).article.country)
    at_home = [name for name in names if not _is_traveller(words, name, known)]
    spoken_of = _spoken_of(at_home, known) | {home.country}
    names = [_without_namesakes(words, name, spoken_of, known) for name in names]
    here = [name for name in names if not _is_traveller(words, name, known)]
    context = _context(words, here, home, known)
    mentions = [
        m for name in _linked(words, names) if (m := _resolved(words, name, context, known))
    ]
    mentions = list(capitals.resolved(doc, mentions))
    return tuple(sorted((*mentions, *unknown_places(doc, mentions)), key=lambda m: m.start))


def _home_of(country: str) -> Home:
    return Home(country, SMALL_PULL) if country else Home(HOUSE, HOUSE_PULL)


def _is_traveller(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell "three Indian tourists", which says nothing of where they were."""
    people = all(known.level[n] == Level.DEMONYM for n in name.homonyms)
    return people and after(words, name) in word_set(WORDS, "travellers")


def _spoken_of(names: Sequence[Name], known: Gazetteer) -> frozenset[str]:
    """Return the countries that an article names, or whose people it does."""
    nations = (n for name in names for n in name.homonyms if known.level[n] <= Level.DEMONYM)
    return frozenset(known.text(n, "country") for n in nations)


def _without_namesakes(
    words: Words, name: Name, spoken_of: frozenset[str], known: Gazetteer
) -> Name:
    """Return a big city's name without far divisions: Manchester is a parish of Jamaica too."""
    own = " ".join(words.lower[name.start : name.end])
    if own in _obsolete():
        kept = [n for n in name.homonyms if known.text(n, "country") != _obsolete()[own]]
        name = name._replace(homonyms=kept or name.homonyms)
    cities = {
        known.text(n, "country")
        for n in name.homonyms
        if known.level[n] == Level.CITY
        and known.population[n] >= WORLD
        and known.name(n).lower() == own
    }
    if not cities:
        return name
    near = cities | spoken_of
    kept = [
        n
        for n in name.homonyms
        if known.level[n] != Level.ADMIN1 or known.text(n, "country") in near
    ]
    return name._replace(homonyms=kept)


@cache
def _obsolete() -> Mapping[str, str]:
    pairs = (line.rpartition(" ") for line in sections(WORDS)["obsolete"])
    return {name: country for name, _, country in pairs}


def _context(words: Words, names: Sequence[Name], home: Home, known: Gazetteer) -> Context:
    """Weigh the countries by the names that leave little doubt, by the others if there are none."""
    clear: defaultdict[str, float] = defaultdict(float)
    doubtful: defaultdict[str, float] = defaultdict(float)
    divisions: set[tuple[str, str]] = set()
    for name in names:
        written = words.source[words.starts[name.start] : words.ends[name.end - 1]]
        top = max(name.homonyms, key=lambda n: _standing(n, written, known) + home.pull(n, known))
        level, division = known.level[top], _home(top, known)
        country = division[0]
        alone = len({_home(n, known)[0] for n in name.homonyms}) == 1
        if not country or (level > Level.ADMIN1 and known.population[top] < CLEAR):
            continue
        counts = clear if alone or level == Level.COUNTRY else doubtful
        counts[country] += CONTEXT[level]
        if alone and division[1]:
            divisions.add(division)
    countries = clear or doubtful
    total, votes = sum(countries.values()), _votes(names, known)
    return Context(countries, frozenset(divisions), total, votes, home)


def _votes(names: Sequence[Name], known: Gazetteer) -> Mapping[tuple[str, str], float]:
    votes: defaultdict[tuple[str, str], float] = defaultdict(float)
    for homonyms in {tuple(name.homonyms) for name in names}:
        homes = {_home(number, known) for number in homonyms}
        for home in homes:
            votes[home] += 1.0 / len(homes)
    return votes


@lru_cache(50_000)
def _home(number: int, known: Gazetteer) -> tuple[str, str]:
    """Return the country and the division of a place."""
    return known.text(number, "country"), known.text(number, "admin1")


@lru_cache(50_000)
def _base(number: int, known: Gazetteer) -> float:
    level = known.level[number]
    if level is Level.CITY:
        return log10(known.population[number] + 10)
    return BASE[level]


@lru_cache(50_000)
def _standing(number: int, written: str, known: Gazetteer) -> float:
    """Return the standing of a place under a name; a city's other names stand back."""
    alias = known.level[number] is Level.CITY and _plain(known.name(number)) != _plain(written)
    return _base(number, known) - ALIAS * alias


def _plain(name: str) -> str:
    """Return a name small, without accents, hyphens and blanks."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


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
    cue = cue_of(words, name.start)
    kind = after(words, name)
    told = kind in word_set(WORDS, "kinds")
    written = words.source[words.starts[name.start] : words.ends[name.end - 1]]
    rated = [
        (
            _rating(n, written, near, context, known)
            + (_by_kind(known.level[n], kind) if told else 0.0),
            -n,
        )
        for n in name.homonyms
    ]
    score, best = max(rated)
    best = -best
    part = kind in word_set(WORDS, "city parts") and known.level[best] == Level.CITY
    if part or not _believable(best, cue, near, context, known):
        return None
    level = known.level[best]
    place = known.place(best)
    if level in SURFACE_LEVELS:
        place = _as_written(place, words.text[name.start : name.end])
    return PlaceMention(name.start, name.end, place, cue, score, level is Level.DEMONYM)


def _by_kind(level: int, kind: str) -> float:
    """Return what a kind after a name says of its level: "Niger state", "Bahrain tehsil"."""
    if level < Level.ADMIN1:
        return -8.0
    wide = kind in word_set(WORDS, "wide kinds")
    return 1.0 if wide == (level <= Level.DISTRICT) else 0.0


def _as_written(place: Place, texts: Sequence[str]) -> Place:
    """Keep the text's spelling of a place, except for acronyms."""
    if any("." in text or (text.isupper() and len(text) <= 4) for text in texts):  # noqa: PLR2004
        return place
    written = " ".join(texts).replace(" - ", "-").replace(" '", "'").replace(" ’", "’")
    written = written.title() if written.isupper() else written
    return place if written == place.name else replace(place, name=written)


def _rating(
    number: int, written: str, near: Sequence[int], context: Context, known: Gazetteer
) -> float:
    home = _home(number, known)
    score = _standing(number, written, known) + 4.0 * context.share(home[0])
    score += context.home.pull(number, known)
    score += 1.5 * (home in context.divisions)
    score += min(1.5, context.votes.get(home, 0.0)) if home[1] else 0.0
    return score + 6.0 * any(_within(number, n, known) for n in near) if near else score


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
    if level < Level.ADMIN1 or people >= BIG or any(_within(number, n, known) for n in near):
        return True
    home = _home(number, known)
    share, here = context.share(home[0]), home in context.divisions
    placed = cue in word_set(WORDS, "cues")
    if level <= Level.DISTRICT:
        return share > 0 or placed
    if people >= SMALL:
        alone = not context.total and people >= LARGE
        return here or share >= PART or (placed and (share > 0 or alone))
    return placed and (here or share >= PART)
