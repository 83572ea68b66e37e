"""Chats, scopes and subscriptions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.values import Severity


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data a call may touch: a chat and, in forums, a topic (``None`` is General)."""

    chat_id: int
    thread_id: int | None = None


class ChatType(StrEnum):
    """Telegram's kinds of chat."""

    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


class ChatState(StrEnum):
    """Whether a chat can be written to."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From ``start`` to ``end`` of a chat's local day; over midnight where the end is earlier."""

    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat and its settings. No names and no message texts are kept."""

    id: int
    type: ChatType
    state: ChatState = ChatState.ACTIVE
    language: str = "en"
    zone: str = "Asia/Karachi"
    min_severity: Severity = Severity.UNKNOWN
    silent_below: Severity = Severity.SEVERE
    members_may_subscribe: bool = False
    placeless: bool = False
    """Whether an event without a place matches a ``place:`` query."""
    quiet: QuietHours | None = None
    """When only what is at least ``bypass`` is sent; the rest waits until they end."""
    bypass: Severity = Severity.EXTREME
    near: str | None = None
    """The distance (and further words) of a ``/near`` that waits for a location: ``25km``."""
    suspended_at: dt.datetime | None = None
    suspended_why: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat (and topic) wants to know. ``query`` is in canonical form."""

    id: int
    chat_id: int
    thread_id: int | None
    query: str
    created_at: dt.datetime
    paused: bool = False
    placeless: bool = False
    """Whether its chat wants events without a place too; known where it is read for the index."""


@dataclass(frozen=True, slots=True)
class Mute:
    """What a chat wants to hear nothing new of until then: an event's code, or a query."""

    id: int
    chat_id: int
    what: str
    until: dt.datetime


EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class DigestSlot:
    """A digest that a chat (and topic) gets at a time of its local day. Times are aware UTC.

    ``days`` are those of the week, Monday 0; ``query`` is in canonical form, empty for everything.
    """

    chat_id: int
    thread_id: int | None
    at: dt.time
    days: frozenset[int]
    query: str
    due_at: dt.datetime
    covered_until: dt.datetime
    """What was first seen before is in an earlier digest."""
    last_on: dt.date | None = None
    """The local day of the last digest: there is one a day, whatever clocks and zones do."""

    @property
    def scope(self) -> Scope:
        """Return the chat and topic."""
        return Scope(self.chat_id, self.thread_id)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a subscription matched: the term or field that did, as the query words it."""

    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A subscription that an event matches."""

    subscription_id: int
    reasons: tuple[Reason, ...]
