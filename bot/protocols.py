"""What the application needs from outside, as narrow protocols.

``Store`` runs a job inside one transaction and hands it a ``Work``: the repositories, bound to that
transaction. A job is a plain function: it does no I/O but through its ``Work``, so that it can be
run again when the database was busy. All times are aware UTC; ``now`` is always a parameter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bot.domain.chats import Chat, ChatType, DigestSlot, Mute, Scope, Subscription
from bot.domain.delivery import (
    Alert,
    NewOutboxRow,
    OutboxRow,
    OutboxState,
    Outcome,
    Priority,
    StoredUpdate,
    UpdateState,
)
from bot.domain.events import Candidate, Event, Signature, SourcedReport
from bot.domain.feeds import (
    Entry,
    EntryIdentity,
    Feed,
    FeedCensus,
    NewEntry,
    NewFeed,
    ParsedFeed,
    Validators,
)
from bot.domain.remarks import Remark, Wrong
from bot.domain.reports import Article, Kind, Report

T = TypeVar("T")


class Clock(Protocol):
    """Tells the time: aware UTC."""

    def __call__(self) -> dt.datetime:
        """Return now."""


# --- feeds ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fetched:
    """A server's answer: ``body`` is ``None`` for 304 (nothing new).

    ``moved_to`` is where a permanent redirect points; ``content_type`` as the server sent it.
    """

    url: str
    body: bytes | None
    validators: Validators
    content_type: str | None = None
    moved_to: str | None = None


class Fetcher(Protocol):
    """Gets a URL, conditionally. Raises ``FetchError`` for anything but a usable answer."""

    async def fetch(self, url: str, validators: Validators) -> Fetched:
        """Return the answer within the deadline and the size cap."""


class Parser(Protocol):
    """Turns bytes into a feed, in a child process that can be killed."""

    async def parse(
        self,
        body: bytes,
        url: str,
        content_type: str | None,
        seen: frozenset[bytes] = frozenset(),
    ) -> ParsedFeed:
        """Return the feed without the entries whose marks were ``seen``. Raises ``ParseError``."""


class FeedRepository(Protocol):
    """Feeds and when to poll them next."""

    def add(self, feed: NewFeed, now: dt.datetime) -> Feed:
        """Store a feed, due at once; return the existing one where (url, owner) is known."""

    def get(self, feed_id: int) -> Feed | None:
        """Return a feed, or None."""

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Feed]:
        """Return feeds by id, those that are known."""

    def find(self, url: str, owner_chat_id: int | None) -> Feed | None:
        """Return the feed of this URL and owner, or None."""

    def remove(self, feed_id: int) -> None:
        """Forget a feed and its entries; events made of it stay."""

    def all(self) -> Sequence[Feed]:
        """Return every feed, for the operator only."""

    def census(self) -> FeedCensus:
        """Return how the feeds that are polled stand, together."""

    def visible(self, scope: Scope) -> Sequence[Feed]:
        """Return the shared feeds and this chat's own."""

    def owned(self, scope: Scope) -> Sequence[Feed]:
        """Return this chat's own feeds."""

    def release(self, now: dt.datetime) -> int:
        """End all leases of feeds: for the start of a process that works alone."""

    def claim_due(self, now: dt.datetime, limit: int, lease: dt.timedelta) -> Sequence[Feed]:
        """Return feeds whose time has come, taken for ``lease``; nobody else gets them."""

    def save(self, feed: Feed) -> None:
        """Store a feed's state after a poll (validators, errors, next poll) and end its lease.

        A feed that was paused or removed while it was polled stays so.
        """

    def save_all(self, feeds: Sequence[Feed]) -> None:
        """Store the states of feeds that were polled together."""

    def pause(self, feed_id: int, paused: bool) -> None:
        """Stop polling a feed, or poll it again."""


