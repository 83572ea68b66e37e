"""The tables. Unique keys carry the promises (one entry a key, one alert a chat and revision …).

A topic is stored as 0 where the domain says ``None`` (General), because NULL is never equal to
NULL in a unique key. The full-text table ``event_words`` is made by the migration: it is an FTS5
table on SQLite and a ``tsvector`` on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, Text, TypeDecorator
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


class Utc(TypeDecorator[dt.datetime]):
    """An aware UTC instant; a naive one is refused. SQLite keeps no zone: it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the instant in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a naive time cannot be stored: {value!r}")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Return an aware instant."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Words(TypeDecorator[str]):
    """Text from outside: NUL (which PostgreSQL refuses) and lone surrogates do not get in."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Return text that every database can hold."""
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


class Key(TypeDecorator[int]):
    """A row id that grows for ever: 64 bits, and on SQLite the rowid."""

    impl = BigInteger().with_variant(Integer(), "sqlite")
    cache_ok = True


NEVER_REUSED = {"sqlite_autoincrement": True}
"""Ids are parts of dedupe keys and references: a purged row's id must not come back."""


def _id() -> Any:
    return Field(default=None, primary_key=True, sa_type=Key)


def _big(**more: Any) -> Any:
    return Field(sa_type=BigInteger, **more)


def _at(**more: Any) -> Any:
    return Field(sa_type=Utc, **more)


def _words(**more: Any) -> Any:
    return Field(sa_type=Words, **more)


