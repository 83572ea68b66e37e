"""What an attempt makes of its row: a pure function of the row, the outcome and the time.

What follows for others (the chat is suspended or moves, a topic's rows go to the main thread) is
the repository's work; waiting times and giving up are ``bot.delivery.retry``'s.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, assert_never

from bot.delivery.retry import backoff
from bot.domain.delivery import (
    Act,
    BadContent,
    Migrated,
    NotSent,
    OutboxRow,
    OutboxState,
    Outcome,
    Refused,
    Sent,
    TargetGone,
    ThreadGone,
    Unauthorised,
    Uncertain,
)

FINAL = frozenset({OutboxState.SENT, OutboxState.DEAD, OutboxState.CANCELLED})
"""States after which a row is not sent any more: what waits for it need not wait longer."""


def changes(row: OutboxRow, outcome: Outcome, now: dt.datetime) -> dict[str, Any]:
    """Return the columns that change; ``row.attempts`` counts the attempts before this one."""
    freed = {"worker": None, "lease_until": None}
    return freed | {"last_error": getattr(outcome, "why", None)} | _changes(row, outcome, now)


def _changes(row: OutboxRow, outcome: Outcome, now: dt.datetime) -> dict[str, Any]:
    found: dict[str, Any]
    match outcome:
        case Sent(message_id=message_id):
            found = _final(OutboxState.SENT, now) | {"message_id": message_id}
        case NotSent() | Uncertain() | Migrated() | Unauthorised():
            found = _later(row, outcome, now)
        case BadContent():
            found = _final(OutboxState.DEAD, now) if row.plain else _again(now) | {"plain": True}
        case Refused(suspend=suspend):
            found = _state(OutboxState.SUSPENDED) if suspend else _final(OutboxState.DEAD, now)
        case ThreadGone():
            main = row.thread_id is None
            found = _final(OutboxState.DEAD, now) if main else _again(now) | {"thread_id": 0}
        case TargetGone():
            found = _without_target(row, now)
        case _:
            assert_never(outcome)
    return found


def _later(
    row: OutboxRow, outcome: NotSent | Uncertain | Migrated | Unauthorised, now: dt.datetime
) -> dict[str, Any]:
    if isinstance(outcome, Migrated | Unauthorised):
        # Not this message's fault: the attempt does not count.
        return _again(now) | {"attempts": row.attempts}
    again = _again(now + (outcome.retry_after or backoff(row.attempts + 1)))
    return again | ({"uncertain": True} if isinstance(outcome, Uncertain) else {})


def _without_target(row: OutboxRow, now: dt.datetime) -> dict[str, Any]:
    """A message is sent without replying to anything; of an edit nothing is left to do."""
    if row.act is not Act.SEND:
        return _final(OutboxState.CANCELLED, now)
    return _again(now) | {"target_key": None, "reply_to_message_id": None}


def _again(at: dt.datetime) -> dict[str, Any]:
    return _state(OutboxState.PENDING) | {"next_at": at}


def _final(state: OutboxState, now: dt.datetime) -> dict[str, Any]:
    return _state(state) | {"finished_at": now}


def _state(state: OutboxState) -> dict[str, Any]:
    return {"state": state.value}
