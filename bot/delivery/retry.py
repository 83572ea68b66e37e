"""When to try again, and when to give up: decisions about one row, no effects."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from bot.domain.delivery import (
    Act,
    BadContent,
    NotSent,
    OutboxRow,
    Outcome,
    Refused,
    ThreadGone,
    Uncertain,
)

UncertainPolicy = Literal["resend", "hold", "skip"]

MOST_REFUSALS = 6
"""Attempts after which a refusal that nobody understands is final."""

_FIRST = dt.timedelta(seconds=2)
_LONGEST = dt.timedelta(minutes=10)


def backoff(attempts: int) -> dt.timedelta:
    """Return how long to wait after so many attempts: 2 s, doubled each time, at most 10 min."""
    doublings: int = min(max(attempts, 1) - 1, 16)
    return min(_FIRST * (1 << doublings), _LONGEST)


def settle(row: OutboxRow, outcome: Outcome, policy: UncertainPolicy) -> Outcome:
    """Return what is recorded of an attempt: with its waiting time, or final.

    ``row.attempts`` counts the attempts before this one.
    """
    tried = row.attempts + 1
    match outcome:
        case NotSent(give_up=True) if tried >= MOST_REFUSALS:
            return Refused(f"given up after {tried} attempts: {outcome.why}", suspend=False)
        case NotSent(retry_after=None):
            return replace(outcome, retry_after=backoff(tried))
        case Uncertain():
            return _uncertain(row, outcome, policy)
        case BadContent() if row.plain:
            return Refused(f"refused as plain text too: {outcome.why}", suspend=False)
        case ThreadGone() if row.thread_id is None:
            return Refused(outcome.why, suspend=False)
        case _:
            return outcome


def _uncertain(row: OutboxRow, outcome: Uncertain, policy: UncertainPolicy) -> Outcome:
    wait = backoff(row.attempts + 1)
    if row.act is not Act.SEND:
        # An edit says the same however often it is made.
        return NotSent(outcome.why, retry_after=wait)
    if policy != "resend":
        return not_repeated(outcome.why, policy)
    return replace(outcome, retry_after=wait)


def not_repeated(why: str, policy: UncertainPolicy) -> Refused:
    """Return the end of a message that may have arrived and shall not be sent again."""
    rest = "the next digest lists the event" if policy == "hold" else "not repeated"
    return Refused(f"may have arrived, {rest}: {why}", suspend=False)