class FeedRow(SQLModel, table=True):
    """A feed: one a URL and owner; ``owner_chat_id`` is NULL where it is shared."""

    __tablename__ = "feed"
    __table_args__ = (
        Index(
            "uq_feed_shared",
            "url",
            unique=True,
            sqlite_where=sql("owner_chat_id IS NULL"),
            postgresql_where=sql("owner_chat_id IS NULL"),
        ),
        Index("uq_feed_owned", "owner_chat_id", "url", unique=True),
        Index("ix_feed_due", "status", "next_poll_at"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    url: str = _words()
    title: str = _words(default="")
    publisher: str = _words(default="")
    country: str | None = None
    language: str | None = None
    owner_chat_id: int | None = _big(default=None)
    status: str
    etag: str | None = _words(default=None)
    last_modified: str | None = _words(default=None)
    digest: str | None = None
    polls: int = 0
    errors: int = 0
    failing_since: dt.datetime | None = _at(default=None)
    last_error: str | None = _words(default=None)
    last_polled_at: dt.datetime | None = _at(default=None)
    next_poll_at: dt.datetime | None = _at(default=None)
    lease_until: dt.datetime | None = _at(default=None)


class EntryRow(SQLModel, table=True):
    """An entry; ``due_at`` is when extraction may take it (a lease moves it on)."""

    __tablename__ = "entry"
    __table_args__ = (
        Index("uq_entry_feed_id_key", "feed_id", "key", unique=True),
        Index("ix_entry_feed_id_link", "feed_id", "link"),
        Index("ix_entry_feed_id_title_digest", "feed_id", "title_digest"),
        Index("ix_entry_state_id", "state", "id"),
        Index("ix_entry_first_seen_at", "first_seen_at"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    feed_id: int = Field(foreign_key="feed.id", ondelete="CASCADE", sa_type=BigInteger)
    key: str = _words()
    link: str | None = _words(default=None)
    """The canonical form, without a scheme: what the entry is known by."""
    url: str | None = _words(default=None)
    """The link as the feed gave it."""
    content_digest: str
    title_digest: str
    title: str = _words()
    text: str = _words()
    publisher: str = _words(default="")
    published_at: dt.datetime | None = _at(default=None)
    first_seen_at: dt.datetime = _at()
    revision: int = 1
    silent: bool = False
    latitude: float | None = None
    longitude: float | None = None
    state: str
    due_at: dt.datetime = _at()
    attempts: int = 0
    last_error: str | None = _words(default=None)


class TombstoneRow(SQLModel, table=True):
    """What is left of a purged entry: enough to know it again."""

    __tablename__ = "entry_tombstone"
    __table_args__ = (
        Index("ix_entry_tombstone_feed_id_link", "feed_id", "link"),
        Index("ix_entry_tombstone_feed_id_title_digest", "feed_id", "title_digest"),
    )
    feed_id: int = Field(
        foreign_key="feed.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )
    key: str = _words(primary_key=True)
    link: str | None = _words(default=None)
    content_digest: str
    title_digest: str


class EventRow(SQLModel, table=True):
    """An event; ``data`` is the whole value but its ledger, the columns are what is asked for.

    ``position`` orders events by when they were first seen: seconds since 1970 in the upper bits,
    the id in the lower 20. The full-text table has it as row id, so the newest matches come first
    without sorting.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("uq_event_position", "position", unique=True),
        Index("ix_event_country_position", "country", "position"),
        Index("ix_event_owner_chat_id_position", "owner_chat_id", "position"),
        Index("ix_event_updated_at", "updated_at"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    position: int | None = _big(default=None)
    kind: str
    country: str | None = None
    owner_chat_id: int | None = _big(default=None)
    severity: int
    revision: int
    version: int
    first_seen_at: dt.datetime = _at()
    occurred_at: dt.datetime = _at()
    updated_at: dt.datetime = _at()
    merged_into: int | None = _big(default=None)
    data: str = _words()


class HistoryRow(SQLModel, table=True):
    """An event as its earlier revision left it, ledger included."""

    __tablename__ = "event_history"
    event_id: int = Field(
        foreign_key="event.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )
    revision: int = Field(primary_key=True)
    replaced_at: dt.datetime = _at()
    data: str = _words()


class FigureRow(SQLModel, table=True):
    """One line of an event's ledger: a figure as one source gave it at one time."""

    __tablename__ = "figure"
    event_id: int = Field(
        foreign_key="event.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )
    n: int = Field(primary_key=True)
    field: str
    min: int = _big()
    max: int = _big()
    text: str = _words(default="")
    publisher: str = _words()
    at: dt.datetime = _at()
    sentence: str = _words()
    report_id: int = _big()
    trusted: bool = True


class ReportRow(SQLModel, table=True):
    """What one entry says; a later revision of the entry replaces it under the same id."""

    __tablename__ = "report"
    __table_args__ = (
        Index("uq_report_entry_id", "entry_id", unique=True),
        Index("ix_report_event_id", "event_id", "id"),
        Index("ix_report_seen_at", "seen_at"),
        Index(
            "ix_report_owner_chat_id",
            "owner_chat_id",
            sqlite_where=sql("owner_chat_id IS NOT NULL"),
            postgresql_where=sql("owner_chat_id IS NOT NULL"),
        ),
        NEVER_REUSED,
    )
    id: int | None = _id()
    entry_id: int | None = Field(
        default=None, foreign_key="entry.id", ondelete="SET NULL", sa_type=BigInteger
    )
    event_id: int | None = Field(
        default=None, foreign_key="event.id", ondelete="SET NULL", sa_type=BigInteger
    )
    publisher: str = _words()
    url: str = _words()
    seen_at: dt.datetime = _at()
    owner_chat_id: int | None = _big(default=None)
    silent: bool = False
    text: str = _words()
    report: str = _words()
    signature: str = _words()


class BlockRow(SQLModel, table=True):
    """A block key of an attached report: how merging looks candidates up.

    ``key`` begins with the owner, so that a chat's private events never meet another's. Owner and
    event stand here too, so that the look-up reads nothing but this table's index.
    """

    __tablename__ = "block"
    __table_args__ = (
        Index("ix_block_key_event_id", "key", "event_id"),
        Index("ix_block_event_id", "event_id"),
    )
    report_id: int = Field(
        foreign_key="report.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )
    key: str = Field(primary_key=True)
    event_id: int | None = _big(default=None)


class SeparationRow(SQLModel, table=True):
    """An operator's split: this report never joins that event again."""

    __tablename__ = "separation"
    __table_args__ = (Index("ix_separation_event_id", "event_id"),)
    report_id: int = Field(
        foreign_key="report.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )
    event_id: int = Field(
        foreign_key="event.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )


class ChatRow(SQLModel, table=True):
    """A chat and its settings; no name, no texts."""

    __tablename__ = "chat"
    __table_args__ = (Index("ix_chat_state_suspended_at", "state", "suspended_at"),)
    id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    type: str
    state: str
    language: str
    zone: str
    min_severity: int
    silent_below: int
    members_may_subscribe: bool = False
    placeless: bool = False
    quiet: str | None = None
    """Quiet hours of the local day: ``22:00-07:00``."""
    bypass: int = Field(default=4, sa_column_kwargs={"server_default": "4"})
    """The severity from which they do not count."""
    near: str | None = _words(default=None)
    """What a /near that waits for a location asked for: ``25km``."""
    suspended_at: dt.datetime | None = _at(default=None)
    suspended_why: str | None = _words(default=None)
    created_at: dt.datetime = _at()


class SubscriptionRow(SQLModel, table=True):
    """A query of a chat and topic (0: General)."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("uq_subscription_scope_query", "chat_id", "thread_id", "query", unique=True),
        NEVER_REUSED,
    )
    id: int | None = _id()
    chat_id: int = Field(foreign_key="chat.id", ondelete="CASCADE", sa_type=BigInteger)
    thread_id: int = _big(default=0)
    query: str = _words()
    created_at: dt.datetime = _at()
    paused: bool = False


class DigestRow(SQLModel, table=True):
    """A digest at a time of a chat's (and topic's) local day; ``days`` are digits, Monday 0."""

    __tablename__ = "digest"
    __table_args__ = (Index("ix_digest_due_at", "due_at"),)
    chat_id: int = Field(
        foreign_key="chat.id", ondelete="CASCADE", primary_key=True, sa_type=BigInteger
    )
    thread_id: int = _big(default=0, primary_key=True, sa_column_kwargs={"autoincrement": False})
    minute: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """After midnight."""
    days: str
    query: str = _words(default="")
    due_at: dt.datetime = _at()
    covered_until: dt.datetime = _at()
    last_on: dt.date | None = None


class MuteRow(SQLModel, table=True):
    """What a chat wants to hear nothing new of: an event's code or a query, until a moment."""

    __tablename__ = "mute"
    __table_args__ = (
        Index("uq_mute_chat_id_what", "chat_id", "what", unique=True),
        Index("ix_mute_until", "until"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    chat_id: int = Field(foreign_key="chat.id", ondelete="CASCADE", sa_type=BigInteger)
    what: str = _words()
    until: dt.datetime = _at()


class RemarkRow(SQLModel, table=True):
    """What a chat says is wrong with an event; ``data`` is the event as it stood then."""

    __tablename__ = "remark"
    __table_args__ = (
        Index("uq_remark_said", "chat_id", "event_id", "wrong", unique=True),
        Index("ix_remark_event_id", "event_id"),
        Index("ix_remark_other_id", "other_id"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    chat_id: int = Field(foreign_key="chat.id", ondelete="CASCADE", sa_type=BigInteger)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", sa_type=BigInteger)
    wrong: str
    other_id: int | None = Field(
        default=None, foreign_key="event.id", ondelete="SET NULL", sa_type=BigInteger
    )
    data: str = _words()
    said_at: dt.datetime = _at()


class AlertRow(SQLModel, table=True):
    """An event revision told to a chat and topic: once, whatever number of queries match."""

    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_told", "event_id", "chat_id", "thread_id", "revision", unique=True),
        Index("ix_alert_chat_id", "chat_id"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    chat_id: int = _big()
    thread_id: int = _big(default=0)
    event_id: int = Field(foreign_key="event.id", ondelete="CASCADE", sa_type=BigInteger)
    revision: int
    outbox_key: str
    reasons: str = _words()
    created_at: dt.datetime = _at()


class OutboxDbRow(SQLModel, table=True):
    """A message to send. Its id is its ``seq``: rows of a chat leave in this order.

    ``waits`` is true while the row named by ``target_key`` is not sent: nothing to edit or to
    reply to yet. Whoever finishes the target wakes the rows that wait for it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("uq_outbox_dedupe_key", "dedupe_key", unique=True),
        Index("ix_outbox_state_next_at", "state", "next_at"),
        Index("ix_outbox_due", "state", "priority", "id"),
        Index("ix_outbox_chat_id_state", "chat_id", "state", "id"),
        Index("ix_outbox_target_key", "target_key"),
        Index("ix_outbox_finished_at", "finished_at"),
        NEVER_REUSED,
    )
    id: int | None = _id()
    dedupe_key: str
    chat_id: int = _big()
    thread_id: int = _big(default=0)
    message: str = _words()
    priority: int
    act: str
    target_key: str | None = None
    reply_to_message_id: int | None = _big(default=None)
    reference: str | None = None
    state: str
    attempts: int = 0
    next_at: dt.datetime = _at()
    lease_until: dt.datetime | None = _at(default=None)
    worker: str | None = None
    uncertain: bool = False
    plain: bool = False
    waits: bool = False
    message_id: int | None = _big(default=None)
    last_error: str | None = _words(default=None)
    created_at: dt.datetime = _at()
    finished_at: dt.datetime | None = _at(default=None)


class HoldRow(SQLModel, table=True):
    """Nothing leaves for this chat until then; chat 0 is everybody."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_until", "until"),)
    chat_id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    until: dt.datetime = _at()


class InboxRow(SQLModel, table=True):
    """An update from Telegram, stored before it is acknowledged; a done one keeps no text."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_state_update_id", "state", "update_id"),
        Index("ix_inbox_chat_id", "chat_id"),
    )
    update_id: int = _big(primary_key=True, sa_column_kwargs={"autoincrement": False})
    chat_id: int | None = _big(default=None)
    raw: str = _words()
    state: str
    error: str | None = _words(default=None)
    attempts: int = 0
    received_at: dt.datetime = _at()


class MetaRow(SQLModel, table=True):
    """A small fact about this installation."""

    __tablename__ = "meta"
    key: str = Field(primary_key=True)
    value: str


class CounterRow(SQLModel, table=True):
    """A number that only grows: ``subscriptions`` changes whenever the index must be refreshed."""

    __tablename__ = "counter"
    name: str = Field(primary_key=True)
    value: int = _big(default=0)


class SnapshotRow(SQLModel, table=True):
    """The index over all subscriptions as it was at a version, ready made, for a quick start.

    Nothing is lost with it: whatever is unsure about it, the index is made of the subscriptions.
    """

    __tablename__ = "snapshot"
    stamp: str = Field(primary_key=True)
    version: int = _big()
    data: bytes


_TABLES = SQLModel.metadata.tables
FEED = _TABLES["feed"]
ENTRY = _TABLES["entry"]
TOMBSTONE = _TABLES["entry_tombstone"]
EVENT = _TABLES["event"]
HISTORY = _TABLES["event_history"]
FIGURE = _TABLES["figure"]
REPORT = _TABLES["report"]
BLOCK = _TABLES["block"]
SEPARATION = _TABLES["separation"]
CHAT = _TABLES["chat"]
SUBSCRIPTION = _TABLES["subscription"]
DIGEST = _TABLES["digest"]
MUTE = _TABLES["mute"]
REMARK = _TABLES["remark"]
ALERT = _TABLES["alert"]
OUTBOX = _TABLES["outbox"]
HOLD = _TABLES["hold"]
INBOX = _TABLES["inbox"]
META = _TABLES["meta"]
COUNTER = _TABLES["counter"]
SNAPSHOT = _TABLES["snapshot"]
