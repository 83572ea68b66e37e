"""The days of a measure: from when it applies, and by when somebody must act.

The day on which a measure expires is neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction import calendar_words
from bot.extraction.calendar_words import Direction, Expression
from bot.extraction.findings import findings
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Sentence
from bot.extraction.phrases import Found, lexicon
from bot.extraction.words import Words, words_of

FILE = "measure_days.txt"
REACH, CLOSE, NEXT_WORD = 60, 30, 8
"""Characters after a cue in which its day stands: after a plain word it must follow at once."""
RECENT, JUST = dt.timedelta(days=6), dt.timedelta(days=2)
NAMING = frozenset({"deadline", "as the deadline", "as the start date", "start date"})
"""Cues whose day may stand before them."""
DIRECTIONS: tuple[Direction, ...] = ("past", "future")
EARLIEST = dt.timedelta(days=14)
"""How long before the article a measure may have begun and still be its news."""
BEGUN = ("took", "came", "went", "entered")
"""Words of a cue whose day lies behind."""
WEAK = frozenset({"from", "before", "by", "by the", "within"})
"""Cues that need more words around them to speak of the measure's days."""
FINE = frozenset({DatePrecision.DAY, DatePrecision.RANGE})
DayAt = tuple[dt.date, int]


def effective(doc: Doc, sentences: Sequence[Sentence]) -> DayAt | None:
    """Return the day from which the measure applies, and the sentence that says so."""
    today = findings(doc).anchor
    if today is None:
        return None
    for sentence in sentences:
        for cue, span in _cued(doc, sentence, "effective", today):
            near = span.start >= today - EARLIEST
            lasting = cue not in WEAK and not cue.startswith(BEGUN)
            if span.precision in FINE and (near or lasting):
                return span.start, sentence.index
    return None


def deadline(doc: Doc, sentences: Sequence[Sentence]) -> DayAt | None:
    """Return the last day by which somebody must act, and the sentence that says so."""
    today = findings(doc).anchor
    if today is None:
        return None
    for sentence in sentences:
        if not _demands(doc, sentence):
            continue
        days = [_last(span) for _, span in _cued(doc, sentence, "deadline", today)]
        ahead = [day for day in days if day and day >= today - EARLIEST]
        if ahead:
            return max(ahead), sentence.index
    return None


def _demands(doc: Doc, sentence: Sentence) -> bool:
    words = words_of(doc).lower[sentence.start : sentence.end]
    return not word_set(FILE, "must").isdisjoint(words)


def _last(span: DateSpan) -> dt.date | None:
    return span.end if span.precision is not DatePrecision.YEAR else None


def _cued(
    doc: Doc, sentence: Sentence, section: str, today: dt.date
) -> Iterator[tuple[str, DateSpan]]:
    """Yield each cue of a sentence with the day that stands close behind it, or before it."""
    words = words_of(doc)
    for phrase in lexicon(FILE).find(doc, sentence.start, sentence.end):
        if section in phrase.values:
            anchor = _said_on(doc, sentence, phrase.start, today)
            cue = words.said(phrase.start, phrase.end).lower()
            span = _behind(words, sentence, phrase, cue, anchor)
            span = span or (_before(words, sentence, phrase, anchor) if cue in NAMING else None)
            if span:
                yield cue, span


def recent(doc: Doc, sentence: Sentence) -> dt.date | None:
    """Return the first recent day that a sentence tells."""
    for mention in findings(doc).dates:
        if sentence.start <= mention.start < sentence.end and mention.span.precision in FINE:
            day, today = mention.span.start, findings(doc).anchor
            if today and dt.timedelta() <= today - day <= RECENT:
                return day
    return None


def _said_on(doc: Doc, sentence: Sentence, before: int, today: dt.date) -> dt.date:
    """Return the day of the deed where the words before tell a recent one, else the article's."""
    for mention in findings(doc).dates:
        if sentence.start <= mention.start and mention.end <= before and not mention.explicit:
            day = mention.span.start
            if mention.span.precision in FINE and dt.timedelta() <= today - day <= RECENT:
                return day
    return today


def _behind(
    words: Words, sentence: Sentence, phrase: Found[str], cue: str, anchor: dt.date
) -> DateSpan | None:
    begin, stop = words.starts[phrase.start], words.ends[phrase.end - 1]
    reach = CLOSE if cue in WEAK else REACH
    text = words.source[begin : min(words.ends[sentence.end - 1], stop + reach)]
    direction: Direction = "past" if cue.startswith(BEGUN) else "future"
    rivals = calendar_words.find(text.replace(":", " "), anchor, direction)
    found = next((f for f in rivals if "before" not in text[f.start : f.end].lower()), None)
    if not found or (cue in WEAK and found.start > stop - begin + NEXT_WORD):
        return None
    return _just_past(found, anchor) or found.span


def _just_past(found: Expression, anchor: dt.date) -> DateSpan | None:
    """Return a weekday's last day where it lies only a day or two behind the article."""
    last = found.span.start - dt.timedelta(days=7)
    near = dt.timedelta() < anchor - last <= JUST
    return DateSpan(last, last) if found.rule == "weekday" and near else None


def _before(
    words: Words, sentence: Sentence, phrase: Found[str], anchor: dt.date
) -> DateSpan | None:
    """Return the day in front of a cue ("the June 15 deadline"), the nearer of last and next."""
    stop = words.starts[phrase.start]
    text = words.source[max(words.starts[sentence.start], stop - CLOSE) : stop]
    rivals = [
        found.span
        for direction in DIRECTIONS
        for found in calendar_words.find(text, anchor, direction)
    ]
    return min(rivals, key=lambda span: abs(span.start - anchor), default=None)
