"""A group that became a supergroup: everything it has moves to the new id, once."""

from __future__ import annotations

from sqlalchemy import Connection, Table, and_, delete, exists, func, insert, select, update

from bot.domain.chats import ChatType
from bot.domain.delivery import OutboxState
from storage.models import (
    ALERT,
    BLOCK,
    CHAT,
    DIGEST,
    EVENT,
    FEED,
    HOLD,
    INBOX,
    MUTE,
    OUTBOX,
    REMARK,
    REPORT,
    SUBSCRIPTION,
)
from storage.repositories.reports import owner_prefix

MAIN = 0
"""The thread id under which a chat's main thread is stored."""
_OF_TOPICS = (
    (SUBSCRIPTION, "chat_id", ("thread_id", "query")),
    (ALERT, "chat_id", ("thread_id", "event_id", "revision")),
    (DIGEST, "chat_id", ("thread_id", "minute")),
)
_UNIQUE = (
    *_OF_TOPICS,
    (MUTE, "chat_id", ("what",)),
    (REMARK, "chat_id", ("event_id", "wrong")),
    (FEED, "owner_chat_id", ("url",)),
)
"""Tables where both ids may have the same thing: the new id's stays."""


def move(connection: Connection, old_id: int, new_id: int) -> None:
    """Move all rows of a chat; where both ids have the same, the new id's row stays.

    Ids of messages are another chat's now, so nothing is edited or replied to any more.
    """
    _ensure_new(connection, old_id, new_id)
    for table, owner, unique in _UNIQUE:
        _drop_clashes(connection, table, owner, unique, old_id, new_id)
        _give(connection, table, owner, old_id, new_id)
    _move_blocks(connection, old_id, new_id)
    for table in (REPORT, EVENT):
        _give(connection, table, "owner_chat_id", old_id, new_id)
    sent = update(OUTBOX).where(OUTBOX.c.chat_id == old_id)
    connection.execute(sent.where(OUTBOX.c.state == OutboxState.SENT.value).values(message_id=None))
    connection.execute(sent.values(reply_to_message_id=None))
    for table in (OUTBOX, INBOX):
        _give(connection, table, "chat_id", old_id, new_id)
    connection.execute(delete(HOLD).where(HOLD.c.chat_id == old_id))
    connection.execute(delete(CHAT).where(CHAT.c.id == old_id))


def fold_topic(connection: Connection, chat_id: int, thread_id: int) -> None:
    """Give what a topic has to its chat's main thread; where both have the same, that one's stays.

    What was told in the topic counts as told in the main thread.
    """
    for table, owner, unique in _OF_TOPICS:
        names = tuple(name for name in unique if name != "thread_id")
        new = table.alias("new")
        same = and_(
            new.c[owner] == chat_id,
            new.c.thread_id == MAIN,
            *(new.c[name] == table.c[name] for name in names),
        )
        mine = and_(table.c[owner] == chat_id, table.c.thread_id == thread_id)
        connection.execute(delete(table).where(mine, exists().where(same)))
        connection.execute(update(table).where(mine).values(thread_id=MAIN))
    waits = OUTBOX.c.state.in_((OutboxState.PENDING.value, OutboxState.SUSPENDED.value))
    mine = and_(OUTBOX.c.chat_id == chat_id, OUTBOX.c.thread_id == thread_id, waits)
    connection.execute(update(OUTBOX).where(mine).values(thread_id=MAIN))


def _ensure_new(connection: Connection, old_id: int, new_id: int) -> None:
    """Give the new id the old one's settings, unless it has its own."""
    if connection.scalar(select(CHAT.c.id).where(CHAT.c.id == new_id)) is not None:
        return
    old = connection.execute(select(CHAT).where(CHAT.c.id == old_id)).mappings().one_or_none()
    if old is not None:
        moved = dict(old) | {"id": new_id, "type": ChatType.SUPERGROUP.value}
        connection.execute(insert(CHAT).values(**moved))


def _give(connection: Connection, table: Table, owner: str, old_id: int, new_id: int) -> None:
    column = table.c[owner]
    connection.execute(update(table).where(column == old_id).values({owner: new_id}))


def _drop_clashes(
    connection: Connection,
    table: Table,
    owner: str,
    unique: tuple[str, ...],
    old_id: int,
    new_id: int,
) -> None:
    new = table.alias("new")
    same = and_(new.c[owner] == new_id, *(new.c[name] == table.c[name] for name in unique))
    connection.execute(delete(table).where(table.c[owner] == old_id, exists().where(same)))


def _move_blocks(connection: Connection, old_id: int, new_id: int) -> None:
    """Put the new owner before the block keys of the chat's private reports."""
    theirs = select(REPORT.c.id).where(REPORT.c.owner_chat_id == old_id)
    bare = func.substr(BLOCK.c.key, len(owner_prefix(old_id)) + 1)
    connection.execute(
        update(BLOCK).where(BLOCK.c.report_id.in_(theirs)).values(key=owner_prefix(new_id) + bare)
    )
