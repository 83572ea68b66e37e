"""After the clock went back: times that were set by the wrong clock must not stand for hours.

A feed polled, a row held or claimed while the clock was ahead would wait until the right clock
comes to that time. Everything that the program set for itself is moved back by as much; what people
set (reminders, digests) is a time of day and stays.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, and_, or_, select, update

from bot.domain.delivery import OutboxState
from storage.models import ENTRY, FEED, HOLD, OUTBOX

SOON = dt.timedelta(minutes=15)
"""A row put for so soon after was not meant for a time of day."""


def rewind(connection: Connection, now: dt.datetime, back: dt.timedelta) -> None:
    """Move the program's own due times back; those that are past then are due at once."""
    for table, key, column in (
        (FEED, FEED.c.id, FEED.c.next_poll_at),
        (FEED, FEED.c.id, FEED.c.lease_until),
        (ENTRY, ENTRY.c.id, ENTRY.c.due_at),
        (HOLD, HOLD.c.chat_id, HOLD.c.until),
        (OUTBOX, OUTBOX.c.id, OUTBOX.c.lease_until),
    ):
        _move(connection, table, key, column, back, column > now)
    set_by_us = or_(OUTBOX.c.attempts > 0, OUTBOX.c.created_at > now)
    waits = and_(OUTBOX.c.state == OutboxState.PENDING.value, OUTBOX.c.next_at > now, set_by_us)
    near = OUTBOX.c.next_at <= now + back + SOON
    _move(connection, OUTBOX, OUTBOX.c.id, OUTBOX.c.next_at, back, and_(waits, near))


def _move(
    connection: Connection,
    table: Table,
    key: Column[Any],
    column: Column[Any],
    back: dt.timedelta,
    which: ColumnElement[bool],
) -> None:
    # Row by row: the two databases word arithmetic on times differently, and this is rare.
    for row in connection.execute(select(key, column).where(which)).all():
        moved = update(table).where(key == row[0]).values({column.name: row[1] - back})
        connection.execute(moved)
