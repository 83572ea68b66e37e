"""From words to days: what a date expression means when said on a known day.

``find`` lists the expressions of a text, ``resolve`` reads one. The ways to write a date are
``lexicon/date_patterns.txt``. Pure text and dates, no Doc.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction.lexicons import sections, word_set

Direction = Literal["past", "future"]
"""Which side of the anchor a date without a year, or a weekday, is looked for on."""

WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}
MONTHS["sept"] = 9
SMALL = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "a": 1, "an": 1,
    "couple of": 2, "a couple of": 2, "few": 3, "a few": 3, "several": 4,
}  # fmt: skip
WIDE = dt.timedelta(days=10)
"""Length from which "the past three weeks" is no longer a time of one event."""
FIRST_SHORT_YEAR, LAST_SHORT_YEAR = 70, 99
LATELY = dt.timedelta(days=45)
"""Age up to which a holiday without a year is a day of the news, not a season or a custom."""
NOISE_DAYS = 1
"""A story filed around midnight may name the day after its anchor: that much is still this year."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A date expression: characters [start, end), its days, whether a date is written out."""

    start: int
    end: int
    span: DateSpan
    explicit: bool
    rule: str = ""


def _patterns() -> dict[str, str]:
    """Return the rules of the lexicon with their parts put in."""
    parts = dict(line.split(" = ", 1) for line in sections("date_patterns.txt")["parts"])
    rules = dict(line.split(" = ", 1) for line in sections("date_patterns.txt")["rules"])
    for name, part in parts.items():
        rules = {rule: text.replace(f"@{name}@", part) for rule, text in rules.items()}
    return {rule: text.replace(" ", r"\s+") for rule, text in rules.items()}


RULES = _patterns()
EXPRESSION = re.compile(
    r"(?<![\w.$£€/-])(?:" + "|".join(f"(?P<{name}_>{rule})" for name, rule in RULES.items()) + ")",
    re.IGNORECASE,
)
HEADS = frozenset(
    {*WEEKDAYS, *MONTHS, *(f"{month}." for month in MONTHS), *map(str, range(1900, 2100))}
    | {"today", "tonight", "yesterday", "tomorrow", "overnight", "night", "evening", "morning"}
    | {"afternoon", "ago", "earlier", "before", "back", "week", "weekend", "month", "year"}
    | {"weeks", "months", "days", "day", "years"}
    | {"eve", "christmas", "halloween", "thanksgiving"}
)
"""Lower-case tokens one of which every expression without digits and slashes holds."""


_PARTS = re.compile(r"(?<![\w.$£€/-])(\d|[a-z]*)", re.IGNORECASE)
OPENERS = frozenset({*WEEKDAYS, *MONTHS, *SMALL, *word_set("date_patterns.txt", "openers")})


@lru_cache(10_000)
def openings(word: str) -> tuple[int, ...]:
    """Return where in a word an expression can begin: seldom inside: "Report(May 5"."""
    if word.isalpha():
        return (0,) if word.lower() in OPENERS else ()
    parts = ((part.start(), part.group().lower()) for part in _PARTS.finditer(word))
    return tuple(at for at, part in parts if part.isdigit() or part in OPENERS)


def resolve(text: str, anchor: dt.date, direction: Direction = "past") -> DateSpan | None:
    """Return the days that the first date expression of a text means, said on ``anchor``."""
    return next((found.span for found in find(text, anchor, direction)), None)


def find(text: str, anchor: dt.date, direction: Direction = "past") -> Iterator[Expression]:
    """Yield the date expressions of a text in order, each resolved against ``anchor``."""
    for match in EXPRESSION.finditer(text):
        yield from _expression(match, anchor, direction)


def find_at(text: str, starts: Iterable[int], anchor: dt.date) -> Iterator[Expression]:
    """Yield the date expressions of a text that begin at some of its characters, as ``find``."""
    free = 0
    for start in starts:
        if start >= free and (match := EXPRESSION.match(text, start)):
            free = match.end()
            yield from _expression(match, anchor, "past")


