"""What waited too long to be worth sending: a chat that comes back is not flooded with old news."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, and_, or_, select, update

from bot.domain.delivery import Act, OutboxState
from storage.models import OUTBOX
from storage.sql import chunks

_GONE = {
    "state": OutboxState.CANCELLED.value,
    "message": "",
    "waits": False,
    "last_error": "it came while the chat could not be written to",
}


def expire_suspended(connection: Connection, chat_id: int, before: dt.datetime) -> int:
    """Cancel a chat's suspended rows put before; return how many messages of them were new ones.

    What is to leave later (a reminder) stays, and what edits or answers a cancelled row goes too:
    there is nothing to edit, and nobody knows what the answer is about.
    """
    mine = and_(OUTBOX.c.chat_id == chat_id, OUTBOX.c.state == OutboxState.SUSPENDED.value)
    stale = and_(mine, OUTBOX.c.created_at < before, OUTBOX.c.next_at < before)
    found = connection.execute(
        select(OUTBOX.c.dedupe_key, OUTBOX.c.act, OUTBOX.c.target_key).where(stale)
    ).all()
    keys = [row.dedupe_key for row in found]
    for part in chunks(keys):
        gone = OUTBOX.c.dedupe_key.in_(part)
        follows = and_(mine, OUTBOX.c.target_key.in_(part))
        connection.execute(update(OUTBOX).where(or_(gone, follows)).values(_GONE))
    return sum(row.act == Act.SEND.value and row.target_key is None for row in found)
