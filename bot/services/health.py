"""Is the service well? Messages leave, feeds are read, the clock is right; the owner hears once.

``look`` reads the database, ``troubles`` decides, ``tell`` remembers what was told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.delivery.html import text_message
from bot.domain.delivery import NewOutboxRow, Priority
from bot.domain.feeds import FeedCensus
from bot.protocols import Work
from bot.services.pausing import paused_since, resumed_at

STUCK = dt.timedelta(minutes=10)
"""So long a message that is due may wait, and a failing one be tried, before that is a trouble."""
UNREAD = dt.timedelta(minutes=30)
"""So long a feed that is due may wait."""
CLOCK_OFF = dt.timedelta(minutes=2)
_SEEN = "clock_seen_at"
_TOLD = "health"


@dataclass(frozen=True, slots=True)
class Vitals:
    """What is looked at; times are how long something has been so."""

    overdue: dt.timedelta = dt.timedelta(0)
    """How long the message that should have left first has been due."""
    struggling: int = 0
    """Chats whose messages fail, where nothing was sent lately."""
    feeds: int = 0
    failing: int = 0
    unread: dt.timedelta = dt.timedelta(0)
    """How long the feed that should have been read first has been due."""
    clock_off: dt.timedelta | None = None
    """How far the clock is from Telegram's; ``None`` where nobody knows."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong: ``key`` stays the same as long as it lasts."""

    key: str
    text: str


def look(work: Work, now: dt.datetime, clock_off: dt.timedelta | None = None) -> Vitals:
    """Return how things stand."""
    due = work.outbox.next_due()
    sent = work.outbox.last_sent_at()
    quiet = sent is None or now - sent >= STUCK
    resting, again = paused_since(work) is not None, resumed_at(work)
    feeds = FeedCensus() if resting else work.feeds.census()
    return Vitals(
        overdue=_since(due, now) if quiet else dt.timedelta(0),
        struggling=work.outbox.struggling(now - STUCK) if quiet else 0,
        feeds=feeds.active,
        failing=feeds.failing,
        unread=_unread(feeds.first_due, now, again),
        clock_off=clock_off,
    )


def _unread(due: dt.datetime | None, now: dt.datetime, again: dt.datetime | None) -> dt.timedelta:
    """Return for how long a feed has been due; while all feeds rested it was not."""
    unread = _since(due, now)
    return min(unread, _since(again, now)) if again else unread


def _since(at: dt.datetime | None, now: dt.datetime) -> dt.timedelta:
    return max(now - at, dt.timedelta(0)) if at else dt.timedelta(0)


def troubles(vitals: Vitals) -> tuple[Trouble, ...]:
    """Return what is wrong."""
    found = []
    if vitals.overdue >= STUCK or vitals.struggling > 1:
        text = "Messages do not leave: see the log for what Telegram answers."
        found.append(Trouble("outbox", text))
    if vitals.feeds > 1 and vitals.failing == vitals.feeds:
        text = f"All {vitals.feeds} feeds fail: most likely this machine's own network."
        found.append(Trouble("feeds", text))
    if vitals.unread >= UNREAD:
        minutes = vitals.unread // dt.timedelta(minutes=1)
        text = f"Feeds are not read: one has been due for {minutes} minutes."
        found.append(Trouble("polling", text))
    if vitals.clock_off is not None and abs(vitals.clock_off) >= CLOCK_OFF:
        seconds = f"{abs(vitals.clock_off).total_seconds():.0f}"
        text = f"This machine's clock is {seconds} s off: let it keep time (NTP)."
        found.append(Trouble("clock", text))
    return tuple(found)


def tell(
    work: Work, found: Iterable[Trouble], owners: Iterable[int], now: dt.datetime
) -> tuple[Trouble, ...]:
    """Tell the owners of each trouble once, when it begins and when it is over; return new ones."""
    known: dict[str, str] = json.loads(work.meta.get(_TOLD) or "{}")
    lasting = {trouble.key: trouble for trouble in found}
    new = tuple(trouble for key, trouble in lasting.items() if key not in known)
    over = [key for key in known if key not in lasting]
    since = {key: known.get(key, now.isoformat()) for key in lasting}
    if new or over:
        work.meta.set(_TOLD, json.dumps(since))
    for owner in owners:
        for trouble in new:
            _put(work, owner, f"{trouble.key}:{since[trouble.key]}", trouble.text, now)
        for key in over:
            _put(work, owner, f"{key}:{known[key]}:over", f"It is over: {_OVER[key]}.", now)
    return new


_OVER = {
    "outbox": "messages leave again",
    "feeds": "feeds can be read again",
    "polling": "feeds are read again",
    "clock": "this machine's clock is right again",
}


def _put(work: Work, owner: int, key: str, text: str, now: dt.datetime) -> None:
    row = NewOutboxRow(
        dedupe_key=f"notice:{owner}:health:{key}",
        chat_id=owner,
        thread_id=None,
        message=replace(text_message(text), silent=True),
        priority=Priority.NORMAL,
    )
    work.outbox.put(row, now)


def mind_the_clock(work: Work, now: dt.datetime) -> dt.timedelta | None:
    """Notice that the clock went back, also while the program did not run, and repair due times.

    Returns how far it went back, ``None`` where it did not.
    """
    seen = work.meta.get(_SEEN)
    work.meta.set(_SEEN, now.isoformat())
    back = dt.datetime.fromisoformat(seen) - now if seen else dt.timedelta(0)
    if back < CLOCK_OFF:
        return None
    work.clock_went_back(now, back)
    return back
