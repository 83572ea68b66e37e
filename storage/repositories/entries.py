"""Entries: known ones, new ones, and those waiting for extraction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    func,
    literal,
    or_,
    select,
    union_all,
    update,
)

from bot.domain.feeds import Entry, EntryIdentity, Feed, NewEntry
from bot.protocols import KnownEntry
from storage.mapping import entry_value
from storage.models import ENTRY, FEED, REPORT, TOMBSTONE
from storage.sql import NOW, Claim, add_new, chunks, insert
from storage.words import EventWords

MOST_ATTEMPTS = 5
_FIRST_RETRY = dt.timedelta(minutes=1)


class EntryState(StrEnum):
    """Where an entry stands; FAILED ones are set aside for the owner to see."""

    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class SqlEntries:
    """Implements ``bot.protocols.EntryRepository``."""

    def __init__(self, connection: Connection, words: EventWords) -> None:
        self._connection = connection
        self._words = words

    def known(self, feed_id: int, identities: Iterable[EntryIdentity]) -> Sequence[KnownEntry]:
        """Return what is known (also as tombstones) of these keys, links and title digests."""
        found: dict[str, KnownEntry] = {}
        for part in chunks(identities, 150):
            for known in self._known(feed_id, part):
                found.setdefault(known.key, known)
        return list(found.values())

    def _known(self, feed_id: int, part: Sequence[EntryIdentity]) -> Iterable[KnownEntry]:
        asked = {
            "feed": feed_id,
            "keys": list({identity.key for identity in part}),
            "links": list({identity.link for identity in part if identity.link}),
            "titles": list({identity.title_digest for identity in part}),
        }
        for row in self._connection.execute(_KNOWN, asked):
            yield KnownEntry(*row)

    def add(self, feed: Feed, entries: Sequence[NewEntry], now: dt.datetime) -> int:
        """Store new entries and revisions, waiting for extraction; return how many are new.

        Nothing is stored where the feed was removed meanwhile.
        """
        return self.add_all([(feed, entries)], now)

    def add_all(self, found: Sequence[tuple[Feed, Sequence[NewEntry]]], now: dt.datetime) -> int:
        """Store what was found in feeds that were polled together, as ``add`` does."""
        there = self._there(feed.id for feed, _ in found)
        rows = [
            _columns(feed, new, now)
            for feed, entries in found
            if feed.id in there
            for new in self._unstored(entries, now)
        ]
        return add_new(self._connection, ENTRY, rows)

    def _there(self, feed_ids: Iterable[int]) -> set[int]:
        parts = chunks(feed_ids)
        return {one for part in parts for one in self._connection.scalars(_FEEDS, {"ids": part})}

    def _unstored(self, entries: Sequence[NewEntry], now: dt.datetime) -> list[NewEntry]:
        """Return entries that are not revisions of stored ones; those are rewritten in place."""
        revised = {new.identity.key for new in entries if new.revises and self._revise(new, now)}
        return [new for new in entries if new.identity.key not in revised]

    def _revise(self, new: NewEntry, now: dt.datetime) -> bool:
        """Rewrite a stored entry in place; False where it is gone (then the new one is stored).

        An entry whose text is the same only gets its new identity: there is nothing to extract.
        """
        mine = ENTRY.c.id == new.revises
        old = self._connection.execute(
            select(ENTRY.c.feed_id, ENTRY.c.key, ENTRY.c.content_digest).where(mine)
        ).one_or_none()
        if old is None:
            return False
        values = _identity_columns(new)
        if new.identity.key != old.key and self._taken(old.feed_id, new.identity.key):
            del values["key"]
        if new.identity.content_digest != old.content_digest:
            values |= _content(new) | _waiting(now) | {"revision": ENTRY.c.revision + 1}
        self._connection.execute(update(ENTRY).where(mine).values(**values))
        return True

    def _taken(self, feed_id: int, key: str) -> bool:
        same = and_(ENTRY.c.feed_id == feed_id, ENTRY.c.key == key)
        return self._connection.scalar(select(ENTRY.c.id).where(same)) is not None

    def claim_waiting(self, now: dt.datetime, limit: int, lease: dt.timedelta) -> Sequence[Entry]:
        """Return entries that wait for extraction, oldest first, taken for ``lease``."""
        ids = _WAITING.take(self._connection, now, limit, now + lease)
        return [
            entry_value(row)
            for part in chunks(ids)
            for row in self._connection.execute(_TAKEN, {"ids": part})
        ]

    def release(self, now: dt.datetime) -> int:
        """Free the entries of a process that died; those that failed wait out their pause."""
        taken = and_(
            ENTRY.c.state == EntryState.WAITING.value, ENTRY.c.due_at > now, ENTRY.c.attempts == 0
        )
        return self._connection.execute(update(ENTRY).where(taken).values(due_at=now)).rowcount

    def done(self, entries: Sequence[Entry]) -> None:
        """Mark these revisions processed; where a newer one came meanwhile, it still waits."""
        rows = [{"its_id": entry.id, "read": entry.revision} for entry in entries]
        if rows:
            self._connection.execute(_DONE, rows)

    def failed(self, entry_id: int, why: str, now: dt.datetime) -> None:
        """Note a failed attempt: tried again later, set aside (visible to the owner) after five."""
        mine = and_(ENTRY.c.id == entry_id, ENTRY.c.state == EntryState.WAITING.value)
        attempts = self._connection.scalar(select(ENTRY.c.attempts).where(mine))
        if attempts is None:
            return
        state = EntryState.WAITING if attempts + 1 < MOST_ATTEMPTS else EntryState.FAILED
        self._connection.execute(
            update(ENTRY)
            .where(mine)
            .values(
                state=state.value,
                attempts=attempts + 1,
                due_at=now + _FIRST_RETRY * 2**attempts,
                last_error=why,
            )
        )

    def set_aside(self, limit: int = 100) -> Sequence[tuple[Entry, str]]:
        """Return entries that failed for good and why, newest first: for the operator."""
        query = _ENTRIES.where(ENTRY.c.state == EntryState.FAILED.value).limit(limit)
        rows = self._connection.execute(query.order_by(None).order_by(ENTRY.c.id.desc()))
        return [(entry_value(row), row.last_error or "") for row in rows]

    def waiting(self) -> int:
        """Return how many entries wait."""
        waiting = ENTRY.c.state == EntryState.WAITING.value
        return self._connection.scalar(select(func.count()).where(waiting)) or 0

    def count(self) -> int:
        """Return how many entries are stored."""
        return self._connection.scalar(select(func.count()).select_from(ENTRY)) or 0

    def purge(self, before: dt.datetime) -> int:
        """Drop texts of entries first seen before; they stay known as tombstones.

        Their reports lose the article's text too, and the full-text index with them.
        """
        self._purge_reports(before)
        old = and_(ENTRY.c.first_seen_at < before, ENTRY.c.state != EntryState.WAITING.value)
        graves = select(*(ENTRY.c[column.name] for column in TOMBSTONE.columns)).where(old)
        keep = insert(self._connection, TOMBSTONE).from_select(list(TOMBSTONE.columns), graves)
        self._connection.execute(keep.on_conflict_do_nothing())
        return self._connection.execute(delete(ENTRY).where(old)).rowcount

    def _purge_reports(self, before: dt.datetime) -> None:
        old = and_(REPORT.c.seen_at < before, REPORT.c.text != "")
        for event_id in self._connection.scalars(select(REPORT.c.event_id).where(old).distinct()):
            self._words.changed(event_id)
        self._connection.execute(update(REPORT).where(old).values(text=""))


_ENTRIES = (
    select(ENTRY, FEED.c.owner_chat_id, FEED.c.country)
    .join(FEED, FEED.c.id == ENTRY.c.feed_id)
    .order_by(ENTRY.c.id)
)
_TAKEN = _ENTRIES.where(ENTRY.c.id.in_(bindparam("ids", expanding=True)))
_WAITING = Claim(
    ENTRY, and_(ENTRY.c.state == EntryState.WAITING.value, ENTRY.c.due_at <= NOW), "due_at"
)
_FEEDS = select(FEED.c.id).where(FEED.c.id.in_(bindparam("ids", expanding=True)))


# The report owns the text from here on; an entry is kept to be known again.
_DONE = (
    update(ENTRY)
    .where(
        ENTRY.c.id == bindparam("its_id"),
        ENTRY.c.revision == bindparam("read"),
        ENTRY.c.state == EntryState.WAITING.value,
    )
    .values(state=EntryState.DONE.value, text="", attempts=0)
)


def _recognised(table: Table) -> ColumnElement[bool]:
    return and_(
        table.c.feed_id == bindparam("feed"),
        or_(
            table.c.key.in_(bindparam("keys", expanding=True)),
            table.c.link.in_(bindparam("links", expanding=True)),
            table.c.title_digest.in_(bindparam("titles", expanding=True)),
        ),
    )


def _of_identity(table: Table, its_id: ColumnElement[int]) -> Select[Any]:
    columns = (table.c[name] for name in ("key", "link", "content_digest", "title_digest"))
    return select(its_id, *columns).where(_recognised(table))


# A tombstone has no id.
_KNOWN = union_all(_of_identity(ENTRY, ENTRY.c.id), _of_identity(TOMBSTONE, literal(0)))


def _identity_columns(new: NewEntry) -> dict[str, Any]:
    return {
        "key": new.identity.key,
        "link": new.identity.link,
        "content_digest": new.identity.content_digest,
        "title_digest": new.identity.title_digest,
    }


def _content(new: NewEntry) -> dict[str, Any]:
    return {
        "title": new.entry.title,
        "url": new.entry.link,
        "text": new.entry.text,
        "published_at": new.entry.published_at,
        "silent": new.silent,
        "latitude": new.entry.latitude,
        "longitude": new.entry.longitude,
    }


def _waiting(now: dt.datetime) -> dict[str, Any]:
    return {"state": EntryState.WAITING.value, "due_at": now, "attempts": 0, "last_error": None}


def _columns(feed: Feed, new: NewEntry, now: dt.datetime) -> dict[str, Any]:
    publisher = new.entry.publisher or feed.publisher or feed.title
    return {
        "feed_id": feed.id,
        "first_seen_at": now,
        "revision": 1,
        "publisher": publisher,
        **_identity_columns(new),
        **_content(new),
        **_waiting(now),
    }