class EntryRepository(Protocol):
    """Entries: known ones, new ones, and those waiting for extraction."""

    def known(self, feed_id: int, identities: Iterable[EntryIdentity]) -> Sequence[KnownEntry]:
        """Return what is known (also as tombstones) of these keys, links and title digests."""

    def add(self, feed: Feed, entries: Sequence[NewEntry], now: dt.datetime) -> int:
        """Store new entries and revisions, waiting for extraction; return how many are new."""

    def add_all(self, found: Sequence[tuple[Feed, Sequence[NewEntry]]], now: dt.datetime) -> int:
        """Store what was found in feeds that were polled together, as ``add`` does."""

    def release(self, now: dt.datetime) -> int:
        """End all leases of entries: for the start of a process that works alone."""

    def claim_waiting(self, now: dt.datetime, limit: int, lease: dt.timedelta) -> Sequence[Entry]:
        """Return entries that wait for extraction, oldest first, taken for ``lease``."""

    def done(self, entries: Sequence[Entry]) -> None:
        """Mark these revisions processed; where a newer one came meanwhile, it still waits."""

    def failed(self, entry_id: int, why: str, now: dt.datetime) -> None:
        """Note a failed attempt: tried again later, set aside (visible to the owner) after five."""

    def set_aside(self, limit: int = 100) -> Sequence[tuple[Entry, str]]:
        """Return entries that failed for good and why, newest first: for the operator."""

    def waiting(self) -> int:
        """Return how many entries wait."""

    def count(self) -> int:
        """Return how many entries are stored."""

    def purge(self, before: dt.datetime) -> int:
        """Drop texts of entries first seen before; they stay known as tombstones."""


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What the decider needs to know of a stored entry; ``id`` is 0 for a tombstone."""

    id: int
    key: str
    link: str | None
    content_digest: str
    title_digest: str


# --- extraction ----------------------------------------------------------------------------------


class Extractor(Protocol):
    """Reads articles."""

    def extract(self, article: Article) -> Report:
        """Return what the article says. Any text is readable; raises ``ExtractionError``."""

    def extract_many(self, articles: Sequence[Article]) -> list[Report]:
        """Return one report an article, in order."""


# --- events --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredReport:
    """A stored report with its signature: what merging compares."""

    id: int
    event_id: int | None
    sourced: SourcedReport
    signature: Signature


class ReportRepository(Protocol):
    """Reports, by entry and by event."""

    def save(self, sourced: SourcedReport, signature: Signature, now: dt.datetime) -> StoredReport:
        """Store a report; the report of the same entry is replaced (and keeps its id)."""

    def attach(self, report_id: int, event_id: int) -> None:
        """Make a report part of an event."""

    def of_event(self, event_id: int) -> Sequence[StoredReport]:
        """Return an event's reports, oldest first."""

    def of_entries(self, entry_ids: Sequence[int]) -> Mapping[int, StoredReport]:
        """Return the reports made of entries, by entry."""

    def candidates(
        self, signature: Signature, owner_chat_id: int | None, limit: int = ...
    ) -> Sequence[Candidate]:
        """Return events that share a block key and the owner, most keys shared first.

        ``limit`` bounds the reports whose signatures they hold.
        """

    def separated(self, report_id: int) -> frozenset[int]:
        """Return the events which an operator's split keeps this report out of."""

    def separate(self, report_id: int, event_id: int) -> None:
        """Keep a report out of an event for ever."""


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which stored events to return; ``None`` leaves a field open.

    ``since`` (included) and ``until`` (not) are about when an event was first seen, to the second:
    of two adjacent periods each event belongs to exactly one.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    kind: Kind | None = None
    country: str | None = None
    text: str | None = None
    """Words for the full-text index, all of which must be there; ``derail*`` is a prefix, anything
    else is quoted, never read as syntax. Indexed are the event's facts and its articles' first
    20,000 letters.
    """
    limit: int = 1000
    after: Event | None = None
    """The last event of the page before: a page costs the same however far back it lies."""


class EventRepository(Protocol):
    """Events as they stand, and their history."""

    def add(self, event: Event, now: dt.datetime) -> Event:
        """Store a new event; return it with ``id`` and ``public_id``."""

    def save(self, event: Event, now: dt.datetime) -> None:
        """Store an event's new state and keep the old revision in its history."""

    def get(self, event_id: int) -> Event | None:
        """Return an event, or None. For the application's own steps."""

    def visible(self, scope: Scope, public_id: str) -> Event | None:
        """Return the event of this public id if this chat may see it."""

    def find(self, scope: Scope | None, wanted: EventFilter) -> Sequence[Event]:
        """Return events, newest first; ``None`` is the operator, who sees all."""

    def history(self, event_id: int) -> Sequence[Event]:
        """Return earlier states, oldest first."""

    def texts(self, event_id: int) -> Sequence[str]:
        """Return titles and texts of the event's reports, for matching."""

    def merged_into(self, event_id: int, into: int) -> None:
        """Turn an event into a pointer to another one."""

    def count(self) -> int:
        """Return how many events are stored."""

    def purge(self, before: dt.datetime) -> int:
        """Drop events last updated before; return how many."""


