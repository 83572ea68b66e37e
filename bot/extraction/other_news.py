"""Signs that an article is other news: sport, markets, opinion, forecasts, what may come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.extraction import opinion
from bot.extraction.findings import findings
from bot.extraction.mentions import Sentence, Zone
from bot.extraction.phrases import lexicon
from bot.extraction.words import words_of

ZONE_WEIGHTS = {Zone.TITLE: 1.2, Zone.LEAD: 0.5, Zone.BODY: 0.2}
"""What each sort of other news weighs, once a zone, for each of its different words."""
MOST_WORDS = 3
"""Different words of one sort that count in one zone."""
READ = 12
"""Sentences from the top in which signs are looked for."""
AHEAD = "ahead"
COLUMN = 2.5
"""What it weighs that one author speaks (``opinion``)."""


@dataclass(frozen=True, slots=True)
class OtherNews:
    """How strongly an article is other news, and its sentences about what may come."""

    weight: float
    ahead: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Sign:
    sort: str
    weight: float
    sentence: Sentence
    word: str


def read(doc: Doc) -> OtherNews:
    """Return the signs of other news at the top of the article."""
    signs = list(_signs(doc))
    weights = {(s.sort, s.sentence.zone): s.weight * ZONE_WEIGHTS[s.sentence.zone] for s in signs}
    different = {(s.sort, s.sentence.zone, s.word) for s in signs}
    counts = Counter((sort, zone) for sort, zone, _ in different)
    weight = sum(weights[key] * min(count, MOST_WORDS) for key, count in counts.items())
    weight += COLUMN * opinion.is_heard(doc)
    return OtherNews(weight, frozenset(s.sentence.index for s in signs if s.sort == AHEAD))


def _signs(doc: Doc) -> Iterator[_Sign]:
    words = words_of(doc).lower
    for sentence in findings(doc).sentences[:READ]:
        if sentence.zone in ZONE_WEIGHTS:
            for phrase in lexicon("other_news.txt").find(doc, sentence.start, sentence.end):
                for section in phrase.values:
                    sort, _, weight = section.partition(" ")
                    yield _Sign(sort, float(weight or 1), sentence, words[phrase.start])
