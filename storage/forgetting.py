"""Erasing a chat: every table that knows its id, in the caller's transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, select, update

from bot.crashpoints import crash
from bot.domain.delivery import UpdateState
from storage.models import (
    ALERT,
    CHAT,
    DIGEST,
    EVENT,
    FEED,
    INBOX,
    MUTE,
    OUTBOX,
    REMARK,
    REPORT,
    SNAPSHOT,
    SUBSCRIPTION,
)
from storage.words import EventWords


def forget(connection: Connection, words: EventWords, chat_id: int) -> None:
    """Erase what a chat has, waiting commands included.

    Of its updates only the numbers stay, so that Telegram's repeats are not taken for new ones;
    of holds only the time, because Telegram's limits go on.
    """
    words.remove(select(EVENT.c.position).where(EVENT.c.owner_chat_id == chat_id))
    for table in (REPORT, EVENT, FEED):
        connection.execute(delete(table).where(table.c.owner_chat_id == chat_id))
    for table in (ALERT, OUTBOX, SUBSCRIPTION, DIGEST, MUTE, REMARK):
        connection.execute(delete(table).where(table.c.chat_id == chat_id))
    crash("mid_forget")
    connection.execute(
        update(INBOX)
        .where(INBOX.c.chat_id == chat_id)
        .values(raw="", chat_id=None, error=None, state=UpdateState.DONE.value)
    )
    connection.execute(delete(SNAPSHOT))  # it holds the words of all chats
    connection.execute(delete(CHAT).where(CHAT.c.id == chat_id))