# --- chats and subscriptions ---------------------------------------------------------------------


class ChatRepository(Protocol):
    """Chats and their settings."""

    def get(self, chat_id: int) -> Chat | None:
        """Return a chat, or None."""

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Chat]:
        """Return chats by id, those that are known."""

    def active(self) -> Sequence[int]:
        """Return the ids of all chats that can be written to: for the operator."""

    def ensure(self, chat_id: int, type_: ChatType, now: dt.datetime) -> Chat:
        """Return the chat, stored with default settings if new, active again if suspended."""

    def save(self, chat: Chat) -> None:
        """Store a chat's settings; whether it is suspended is ``suspend``'s and ``resume``'s."""

    def suspend(self, chat_id: int, why: str, now: dt.datetime) -> None:
        """Stop writing to a chat; its waiting rows become SUSPENDED."""

    def resume(self, chat_id: int, stale_before: dt.datetime | None = None) -> int:
        """Write to a chat again; its suspended rows wait again.

        Those put before ``stale_before`` are cancelled, unless their time is still to come; returns
        how many messages that were.
        """

    def migrate(self, old_id: int, new_id: int) -> None:
        """Move everything of a chat to its new id; clashes are merged."""

    def forget(self, scope: Scope) -> None:
        """Erase the chat: settings, subscriptions, own feeds, alerts, outbox, inbox.

        All its topics go. What is put into the outbox afterwards (the confirmation) is sent.
        """

    def purge_suspended(self, before: dt.datetime) -> int:
        """Erase chats suspended before."""


@dataclass(frozen=True, slots=True)
class IndexSnapshot:
    """The index over all subscriptions as it was at a version; ``stamp`` marks what made it."""

    stamp: str
    version: int
    data: bytes


class SubscriptionRepository(Protocol):
    """Subscriptions, always through a scope but for the index."""

    def add(self, scope: Scope, query: str, now: dt.datetime) -> Subscription:
        """Store a canonical query; return the existing one where the scope has it."""

    def remove(self, scope: Scope, subscription_id: int) -> bool:
        """Remove one of this scope's; False where it is not there."""

    def remove_all(self, scope: Scope) -> int:
        """Remove all of this scope's; return how many."""

    def pause(self, scope: Scope, subscription_id: int, paused: bool) -> bool:
        """Pause or resume one of this scope's; False where it is not there."""

    def list(self, scope: Scope) -> Sequence[Subscription]:
        """Return this scope's, oldest first."""

    def count(self, chat_id: int) -> int:
        """Return how many a chat has over all its topics."""

    def watched(self, *, placeless: bool) -> Iterator[tuple[int, str]]:
        """Give id and query of all that are not paused and whose chat is active: for the index.

        Either of the chats that want events without a place too, or of the others. Equal queries
        come one after the other.
        """

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Subscription]:
        """Return subscriptions by id, those that are still active."""

    def census(self) -> tuple[int, int]:
        """Return how many ``watched`` gives, and the sum of their ids."""

    def kept(self, stamp: str) -> IndexSnapshot | None:
        """Return the kept index of this stamp, or None."""

    def keep(self, snapshot: IndexSnapshot) -> bool:
        """Keep an index in place of the one before; False where it is not as new as the rows."""

    def version(self) -> int:
        """Return a number that grows with every change of any subscription or chat state."""

    def changed_since(self, version: int) -> frozenset[int] | None:
        """Return which were added, changed or removed since; None where that is too long ago."""


class DigestRepository(Protocol):
    """Digests that chats get at a time of day."""

    def put(self, slot: DigestSlot) -> None:
        """Store a slot; one of the same scope and time is replaced."""

    def list(self, scope: Scope) -> Sequence[DigestSlot]:
        """Return this scope's, by time of day."""

    def of_chat(self, chat_id: int) -> Sequence[DigestSlot]:
        """Return a chat's over all its topics."""

    def remove(self, scope: Scope, at: dt.time | None = None) -> int:
        """Remove this scope's slot of a time, or all of them; return how many."""

    def due(self, now: dt.datetime) -> DigestSlot | None:
        """Return the active chats' slot that has been due for longest, or None."""

    def advance(self, slot: DigestSlot, done: DigestSlot) -> bool:
        """Put a slot's next state in place of the one that was read; False where it has changed."""


