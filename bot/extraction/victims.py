"""Victims: who was killed, hurt or taken, in the words of the text."""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from bot.extraction import named_victims
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import MiniEvent, Toll
from bot.extraction.people import nouns
from bot.extraction.words import words_of

HARMED = frozenset(("killed", "injured", "abducted", "shot"))
MOST = 6
SHORTEST = 3
_UNTOLD = frozenset(("", "others", "other", "more", "bodies", "them", "human"))
_ANYBODY = frozenset(("people", "persons", "person", "individuals", "individual", "victims"))
"""Words that are told only where the text has no better ones."""


def named(doc: Doc, event: MiniEvent) -> tuple[str, ...]:
    """Return the victims of an event, each once, attackers left out, in text order."""
    words = words_of(doc).text
    found = (
        _without_count(words[toll.start : toll.end], toll)
        for toll in event.tolls
        if toll.field in HARMED and toll.role == "victim" and toll.count.max
    )
    beside = (_bare(name) for name in named_victims.told(doc, event.sentences))
    somebody = [name for name in (*found, *beside) if _is_somebody(name)]
    better = [name for name in somebody if name.lower() not in _ANYBODY]
    return _distinct(better or somebody)[:MOST]


def _is_somebody(name: str) -> bool:
    """Tell a name or a noun from an acronym, which is an organisation's."""
    return " " in name or (not name.isupper() and len(name) > SHORTEST) or name.lower() in nouns()


def _bare(name: str) -> str:
    """Return a phrase without the number and the article before it."""
    words = name.split()
    while len(words) > 1 and _is_count(words[0].lower()):
        words = words[1:]
    return " ".join(words)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return each victim once, by the fullest name that the text has for them."""
    kept: list[str] = []
    for name in names:
        mine = set(name.lower().split())
        if any(mine <= set(other.lower().split()) for other in kept):
            continue
        kept = [other for other in kept if not set(other.lower().split()) < mine]
        kept.append(name)
    return tuple(kept)


def _without_count(texts: tuple[str, ...], toll: Toll) -> str:
    """Return the noun with its modifiers, or the name, without number and article."""
    phrase = toll.count.text.split()
    if toll.who.lower() in _UNTOLD or not texts:
        return ""
    while len(phrase) > 1 and _is_count(phrase[0].lower()):
        phrase = phrase[1:]
    return " ".join(phrase)


def _is_count(word: str) -> bool:
    if word in nouns():
        return False
    return (
        word[0].isdigit()
        or word in word_set("casualties.txt", "grammar.determiner")
        or word in word_set("casualties.txt", "grammar.definite")
        or word in _NUMBER_WORDS
    )


_NUMBER_WORDS = frozenset(
    entry.partition("=")[0]
    for section in ("units", "tens", "scales", "vague")
    for entry in word_set("numbers.txt", section)
) | {"at", "least", "more", "than", "some", "about", "of", "-", "and", "as", "many", "dozen"}
