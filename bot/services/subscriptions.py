"""Subscribing: what was understood, what it would have sent, what a chat has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from bot.config import Settings
from bot.domain.chats import Scope, Subscription
from bot.domain.events import Event
from bot.errors import InputError, QuotaError
from bot.matching.query import STORED, Limits, Query, canonical, parse
from bot.protocols import Work
from bot.services.periods import lately
from bot.services.search import Tally, find, tally

PREVIEW = dt.timedelta(days=7)
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Preview:
    """What a query would have sent in ``days`` days."""

    total: int
    days: int
    samples: tuple[Event, ...]
    note: str = ""
    """How far back was looked, where not all the days."""

    @property
    def per_day(self) -> float:
        """Return events a day."""
        return self.total / self.days


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A subscription; ``known`` where the chat had it already."""

    subscription: Subscription
    known: bool


def understand(text: str, settings: Settings) -> Query:
    """Return the query that a person typed. Raises ``QueryError`` or ``InputError``."""
    if not text.strip():
        raise InputError("Say what to watch for, such as /subscribe blast sindh")
    return parse(text, limits=Limits(terms=settings.max_query_terms))


def preview(work: Work, scope: Scope | None, query: Query, now: dt.datetime) -> Preview:
    """Return what the query would have sent in the last week."""
    found = find(work, scope, query, lately(now, PREVIEW))
    return Preview(len(found.found), PREVIEW.days, tuple(found.events[:SAMPLES]), found.note)


def counts(work: Work, scope: Scope, queries: Sequence[Query], now: dt.datetime) -> Tally:
    """Return how many events of the last week each query would have sent."""
    return tally(work, scope, queries, lately(now, PREVIEW))


def subscribe(
    work: Work, scope: Scope, query: Query, settings: Settings, now: dt.datetime
) -> Subscribed:
    """Store a subscription. Raises ``QuotaError`` where the chat has its share already."""
    text = canonical(query)
    known = any(have.query == text for have in work.subscriptions.list(scope))
    if not known and work.subscriptions.count(scope.chat_id) >= settings.max_subscriptions:
        raise QuotaError(
            f"This chat has {settings.max_subscriptions} subscriptions, which is the most. "
            "Remove one with /unsubscribe first."
        )
    return Subscribed(work.subscriptions.add(scope, text, now), known)


def unsubscribe(work: Work, scope: Scope, wanted: str) -> Subscription:
    """Remove the subscription of this number (as /subscriptions counts) or query; return it.

    Raises:
        InputError: the chat has no such subscription.

    """
    have = work.subscriptions.list(scope)
    chosen = _by_number(have, wanted) or _by_query(have, wanted)
    if chosen is None:
        raise InputError("There is no such subscription here; /subscriptions lists them.")
    work.subscriptions.remove(scope, chosen.id)
    return chosen


def by_number(work: Work, scope: Scope, number: str) -> Subscription:
    """Return the subscription of a number as /subscriptions counts. Raises ``InputError``."""
    found = _by_number(work.subscriptions.list(scope), number)
    if found is None:
        raise InputError("There is no such subscription here; /subscriptions lists them.")
    return found


def _by_number(have: Sequence[Subscription], wanted: str) -> Subscription | None:
    number = wanted.strip().lstrip("#")
    if number.isascii() and number.isdigit() and 1 <= int(number) <= len(have):
        return have[int(number) - 1]
    return None


def _by_query(have: Sequence[Subscription], wanted: str) -> Subscription | None:
    text = canonical(parse(wanted, limits=STORED))
    return next((one for one in have if one.query == text), None)
