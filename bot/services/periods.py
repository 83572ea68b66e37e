"""Periods as people type them: ``24h``, ``7d``, ``today``, ``yesterday``, ``since DATE``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.errors import InputError

DAY = dt.timedelta(days=1)
A_MOMENT = dt.timedelta(seconds=1)
"""The end of a period does not belong to it and storage counts whole seconds; "until now" includes
now."""
LONGEST = dt.timedelta(days=731)
_SPAN = re.compile(r"(\d{1,4})\s*(h|hours?|d|days?|w|weeks?)", re.IGNORECASE)
_UNITS = {"h": dt.timedelta(hours=1), "d": DAY, "w": dt.timedelta(weeks=1)}


@dataclass(frozen=True, slots=True)
class Period:
    """From ``since`` to ``until``, aware UTC; ``words`` says it back."""

    since: dt.datetime
    until: dt.datetime
    words: str


def span(text: str) -> dt.timedelta | None:
    """Return the length of ``24h``, ``7d`` or ``2 weeks``; ``None`` where it is none of these."""
    found = _SPAN.fullmatch(text.strip())
    return int(found[1]) * _UNITS[found[2][0].lower()] if found else None


def read_period(
    text: str, now: dt.datetime, zone: str, default: dt.timedelta = DAY
) -> tuple[Period, str]:
    """Split a period off the front of a text; return it with the rest of the words.

    Raises:
        InputError: the period cannot be read, is empty, or is longer than two years.

    """
    words = text.split()
    if not words:
        return lately(now, default), ""
    head, rest = words[0].lower(), " ".join(words[1:])
    if head in ("today", "yesterday"):
        return _local_day(head, now, zone), rest
    if head == "since":
        return _since(words[1:2], now, zone), " ".join(words[2:])
    length = span(head)
    if length is None:
        return lately(now, default), text.strip()
    return lately(now, length), rest


def lately(now: dt.datetime, length: dt.timedelta) -> Period:
    """Return the time until now, what came this very moment included.

    Raises:
        InputError: the length is not positive, or longer than two years.

    """
    if not dt.timedelta(0) < length <= LONGEST:
        raise InputError("A period is at least an hour and at most two years, such as 24h or 7d.")
    hours = int(length.total_seconds() // 3600)
    words = f"last {hours} hours" if length <= 2 * DAY or hours % 24 else f"last {length.days} days"
    return Period(now - length, now + A_MOMENT, words)


def _local_day(word: str, now: dt.datetime, zone: str) -> Period:
    here = now.astimezone(ZoneInfo(zone))
    midnight = dt.datetime.combine(here.date(), dt.time(), tzinfo=here.tzinfo)
    if word == "today":
        return Period(midnight.astimezone(dt.UTC), now + A_MOMENT, f"today, {here:%d %b %Y}")
    before = dt.datetime.combine(here.date() - DAY, dt.time(), tzinfo=here.tzinfo)
    return Period(
        before.astimezone(dt.UTC), midnight.astimezone(dt.UTC), f"yesterday, {before:%d %b %Y}"
    )


def _since(words: list[str], now: dt.datetime, zone: str) -> Period:
    try:
        day = dt.date.fromisoformat(words[0])
    except (IndexError, ValueError):
        raise InputError("“since” needs a date such as since 2026-01-26.") from None
    start = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)
    if not now - LONGEST <= start < now:
        raise InputError(f"{day:%d %b %Y} is not in the last two years.")
    return Period(start, now + A_MOMENT, f"since {day:%d %b %Y}")
