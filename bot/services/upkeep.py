"""What is dropped when its time is over: texts, events, sent messages, chats that left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.config import Settings
from bot.protocols import Work

KEEP_SENT = dt.timedelta(days=7)
KEEP_SUSPENDED = dt.timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Dropped:
    """How much was dropped."""

    texts: int
    events: int
    messages: int
    chats: int
    mutes: int


def keep_up(work: Work, settings: Settings, now: dt.datetime) -> Dropped:
    """Drop what has outlived its use; keys and tombstones stay, so that nothing is told twice."""
    return Dropped(
        texts=work.entries.purge(now - settings.keep_texts),
        events=work.events.purge(now - settings.keep_events),
        messages=work.outbox.purge(now - KEEP_SENT),
        chats=work.chats.purge_suspended(now - KEEP_SUSPENDED),
        mutes=work.mutes.purge(now),
    )
