"""Dates told in an article, and the day of its main event."""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc

from bot.extraction.calendar_words import (
    HEADS,
    OPENERS,
    Direction,
    Expression,
    find,
    find_at,
    openings,
)
from bot.extraction.findings import findings
from bot.extraction.mentions import DateMention
from bot.extraction.words import Words, odd_sign, sign_of, words_of

LONGEST = 200
"""Tokens of a row of windows, so that a text full of dates stays cheap."""
WINDOW = 6
"""Tokens to each side of a head (a month, a weekday, "ago") that its expression may reach."""
AHEAD = frozenset({"by", "until", "till", "before", "deadline", "next", "scheduled", "expires"})
"""Words before a date that put it ahead of the anchor."""
PLANS = frozenset({"will", "shall"})
"""Verbs that put a date ahead from farther away."""
LATE = 2
"""Tokens back from a date in which such a word counts."""
_YEAR = re.compile(r"(?:19|20|[89])\d|\d[/.]\d")
HEAD = sign_of(lambda: HEADS) | odd_sign(lambda _, lower: "/" in lower and lower[0].isdigit())
YEAR = odd_sign(lambda _, lower: bool(_YEAR.search(lower)))
OPENER = sign_of(lambda: OPENERS) | odd_sign(lambda text, _: bool(openings(text)))


def read(doc: Doc) -> tuple[DateMention, ...]:
    """Return the dates of the article, resolved against its anchor; none without an anchor."""
    anchor = findings(doc).anchor
    if anchor is None:
        return _without_anchor(doc)
    words = words_of(doc)
    return tuple(_mentions(words, _windows(words), anchor))


def _without_anchor(doc: Doc) -> tuple[DateMention, ...]:
    """Keep what needs no anchor: dates with a year written out, alike from two far anchors."""
    words = words_of(doc)
    years = words.where(YEAR)
    telling = [w for w in _windows(words) if bisect_left(years, w[0]) < bisect_left(years, w[1])]
    first, second = (tuple(_mentions(words, telling, dt.date(y, 6, 15))) for y in (1980, 2040))
    return tuple(a for a, b in zip(first, second, strict=False) if a == b)


def _mentions(
    words: Words, windows: Iterable[tuple[int, int]], anchor: dt.date
) -> Iterator[DateMention]:
    last = -1
    openers = words.where(OPENER)
    for first, end in windows:
        base = words.starts[first]
        text = words.source[base : words.ends[end - 1]]
        here = openers[bisect_left(openers, first) : bisect_left(openers, end)]
        for found in find_at(text, list(_starts(words, here, base)), anchor):
            if base + found.start < last or _beside_date(text, found):
                continue
            last = base + found.end
            yield _mention(words, _turned(text, found, anchor), base)


def _starts(words: Words, openers: Sequence[int], base: int) -> Iterator[int]:
    for index in openers:
        for offset in openings(words.text[index]):
            yield words.starts[index] + offset - base


def _windows(words: Words) -> Iterator[tuple[int, int]]:
    """Yield the token ranges [first, end) around date heads, overlapping ones joined."""
    start = end = 0
    for head in words.where(HEAD):
        if head - WINDOW > end or head - start > LONGEST:
            if start < end:
                yield start, end
            start = head - WINDOW
        end = min(len(words.lower), head + WINDOW + 1)
    if start < end:
        yield start, end


def _beside_date(text: str, found: Expression) -> bool:
    """Tell the weekday that only repeats a date: "August 16 (Saturday)"."""
    return found.rule == "weekday" and bool(re.search(r"\d{1,4} ?\($", text[: found.start]))


def _turned(text: str, found: Expression, anchor: dt.date) -> Expression:
    """Resolve again, ahead of the anchor, what stands after a word such as "by" or "until"."""
    before = text[: found.start].lower().split()
    by = text[found.start : found.start + 3].lower() == "by "
    if not (by or AHEAD.intersection(before[-LATE:]) or PLANS.intersection(before)):
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
