"""The dateline: place, day and agency before the first sentence (``PESHAWAR, May 3 (AFP) —``)."""

from __future__ import annotations

import datetime as dt
import re

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.layout import Paragraph, paragraphs_of
from bot.extraction.mentions import Dateline, Zone
from bot.extraction.words import words_of

NEWS_YEARS = range(1800, 2200)
"""Years that a day of publication may have: feeds without one write year 1."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = (
    rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<m1>{_MONTH})(?:,?\s+(?P<y1>\d{{4}}|\d\d)\b)?"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<y2>\d{{4}}))?)"
)
_LINE = re.compile(
    rf"""(?:(?P<place>[^\W\d_][^\n:;—–"()]{{1,50}}?(?:\s\([^\W\d_][\w. ]{{1,25}}\))?)[,.]?\s*)?
    (?:(?:\(\s*)?{_DAY}(?:\s*\))?[,.]?\s*|no\s+date\s*)?
    (?:\((?P<agency>[^()\n]{{2,60}})\)\s*)?
    (?P<dash>:|—|–|--?|(?=\[\w+\]))\s*
    (?:\[[^\[\]\n]{{2,160}}\]\s*)*""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE_ONLY = re.compile(
    rf"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s+)?{_DAY}\b(?:[\s,|-]*\d{{1,2}}[:.]\d\d.{{0,20}})?$",
    re.IGNORECASE,
)
_STAMP = re.compile(
    rf"^\W*(?:last\s+)?(?:updated|published|posted|modified)(?:\s+(?:on|at))?\s*:?\s+{_DAY}",
    re.IGNORECASE | re.MULTILINE,
)
"""A line of the page's own furniture: ``Updated 26 January 2026``."""
STAMP_WITHIN = 1_000
"""Characters at the beginning of a text among which such a line stands."""
LONGEST = 140
"""Characters before the dash."""
SHORT = 3
"""Letters of capitals that are no place."""
_DASH = re.compile(r"[:—\[]|\s[–-]")
_TELLING = re.compile(r"[(\d]")
"""How an agency or a day begins."""
_CAPITALS = re.compile(r"[^\W\d_a-z][^\W\d_a-z.'/ -]+")


def read(doc: Doc) -> Dateline | None:
    """Return the dateline of the first paragraphs of the body, if there is one."""
    text = words_of(doc).source
    body = [p for p in paragraphs_of(doc) if p.zone in {Zone.BODY, Zone.LEAD}][:4]
    for paragraph in body:
        match = _DATE_ONLY.match(text, paragraph.start, paragraph.end)
        match = match or _opening(text, paragraph)
        if match:
            return _dateline(doc, match)
    return None


def anchor(doc: Doc) -> dt.date | None:
    """Return the day from which the text speaks: the dateline's, that of publication, a stamp's."""
    line = findings(doc).dateline
    if line and line.day:
        return line.day
    return _published(doc) or _stamped(doc)


def _stamped(doc: Doc) -> dt.date | None:
    """Return the day of an ``Updated …`` line, if it says the year."""
    match = _STAMP.search(words_of(doc).source[:STAMP_WITHIN])
    day = _day(match.groupdict(), None) if match else None
    return day if day and day.year in NEWS_YEARS else None


def _published(doc: Doc) -> dt.date | None:
    at: dt.datetime | None = findings(doc).article.published_at
    return at.date() if at and at.year in NEWS_YEARS else None


def _opening(text: str, paragraph: Paragraph) -> re.Match[str] | None:
    if not _may_open(text, paragraph.start):
        return None
    match = _LINE.match(text, paragraph.start, min(paragraph.end, paragraph.start + LONGEST + 160))
    if not match or match.start("dash") - paragraph.start > LONGEST:
        return None
    place, told = match["place"] or "", match["agency"] or match["d1"] or match["d2"]
    spaced = match["dash"] in ":—" or text[match.start("dash") - 1].isspace()
    return match if spaced and (told or _is_shouted(place, 0)) else None


def _may_open(text: str, start: int) -> bool:
    """Tell at once the many paragraphs that have no dash, or nothing before it that tells much.

    To match them is slow.
    """
    if not _DASH.search(text, start, start + LONGEST + 1):
        return False
    return bool(_TELLING.search(text, start, start + LONGEST)) or _is_shouted(text, start)


def _is_shouted(text: str, start: int) -> bool:
    """Tell "QUETTA", but not "PM"."""
    shouted = _CAPITALS.match(text, start)
    return shouted is not None and shouted.end() - start > SHORT


def _dateline(doc: Doc, match: re.Match[str]) -> Dateline:
    words = words_of(doc)
    groups = match.groupdict()
    place = (groups.get("place") or "").strip(" ,.") or None
    return Dateline(
        place=place,
        day=_day(groups, _published(doc)),
        agency=groups.get("agency"),
        start=words.first_at(match.start()),
        end=words.first_at(match.end()),
    )


def _day(groups: dict[str, str | None], published: dt.date | None) -> dt.date | None:
    day, month = groups["d1"] or groups["d2"], groups["m1"] or groups["m2"]
    year = groups["y1"] or groups["y2"]
    if not day or not month:
        return None
    number = _MONTHS.index(month[:3].lower()) + 1
    if year:
        return _date(_full_year(int(year)), number, int(day))
    return _nearest(number, int(day), published) if published else None


def _full_year(year: int) -> int:
    if year >= 100:  # noqa: PLR2004 already four digits
        return year
    return 1900 + year if year >= 50 else 2000 + year  # noqa: PLR2004 no wire copy before 1950


def _nearest(month: int, day: int, published: dt.date) -> dt.date | None:
    """Return the latest such day not after the day of publication (a day's grace for zones)."""
    this_year = _date(published.year, month, day)
    if this_year and this_year <= published + dt.timedelta(days=1):
        return this_year
    return _date(published.year - 1, month, day)


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
