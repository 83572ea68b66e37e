"""Updates from Telegram, stored before they are acknowledged."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from bot.domain.delivery import StoredUpdate, UpdateState
from storage.mapping import update_chat
from storage.models import INBOX
from storage.sql import add_new


class SqlInbox:
    """Implements ``bot.protocols.InboxRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, updates: Iterable[tuple[int, str]], now: dt.datetime) -> int:
        """Store (update_id, raw JSON) pairs; known ones are ignored; return how many are new."""
        rows = [
            {
                "update_id": update_id,
                "chat_id": chat_of(raw),
                "raw": raw,
                "state": UpdateState.NEW.value,
                "received_at": now,
            }
            for update_id, raw in updates
        ]
        return add_new(self._connection, INBOX, rows)

    def waiting(self, limit: int = 100) -> Sequence[StoredUpdate]:
        """Return updates not handled yet, in order."""
        query = (
            select(INBOX.c.update_id, INBOX.c.raw, INBOX.c.attempts)
            .where(INBOX.c.state == UpdateState.NEW.value)
            .order_by(INBOX.c.update_id)
            .limit(limit)
        )
        rows = self._connection.execute(query)
        return [StoredUpdate(row.update_id, row.raw, row.attempts) for row in rows]

    def finish(self, update_id: int, state: UpdateState, error: str | None = None) -> None:
        """Record what became of an update; a done one keeps no text."""
        values: dict[str, object] = {"state": state.value, "error": error}
        if state is UpdateState.DONE:
            values |= {"raw": "", "chat_id": None}
        self._connection.execute(
            update(INBOX).where(INBOX.c.update_id == update_id).values(**values)
        )

    def attempt(self, update_id: int) -> int:
        """Count an attempt before it is made; return how many there were."""
        statement = (
            update(INBOX)
            .where(INBOX.c.update_id == update_id)
            .values(attempts=INBOX.c.attempts + 1)
            .returning(INBOX.c.attempts)
        )
        return self._connection.execute(statement).scalar() or 0

    def state(self, update_id: int) -> UpdateState | None:
        """Return what became of an update, or None where it is not known."""
        found = self._connection.scalar(select(INBOX.c.state).where(INBOX.c.update_id == update_id))
        return None if found is None else UpdateState(found)


def chat_of(raw: str) -> int | None:
    """Return the chat that an update belongs to; None where it cannot be read (quarantine)."""
    try:
        content = json.loads(raw)
        return update_chat(content) if isinstance(content, dict) else None
    except (ValueError, RecursionError):
        return None
