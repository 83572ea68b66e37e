"""Words for people: which group a head noun belongs to, and whether it is one or many."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from bot.extraction.lexicons import sections, word_set

FILE = "people.txt"
MILITANTS = "militants"
ATTACKERS = "attackers"
ANYBODY = "civilians"
FAMILIES = "families"
"""Counted as the text counts them, and only among the displaced."""
_NOT_PEOPLE = "not people"
_GENERIC = frozenset(
    (
        "people",
        "person",
        "persons",
        "others",
        "other",
        "individuals",
        "individual",
        "victims",
        "victim",
        "human",
        "humans",
        "souls",
        "man",
        "men",
        "woman",
        "women",
        "member",
        "members",
        "commander",
        "commanders",
    )
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A word for people: its group, and whether it may stand for one and for many."""

    group: str
    one: bool
    many: bool


@cache
def nouns() -> dict[str, Noun]:
    """Return every word for people."""
    found: dict[str, Noun] = {}
    for group, entries in sections(FILE).items():
        if group == _NOT_PEOPLE:
            continue
        for entry in entries:
            one, _, many = entry.partition(" ")
            for word in {one, many or one} - {"-"}:
                found.setdefault(word, Noun(group, one=word == one, many=word == (many or one)))
    return found


def no_people() -> frozenset[str]:
    """Return nouns that, counted, are no people."""
    return word_set(FILE, _NOT_PEOPLE)


def is_generic(word: str) -> bool:
    """Tell whether a word leaves open what kind of people they were."""
    return word in _GENERIC
