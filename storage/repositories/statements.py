"""The statements that every message needs, built once: building one costs more than running it."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import and_, bindparam, case, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.chats import ChatState
from bot.domain.delivery import Act, OutboxState
from storage.models import CHAT, HOLD, OUTBOX
from storage.repositories.queue import ROWS

_SENDING = OUTBOX.c.state == OutboxState.SENDING.value
_MAY_HAVE_LEFT = and_(_SENDING, OUTBOX.c.act == Act.SEND.value)
_THESE = OUTBOX.c.id.in_(bindparam("ids", expanding=True))

RECOVER = (
    update(OUTBOX)
    .where(
        OUTBOX.c.state.in_((OutboxState.CLAIMED.value, OutboxState.SENDING.value)),
        OUTBOX.c.lease_until <= bindparam("now"),
    )
    .values(
        uncertain=or_(OUTBOX.c.uncertain, _MAY_HAVE_LEFT),
        last_error=case(
            (_MAY_HAVE_LEFT, "the program ended while sending"), else_=OUTBOX.c.last_error
        ),
        state=OutboxState.PENDING.value,
        worker=None,
        lease_until=None,
    )
)
"""Frees rows whose lease is over ``now``; an edit is never uncertain."""

FORGET_HOLDS = delete(HOLD).where(HOLD.c.until <= bindparam("now"))
"""Drops the holds that are over ``now``."""

CLAIM = (
    update(OUTBOX)
    .where(_THESE, OUTBOX.c.state == OutboxState.PENDING.value)
    .values(state=OutboxState.CLAIMED.value)
)
"""Claims ``ids`` that still wait; ``worker`` and ``lease_until`` are the new values."""

CLAIMED = ROWS.where(
    _THESE,
    OUTBOX.c.state == OutboxState.CLAIMED.value,
    OUTBOX.c.worker == bindparam("held_by"),
)
"""Finds which of ``ids`` this worker holds."""

HELD = update(OUTBOX).where(
    OUTBOX.c.id == bindparam("its_id"),
    OUTBOX.c.worker == bindparam("held_by"),
    OUTBOX.c.state == bindparam("was"),
    OUTBOX.c.attempts == bindparam("tried"),
)
"""Changes a row, if this worker still holds this attempt of it; the new values are parameters."""

SUSPENDED = select(CHAT.c.id).where(
    CHAT.c.id == bindparam("its_id"), CHAT.c.state == ChatState.SUSPENDED.value
)
"""Finds a chat that is suspended."""

WAKE = (
    update(OUTBOX)
    .where(OUTBOX.c.target_key == bindparam("target"), OUTBOX.c.waits.is_(True))
    .values(waits=False)
)
"""Lets what waits for a row leave."""


@lru_cache(2)
def hold(*, on_sqlite: bool) -> postgresql.Insert | sqlite.Insert:
    """Return the statement that holds a chat; a longer hold stays."""
    new = sqlite.insert(HOLD) if on_sqlite else postgresql.insert(HOLD)
    values = new.values(chat_id=bindparam("chat_id"), until=bindparam("until"))
    return values.on_conflict_do_update(
        index_elements=["chat_id"],
        set_={"until": new.excluded.until},
        where=HOLD.c.until < new.excluded.until,
    )