class MuteRepository(Protocol):
    """What chats want to hear nothing new of for a while; a chat's topics share its mutes."""

    def add(self, scope: Scope, what: str, until: dt.datetime) -> Mute:
        """Store a mute; the same thing again lasts as long as was said last."""

    def list(self, scope: Scope, now: dt.datetime) -> Sequence[Mute]:
        """Return the chat's that last, the next to end first."""

    def remove(self, scope: Scope, mute_id: int) -> bool:
        """End one of this chat's; False where it is not there."""

    def active(self, now: dt.datetime) -> Sequence[Mute]:
        """Return everybody's that last: for whoever tells."""

    def purge(self, now: dt.datetime) -> int:
        """Drop those that are over; return how many."""


class RemarkRepository(Protocol):
    """What chats say is wrong with events."""

    def add(
        self, scope: Scope, event: Event, wrong: Wrong, other: Event | None, now: dt.datetime
    ) -> None:
        """Store a remark with the event as it stands; the same chat's same remark is replaced."""

    def said(self, scope: Scope, since: dt.datetime) -> int:
        """Return how many remarks a chat has made since."""

    def counts(self) -> Mapping[Wrong, int]:
        """Return how many there are: for the operator."""

    def public(self, limit: int | None = None) -> Sequence[Remark]:
        """Return those about events that everybody sees, newest first: for the operator."""


# --- delivery ------------------------------------------------------------------------------------


class AlertRepository(Protocol):
    """Which event revision was told to whom."""

    def add(
        self, scope: Scope, event_id: int, revision: int, outbox_key: str,
        reasons: Sequence[str], now: dt.datetime,
    ) -> bool:  # fmt: skip
        """Store an alert; False where this chat and topic has this revision already."""

    def of_event(self, event_id: int) -> Sequence[Alert]:
        """Return the newest alert of each chat and topic that was told of this event."""


class OutboxRepository(Protocol):
    """The queue of messages; the states are drawn in docs/reliability.md."""

    def put(self, row: NewOutboxRow, now: dt.datetime) -> bool:
        """Enqueue; False where the key is known (a pending one is replaced if the row asks).

        An edit of a message that has surely not left yet replaces that message instead; an edit
        overtakes older edits of its message that still wait. An edit or reply whose target is on
        its way waits for it. What is put for a suspended chat is suspended with it.
        """

    def claim(
        self, worker: str, now: dt.datetime, limit: int, lease: dt.timedelta
    ) -> Sequence[OutboxRow]:
        """Return due rows, most urgent first, at most one a chat (order is kept by ``seq``)."""

    def coalesce(
        self, rows: Sequence[OutboxRow], worker: str, now: dt.datetime, lease: dt.timedelta
    ) -> Sequence[OutboxRow]:
        """Return claimed rows with one message in place of an alert whose chat fell behind.

        It tells of several due alerts of that chat. What is later put about one of them edits it,
        or replies to it.
        """

    def sending(self, row: OutboxRow, worker: str, now: dt.datetime, lease: dt.timedelta) -> bool:
        """Record, just before the request, that it is about to leave; False where it was taken."""

    def record(self, row: OutboxRow, worker: str, outcome: Outcome, now: dt.datetime) -> bool:
        """Store what sending came to, if this worker still holds the row."""

    def sent_to_groups(self, since: dt.datetime) -> Sequence[tuple[int, dt.datetime]]:
        """Return which groups and channels got something since, and when, oldest first."""

    def recover(self, now: dt.datetime) -> int:
        """Free rows whose lease is over: CLAIMED wait again, SENDING become uncertain."""

    def cancel(self, scope: Scope) -> int:
        """Cancel what waits for a chat, or for one topic where the scope names it."""

    def waiting(self, priority: Priority, prefix: str) -> Sequence[OutboxRow]:
        """Return rows of a priority, whose keys begin so, that have surely not left."""

    def withdraw(self, dedupe_key: str) -> bool:
        """Drop a row that has surely not left, key and all; False where there is none."""

    def hasten(self, scope: Scope, priority: Priority, by: dt.datetime) -> int:
        """Let a chat's alerts of a priority leave by then, if they were to wait longer; count them.

        Only news counts, not what has a time of its own, and only what was never tried.
        """

    def hold_chat(self, chat_id: int, until: dt.datetime) -> None:
        """Let nothing leave for a chat until then."""

    def hold_all(self, until: dt.datetime) -> None:
        """Let nothing leave for anybody until then."""

    def find(self, dedupe_key: str) -> OutboxRow | None:
        """Return a row in any state."""

    def in_state(self, state: OutboxState, limit: int = 100) -> Sequence[OutboxRow]:
        """Return rows in a state, oldest first: for the operator."""

    def retry(self, row_id: int, now: dt.datetime) -> bool:
        """Let a dead row wait again."""

    def next_due(self) -> dt.datetime | None:
        """Return when the next pending row is due, or None."""

    def struggling(self, before: dt.datetime) -> int:
        """Return how many chats' messages, put before, have failed so far and are tried again."""

    def last_sent_at(self) -> dt.datetime | None:
        """Return when a message was sent last, or None."""

    def counts(self) -> Mapping[OutboxState, int]:
        """Return how many rows are in each state."""

    def purge(self, before: dt.datetime) -> int:
        """Clear the messages of rows sent before; their keys stay."""


