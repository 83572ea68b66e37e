"""Which event revision was told to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, func, select

from bot.domain.chats import Scope
from bot.domain.delivery import Alert
from storage.mapping import alert_value, reasons_json, thread_column
from storage.models import ALERT
from storage.sql import add_new


class SqlAlerts:
    """Implements ``bot.protocols.AlertRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        scope: Scope,
        event_id: int,
        revision: int,
        outbox_key: str,
        reasons: Sequence[str],
        now: dt.datetime,
    ) -> bool:
        """Store an alert; False where this chat and topic has this revision already."""
        row = {
            "chat_id": scope.chat_id,
            "thread_id": thread_column(scope.thread_id),
            "event_id": event_id,
            "revision": revision,
            "outbox_key": outbox_key,
            "reasons": reasons_json(reasons),
            "created_at": now,
        }
        return add_new(self._connection, ALERT, [row]) == 1

    def of_event(self, event_id: int) -> Sequence[Alert]:
        """Return the newest alert of each chat and topic that was told of this event."""
        rows = self._connection.execute(_OF_EVENT, {"its_event": event_id})
        return [alert_value(row) for row in rows]


_NEWEST = func.row_number().over(
    partition_by=(ALERT.c.chat_id, ALERT.c.thread_id), order_by=ALERT.c.revision.desc()
)
_TOLD = (
    select(ALERT, _NEWEST.label("age")).where(ALERT.c.event_id == bindparam("its_event")).subquery()
)
_OF_EVENT = select(_TOLD).where(_TOLD.c.age == 1).order_by(_TOLD.c.id)
