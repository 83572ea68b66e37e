"""Dates told in an article, and the day of its main event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction.calendar_words import HEADS, Direction, Expression, find
from bot.extraction.mentions import DateMention, Sentence, Zone
from bot.extraction.words import Words, words_of

WINDOW = 6
"""Tokens to each side of a head (a month, a weekday, "ago") that its expression may reach."""
AHEAD = frozenset({"by", "until", "till", "before", "deadline", "next", "scheduled", "expires"})
"""Words before a date that put it ahead of the anchor."""
NOT_THEN = frozenset({"since", "until", "till", "by", "born", "before", "after", "every", "than"})
"""Words before a date that keep it from being the day of the event beside it."""
LATE = 2
"""Tokens back from a date in which such a word counts."""


def read(doc: Doc) -> tuple[DateMention, ...]:
    """Return the dates of the article, resolved against its anchor; none without an anchor."""
    anchor = doc._.anchor
    if anchor is None:
        return _without_anchor(doc)
    return tuple(_mentions(doc, anchor))


def _without_anchor(doc: Doc) -> tuple[DateMention, ...]:
    """Keep what needs no anchor: dates with a year written out, alike from two far anchors."""
    first, second = (tuple(_mentions(doc, dt.date(year, 6, 15))) for year in (1980, 2040))
    return tuple(a for a, b in zip(first, second, strict=False) if a == b)


def _mentions(doc: Doc, anchor: dt.date) -> Iterator[DateMention]:
    words = words_of(doc)
    last = -1
    for first, end in _windows(words):
        base = words.starts[first]
        text = words.source[base : words.ends[end - 1]]
        for found in find(text, anchor):
            if base + found.start < last:
                continue
            last = base + found.end
            yield _mention(words, _turned(text, found, anchor), base)


def _windows(words: Words) -> Iterator[tuple[int, int]]:
    """Yield the token ranges [first, end) around date heads, overlapping ones joined."""
    start = end = -1
    for index, word in enumerate(words.lower):
        if word in HEADS or _numeric(word):
            if index - WINDOW > end:
                if end > 0:
                    yield start, end
                start = max(0, index - WINDOW)
            end = min(len(words.lower), index + WINDOW + 1)
    if end > 0:
        yield start, end


def _numeric(word: str) -> bool:
    return "/" in word and word[0].isdigit() and word[-1].isdigit()


def _turned(text: str, found: Expression, anchor: dt.date) -> Expression:
    """Resolve again, ahead of the anchor, what stands after a word such as "by" or "until"."""
    before = text[: found.start].lower().split()[-LATE:]
    if not AHEAD.intersection(before):
        return found
    return _again(text[found.start : found.end], found, anchor, "future")


def _again(text: str, found: Expression, anchor: dt.date, direction: Direction) -> Expression:
    again = next(find(text, anchor, direction), None)
    if again is None:
        return found
    return Expression(found.start, found.end, again.span, again.explicit, again.rule)


def _mention(words: Words, found: Expression, base: int) -> DateMention:
    start = words.holding(base + found.start)
    end = words.holding(base + found.end - 1) + 1
    text = " ".join(words.text[start:end])
    return DateMention(start, end, found.span, text, found.explicit)


def main_date(doc: Doc, sentences: Sequence[int]) -> tuple[DateSpan | None, int | None]:
    """Return the day of the event that some sentences tell, and the sentence that says it.

    The first of the sentences that tells a day wins; then the article's lead; None where the
    text gives no way to know.
    """
    table: tuple[Sentence, ...] = doc._.sentences
    main = [table[i] for i in sentences]
    lead = [s for s in table if s.zone is Zone.LEAD and s not in main]
    for precise in (True, False):
        for sentence in (*main, *(lead if precise else ())):
            mention = _best(doc, sentence, precise=precise)
            if mention is not None:
                return mention.span, sentence.index
    return None, None


def _best(doc: Doc, sentence: Sentence, *, precise: bool) -> DateMention | None:
    """Return the sentence's mention that most likely dates its event."""
    lower = words_of(doc).lower
    triggers = [t.start for t in doc._.triggers if sentence.start <= t.start < sentence.end]
    rivals = [
        m
        for m in doc._.dates
        if sentence.start <= m.start < sentence.end and _fits(doc, m, lower, precise=precise)
    ]
    return min(rivals, key=lambda m: _distance(m, triggers), default=None)


def _fits(doc: Doc, mention: DateMention, lower: tuple[str, ...], *, precise: bool) -> bool:
    if NOT_THEN.intersection(lower[max(0, mention.start - LATE) : mention.start]):
        return False
    anchor = doc._.anchor
    if anchor is not None and mention.span.start > anchor + dt.timedelta(days=1):
        return False
    fine = mention.span.precision in {DatePrecision.DAY, DatePrecision.RANGE}
    return fine == precise


def _distance(mention: DateMention, triggers: list[int]) -> int:
    return min((abs(mention.start - t) for t in triggers), default=mention.start)