class InboxRepository(Protocol):
    """Updates from Telegram, stored before they are acknowledged."""

    def add(self, updates: Iterable[tuple[int, str]], now: dt.datetime) -> int:
        """Store (update_id, raw JSON) pairs; known ones are ignored; return how many are new."""

    def waiting(self, limit: int = 100) -> Sequence[StoredUpdate]:
        """Return updates not handled yet, in order."""

    def finish(self, update_id: int, state: UpdateState, error: str | None = None) -> None:
        """Record what became of an update; a done one keeps no text."""

    def attempt(self, update_id: int) -> int:
        """Count an attempt before it is made; return how many there were."""

    def state(self, update_id: int) -> UpdateState | None:
        """Return what became of an update, or None where it is not known."""


class MetaRepository(Protocol):
    """Small facts about this installation."""

    def get(self, key: str) -> str | None:
        """Return a value, or None."""

    def set(self, key: str, value: str) -> None:
        """Store a value."""


class Work(Protocol):
    """The repositories, bound to one transaction."""

    @property
    def feeds(self) -> FeedRepository:
        """Return feeds."""

    @property
    def entries(self) -> EntryRepository:
        """Return entries."""

    @property
    def reports(self) -> ReportRepository:
        """Return reports."""

    @property
    def events(self) -> EventRepository:
        """Return events."""

    @property
    def chats(self) -> ChatRepository:
        """Return chats."""

    @property
    def subscriptions(self) -> SubscriptionRepository:
        """Return subscriptions."""

    @property
    def digests(self) -> DigestRepository:
        """Return scheduled digests."""

    @property
    def mutes(self) -> MuteRepository:
        """Return mutes."""

    @property
    def remarks(self) -> RemarkRepository:
        """Return what is said to be wrong."""

    @property
    def alerts(self) -> AlertRepository:
        """Return alerts."""

    @property
    def outbox(self) -> OutboxRepository:
        """Return the queue of messages."""

    @property
    def inbox(self) -> InboxRepository:
        """Return the updates from Telegram."""

    @property
    def meta(self) -> MetaRepository:
        """Return this installation's facts."""

    def clock_went_back(self, now: dt.datetime, back: dt.timedelta) -> None:
        """Move back the due times that the program set for itself while its clock was ahead."""


class Store(Protocol):
    """One transaction a job."""

    async def write(self, job: Callable[[Work], T]) -> T:
        """Run a job in a write transaction (BEGIN IMMEDIATE); it commits, or nothing happened."""

    async def read(self, job: Callable[[Work], T]) -> T:
        """Run a job in a read-only snapshot."""


class Messenger(Protocol):
    """Sends one message. It raises nothing: whatever happens is an ``Outcome``."""

    async def send(self, row: OutboxRow) -> Outcome:
        """Send, edit or reply as the row asks."""
