"""Rows to frozen domain values and back; nested values are JSON columns.

Reading JSON is cached: values are frozen, and merging reads the same signatures again and again.
The caches are small, as what they keep is large and reading it anew is cheap.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import lru_cache
from typing import Any

from pydantic import ConfigDict, TypeAdapter
from sqlalchemy import Row

from bot.domain.chats import Chat, ChatState, ChatType, DigestSlot, QuietHours, Subscription
from bot.domain.delivery import (
    Act,
    Alert,
    Message,
    NewOutboxRow,
    OutboxRow,
    OutboxState,
    Priority,
)
from bot.domain.events import Event, LedgerEntry, Signature, SourcedReport
from bot.domain.feeds import Entry, Feed, FeedStatus, Validators
from bot.domain.references import public_id
from bot.domain.reports import Report
from bot.domain.values import Count, Severity
from bot.protocols import StoredReport

_EVENT = TypeAdapter(Event)
_REPORT = TypeAdapter(Report)
_SIGNATURE = TypeAdapter(Signature)
# In a tuple, because a dataclass alone cannot be given a configuration from outside.
_MESSAGE = TypeAdapter(
    tuple[Message], config=ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")
)
_REASONS = TypeAdapter(tuple[str, ...])
_POSITION_BITS = 20
_KEPT = 256
"""Reports, and events: 2 and 7 kB each, 10 µs to read anew (`bench caches`)."""
_KEPT_SIGNATURES = 256
"""33 kB each, 40 µs: eight times as many, 130 MB, would save 2 to 3 % of merging's time."""
NO_MESSAGE = Message("", "")
"""What is left of a message whose row was cleared."""


def thread_column(thread_id: int | None) -> int:
    """Return how a topic is stored: 0 for General."""
    return thread_id or 0


def thread_value(stored: int) -> int | None:
    """Return the topic, ``None`` for General."""
    return stored or None


# --- feeds and entries ---------------------------------------------------------------------------


def feed_columns(feed: Feed) -> dict[str, Any]:
    """Return the columns that a poll may change."""
    return {
        "url": feed.url,
        "title": feed.title,
        "publisher": feed.publisher,
        "country": feed.country,
        "language": feed.language,
        "status": feed.status.value,
        **asdict(feed.validators),
        "polls": feed.polls,
        "errors": feed.errors,
        "failing_since": feed.failing_since,
        "last_error": feed.last_error,
        "last_polled_at": feed.last_polled_at,
        "next_poll_at": feed.next_poll_at,
    }


def feed_value(row: Row[Any]) -> Feed:
    """Return the feed of a row."""
    return Feed(
        id=row.id,
        url=row.url,
        title=row.title,
        publisher=row.publisher,
        country=row.country,
        language=row.language,
        owner_chat_id=row.owner_chat_id,
        status=FeedStatus(row.status),
        validators=Validators(row.etag, row.last_modified, row.digest),
        polls=row.polls,
        errors=row.errors,
        failing_since=row.failing_since,
        last_error=row.last_error,
        last_polled_at=row.last_polled_at,
        next_poll_at=row.next_poll_at,
    )


def entry_value(row: Row[Any]) -> Entry:
    """Return the entry of a row joined with its feed's owner and country."""
    return Entry(
        id=row.id,
        feed_id=row.feed_id,
        key=row.key,
        title=row.title,
        text=row.text,
        link=row.url,
        publisher=row.publisher,
        published_at=row.published_at,
        first_seen_at=row.first_seen_at,
        revision=row.revision,
        silent=row.silent,
        owner_chat_id=row.owner_chat_id,
        attempts=row.attempts,
        latitude=row.latitude,
        longitude=row.longitude,
        feed_country=row.country,
    )


# --- reports and events --------------------------------------------------------------------------


def report_json(report: Report) -> str:
    """Return a report as JSON (``evidence`` may be a read-only mapping, hence the fallback)."""
    return _REPORT.dump_json(report, fallback=dict).decode()


def signature_json(signature: Signature) -> str:
    """Return a signature as JSON."""
    return _SIGNATURE.dump_json(signature).decode()


@lru_cache(maxsize=_KEPT)
def _report(text: str) -> Report:
    return _REPORT.validate_json(text)


@lru_cache(maxsize=_KEPT_SIGNATURES)
def _signature(text: str, report_id: int) -> Signature:
    return replace(_SIGNATURE.validate_json(text), report_id=report_id)


@lru_cache(maxsize=_KEPT)
def _event(text: str) -> Event:
    return _EVENT.validate_json(text)


