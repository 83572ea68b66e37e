"""The words of the casualty grammar, by the letter that they get in a row of chunks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from bot.extraction import people
from bot.extraction.lexicons import sections, word_set

FILE = "casualties.txt"

_FORMS = {
    "done": "k", "doing": "v", "alone": "d", "state": "a", "noun": "f", "toll": "t",
    "nothing": "f", "self": "S",
}  # fmt: skip
_GRAMMAR = {
    "be": "b", "have": "h", "leave": "l", "say": "y", "clause": "w", "preposition": "-",
    "who": "q", "including": "i", "not": "z", "irreal": "u", "none": "Z", "themselves": "s",
}  # fmt: skip
_PHRASES = {"phrase.including": "i", "phrase.adverb": "_", "phrase.and": "c", "phrase.other": "x"}
_MARKS = {",": ",", "and": "c", "&": "c", "or": "r", "of": "o", "/": ",", ".": ".", "•": "."}


class Phrase(NamedTuple):
    """A phrase of the lexicon after its first word."""

    rest: tuple[str, ...]
    letter: str
    field: str


@cache
def phrases() -> Mapping[str, tuple[Phrase, ...]]:
    """Return the lexicon's phrases by their first word, longest first."""
    found: dict[str, list[Phrase]] = {}
    for section, entries in sections(FILE).items():
        field, _, form = section.partition(".")
        letter = _PHRASES.get(section) or _FORMS.get(form, "")
        for entry in entries if letter else ():
            first, *rest = entry.split()
            found.setdefault(first, []).append(Phrase(tuple(rest), letter, field))
    return {
        first: tuple(sorted(some, key=lambda phrase: -len(phrase.rest)))
        for first, some in found.items()
    }


@cache
def grammar() -> Mapping[str, str]:
    """Return the letter of each grammar word."""
    letters = {
        word: letter
        for name, letter in _GRAMMAR.items()
        for word in word_set(FILE, f"grammar.{name}")
    }
    return letters | _MARKS


def is_harm(word: str) -> bool:
    """Tell whether a word alone is a noun of harm ("deaths", "bodies")."""
    return any(not phrase.rest and phrase.letter == "f" for phrase in phrases().get(word, ()))


@cache
def closed() -> frozenset[str]:
    """Return words that end a phrase for people."""
    return frozenset(grammar()) | adverbs() | definites() | frozenset(phrases())


@cache
def readable() -> frozenset[str]:
    """Return all words that mean something to the grammar, apart from numbers."""
    return closed() | determiners() | frozenset(people.nouns())


@cache
def settled() -> frozenset[str]:
    """Return the grammar's words that cannot begin a phrase or stand for people."""
    words = frozenset(grammar()) | adverbs()
    return words - frozenset(phrases()) - frozenset(people.nouns()) - determiners() - definites()


@cache
def stoppers() -> frozenset[str]:
    """Return words that a number does not count."""
    return adverbs() | definites() | frozenset(("a", "an", "others", "later", "ago"))


@cache
def adverbs() -> frozenset[str]:
    """Return words that a row leaves out."""
    return word_set(FILE, "grammar.adverb")


@cache
def determiners() -> frozenset[str]:
    """Return articles that make one."""
    return word_set(FILE, "grammar.determiner")


@cache
def definites() -> frozenset[str]:
    """Return words that point at somebody known."""
    return word_set(FILE, "grammar.definite")


@cache
def pairs() -> frozenset[str]:
    """Return nouns for two."""
    return word_set(FILE, "grammar.pair")


@cache
def calendar() -> frozenset[str]:
    """Return names of days and months."""
    days = "monday tuesday wednesday thursday friday saturday sunday"
    return word_set("numbers.txt", "months") | frozenset(days.split())
