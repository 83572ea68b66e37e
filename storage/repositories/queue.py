"""Which rows of the outbox may leave now: the order of a chat, in SQL.

Within a chat the more urgent row goes first, and rows of one urgency in the order in which they
were put. One row of a chat is in flight at a time. A row that backs off after an attempt blocks
later rows of its chat which are not more urgent, so that parts and updates keep their order; after
``STEPS_ASIDE`` attempts it is poison rather than bad luck, and later rows pass it. A row that is
scheduled for later (``not_before``) or waits for its target blocks nothing.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from bot.domain.delivery import OutboxState, Priority
from storage.models import HOLD, OUTBOX

_TARGET = OUTBOX.alias("target")
ROWS = (
    select(OUTBOX, _TARGET.c.message_id.label("target_message_id"))
    .outerjoin(_TARGET, _TARGET.c.dedupe_key == OUTBOX.c.target_key)
    .order_by(OUTBOX.c.priority, OUTBOX.c.id)
)

EVERYBODY = 0
"""The chat id under which a hold of the whole bot stands."""
STEPS_ASIDE = 3
_IN_FLIGHT = (OutboxState.CLAIMED.value, OutboxState.SENDING.value)
_OTHER = OUTBOX.alias("other")
_NEWS = ("alert:", "reply:")
"""How the keys of messages begin that tell of an event; digests and reminders have their time."""


def _claimable() -> Select[tuple[int]]:
    now: BindParameter[Any] = bindparam("now")
    held = exists().where(HOLD.c.chat_id.in_((OUTBOX.c.chat_id, EVERYBODY)), HOLD.c.until > now)
    first_in_chat = ~exists().where(_OTHER.c.chat_id == OUTBOX.c.chat_id, _goes_before(now))
    return (
        select(OUTBOX.c.id)
        .where(*_pending(OUTBOX), OUTBOX.c.next_at <= now, ~held, first_in_chat)
        .order_by(OUTBOX.c.priority, OUTBOX.c.id)
        .limit(bindparam("most"))
    )


def _pending(table: FromClause) -> tuple[ColumnElement[bool], ...]:
    return table.c.state == OutboxState.PENDING.value, table.c.waits.is_(False)


def _goes_before(now: BindParameter[Any]) -> ColumnElement[bool]:
    """Return the condition that another row of the chat keeps this one from leaving."""
    earlier = _OTHER.c.id < OUTBOX.c.id
    due_first = and_(
        _OTHER.c.next_at <= now,
        or_(
            _OTHER.c.priority < OUTBOX.c.priority,
            and_(_OTHER.c.priority == OUTBOX.c.priority, earlier),
        ),
    )
    backing_off = and_(
        _OTHER.c.next_at > now,
        _OTHER.c.attempts.between(1, STEPS_ASIDE),
        _OTHER.c.priority <= OUTBOX.c.priority,
        earlier,
    )
    in_flight = _OTHER.c.state.in_(_IN_FLIGHT)
    return or_(in_flight, and_(*_pending(_OTHER), or_(due_first, backing_off)))


def held_news(chat_id: int, priority: Priority, by: dt.datetime) -> ColumnElement[bool]:
    """Return the condition of a chat's alerts and their replies that wait beyond a moment."""
    return and_(
        OUTBOX.c.chat_id == chat_id,
        OUTBOX.c.state == OutboxState.PENDING.value,
        OUTBOX.c.attempts == 0,
        OUTBOX.c.priority == priority.value,
        func.substr(OUTBOX.c.dedupe_key, 1, 6).in_(_NEWS),
        OUTBOX.c.next_at > by,
    )


def next_due(connection: Connection) -> dt.datetime | None:
    """Return when the next pending row may leave, holds considered; None without any."""
    soonest = connection.scalar(_SOONEST)
    times: list[dt.datetime] = [soonest] if soonest else []
    times += [max(row.until, row.next_at) for row in connection.execute(_HELD_CHATS)]
    if not times:
        return None
    everybody: dt.datetime | None = connection.scalar(_EVERYBODY_HELD)
    return max(min(times), everybody) if everybody else min(times)


# Built once: building one costs more than running it.

CLAIMABLE = _claimable()
"""Finds the ids of rows that may leave ``now``, most urgent first, ``most`` at most."""
_SOONEST = (
    select(OUTBOX.c.next_at)
    .where(*_pending(OUTBOX), ~exists().where(HOLD.c.chat_id == OUTBOX.c.chat_id))
    .order_by(OUTBOX.c.next_at)
    .limit(1)
)
_HELD_CHATS = (
    select(HOLD.c.until, func.min(OUTBOX.c.next_at, type_=OUTBOX.c.next_at.type).label("next_at"))
    .join(OUTBOX, OUTBOX.c.chat_id == HOLD.c.chat_id)
    .where(*_pending(OUTBOX))
    .group_by(HOLD.c.chat_id, HOLD.c.until)
)
"""Finds the end of each hold and the first row that waits behind it."""
_EVERYBODY_HELD = select(HOLD.c.until).where(HOLD.c.chat_id == EVERYBODY)