def signature_value(row: Row[*tuple[Any, ...]]) -> Signature:
    """Return the signature of a report's row."""
    return _signature(row.signature, row.id)


def stored_report(row: Row[Any]) -> StoredReport:
    """Return the report of a row."""
    sourced = SourcedReport(
        report=_report(row.report),
        publisher=row.publisher,
        url=row.url,
        seen_at=row.seen_at,
        text=row.text,
        entry_id=row.entry_id or 0,
        report_id=row.id,
        owner_chat_id=row.owner_chat_id,
        silent=row.silent,
    )
    return StoredReport(row.id, row.event_id, sourced, signature_value(row))


def event_country(event: Event) -> str | None:
    """Return the country by which an event is found."""
    if event.incident is not None and event.incident.place is not None:
        return event.incident.place.country
    return event.policy.country if event.policy is not None else None


def event_columns(event: Event) -> dict[str, Any]:
    """Return the columns of an event; its ledger has a table of its own."""
    return {
        "kind": event.kind.value,
        "country": event_country(event),
        "owner_chat_id": event.owner_chat_id,
        "severity": int(event.severity),
        "revision": event.revision,
        "version": event.version,
        "first_seen_at": event.first_seen_at,
        "occurred_at": event.occurred_at,
        "updated_at": event.updated_at,
        "merged_into": event.merged_into,
        "data": event_json(replace(event, ledger=())),
    }


def event_json(event: Event) -> str:
    """Return an event as JSON."""
    return _EVENT.dump_json(event).decode()


def past_event(row: Row[Any]) -> Event:
    """Return an earlier state, as its history row holds it whole."""
    return _event(row.data)


def event_of(text: str) -> Event:
    """Return an event as its JSON tells it."""
    return _event(text)


def event_value(row: Row[Any], ledger: Sequence[LedgerEntry]) -> Event:
    """Return the event of a row and its ledger."""
    return replace(_event(row.data), ledger=tuple(ledger), merged_into=row.merged_into)


def identified(event: Event, event_id: int) -> Event:
    """Return the event with its ids."""
    return replace(event, id=event_id, public_id=public_id(event_id))


def position(event_id: int, first_seen_at: dt.datetime) -> int:
    """Return where an event stands in the order of first sight."""
    return first_position(first_seen_at) | (event_id & ((1 << _POSITION_BITS) - 1))


def first_position(at: dt.datetime) -> int:
    """Return the lowest position of an instant's second."""
    return int(at.timestamp()) << _POSITION_BITS


def figure_columns(event_id: int, n: int, figure: LedgerEntry) -> dict[str, Any]:
    """Return the columns of a ledger's ``n``-th line."""
    return {
        "event_id": event_id,
        "n": n,
        "field": figure.field,
        **asdict(figure.count),
        "publisher": figure.publisher,
        "at": figure.at,
        "sentence": figure.sentence,
        "report_id": figure.report_id,
        "trusted": figure.trusted,
    }


def figure_value(row: Row[Any]) -> LedgerEntry:
    """Return a line of a ledger."""
    return LedgerEntry(
        field=row.field,
        count=Count(row.min, row.max, row.text),
        publisher=row.publisher,
        at=row.at,
        sentence=row.sentence,
        report_id=row.report_id,
        trusted=row.trusted,
    )


# --- chats ---------------------------------------------------------------------------------------


def chat_columns(chat: Chat) -> dict[str, Any]:
    """Return the columns of a chat's settings and state."""
    return {
        "id": chat.id,
        "type": chat.type.value,
        "state": chat.state.value,
        "language": chat.language,
        "zone": chat.zone,
        "min_severity": int(chat.min_severity),
        "silent_below": int(chat.silent_below),
        "members_may_subscribe": chat.members_may_subscribe,
        "placeless": chat.placeless,
        "quiet": quiet_column(chat.quiet),
        "bypass": int(chat.bypass),
        "near": chat.near,
        "suspended_at": chat.suspended_at,
        "suspended_why": chat.suspended_why,
    }


def quiet_column(quiet: QuietHours | None) -> str | None:
    """Return how quiet hours are stored: ``22:00-07:00``."""
    return f"{quiet.start:%H:%M}-{quiet.end:%H:%M}" if quiet else None


def quiet_value(stored: str | None) -> QuietHours | None:
    """Return stored quiet hours."""
    return QuietHours(*map(dt.time.fromisoformat, stored.split("-"))) if stored else None


