"""The statements that every message needs, built once: building one costs more than running it."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.domain.chats import ChatState
from storage.models import CHAT, HOLD, OUTBOX

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
