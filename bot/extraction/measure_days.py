"""The days of a measure: from when it applies, and by when somebody must act.

The day on which a measure expires is neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction import calendar_words
from bot.extraction.calendar_words import Direction
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Sentence
from bot.extraction.phrases import lexicon
from bot.extraction.words import words_of

FILE = "measure_days.txt"
REACH = 60
"""Characters after a cue in which its day stands."""
EARLIEST = dt.timedelta(days=14)
"""How long before the article a measure may have begun and still be its news."""
BEGUN = ("took", "came", "went", "entered")
"""Words of a cue whose day lies behind."""
WEAK = frozenset({"from", "before", "by", "by the"})
"""Cues that need more words around them to speak of the measure's days."""
FINE = frozenset({DatePrecision.DAY, DatePrecision.RANGE})
DayAt = tuple[dt.date, int]


def effective(doc: Doc, sentences: Sequence[Sentence]) -> DayAt | None:
    """Return the day from which the measure applies, and the sentence that says so."""
    for sentence in sentences:
        for cue, span in _cued(doc, sentence, "effective"):
            near = span.start >= doc._.anchor - EARLIEST
            if span.precision in FINE and (near or cue not in WEAK):
                return span.start, sentence.index
    return None


def deadline(doc: Doc, sentences: Sequence[Sentence]) -> DayAt | None:
    """Return the last day by which somebody must act, and the sentence that says so."""
    for sentence in sentences:
        if not _demands(doc, sentence):
            continue
        days = [_last(span) for _, span in _cued(doc, sentence, "deadline")]
        ahead = [day for day in days if day and day >= doc._.anchor - EARLIEST]
        if ahead:
            return max(ahead), sentence.index
    return None


def _demands(doc: Doc, sentence: Sentence) -> bool:
    words = words_of(doc).lower[sentence.start : sentence.end]
    return not word_set(FILE, "must").isdisjoint(words)


def _last(span: DateSpan) -> dt.date | None:
    return span.end if span.precision is not DatePrecision.YEAR else None


def _cued(doc: Doc, sentence: Sentence, section: str) -> Iterator[tuple[str, DateSpan]]:
    """Yield each cue of a sentence with the day that stands close behind it."""
    words, anchor = words_of(doc), doc._.anchor
    if anchor is None:
        return
    end = words.ends[sentence.end - 1]
    for phrase in lexicon(FILE).find(doc, sentence.start, sentence.end):
        if section not in phrase.values:
            continue
        cue = words.source[words.starts[phrase.start] : words.ends[phrase.end - 1]].lower()
        begin = words.starts[phrase.start]
        stop = min(end, words.ends[phrase.end - 1] + REACH)
        direction: Direction = "past" if cue.startswith(BEGUN) else "future"
        span = calendar_words.resolve(words.source[begin:stop], anchor, direction)
        if span:
            yield cue, span