def chat_value(row: Row[Any]) -> Chat:
    """Return the chat of a row."""
    return Chat(
        id=row.id,
        type=ChatType(row.type),
        state=ChatState(row.state),
        language=row.language,
        zone=row.zone,
        min_severity=Severity(row.min_severity),
        silent_below=Severity(row.silent_below),
        members_may_subscribe=row.members_may_subscribe,
        placeless=row.placeless,
        quiet=quiet_value(row.quiet),
        bypass=Severity(row.bypass),
        near=row.near,
        suspended_at=row.suspended_at,
        suspended_why=row.suspended_why,
    )


def subscription_value(row: Row[Any], *, placeless: bool = False) -> Subscription:
    """Return the subscription of a row; whether it is placeless stands with its chat."""
    return Subscription(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=thread_value(row.thread_id),
        query=row.query,
        created_at=row.created_at,
        paused=row.paused,
        placeless=placeless,
    )


def digest_columns(slot: DigestSlot) -> dict[str, Any]:
    """Return the columns of a scheduled digest."""
    return {
        "chat_id": slot.chat_id,
        "thread_id": thread_column(slot.thread_id),
        "minute": minute_column(slot.at),
        "days": "".join(map(str, sorted(slot.days))),
        "query": slot.query,
        "due_at": slot.due_at,
        "covered_until": slot.covered_until,
        "last_on": slot.last_on,
    }


def minute_column(at: dt.time) -> int:
    """Return how a time of day is stored: in minutes after midnight."""
    return at.hour * 60 + at.minute


def digest_value(row: Row[Any]) -> DigestSlot:
    """Return the scheduled digest of a row."""
    return DigestSlot(
        chat_id=row.chat_id,
        thread_id=thread_value(row.thread_id),
        at=dt.time(*divmod(row.minute, 60)),
        days=frozenset(map(int, row.days)),
        query=row.query,
        due_at=row.due_at,
        covered_until=row.covered_until,
        last_on=row.last_on,
    )


# --- delivery ------------------------------------------------------------------------------------


def reasons_json(reasons: Sequence[str]) -> str:
    """Return an alert's reasons as JSON."""
    return _REASONS.dump_json(tuple(reasons)).decode()


def alert_value(row: Row[Any]) -> Alert:
    """Return the alert of a row."""
    return Alert(
        id=row.id,
        chat_id=row.chat_id,
        thread_id=thread_value(row.thread_id),
        event_id=row.event_id,
        revision=row.revision,
        outbox_key=row.outbox_key,
        reasons=_REASONS.validate_json(row.reasons),
        created_at=row.created_at,
    )


def message_json(message: Message) -> str:
    """Return a message as JSON, attachments in base64."""
    return _MESSAGE.dump_json((message,)).decode()


def message_value(text: str) -> Message:
    """Return the message, empty where it was cleared."""
    return _MESSAGE.validate_json(text)[0] if text else NO_MESSAGE


def outbox_columns(row: NewOutboxRow, now: dt.datetime) -> dict[str, Any]:
    """Return the columns of a new row of the queue but for its state."""
    return {
        "dedupe_key": row.dedupe_key,
        "chat_id": row.chat_id,
        "thread_id": thread_column(row.thread_id),
        "message": message_json(row.message),
        "priority": int(row.priority),
        "act": row.act.value,
        "target_key": row.target_key,
        "reply_to_message_id": row.reply_to_message_id,
        "reference": row.reference,
        "next_at": max(row.not_before or now, now),
        "created_at": now,
    }


def outbox_value(row: Row[Any]) -> OutboxRow:
    """Return a row of the queue joined with its target's message id (``target_message_id``)."""
    return OutboxRow(
        id=row.id,
        dedupe_key=row.dedupe_key,
        chat_id=row.chat_id,
        thread_id=thread_value(row.thread_id),
        seq=row.id,
        message=message_value(row.message),
        priority=Priority(row.priority),
        act=Act(row.act),
        state=OutboxState(row.state),
        attempts=row.attempts,
        uncertain=row.uncertain,
        plain=row.plain,
        target_message_id=row.target_message_id,
        reply_to_message_id=row.reply_to_message_id,
        reference=row.reference,
        worker=row.worker,
        last_error=row.last_error,
        message_id=row.message_id,
    )


def update_chat(update: Mapping[str, Any]) -> int | None:
    """Return the chat that an update from Telegram belongs to, wherever it stands in it."""
    for part in update.values():
        if not isinstance(part, Mapping):
            continue
        chat = part.get("chat")
        if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
            return int(chat["id"])
        if (found := update_chat(part)) is not None:
            return found
    return None
