"""Victims: who was killed, hurt or taken, in the words of the text."""

from __future__ import annotations

from spacy.tokens import Doc

from bot.extraction.lexicons import word_set
from bot.extraction.mentions import MiniEvent, Toll
from bot.extraction.people import nouns
from bot.extraction.words import words_of

HARMED = frozenset(("killed", "injured", "abducted", "shot"))
MOST = 6
_UNTOLD = frozenset(("", "others", "other", "people", "persons", "person", "more", "bodies"))


def named(doc: Doc, event: MiniEvent) -> tuple[str, ...]:
    """Return the victims of an event, each once, attackers left out, in text order."""
    words = words_of(doc).text
    found = (
        _without_count(words[toll.start : toll.end], toll)
        for toll in event.tolls
        if toll.field in HARMED and toll.role == "victim" and toll.count.max
    )
    return tuple(dict.fromkeys(name for name in found if name))[:MOST]


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
