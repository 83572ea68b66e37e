"""What chats want to hear nothing new of for a while."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from bot.domain.chats import Mute, Scope
from storage.models import MUTE
from storage.sql import NOW, insert


class SqlMutes:
    """Implements ``bot.protocols.MuteRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, scope: Scope, what: str, until: dt.datetime) -> Mute:
        """Store a mute; the same thing again lasts as long as was said last."""
        statement = insert(self._connection, MUTE).values(
            chat_id=scope.chat_id, what=what, until=until
        )
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["chat_id", "what"], set_={"until": until}
            )
        )
        mine = select(MUTE).where(MUTE.c.chat_id == scope.chat_id, MUTE.c.what == what)
        return _value(self._connection.execute(mine).one())

    def list(self, scope: Scope, now: dt.datetime) -> Sequence[Mute]:
        """Return the chat's that last, the next to end first."""
        mine = select(MUTE).where(MUTE.c.chat_id == scope.chat_id, MUTE.c.until > now)
        rows = self._connection.execute(mine.order_by(MUTE.c.until, MUTE.c.id))
        return [_value(row) for row in rows]

    def remove(self, scope: Scope, mute_id: int) -> bool:
        """End one of this chat's; False where it is not there."""
        mine = delete(MUTE).where(MUTE.c.chat_id == scope.chat_id, MUTE.c.id == mute_id)
        return self._connection.execute(mine).rowcount == 1

    def active(self, now: dt.datetime) -> Sequence[Mute]:
        """Return everybody's that last: for whoever tells."""
        return [_value(row) for row in self._connection.execute(_LASTING, {"now": now})]

    def purge(self, now: dt.datetime) -> int:
        """Drop those that are over; return how many."""
        return self._connection.execute(delete(MUTE).where(MUTE.c.until <= now)).rowcount


_LASTING = select(MUTE).where(MUTE.c.until > NOW).order_by(MUTE.c.id)


def _value(row: Row[Any]) -> Mute:
    return Mute(row.id, row.chat_id, row.what, row.until)
