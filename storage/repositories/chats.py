"""Chats: their settings, their moves to new ids, and how they are forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, bindparam, insert, select, update

from bot.domain.chats import Chat, ChatState, ChatType, Scope
from bot.domain.delivery import OutboxState
from storage.aging import expire_suspended
from storage.counters import subscriptions_changed
from storage.forgetting import forget
from storage.mapping import chat_columns, chat_value
from storage.models import CHAT, OUTBOX, SUBSCRIPTION
from storage.moving import fold_topic, move
from storage.sql import chunks
from storage.words import EventWords

_CHATS = select(CHAT).where(CHAT.c.id.in_(bindparam("ids", expanding=True)))
_WAITING = (OutboxState.PENDING.value, OutboxState.CLAIMED.value)


class SqlChats:
    """Implements ``bot.protocols.ChatRepository``."""

    def __init__(self, connection: Connection, words: EventWords) -> None:
        self._connection = connection
        self._words = words

    def get(self, chat_id: int) -> Chat | None:
        """Return a chat, or None."""
        row = self._connection.execute(select(CHAT).where(CHAT.c.id == chat_id)).one_or_none()
        return None if row is None else chat_value(row)

    def by_ids(self, ids: Iterable[int]) -> Mapping[int, Chat]:
        """Return chats by id, those that are known."""
        return {
            row.id: chat_value(row)
            for part in chunks(ids)
            for row in self._connection.execute(_CHATS, {"ids": part})
        }

    def active(self) -> Sequence[int]:
        """Return the ids of all chats that can be written to: for the operator."""
        query = select(CHAT.c.id).where(CHAT.c.state == ChatState.ACTIVE.value)
        return list(self._connection.scalars(query.order_by(CHAT.c.id)))

    def ensure(self, chat_id: int, type_: ChatType, now: dt.datetime) -> Chat:
        """Return the chat, stored with default settings if new, active again if suspended."""
        known = self.get(chat_id)
        if known is None:
            self._add(Chat(chat_id, type_), now)
        if known is None or known.state is ChatState.SUSPENDED:
            self.resume(chat_id)
        chat = self.get(chat_id)
        assert chat is not None
        return chat

    def _add(self, chat: Chat, now: dt.datetime) -> None:
        self._connection.execute(insert(CHAT).values(**chat_columns(chat), created_at=now))

    def save(self, chat: Chat) -> None:
        """Store a chat's settings; whether it is suspended is ``suspend``'s and ``resume``'s."""
        settings = chat_columns(chat)
        for kept in ("id", "state", "suspended_at", "suspended_why"):
            del settings[kept]
        self._connection.execute(update(CHAT).where(CHAT.c.id == chat.id).values(**settings))
        subscriptions_changed(self._connection, self._subscriptions(chat.id))

    def suspend(self, chat_id: int, why: str, now: dt.datetime) -> None:
        """Stop writing to a chat; its waiting rows become SUSPENDED."""
        active = update(CHAT).where(CHAT.c.id == chat_id, CHAT.c.state == ChatState.ACTIVE.value)
        values = {"state": ChatState.SUSPENDED.value, "suspended_at": now, "suspended_why": why}
        self._connection.execute(active.values(**values))
        waiting = update(OUTBOX).where(OUTBOX.c.chat_id == chat_id, OUTBOX.c.state.in_(_WAITING))
        self._connection.execute(
            waiting.values(state=OutboxState.SUSPENDED.value, worker=None, lease_until=None)
        )
        subscriptions_changed(self._connection, self._subscriptions(chat_id))

    def resume(self, chat_id: int, stale_before: dt.datetime | None = None) -> int:
        """Write to a chat again; its suspended rows wait again.

        Those put before ``stale_before`` are cancelled, unless their time is still to come; returns
        how many messages that were.
        """
        missed = expire_suspended(self._connection, chat_id, stale_before) if stale_before else 0
        values = {"state": ChatState.ACTIVE.value, "suspended_at": None, "suspended_why": None}
        self._connection.execute(update(CHAT).where(CHAT.c.id == chat_id).values(**values))
        suspended = OUTBOX.c.state == OutboxState.SUSPENDED.value
        self._connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.chat_id == chat_id, suspended)
            .values(state=OutboxState.PENDING.value)
        )
        subscriptions_changed(self._connection, self._subscriptions(chat_id))
        return missed

    def migrate(self, old_id: int, new_id: int) -> None:
        """Move everything of a chat to its new id; clashes are merged. Again, it does nothing."""
        concerned = self._subscriptions(old_id, new_id)
        move(self._connection, old_id, new_id)
        subscriptions_changed(self._connection, concerned)

    def fold_topic(self, chat_id: int, thread_id: int) -> None:
        """Give what a topic has to the chat's main thread, for it is gone or closed."""
        mine = (SUBSCRIPTION.c.chat_id == chat_id) & (SUBSCRIPTION.c.thread_id == thread_id)
        concerned = list(self._connection.scalars(select(SUBSCRIPTION.c.id).where(mine)))
        fold_topic(self._connection, chat_id, thread_id)
        subscriptions_changed(self._connection, concerned)

    def forget(self, scope: Scope) -> None:
        """Erase the chat: settings, subscriptions, own feeds, alerts, outbox, inbox.

        All its topics go. What is put into the outbox afterwards (the confirmation) is sent.
        """
        concerned = self._subscriptions(scope.chat_id)
        forget(self._connection, self._words, scope.chat_id)
        subscriptions_changed(self._connection, concerned)

    def purge_suspended(self, before: dt.datetime) -> int:
        """Erase chats suspended before."""
        old = (CHAT.c.state == ChatState.SUSPENDED.value) & (CHAT.c.suspended_at < before)
        found = list(self._connection.scalars(select(CHAT.c.id).where(old)))
        for chat_id in found:
            self.forget(Scope(chat_id))
        return len(found)

    def _subscriptions(self, *chat_ids: int) -> list[int]:
        query = select(SUBSCRIPTION.c.id).where(SUBSCRIPTION.c.chat_id.in_(chat_ids))
        return list(self._connection.scalars(query))