def _expression(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> Iterator[Expression]:
    span, explicit = _read(match, anchor, direction)
    if span is not None:
        yield Expression(match.start(), match.end(), span, explicit, _rule(match))


def _rule(match: re.Match[str]) -> str:
    """Return the rule that matched: its group is the last one that closes."""
    return str(match.lastgroup)[:-1]


def _read(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    try:
        return _READERS[_rule(match)](match, anchor, direction)
    except (ValueError, OverflowError):
        return None, False


def _day(day: dt.date) -> DateSpan:
    return DateSpan(day, day)


def _iso(match: re.Match[str], _: dt.date, __: Direction) -> tuple[DateSpan | None, bool]:
    return _day(dt.date.fromisoformat(match["iso"])), True


def _slashes(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    """Read 5/11/2025 as whichever of 5 November and May 11 lies nearer to the anchor."""
    first, second, year = (int(part) for part in re.split(r"[/.]", match["slashes"]))
    year = _full_year(year)
    days = [d for d in (_date(year, second, first), _date(year, first, second)) if d]
    if direction == "past":
        days = [d for d in days if d <= anchor] or days
    return (_day(min(days, key=lambda d: abs((d - anchor).days))) if days else None), True


def _full_year(year: int) -> int:
    """Return a year of two digits in full: no news before 1970 is dated so."""
    if year > LAST_SHORT_YEAR:
        return year
    return 2000 + year if year < FIRST_SHORT_YEAR else 1900 + year


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _month_number(word: str) -> int:
    return MONTHS[word.lower().rstrip(".")]


def _year_number(word: str | None, anchor: dt.date) -> int | None:
    if not word:
        return None
    relative = {"last": -1, "this": 0, "next": 1}.get(word.split()[0].lower())
    if relative is not None:
        return anchor.year + relative
    return _full_year(int(word))


def _nearest_year(month: int, day: int, anchor: dt.date, direction: Direction) -> int:
    """Return the year that puts a day of the year on the wanted side of the anchor."""
    this = _date(anchor.year, month, day)
    if direction == "past":
        late = this is None or this > anchor + dt.timedelta(days=NOISE_DAYS)
        return anchor.year - 1 if late else anchor.year
    return anchor.year + 1 if this is None or this < anchor else anchor.year


def _days_of_month(
    parts: tuple[str, str, str | None, str | None], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    month_word, day_word, last_word, year_word = parts
    month, day = _month_number(month_word), int(day_word)
    year = _year_number(year_word, anchor) or _nearest_year(month, day, anchor, direction)
    start = dt.date(year, month, day)
    end = dt.date(year, month, int(last_word)) if last_word else start
    if end <= start:
        return _day(start), True
    return DateSpan(start, end, DatePrecision.RANGE), True


def _month_day(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    return _days_of_month((match["m1"], match["d1"], match["d1b"], match["y1"]), anchor, direction)


def _day_month(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    return _days_of_month((match["m2"], match["d2"], match["d2b"], match["y2"]), anchor, direction)


def _weekday(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    mod = (match["wmod"] or match["wafter"] or "").lower().split()
    wanted = WEEKDAYS[match["weekday"].lower()]
    if direction == "future" or "next" in mod or "coming" in mod:
        return _day(anchor + dt.timedelta(days=(wanted - anchor.weekday()) % 7)), False
    back = (anchor.weekday() - wanted) % 7
    if back == 0 and {"last", "past", "previous"} & set(mod):
        back = 7
    if "week" in mod and "last" in mod:
        back = anchor.weekday() + 7 - wanted
    return _day(anchor - dt.timedelta(days=back)), False


def month_span(year: int, month: int) -> DateSpan:
    """Return the days of a month."""
    last = calendar.monthrange(year, month)[1]
    return DateSpan(dt.date(year, month, 1), dt.date(year, month, last), DatePrecision.MONTH)


def _month(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    month, mod = _month_number(match["month"]), (match["mmod"] or "").lower()
    if not _really_month(match):
        return None, False
    year = _year_number(match["y3"], anchor)
    if year is None:
        year = _month_year(month, mod, anchor, direction)
    return _part_of(month_span(year, month), mod), match["y3"] is not None


def _really_month(match: re.Match[str]) -> bool:
    """Tell the month from the verb: "may" and "march" need a capital and something before them."""
    word, whole = match["month"], match.string
    if word.lower() not in {"may", "march", "mar", "jan", "dec"}:
        return word[0].isupper()
    before = whole[max(0, match.start() - 8) : match.start()].lower()
    cue = re.search(r"\b(?:in|since|by|until|till|of|from|during|for|through)\s+$", before)
    known = bool(match["y3"] or match["mmod"])
    if word.isupper() and whole.isupper():
        return known or bool(cue)
    return word[0].isupper() and (known or bool(cue))


def _month_year(month: int, mod: str, anchor: dt.date, direction: Direction) -> int:
    if mod == "next" or direction == "future":
        return anchor.year + (month < anchor.month)
    if mod == "last" and month == anchor.month:
        return anchor.year - 1
    return anchor.year - (month > anchor.month)


def _part_of(span: DateSpan, mod: str) -> DateSpan:
    """Narrow a month or a year to its beginning, middle or end."""
    if "end" in mod:
        return DateSpan(span.end, span.end, DatePrecision.RANGE)
    thirds = {"early": 0, "beginning of": 0, "mid": 1, "late": 2}
    if mod not in thirds:
        return span
    third = ((span.end - span.start).days + 1) // 3
    start = span.start + dt.timedelta(days=third * thirds[mod])
    end = span.end if mod == "late" else start + dt.timedelta(days=third)
    return DateSpan(start, end, DatePrecision.RANGE)


def _amount(word: str) -> int:
    return int(word) if word.isdigit() else SMALL.get(" ".join(word.lower().split()), 3)


def _back(anchor: dt.date, amount: int, unit: str) -> DateSpan:
    if unit in {"minute", "hour"}:
        return _day(anchor - dt.timedelta(days=amount // 24 if unit == "hour" else 0))
    if unit in {"day", "night"}:
        return _day(anchor - dt.timedelta(days=amount))
    if unit == "week":
        day = anchor - dt.timedelta(weeks=amount)
        return DateSpan(day - dt.timedelta(days=3), day + dt.timedelta(days=3), DatePrecision.WEEK)
    if unit == "month":
        months = anchor.year * 12 + anchor.month - 1 - amount
        return month_span(months // 12, months % 12 + 1)
    return year_span(anchor.year - amount * (10 if unit == "decade" else 1))


def year_span(year: int) -> DateSpan:
    """Return the days of a year."""
    return DateSpan(dt.date(year, 1, 1), dt.date(year, 12, 31), DatePrecision.YEAR)


def _days_ago(match: re.Match[str], anchor: dt.date, _: Direction) -> tuple[DateSpan | None, bool]:
    amount, unit = match["n1"].lower(), match["u1"]
    if unit is None:
        if amount not in {"hours", "minutes", "moments", "days", "weeks", "months", "years"}:
            return None, False
        amount, unit = ("0" if amount in {"hours", "minutes", "moments"} else "3"), amount[:-1]
    if match["ago"].lower() != "ago" and unit.lower() in {"minute", "hour", "moment"}:
        return None, False
    return _back(anchor, _amount(amount), unit.lower()), False


def _within(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    if match["within"].lower() == "in" and direction == "past":
        return None, False
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[match["u2"].lower()]
    end = anchor + dt.timedelta(days=days * _amount(match["n2"]))
    return DateSpan(anchor, end, DatePrecision.RANGE), False


def _recent(match: re.Match[str], anchor: dt.date, _: Direction) -> tuple[DateSpan | None, bool]:
    days = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30, "year": 365}[match["u3"].lower()]
    back = dt.timedelta(days=int(days * _amount(match["n3"])))
    wide = DatePrecision.RANGE if back < WIDE else DatePrecision.MONTH
    return DateSpan(anchor - back, anchor, wide), False


def _eve(match: re.Match[str], anchor: dt.date, _: Direction) -> tuple[DateSpan | None, bool]:
    return _day(anchor + dt.timedelta(days=-2 if "before" in match["eve"].lower() else 2)), False


_FIXED = {
    "christmas eve": (12, 24), "christmas": (12, 25), "boxing": (12, 26), "new": (1, 1),
    "new eve": (12, 31), "valentine": (2, 14), "fourth": (7, 4), "halloween": (10, 31),
}  # fmt: skip
"""Month and day of holidays that keep their day of the year."""
_MOVED = {
    "mother": (5, 6, 2), "father": (6, 6, 3), "memorial": (5, 0, -1), "labor": (9, 0, 1),
    "labour": (9, 0, 1), "thanksgiving": (11, 3, 4),
}  # fmt: skip
"""Month, weekday and which of them in it (-1: the last) of the American holidays that move."""


def _holiday(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    words = re.sub("['’]s", "", match["holiday"].lower()).removeprefix("the ").split()
    name = words[0] + (" eve" if words[-1] == "eve" else "")
    year = _year_number(match["y5"], anchor)
    if year is not None:
        return _day(_day_of_holiday(name, year)), True
    days = [_day_of_holiday(name, anchor.year + step) for step in (-1, 0, 1)]
    if direction == "future":
        return _day(next(day for day in days if day >= anchor)), False
    near = [day for day in days if dt.timedelta(0) <= anchor - day <= LATELY]
    return (_day(near[-1]) if near else None), False


def _day_of_holiday(name: str, year: int) -> dt.date:
    if name in _FIXED:
        return dt.date(year, *_FIXED[name])
    month, weekday, which = _MOVED[name]
    days = calendar.Calendar().itermonthdates(year, month)
    same = [day for day in days if day.month == month and day.weekday() == weekday]
    return same[which - 1 if which > 0 else which]


_DAY_SHIFT = {
    "yesterday": -1, "tomorrow": 1, "last night": -1, "last evening": -1,
    "the previous day": -1, "the previous night": -1, "the previous evening": -1,
    "a day earlier": -1, "the day before": -1,
}  # fmt: skip


def _near_day(match: re.Match[str], anchor: dt.date, _: Direction) -> tuple[DateSpan | None, bool]:
    words = " ".join(match["day"].lower().split())
    if words.startswith("the same"):
        return None, False
    return _day(anchor + dt.timedelta(days=_DAY_SHIFT.get(words, 0))), False


def _unit(
    match: re.Match[str], anchor: dt.date, direction: Direction
) -> tuple[DateSpan | None, bool]:
    mod, unit = match["umod"].lower(), match["unit"].lower()
    step = {"last": -1, "past": -1, "previous": -1, "next": 1}.get(mod, 0)
    span = _UNITS[unit](anchor, step)
    if "end" in mod:
        return DateSpan(span.end, span.end, DatePrecision.RANGE), False
    if mod == "this" and direction == "past" and span.end > anchor:
        span = DateSpan(min(span.start, anchor), anchor, span.precision)
    return span, False


def _week(anchor: dt.date, step: int) -> DateSpan:
    monday = anchor - dt.timedelta(days=anchor.weekday()) + dt.timedelta(weeks=step)
    return DateSpan(monday, monday + dt.timedelta(days=6), DatePrecision.WEEK)


def _weekend(anchor: dt.date, step: int) -> DateSpan:
    saturday = anchor - dt.timedelta(days=(anchor.weekday() - 5) % 7)
    saturday += dt.timedelta(weeks=max(step, 0))
    return DateSpan(saturday, saturday + dt.timedelta(days=1), DatePrecision.RANGE)


def _month_step(anchor: dt.date, step: int) -> DateSpan:
    months = anchor.year * 12 + anchor.month - 1 + step
    return month_span(months // 12, months % 12 + 1)


def _year_step(anchor: dt.date, step: int) -> DateSpan:
    return year_span(anchor.year + step)


_UNITS = {"week": _week, "weekend": _weekend, "month": _month_step, "year": _year_step}


def _year(match: re.Match[str], _: dt.date, __: Direction) -> tuple[DateSpan | None, bool]:
    if match["yin"] is None and match.string[match.end() : match.end() + 1].isalnum():
        return None, False
    return _part_of(year_span(int(match["year"])), (match["yin"] or "").lower()), True


_READERS = {
    "iso": _iso, "slashes": _slashes, "month_day": _month_day, "day_month": _day_month,
    "weekday": _weekday, "month": _month, "days_ago": _days_ago, "within": _within,
    "recent": _recent, "eve": _eve,
    "day": _near_day, "holiday": _holiday, "unit": _unit, "year": _year,
}  # fmt: skip
