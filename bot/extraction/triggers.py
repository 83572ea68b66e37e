"""Triggers: words and phrases that tell a type of event, and the types of an event in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from spacy.tokens import Doc

from bot.domain.reports import IncidentType
from bot.extraction.findings import findings
from bot.extraction.lexicons import sections
from bot.extraction.mentions import Trigger, Zone
from bot.extraction.phrases import Phrases
from bot.extraction.words import words_of

VETO = "veto"
Sense = tuple[IncidentType, float]


@cache
def _phrases() -> Phrases[Sense | None]:
    return Phrases(_entries())


def _entries() -> Iterator[tuple[str, Sense | None]]:
    for section, phrases in sections("triggers.txt").items():
        name, _, weight = section.partition(" ")
        sense = None if name == VETO else (IncidentType(name), float(weight))
        yield from ((phrase, sense) for phrase in phrases)


def read(doc: Doc) -> tuple[Trigger, ...]:
    """Return the triggers of every sentence outside boilerplate and captions, in text order."""
    words = words_of(doc)
    found = []
    for sentence in findings(doc).sentences:
        if sentence.zone in (Zone.BOILERPLATE, Zone.CAPTION):
            continue
        for phrase in _phrases().find(doc, sentence.start, sentence.end):
            text = words.source[words.starts[phrase.start] : words.ends[phrase.end - 1]]
            if None not in phrase.values:
                found += [
                    Trigger(phrase.start, phrase.end, sense[0], sense[1], text)
                    for sense in phrase.values
                    if sense
                ]
    return tuple(found)
