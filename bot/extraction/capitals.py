"""Capitals told by their country: "the Afghan capital", "Somalia's capital"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from spacy.tokens import Doc
from spacy.vocab import Vocab

from bot.domain.values import Place, PlacePrecision
from bot.extraction.gazetteer import Level, gazetteer, key_of
from bot.extraction.lexicons import lines, word_set
from bot.extraction.mentions import PlaceMention
from bot.extraction.words import Words, words_of

FILE = "capitals.txt"
WORDS = "place_words.txt"
CAPITAL = "capital"
OWNERS = frozenset({"'s", "’s", "'", "’"})


def resolved(doc: Doc, mentions: Sequence[PlaceMention]) -> Iterator[PlaceMention]:
    """Yield the mentions, a country that only tells whose capital it was as that city."""
    words = words_of(doc)
    for mention in mentions:
        country = mention.place.precision is PlacePrecision.COUNTRY
        end = _end_of_capital(words, mention.end) if country else 0
        city = capital_of(mention.place.country or "", doc.vocab) if end else None
        if city is None:
            yield mention
        else:
            yield replace(mention, end=end, place=city, adjective=False)


def _end_of_capital(words: Words, at: int) -> int:
    """Return the token after "capital" where it follows; 0 for "capital gains" and the like."""
    if words.lower[at : at + 1] and words.lower[at] in OWNERS:
        at += 1
    following = words.lower[at : at + 2]
    if not following or following[0] != CAPITAL:
        return 0
    return 0 if following[-1] in word_set(WORDS, "capital goods") else at + 1


@cache
def capital_of(country: str, vocab: Vocab) -> Place | None:
    """Return the capital of a country by its ISO code, if it is listed."""
    name = names().get(country)
    return _city(name, country, vocab) if name else None


@cache
def names() -> dict[str, str]:
    """Return the capitals by the ISO codes of their countries."""
    pairs = (line.partition(": ") for line in lines(FILE))
    return {code: name for code, _, name in pairs}


def _city(name: str, country: str, vocab: Vocab) -> Place | None:
    """Return the most populous place of a name in a country."""
    known = gazetteer()
    numbers = known.named(key_of(Doc(vocab, words=name.replace("-", " ").split())))
    here = [
        n for n in numbers if known.text(n, "country") == country and known.level[n] >= Level.ADMIN1
    ]
    return known.place(max(here, key=lambda n: known.population[n])) if here else None
