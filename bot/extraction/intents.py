"""Measures ahead: "Punjab to hire …", "the ministry said it would fine …", "we will resettle …".

A verb such as "hire" or "fine" tells a measure only where an authority says that it will do so;
what it has done already is told by surer words (``deeds``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.reports import PolicyAction
from bot.extraction import authorities, words
from bot.extraction.action_words import Sense, actions
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Sentence, Zone
from bot.extraction.words import words_of

FILE = "intents.txt"
AHEAD = words.sign_of(lambda: word_set(FILE, "words signs"))
ANNOUNCED: Sense = (PolicyAction.ANNOUNCE, 1.5)
"""What every measure ahead is beside its own action."""


def find(doc: Doc, sentence: Sentence) -> Iterator[tuple[int, int, Sense]]:
    """Yield the verbs of measures ahead in a sentence, as tokens [start, end), with their sense."""
    for sign in words_of(doc).within(AHEAD, sentence.start, sentence.end - 1):
        if _is_ahead(doc, sentence, sign):
            yield from _measures(doc, sign + 1, sentence.end)


def possible(doc: Doc, sentence: Sentence) -> Iterator[tuple[int, int, Sense]]:
    """Yield what ``find`` does, and what it leaves out as nobody's resolve."""
    for sign in words_of(doc).within(AHEAD, sentence.start, sentence.end - 1):
        yield from _measures(doc, sign + 1, sentence.end)


def told(doc: Doc, sentence: Sentence) -> bool:
    """Tell whether a sentence tells a measure ahead."""
    return any(True for _ in find(doc, sentence))


def _is_ahead(doc: Doc, sentence: Sentence, sign: int) -> bool:
    """Tell whether "will", "would" or "to" says what somebody is going to do."""
    lower = words_of(doc).lower
    if lower[sign] == "would":
        said = lower[sentence.start : sentence.end]
        return not word_set(FILE, "words saying").isdisjoint(said) and "if" not in said
    if lower[sign] != "to":
        return True
    if sentence.zone is Zone.TITLE and _leads(doc, sentence, sign):
        return True
    while sign > sentence.start and lower[sign - 1] in word_set(FILE, "words when"):
        sign -= 1
    return lower[sign - 1] in word_set(FILE, "words resolved")


def _leads(doc: Doc, sentence: Sentence, sign: int) -> bool:
    """Tell whether an authority that begins the headline, or a part of it, stands before "to"."""
    before = [a for a in authorities.find(doc, sentence.start, sign) if a.end == sign]
    return any(_begins(words_of(doc).lower, sentence, a.start) for a in before)


def _begins(lower: Sequence[str], sentence: Sentence, start: int) -> bool:
    return start == sentence.start or lower[start - 1] in word_set(FILE, "words parting")


def _measures(doc: Doc, start: int, end: int) -> Iterator[tuple[int, int, Sense]]:
    lower = words_of(doc).lower
    while start < end - 1 and lower[start] in word_set(FILE, "words between"):
        start += 1
    found = next(iter(actions(FILE).find(doc, start, end)), None)
    if found and found.start == start and None not in found.values:
        for sense in (*found.values, ANNOUNCED):
            if sense:
                yield found.start, found.end, sense
