"""Digests that chats get at a time of day, through a scope but for whoever sends them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update

from bot.domain.chats import ChatState, DigestSlot, Scope
from storage.mapping import digest_columns, digest_value, minute_column, thread_column
from storage.models import CHAT, DIGEST
from storage.sql import insert

_KEY = ("chat_id", "thread_id", "minute")


class SqlDigests:
    """Implements ``bot.protocols.DigestRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, slot: DigestSlot) -> None:
        """Store a slot; one of the same scope and time is replaced."""
        values = digest_columns(slot)
        statement = insert(self._connection, DIGEST).values(**values)
        rest = {name: value for name, value in values.items() if name not in _KEY}
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=list(_KEY), set_=rest)
        )

    def list(self, scope: Scope) -> Sequence[DigestSlot]:
        """Return this scope's, by time of day."""
        query = select(DIGEST).where(_of(scope)).order_by(DIGEST.c.minute)
        return [digest_value(row) for row in self._connection.execute(query)]

    def of_chat(self, chat_id: int) -> Sequence[DigestSlot]:
        """Return a chat's over all its topics."""
        query = select(DIGEST).where(DIGEST.c.chat_id == chat_id)
        rows = self._connection.execute(query.order_by(DIGEST.c.thread_id, DIGEST.c.minute))
        return [digest_value(row) for row in rows]

    def remove(self, scope: Scope, at: dt.time | None = None) -> int:
        """Remove this scope's slot of a time, or all of them; return how many."""
        gone = delete(DIGEST).where(_of(scope))
        if at is not None:
            gone = gone.where(DIGEST.c.minute == minute_column(at))
        return self._connection.execute(gone).rowcount

    def due(self, now: dt.datetime) -> DigestSlot | None:
        """Return the active chats' slot that has been due for longest, or None."""
        query = (
            select(DIGEST)
            .join(CHAT, CHAT.c.id == DIGEST.c.chat_id)
            .where(DIGEST.c.due_at <= now, CHAT.c.state == ChatState.ACTIVE.value)
            .order_by(DIGEST.c.due_at, *(DIGEST.c[name] for name in _KEY))
            .limit(1)
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else digest_value(row)

    def advance(self, slot: DigestSlot, done: DigestSlot) -> bool:
        """Put a slot's next state in place of the one that was read; False where it has changed."""
        was = [DIGEST.c[name] == value for name, value in digest_columns(slot).items()]
        values = {name: v for name, v in digest_columns(done).items() if name not in _KEY}
        return self._connection.execute(update(DIGEST).where(*was).values(**values)).rowcount == 1


def _of(scope: Scope) -> ColumnElement[bool]:
    return and_(
        DIGEST.c.chat_id == scope.chat_id,
        DIGEST.c.thread_id == thread_column(scope.thread_id),
    )
