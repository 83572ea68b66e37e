"""What an attempt asks for besides what the outbox records: a pause, and who is told.

Each function works inside the transaction that records the attempt. (That a chat is suspended or
moves, and that a topic's rows go to the main thread, is the outbox's own record of the outcome.)
"""

from __future__ import annotations

import datetime as dt
import html
from collections.abc import Iterable

from bot.domain.delivery import (
    Message,
    NewOutboxRow,
    NotSent,
    OutboxRow,
    Outcome,
    Priority,
    Refused,
    ThreadGone,
)
from bot.protocols import Work

NOTICE = "notice:"
"""How the keys of messages to the owner about other messages begin."""


def apply(
    work: Work, row: OutboxRow, outcome: Outcome, now: dt.datetime, owners: Iterable[int]
) -> None:
    """Do what a recorded outcome asks for."""
    match outcome:
        case NotSent(retry_after=dt.timedelta() as wait, give_up=False):
            work.outbox.hold_chat(row.chat_id, now + wait)
        case ThreadGone():
            _put(work, topic_gone(row), now)
        case Refused(suspend=True, why=why):
            _tell(work, row, f"Chat {row.chat_id} cannot be written to", why, now, owners)
        case Refused(why=why):
            _tell(work, row, f"A message to chat {row.chat_id} is dead", why, now, owners)
        case _:
            pass


def topic_gone(row: OutboxRow) -> NewOutboxRow:
    """Return the note that a topic's messages come to the chat's main thread from now on."""
    text = (
        "The topic that alerts were set up for is closed or deleted. Its subscriptions and digests "
        "are this main thread's now; an admin can /unsubscribe here and subscribe in another topic."
    )
    return NewOutboxRow(
        dedupe_key=f"{NOTICE}topic:{row.chat_id}:{row.thread_id}",
        chat_id=row.chat_id,
        thread_id=None,
        message=Message(html=text, plain=text, silent=True),
        priority=Priority.NORMAL,
    )


def _tell(
    work: Work, row: OutboxRow, what: str, why: str, now: dt.datetime, owners: Iterable[int]
) -> None:
    if row.dedupe_key.startswith(NOTICE):
        return  # a notice that failed is in /failed; telling of it would go round in circles
    plain = f"{what}: {why}\n{row.reference or row.dedupe_key}"
    for owner in owners:
        _put(work, _notice(owner, row, plain), now)


def _notice(owner: int, row: OutboxRow, plain: str) -> NewOutboxRow:
    return NewOutboxRow(
        dedupe_key=f"{NOTICE}{owner}:{row.dedupe_key}",
        chat_id=owner,
        thread_id=None,
        message=Message(html=html.escape(plain, quote=False), plain=plain, silent=True),
        priority=Priority.NORMAL,
    )


def _put(work: Work, row: NewOutboxRow, now: dt.datetime) -> None:
    work.outbox.put(row, now)
