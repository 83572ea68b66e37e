"""When a chat's digests come: what was typed, and which moments a time of day means. Pure.

A local time that a change of clocks skips means the moment it would have been (02:30 becomes
03:30), one that comes twice means the first; and each slot has one digest a local day.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from bot.delivery.words import DAYS
from bot.domain.chats import EVERY_DAY, WEEKDAYS, DigestSlot
from bot.errors import InputError

DAY = dt.timedelta(days=1)
_DAYS = r"daily|weekdays|weekly(?:\s+on)?\s+[a-z]+"
_TIME = r"(?:at\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})"
_ORDERS = (
    re.compile(
        rf"{_TIME}(?:\s+(?P<days>{_DAYS}))?(?:\s+(?P<query>.+))?", re.IGNORECASE | re.DOTALL
    ),
    re.compile(rf"(?P<days>{_DAYS})\s+{_TIME}(?:\s+(?P<query>.+))?", re.IGNORECASE | re.DOTALL),
)
_BEGINS = re.compile(
    rf"at\s*$|off(?:\s+[\d:.]+)?\s*$|(?:{_DAYS})\s+(?:at\s+)?\d|(?:at\s+)?\d{{1,2}}[:.]\d",
    re.IGNORECASE,
)
USAGE = "Say when, such as /digest at 07:00, /digest at 07:00 weekdays kind:policy, or /digest off"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A time of day, days of the week (Monday 0) and the words of a query, maybe none."""

    at: dt.time
    days: frozenset[int]
    query: str


def is_schedule(text: str) -> bool:
    """Tell whether the words behind /digest are about scheduled ones."""
    return _BEGINS.match(text.strip()) is not None


def read(text: str) -> Wanted:
    """Return the slot that was typed. Raises ``InputError``."""
    found = next(filter(None, (order.fullmatch(text.strip()) for order in _ORDERS)), None)
    if found is None:
        raise InputError(USAGE)
    days = (found["days"] or "daily").lower()
    return Wanted(read_time(found["hour"], found["minute"]), _days(days), found["query"] or "")


def read_time(hour: str, minute: str) -> dt.time:
    """Return a time of day. Raises ``InputError``."""
    try:
        return dt.time(int(hour), int(minute))
    except ValueError:
        raise InputError(f"{hour}:{minute} is no time of day; 07:00 is one.") from None


def _days(words: str) -> frozenset[int]:
    if words in ("daily", "weekdays"):
        return EVERY_DAY if words == "daily" else WEEKDAYS
    day = words.rsplit(maxsplit=1)[-1]
    found = [number for number, name in enumerate(DAYS) if day.startswith(name.lower())]
    if not found:
        raise InputError(f"“{day}” is no day; weekly Mon is one of seven.")
    return frozenset(found)


def days_in_words(days: frozenset[int]) -> str:
    """Return ``every day``, ``on weekdays`` or ``every Mon``."""
    if days == EVERY_DAY:
        return "every day"
    if days == WEEKDAYS:
        return "on weekdays"
    return "every " + ", ".join(DAYS[day] for day in sorted(days))


# --- moments -------------------------------------------------------------------------------------


def moment(day: dt.date, at: dt.time, zone: str) -> dt.datetime:
    """Return the moment that a local day and time mean, in UTC."""
    return dt.datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def first(slot: DigestSlot, zone: str, now: dt.datetime) -> dt.datetime:
    """Return the slot's next moment: after now, on a local day that has had no digest yet."""
    today = now.astimezone(ZoneInfo(zone)).date()
    return next(
        at
        for day in _days_from(today - DAY, DAY)
        if day.weekday() in slot.days and (slot.last_on is None or day > slot.last_on)
        if (at := moment(day, slot.at, zone)) > now
    )


def local_day(slot: DigestSlot, zone: str, now: dt.datetime) -> dt.date:
    """Return the local day that a digest sent now is for: the last whose moment has come.

    Of days that were missed, because the program did not run, one digest tells of all.
    """
    today = now.astimezone(ZoneInfo(zone)).date()
    return next(
        day
        for day in _days_from(today + DAY, -DAY)
        if day.weekday() in slot.days and moment(day, slot.at, zone) <= now
    )


def _days_from(day: dt.date, step: dt.timedelta) -> Iterator[dt.date]:
    while True:
        yield day
        day += step


def sent(slot: DigestSlot, zone: str, now: dt.datetime) -> DigestSlot:
    """Return the slot after its digest: covered until now, and due on a later day."""
    done = replace(slot, covered_until=now, last_on=local_day(slot, zone, now))
    return replace(done, due_at=first(done, zone, now))


def moved(slot: DigestSlot, zone: str, now: dt.datetime) -> DigestSlot:
    """Return the slot as it is in another zone."""
    return replace(slot, due_at=first(slot, zone, now))
