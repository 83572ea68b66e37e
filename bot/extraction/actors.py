"""Actors named in an article: armed groups, attackers without a name, security forces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.lexicons import lines, sections, word_set
from bot.extraction.mentions import ActorKind, ActorMention, PlaceMention
from bot.extraction.phrases import Phrases
from bot.extraction.places import places_of
from bot.extraction.spans import between
from bot.extraction.words import Words, words_of

SECTIONS = {
    "generic attackers": ActorKind.GENERIC_ATTACKER,
    "security forces": ActorKind.SECURITY_FORCE,
}
_COMMA = re.compile(r",(?![^{}]*\})")
_APOSTROPHE = re.compile(r"(?<=[\w{,])(['’](?:s\b)?)(?=[\s,}]|$)")
_BRACKET = re.compile(r"([()])")


@dataclass(frozen=True, slots=True)
class Known:
    """An actor of the lexicons; ``written`` is the exact form that an acronym needs."""

    name: str
    kind: ActorKind
    written: str = ""


def actors_of(doc: Doc) -> tuple[ActorMention, ...]:
    """Return the actors of a Doc, found once and kept."""
    known = findings(doc)
    if known.actors is None:
        known.actors = read(doc)
    return known.actors


def read(doc: Doc) -> tuple[ActorMention, ...]:
    """Return the actors of the article in order."""
    return tuple(_mentions(doc, words_of(doc), places_of(doc)))


def _mentions(doc: Doc, words: Words, places: Sequence[PlaceMention]) -> Iterator[ActorMention]:
    for found in _phrases().find(doc, 0, len(words.lower)):
        text = words.source[words.starts[found.start] : words.ends[found.end - 1]]
        known = next((k for k in found.values if k.written in {"", text}), None)
        if known is None:
            continue
        if known.kind is ActorKind.ARMED_GROUP:
            yield ActorMention(found.start, found.end, known.name, text, known.kind)
        else:
            yield _described(words, places, found.start, found.end, known.kind)


def _described(
    words: Words, places: Sequence[PlaceMention], start: int, end: int, kind: ActorKind
) -> ActorMention:
    """Return an actor without a name under its words: "four unidentified gunmen"."""
    first = start
    nations = {m.start for m in between(places, start - 6, start) if m.end <= start}
    while first > 0 and (
        words.lower[first - 1] in word_set("actors.txt", "qualifiers") or first - 1 in nations
    ):
        first -= 1
    while first < start and words.lower[first] in {"a", "an", "the"}:
        first += 1
    text = words.source[words.starts[first] : words.ends[end - 1]]
    text = " ".join(text.split())
    return ActorMention(first, end, text + "s" * _is_adjective(words, end), text, kind)


def _is_adjective(words: Words, end: int) -> bool:
    """Tell the "guerrilla" of "a guerrilla attack", which is one of guerrillas."""
    if words.lower[end - 1] not in word_set("actors.txt", "adjectives"):
        return False
    return not word_set("attack_verbs.txt", "nouns").isdisjoint(words.lower[end : end + 2])


@cache
def _phrases() -> Phrases[Known]:
    return Phrases(_entries())


def _entries() -> Iterator[tuple[str, Known]]:
    for line in lines("armed_groups.txt"):
        head, _, others = line.partition(": ")
        name = head.partition(" @")[0]
        for alias in (name.partition(" (")[0], *_COMMA.split(others)):
            yield from _group(name, alias.strip())
    for section, kind in SECTIONS.items():
        for phrase in sections("actors.txt")[section]:
            yield phrase, Known("", kind)


@cache
def homes() -> dict[str, str]:
    """Return the country in which each armed group mostly acts, where it has one."""
    heads = (line.partition(": ")[0].partition(" @") for line in lines("armed_groups.txt"))
    return {name: country for name, _, country in heads if country}


def _group(name: str, alias: str) -> Iterator[tuple[str, Known]]:
    if not alias:
        return
    acronym = " " not in alias and sum(map(str.isupper, alias)) > 1 and "{" not in alias
    phrase = _BRACKET.sub(r" \1 ", _APOSTROPHE.sub(r" \1", alias)).strip()
    yield phrase, Known(name, ActorKind.ARMED_GROUP, alias if acronym else "")
