"""Alerts of one chat that leave as one message: rows in state BUNDLED that name another row.

What makes a chat fall behind, and what the common message says, is ``bot.delivery.bundling``'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.delivery.bundling import FIRST, MOST, bundle, is_behind, may_join, together
from bot.domain.delivery import Act, NewOutboxRow, OutboxRow, OutboxState
from storage.mapping import message_json, outbox_columns, outbox_value
from storage.models import OUTBOX
from storage.repositories.queue import ROWS

_OTHER = OUTBOX.alias("other")
_PLACE = (OUTBOX.c.chat_id, OUTBOX.c.thread_id, OUTBOX.c.priority)
_FREE = and_(
    OUTBOX.c.dedupe_key.startswith(FIRST),
    OUTBOX.c.act == Act.SEND.value,
    OUTBOX.c.attempts == 0,
    OUTBOX.c.uncertain.is_(False),
    OUTBOX.c.waits.is_(False),
    ~exists().where(_OTHER.c.target_key == OUTBOX.c.dedupe_key),
)
"""Alerts that nobody has tried to send, and for whose message nothing waits."""


class SqlBundles:
    """Puts alerts together, and leads what is later said of one to their common message."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def coalesce(
        self, claimed: Sequence[OutboxRow], worker: str, now: dt.datetime, lease: dt.timedelta
    ) -> list[OutboxRow]:
        """Return the claimed rows, with a bundle in place of each whose chat is behind."""
        beside = self._beside([row for row in claimed if may_join(row)], now)
        held = {"worker": worker, "lease_until": now + lease}
        rows = []
        for row in claimed:
            ids = beside.get(row.id)
            rows.append((self._bundle(ids, held, now) if ids else None) or row)
        return rows

    def _beside(self, heads: Sequence[OutboxRow], now: dt.datetime) -> dict[int, list[int]]:
        """Return, for each head whose chat is behind, the alerts of its bundle, itself included."""
        if not heads:
            return {}
        ids = {row.id for row in heads}
        wanted = {"heads": list(ids), "chats": [row.chat_id for row in heads], "now": now}
        found = self._connection.execute(_DUE, wanted).all()
        groups = [list(rows) for _, rows in groupby(found, key=lambda row: row[:3])]
        return {
            head: [row.id for row in rows[:MOST]]
            for rows in groups
            if is_behind([row.next_at for row in rows], now)
            for head in ids.intersection(row.id for row in rows[:MOST])
        }

    def _bundle(
        self, ids: Collection[int], held: dict[str, Any], now: dt.datetime
    ) -> OutboxRow | None:
        # Locked, and looked at again: meanwhile another transaction may have cancelled some.
        free = OUTBOX.c.state.in_((OutboxState.PENDING.value, OutboxState.CLAIMED.value))
        members = self._members(and_(OUTBOX.c.id.in_(ids), free))
        if len(members) < 2:  # noqa: PLR2004 - one alert is no bundle
            return None
        row = bundle(members)
        values = outbox_columns(row, now) | held | {"state": OutboxState.CLAIMED.value}
        self._connection.execute(insert(OUTBOX).values(**values))
        part = {
            "state": OutboxState.BUNDLED.value,
            "target_key": row.dedupe_key,
            "worker": None,
            "lease_until": None,
            "finished_at": now,
        }
        mine = OUTBOX.c.id.in_([member.id for member in members])
        self._connection.execute(update(OUTBOX).where(mine).values(**part))
        query = ROWS.where(OUTBOX.c.dedupe_key == row.dedupe_key)
        return outbox_value(self._connection.execute(query).one())

    def led(self, row: NewOutboxRow, member: Row[Any]) -> tuple[NewOutboxRow, Row[Any] | None]:
        """Return what a row about a bundled alert asks of the common message, and that message.

        An edit says all alerts of the bundle anew; there is no message to edit where the words of
        some are cleared by now.
        """
        query = select(OUTBOX).where(OUTBOX.c.dedupe_key == member.target_key)
        common = self._connection.execute(query.with_for_update()).one_or_none()
        if common is None:
            return row, None
        row = replace(row, target_key=common.dedupe_key)
        if row.act is Act.SEND:
            return row, common
        mine = update(OUTBOX).where(OUTBOX.c.id == member.id)
        self._connection.execute(mine.values(message=message_json(row.message)))
        part = OUTBOX.c.state == OutboxState.BUNDLED.value
        whole = together(self._members(and_(OUTBOX.c.target_key == row.target_key, part)))
        return (row, None) if whole is None else (replace(row, message=whole), common)

    def _members(self, which: ColumnElement[bool]) -> list[OutboxRow]:
        query = ROWS.where(which).order_by(None).order_by(OUTBOX.c.id)
        rows = self._connection.execute(query.with_for_update(of=OUTBOX))
        return [outbox_value(row) for row in rows]


def _due() -> Select[Any]:
    number = func.row_number().over(partition_by=_PLACE, order_by=OUTBOX.c.id)
    waiting = and_(
        OUTBOX.c.state == OutboxState.PENDING.value, OUTBOX.c.next_at <= bindparam("now")
    )
    head = OUTBOX.c.id.in_(bindparam("heads", expanding=True))
    beside = OUTBOX.c.chat_id.in_(bindparam("chats", expanding=True))
    inner = (
        select(*_PLACE, OUTBOX.c.id, OUTBOX.c.next_at, number.label("number"))
        .where(beside, or_(waiting, head), _FREE)
        .subquery()
    )
    place = (inner.c.chat_id, inner.c.thread_id, inner.c.priority)
    return select(inner).where(inner.c.number <= MOST + 1).order_by(*place, inner.c.id)


_DUE = _due()
"""Finds the alerts that may leave ``now`` with ``heads``: one more than a bundle holds.

Built once, as building it costs more than running it.
"""
