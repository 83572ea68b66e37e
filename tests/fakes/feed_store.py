"""A store of feeds and entries in memory: what the poller needs, and nothing else."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from bot.domain.feeds import EntryIdentity, Feed, FeedCensus, FeedStatus, NewEntry, NewFeed
from bot.protocols import KnownEntry, Store

T = TypeVar("T")


@dataclass
class StoredEntry:
    """One row: the last version stored and how often it was rewritten."""

    id: int
    feed_id: int
    new: NewEntry
    first_seen_at: dt.datetime
    revision: int = 1
    buried: bool = False


@dataclass
class Tables:
    feeds: dict[int, Feed] = field(default_factory=dict)
    leases: dict[int, dt.datetime] = field(default_factory=dict)
    entries: list[StoredEntry] = field(default_factory=list)


class MemoryFeeds:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def add(self, feed: NewFeed, now: dt.datetime) -> Feed:
        found = self.find(feed.url, feed.owner_chat_id)
        if found is not None:
            return found
        number = len(self._tables.feeds) + 1
        stored = Feed(
            number, feed.url, feed.title, feed.publisher, feed.country, feed.language,
            feed.owner_chat_id, next_poll_at=now,
        )  # fmt: skip
        self._tables.feeds[number] = stored
        return stored

    def get(self, feed_id: int) -> Feed | None:
        return self._tables.feeds.get(feed_id)

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Feed]:
        return {i: self._tables.feeds[i] for i in ids if i in self._tables.feeds}

    def find(self, url: str, owner_chat_id: int | None) -> Feed | None:
        wanted = (url, owner_chat_id)
        return next((f for f in self.all() if (f.url, f.owner_chat_id) == wanted), None)

    def remove(self, feed_id: int) -> None:
        del self._tables.feeds[feed_id]

    def all(self) -> Sequence[Feed]:
        return list(self._tables.feeds.values())

    def census(self) -> FeedCensus:
        active = [feed for feed in self.all() if feed.status is FeedStatus.ACTIVE]
        due = [feed.next_poll_at for feed in active if feed.next_poll_at]
        return FeedCensus(
            len(active), sum(feed.errors > 0 for feed in active), min(due, default=None)
        )

    def claim_due(self, now: dt.datetime, limit: int, lease: dt.timedelta) -> Sequence[Feed]:
        due = [
            feed
            for feed in self.all()
            if feed.status is FeedStatus.ACTIVE
            and feed.next_poll_at is not None
            and feed.next_poll_at <= now
            and self._tables.leases.get(feed.id, now) <= now
        ][:limit]
        self._tables.leases.update({feed.id: now + lease for feed in due})
        return due

    def save(self, feed: Feed) -> None:
        self._tables.feeds[feed.id] = feed
        self._tables.leases.pop(feed.id, None)

    def save_all(self, feeds: Sequence[Feed]) -> None:
        for feed in feeds:
            self.save(feed)


class MemoryEntries:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def known(self, feed_id: int, identities: Iterable[EntryIdentity]) -> Sequence[KnownEntry]:
        wanted = list(identities)
        keys = {identity.key for identity in wanted}
        links = {identity.link for identity in wanted if identity.link}
        titles = {identity.title_digest for identity in wanted}
        return [
            KnownEntry(0 if row.buried else row.id, mine.key, mine.link, mine.content_digest,
                       mine.title_digest)
            for row in self._tables.entries
            for mine in (row.new.identity,)
            if row.feed_id == feed_id
            if mine.key in keys or mine.link in links or mine.title_digest in titles
        ]  # fmt: skip

    def add(self, feed: Feed, entries: Sequence[NewEntry], now: dt.datetime) -> int:
        rows = {row.id: row for row in self._tables.entries}
        new = 0
        for entry in entries:
            if entry.revises is not None:
                rows[entry.revises].new = entry
                rows[entry.revises].revision += 1
                continue
            self._check(feed.id, entry.identity.key)
            self._tables.entries.append(
                StoredEntry(len(self._tables.entries) + 1, feed.id, entry, now)
            )
            new += 1
        return new

    def add_all(self, found: Sequence[tuple[Feed, Sequence[NewEntry]]], now: dt.datetime) -> int:
        return sum(self.add(feed, entries, now) for feed, entries in found)

    def count(self) -> int:
        return len(self._tables.entries)

    def _check(self, feed_id: int, key: str) -> None:
        keys = {(row.feed_id, row.new.identity.key) for row in self._tables.entries}
        if (feed_id, key) in keys:
            raise ValueError(f"key {key} is taken")


class MemoryWork:
    def __init__(self, tables: Tables) -> None:
        self.feeds = MemoryFeeds(tables)
        self.entries = MemoryEntries(tables)


class MemoryStore:
    """Runs each job on a copy, which takes the tables' place where the job succeeds."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.transactions = 0

    async def write(self, job: Callable[[Any], T]) -> T:
        tables = Tables(
            dict(self.tables.feeds), dict(self.tables.leases), copy.deepcopy(self.tables.entries)
        )
        result = job(MemoryWork(tables))
        self.tables = tables
        self.transactions += 1
        return result

    async def read(self, job: Callable[[Any], T]) -> T:
        return job(MemoryWork(self.tables))

    def feed(self, feed_id: int = 1) -> Feed:
        return self.tables.feeds[feed_id]

    def due_now(self, now: dt.datetime) -> None:
        """Let every feed's time come."""
        for feed in list(self.tables.feeds.values()):
            self.tables.feeds[feed.id] = replace(feed, next_poll_at=now)

    def stored(self, feed_id: int = 1) -> list[StoredEntry]:
        return [row for row in self.tables.entries if row.feed_id == feed_id]


def as_store(store: MemoryStore) -> Store:
    """Pass the fake for a whole store, of which it has two repositories."""
    return store
