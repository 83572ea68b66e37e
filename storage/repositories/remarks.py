"""What chats say is wrong with events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, func, select

from bot.domain.chats import Scope
from bot.domain.events import Event
from bot.domain.remarks import Remark, Wrong
from storage.mapping import event_json, event_of
from storage.models import EVENT, REMARK
from storage.sql import insert


class SqlRemarks:
    """Implements ``bot.protocols.RemarkRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, scope: Scope, event: Event, wrong: Wrong, other: Event | None, now: dt.datetime
    ) -> None:
        """Store a remark with the event as it stands; the same chat's same remark is replaced."""
        said: dict[str, Any] = {
            "other_id": other.id if other else None,
            "data": event_json(event),
            "said_at": now,
        }
        statement = insert(self._connection, REMARK).values(
            chat_id=scope.chat_id, event_id=event.id, wrong=wrong.value, **said
        )
        keys = ["chat_id", "event_id", "wrong"]
        self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=said))

    def said(self, scope: Scope, since: dt.datetime) -> int:
        """Return how many remarks a chat has made since."""
        mine = and_(REMARK.c.chat_id == scope.chat_id, REMARK.c.said_at >= since)
        return self._connection.scalar(select(func.count()).select_from(REMARK).where(mine)) or 0

    def counts(self) -> Mapping[Wrong, int]:
        """Return how many there are: for the operator."""
        query = select(REMARK.c.wrong, func.count()).group_by(REMARK.c.wrong)
        found = {row[0]: row[1] for row in self._connection.execute(query)}
        return {wrong: found[wrong.value] for wrong in Wrong if wrong.value in found}

    def public(self, limit: int | None = None) -> Sequence[Remark]:
        """Return those about events that everybody sees, newest first: for the operator."""
        return [_value(row) for row in self._connection.execute(_PUBLIC.limit(limit))]


_OTHER = EVENT.alias("other")
_PUBLIC = (
    select(REMARK.c.data, REMARK.c.wrong, REMARK.c.said_at, _OTHER.c.data.label("other"))
    .join(EVENT, EVENT.c.id == REMARK.c.event_id)
    .outerjoin(_OTHER, _OTHER.c.id == REMARK.c.other_id)
    .where(EVENT.c.owner_chat_id.is_(None), _OTHER.c.owner_chat_id.is_(None))
    .order_by(REMARK.c.said_at.desc(), REMARK.c.id.desc())
)


def _value(row: Row[*tuple[Any, ...]]) -> Remark:
    other = event_of(row.other) if row.other else None
    return Remark(event_of(row.data), Wrong(row.wrong), row.said_at, other)
