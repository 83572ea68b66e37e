"""Feeds and when to poll them next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)

from bot.domain.chats import Scope
from bot.domain.feeds import Feed, FeedCensus, FeedStatus, NewFeed
from storage.mapping import feed_columns, feed_value
from storage.models import FEED
from storage.sql import Claim, add_new, chunks, past


class SqlFeeds:
    """Implements ``bot.protocols.FeedRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, feed: NewFeed, now: dt.datetime) -> Feed:
        """Store a feed, due at once; return the existing one where (url, owner) is known."""
        columns = feed_columns(
            Feed(
                id=0,
                url=feed.url,
                title=feed.title,
                publisher=feed.publisher,
                country=feed.country,
                language=feed.language,
                next_poll_at=now,
            )
        )
        row = {**columns, "owner_chat_id": feed.owner_chat_id}
        add_new(self._connection, FEED, [row])
        stored = self.find(feed.url, feed.owner_chat_id)
        assert stored is not None
        return stored

    def get(self, feed_id: int) -> Feed | None:
        """Return a feed, or None."""
        row = self._connection.execute(_FEED, {"its_id": feed_id}).one_or_none()
        return None if row is None else feed_value(row)

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Feed]:
        """Return feeds by id, those that are known."""
        return {feed.id: feed for feed in self._read(ids)}

    def _read(self, ids: Iterable[int]) -> Iterator[Feed]:
        for part in chunks(ids):
            for row in self._connection.execute(_TAKEN, {"ids": part}):
                yield feed_value(row)

    def find(self, url: str, owner_chat_id: int | None) -> Feed | None:
        """Return the feed of this URL and owner, or None."""
        same = and_(FEED.c.url == url, _owned_by(owner_chat_id))
        row = self._connection.execute(_FEEDS.where(same)).one_or_none()
        return None if row is None else feed_value(row)

    def remove(self, feed_id: int) -> None:
        """Forget a feed and its entries; events made of it stay."""
        self._connection.execute(delete(FEED).where(FEED.c.id == feed_id))

    def all(self) -> Sequence[Feed]:
        """Return every feed, for the operator only."""
        return [feed_value(row) for row in self._connection.execute(_FEEDS)]

    def census(self) -> FeedCensus:
        """Return how the feeds that are polled stand, together."""
        active, failing, first_due = self._connection.execute(_CENSUS).one()
        return FeedCensus(active, failing, first_due)

    def visible(self, scope: Scope) -> Sequence[Feed]:
        """Return the shared feeds and this chat's own."""
        mine = or_(_owned_by(None), _owned_by(scope.chat_id))
        return [feed_value(row) for row in self._connection.execute(_FEEDS.where(mine))]

    def owned(self, scope: Scope) -> Sequence[Feed]:
        """Return this chat's own feeds."""
        query = _FEEDS.where(_owned_by(scope.chat_id))
        return [feed_value(row) for row in self._connection.execute(query)]

    def claim_due(self, now: dt.datetime, limit: int, lease: dt.timedelta) -> Sequence[Feed]:
        """Return feeds whose time has come, taken for ``lease``, longest due first."""
        return list(self._read(_DUE.take(self._connection, now, limit, now + lease)))

    def release(self, now: dt.datetime) -> int:
        """Free the feeds of a process that died."""
        taken = update(FEED).where(FEED.c.lease_until > now).values(lease_until=None)
        return self._connection.execute(taken).rowcount

    def save(self, feed: Feed) -> None:
        """Store a feed's state after a poll and end its lease.

        A feed that was paused or removed while it was polled stays so.
        """
        self.save_all([feed])

    def save_all(self, feeds: Sequence[Feed]) -> None:
        """Store the states of feeds that were polled together."""
        if feeds:
            self._connection.execute(_SAVE, [_polled_columns(feed) for feed in feeds])

    def pause(self, feed_id: int, paused: bool) -> None:
        """Stop polling a feed, or poll it again."""
        status = FeedStatus.PAUSED if paused else FeedStatus.ACTIVE
        self._connection.execute(
            update(FEED).where(FEED.c.id == feed_id).values(status=status.value)
        )


_FEEDS = select(FEED).order_by(FEED.c.id)
_FEED = select(FEED).where(FEED.c.id == bindparam("its_id"))
_TAKEN = _FEEDS.where(FEED.c.id.in_(bindparam("ids", expanding=True)))
_CENSUS = select(
    func.count(),
    func.count().filter(FEED.c.errors > 0),
    func.min(FEED.c.next_poll_at),
).where(FEED.c.status == FeedStatus.ACTIVE.value)
_DUE = Claim(
    FEED,
    and_(
        FEED.c.status == FeedStatus.ACTIVE.value,
        past(FEED.c.next_poll_at),
        past(FEED.c.lease_until),
    ),
    "lease_until",
    # Where more are due than can be read, those that wait longest go first: none is left out.
    first=(FEED.c.next_poll_at.nulls_first(),),
)
_SAVE = (
    update(FEED)
    .where(FEED.c.id == bindparam("its_id"))
    .values(
        status=case(
            (FEED.c.status == FeedStatus.PAUSED.value, FEED.c.status),
            else_=bindparam("its_status"),
        ),
        lease_until=None,
    )
)


def _polled_columns(feed: Feed) -> dict[str, Any]:
    columns = feed_columns(feed)
    return columns | {"its_id": feed.id, "its_status": columns.pop("status")}


def _owned_by(chat_id: int | None) -> ColumnElement[bool]:
    if chat_id is None:
        return FEED.c.owner_chat_id.is_(None)
    return FEED.c.owner_chat_id == chat_id
