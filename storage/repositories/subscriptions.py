"""Subscriptions, always through a scope but for the index."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from bot.domain.chats import ChatState, Scope, Subscription
from bot.protocols import IndexSnapshot
from storage.counters import (
    SUBSCRIPTIONS,
    subscriptions_changed,
    subscriptions_since,
    value,
)
from storage.mapping import subscription_value, thread_column
from storage.models import CHAT, SNAPSHOT, SUBSCRIPTION
from storage.sql import add_new, chunks

_WITH_CHAT = SUBSCRIPTION.join(CHAT, CHAT.c.id == SUBSCRIPTION.c.chat_id)
_KNOWN = (
    select(SUBSCRIPTION, CHAT.c.placeless, CHAT.c.state)
    .select_from(_WITH_CHAT)
    .where(SUBSCRIPTION.c.id.in_(bindparam("ids", expanding=True)))
)
_WATCHED = (
    select(SUBSCRIPTION.c.id, SUBSCRIPTION.c.query)
    .select_from(_WITH_CHAT)
    .where(CHAT.c.state == ChatState.ACTIVE.value, SUBSCRIPTION.c.paused.is_(False))
    .order_by(SUBSCRIPTION.c.query)
)
_CENSUS = _WATCHED.with_only_columns(
    func.count(), func.coalesce(func.sum(SUBSCRIPTION.c.id), 0), maintain_column_froms=True
).order_by(None)
_PART = 10_000
"""Rows of a million that are in memory at once."""


class SqlSubscriptions:
    """Implements ``bot.protocols.SubscriptionRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, scope: Scope, query: str, now: dt.datetime) -> Subscription:
        """Store a canonical query; return the existing one where the scope has it."""
        row = {
            "chat_id": scope.chat_id,
            "thread_id": thread_column(scope.thread_id),
            "query": query,
            "created_at": now,
        }
        new = add_new(self._connection, SUBSCRIPTION, [row])
        mine = and_(_of(scope), SUBSCRIPTION.c.query == query)
        stored = self._connection.execute(select(SUBSCRIPTION).where(mine)).one()
        if new:
            subscriptions_changed(self._connection, [stored.id])
        return subscription_value(stored)

    def remove(self, scope: Scope, subscription_id: int) -> bool:
        """Remove one of this scope's; False where it is not there."""
        return self._remove(and_(_of(scope), SUBSCRIPTION.c.id == subscription_id)) == 1

    def remove_all(self, scope: Scope) -> int:
        """Remove all of this scope's; return how many."""
        return self._remove(_of(scope))

    def _remove(self, which: ColumnElement[bool]) -> int:
        gone = delete(SUBSCRIPTION).where(which).returning(SUBSCRIPTION.c.id)
        removed = list(self._connection.scalars(gone))
        if removed:
            subscriptions_changed(self._connection, removed)
        return len(removed)

    def pause(self, scope: Scope, subscription_id: int, paused: bool) -> bool:
        """Pause or resume one of this scope's; False where it is not there."""
        mine = and_(_of(scope), SUBSCRIPTION.c.id == subscription_id)
        statement = update(SUBSCRIPTION).where(mine).values(paused=paused)
        found = self._connection.execute(statement).rowcount == 1
        if found:
            subscriptions_changed(self._connection, [subscription_id])
        return found

    def list(self, scope: Scope) -> Sequence[Subscription]:
        """Return this scope's, oldest first."""
        query = select(SUBSCRIPTION).where(_of(scope)).order_by(SUBSCRIPTION.c.id)
        return [subscription_value(row) for row in self._connection.execute(query)]

    def count(self, chat_id: int) -> int:
        """Return how many a chat has over all its topics."""
        mine = SUBSCRIPTION.c.chat_id == chat_id
        return self._connection.scalar(select(func.count()).where(mine)) or 0

    def watched(self, *, placeless: bool) -> Iterator[tuple[int, str]]:
        """Give id and query of all that are not paused and whose chat is active: for the index.

        Either of the chats that want events without a place too, or of the others. Equal queries
        come one after the other.
        """
        wanted = _WATCHED.where(CHAT.c.placeless.is_(placeless))
        rows = self._connection.execute(wanted, execution_options={"yield_per": _PART})
        for part in rows.partitions():
            yield from part

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Subscription]:
        """Return subscriptions by id, those that are still active."""
        # Whether they are active is no condition of the statement: SQLite would take few chats to
        # be so, and read the subscriptions of all of them.
        return {
            row.id: subscription_value(row, placeless=row.placeless)
            for part in chunks(ids)
            for row in self._connection.execute(_KNOWN, {"ids": part})
            if row.state == ChatState.ACTIVE.value and not row.paused
        }

    def census(self) -> tuple[int, int]:
        """Return how many ``watched`` gives, and the sum of their ids."""
        count, total = self._connection.execute(_CENSUS).one()
        return count, int(total)

    def kept(self, stamp: str) -> IndexSnapshot | None:
        """Return the kept index of this stamp, or None."""
        mine = and_(SNAPSHOT.c.stamp == stamp, SNAPSHOT.c.version <= self.version())
        row = self._connection.execute(select(SNAPSHOT).where(mine)).one_or_none()
        return None if row is None else IndexSnapshot(row.stamp, row.version, row.data)

    def keep(self, snapshot: IndexSnapshot) -> bool:
        """Keep an index in place of the one before; False where it is not as new as the rows."""
        if snapshot.version != self.version():
            return False
        self._connection.execute(delete(SNAPSHOT))
        self._connection.execute(insert(SNAPSHOT).values(**asdict(snapshot)))
        return True

    def version(self) -> int:
        """Return a number that grows with every change of any subscription or chat state."""
        return value(self._connection, SUBSCRIPTIONS)

    def changed_since(self, version: int) -> frozenset[int] | None:
        """Return which were added, changed or removed since; None where that is too long ago."""
        return subscriptions_since(self._connection, version)


def _of(scope: Scope) -> ColumnElement[bool]:
    return and_(
        SUBSCRIPTION.c.chat_id == scope.chat_id,
        SUBSCRIPTION.c.thread_id == thread_column(scope.thread_id),
    )
