"""Follow-ups: whether a headline reports on an earlier event, and what of it.

A follow-up alerts nobody, so the doubt goes the other way: a headline that begins with a toll of
its own ("Seven hurt in drive-by after funeral") is news of the event, whatever it says then.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.tokens import Doc

from bot.domain.reports import Kind
from bot.extraction import opinion, people
from bot.extraction.findings import findings
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Sentence, Toll, Zone
from bot.extraction.phrases import Found, lexicon
from bot.extraction.words import words_of

FILE = "follow_up.txt"
WORDS = "follow_up_words.txt"
OPINION = "opinion"
HARM = frozenset({"killed", "injured", "shot", "missing", "hospital"})
LEADS = 5
"""Tokens from its start in which a headline's toll leads it."""
SEVERAL = 2
"""From so many on, those harmed are seldom the ones who are then charged or buried."""
PLACED = 3
"""Words between a preposition and the place that a follow-up's word is then part of."""


def of_headline(doc: Doc) -> str | None:
    """Return what a headline reports of an earlier event (``funeral``, ``verdict``), if so."""
    title = next(iter(findings(doc).sentences), None)
    if title is None or title.zone is not Zone.TITLE or findings(doc).kind is Kind.POLICY:
        return None
    tolls = [toll for toll in findings(doc).casualties if _leads(doc, title, toll)]
    for phrase in lexicon(FILE).find(doc, title.start, title.end):
        if not _is_place(doc, title, phrase) and not _told_before(doc, tolls, phrase):
            return phrase.values[0]
    return OPINION if opinion.is_heard(doc) else None


def _leads(doc: Doc, title: Sentence, toll: Toll) -> bool:
    """Tell whether a toll of the headline leads it, and counts no suspect's victims."""
    if toll.sentence != title.index or toll.field not in HARM or toll.definite:
        return False
    before = words_of(doc).lower[title.start : toll.start]
    nouns = (people.nouns().get(word) for word in before)
    return len(before) <= LEADS and all(not n or n.group == people.ATTACKERS for n in nouns)


def _told_before(doc: Doc, tolls: Sequence[Toll], phrase: Found[str]) -> bool:
    """Tell whether the headline told its toll before the phrase, which says nothing of those."""
    of_them = words_of(doc).lower[phrase.start] in word_set(WORDS, "of them")
    return any(
        toll.start <= phrase.start
        and ((toll.count.min >= SEVERAL and not of_them) or _parted(doc, toll.end, phrase.start))
        for toll in tolls
    )


def _parted(doc: Doc, start: int, end: int) -> bool:
    return not word_set(WORDS, "parting").isdisjoint(words_of(doc).lower[start:end])


def _is_place(doc: Doc, title: Sentence, phrase: Found[str]) -> bool:
    """Tell whether the phrase only says where: ``blast outside court``, ``attack on funeral``."""
    lower = words_of(doc).lower
    if lower[phrase.start] not in word_set(WORDS, "places"):
        return False
    before = lower[max(title.start, phrase.start - PLACED) : phrase.start]
    return not word_set(WORDS, "where").isdisjoint(before)
