"""The layout of an article: its paragraphs, each with the zone that it belongs to.

Nothing is cut out: boilerplate and captions are zones, so that every position in the text stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from statistics import median
from typing import NamedTuple

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.lexicons import sections
from bot.extraction.mentions import Zone
from bot.extraction.words import words_of

_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n\s*")
_LINE = re.compile(r"[^\n]+")
_BULLET = re.compile(r"\s*(?:[•●▪◦■►*·–-]\s+)+")
_FULL_STOP = (".", "!", "?", ":", '"', "'", ")", "]", "…")
WRAP_WIDTHS = (45, 90)
"""Typical line lengths of text that was wrapped by a machine, as old wire copy is."""


class Paragraph(NamedTuple):
    """A paragraph by its characters [start, end) in the Doc, blanks and bullets left off."""

    start: int
    end: int
    zone: Zone


def is_wrapped(text: str) -> bool:
    """Tell whether the line breaks of a text are a typewriter's, not paragraph breaks."""
    lines = [line for line in text[:20_000].split("\n") if line.strip()]
    if len(lines) < 3 or max(map(len, lines)) > 2 * WRAP_WIDTHS[1]:  # noqa: PLR2004 two lines tell nothing
        return False
    middle = median(map(len, lines))
    broken = sum(not line.rstrip().endswith(_FULL_STOP) for line in lines)
    return WRAP_WIDTHS[0] <= middle <= WRAP_WIDTHS[1] and 2 * broken > len(lines)


def paragraphs_of(doc: Doc) -> tuple[Paragraph, ...]:
    """Return the paragraphs of a Doc, found once and kept."""
    known = findings(doc)
    if known.paragraphs is None:
        text = words_of(doc).source
        known.paragraphs = paragraphs(text, text.index("\n\n"))
    return known.paragraphs


def paragraphs(text: str, title_length: int) -> tuple[Paragraph, ...]:
    """Return the paragraphs of ``title + blank line + body``, empty ones left out."""
    title = text[:title_length].strip()
    head = [Paragraph(0, title_length, Zone.TITLE)] if title else []
    body = [
        Paragraph(start, end, _zone(text[start:end], title, bullet))
        for start, end, bullet in _stripped(text, title_length)
    ]
    return (*head, *body)


def _stripped(text: str, begin: int) -> Iterator[tuple[int, int, bool]]:
    for start, end in _spans(text, begin):
        bullet = _BULLET.match(text, start, end)
        first = bullet.end() if bullet else start
        while first < end and text[first].isspace():
            first += 1
        last = end
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            yield first, last, bool(bullet)


def _spans(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Yield the lines after the title; a wrapped body had its inner line breaks taken out."""
    for match in _LINE.finditer(text, begin):
        yield match.span()


def unwrapped(body: str) -> str:
    """Return a body with single line breaks as spaces where a machine wrapped it; same length."""
    if not is_wrapped(body):
        return body
    parts, at = [], 0
    for gap in _BLANK_LINE.finditer(body):
        parts += [body[at : gap.start()].replace("\n", " "), gap.group()]
        at = gap.end()
    parts.append(body[at:].replace("\n", " "))
    return "".join(parts)


def _zone(paragraph: str, title: str, bullet: bool) -> Zone:
    if paragraph == title or _patterns("boilerplate").match(paragraph):
        return Zone.BOILERPLATE
    if _may_be_caption(paragraph) and _patterns("caption").search(paragraph):
        return Zone.CAPTION
    return Zone.LEAD if bullet else Zone.BODY


CAPTION_LENGTH = 500


def _may_be_caption(paragraph: str) -> bool:
    """Tell at once the many paragraphs that hold nothing of a caption: its search is slow."""
    if len(paragraph) >= CAPTION_LENGTH:
        return False
    small = paragraph.lower()
    return small.endswith((")", "]")) or any(word in small for word in _caption_words())


@cache
def _caption_words() -> tuple[str, ...]:
    return sections("boilerplate.txt")["caption words"]


@cache
def _patterns(section: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in sections("boilerplate.txt")[section]))
