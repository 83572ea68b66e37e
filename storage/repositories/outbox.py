"""The queue of messages: claim, sending, record, recover, as docs/reliability.md draws them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, select, update

from bot.domain.chats import Scope
from bot.domain.delivery import (
    Act,
    Migrated,
    NewOutboxRow,
    OutboxRow,
    OutboxState,
    Outcome,
    Priority,
    Refused,
    ThreadGone,
)
from storage.mapping import message_json, outbox_columns, outbox_value
from storage.models import OUTBOX
from storage.outcomes import FINAL, changes
from storage.repositories import queue, statements
from storage.repositories.bundles import SqlBundles
from storage.repositories.chats import SqlChats
from storage.sql import add_new, is_sqlite, lock

_WAITING = (OutboxState.PENDING.value, OutboxState.CLAIMED.value, OutboxState.SUSPENDED.value)
_UNSENT = and_(
    OUTBOX.c.state.in_((OutboxState.PENDING.value, OutboxState.SUSPENDED.value)),
    OUTBOX.c.uncertain.is_(False),
)
"""Rows that wait and of which no attempt can have arrived."""


class SqlOutbox:
    """Implements ``bot.protocols.OutboxRepository``."""

    def __init__(self, connection: Connection, chats: SqlChats) -> None:
        self._connection = connection
        self._chats = chats
        self._bundles = SqlBundles(connection)

    # --- enqueue ---

    def put(self, row: NewOutboxRow, now: dt.datetime) -> bool:
        """Enqueue; False where the key is known (a pending one is replaced if the row asks).

        An edit of a message that has surely not left yet replaces that message instead; an edit
        overtakes older edits of its message that still wait. An edit or reply whose target is on
        its way waits for it. What is put for a suspended chat is suspended with it.
        """
        target = None if row.target_key is None else self._target(row.target_key)
        if row.target_key is not None and self._known(row.dedupe_key):
            return self._again(self._led(row, target)[0], now)  # an old edit is not folded again
        row, target = self._led(row, target)
        values = outbox_columns(row, now) | self._aim(row, target, now)
        if not add_new(self._connection, OUTBOX, [values]):
            return self._again(row, now)
        if row.act is Act.EDIT and values["state"] == OutboxState.PENDING.value:
            self._overtake(row)
        return True

    def _target(self, key: str) -> Row[Any] | None:
        """Return a row that is edited or replied to.

        It is locked until we commit: whoever finishes it meanwhile will see and wake us.
        """
        query = select(OUTBOX).where(OUTBOX.c.dedupe_key == key)
        return self._connection.execute(query.with_for_update()).one_or_none()

    def _led(
        self, row: NewOutboxRow, target: Row[Any] | None
    ) -> tuple[NewOutboxRow, Row[Any] | None]:
        """Return row and target; those of the common message where the target is bundled."""
        if target is None or target.state != OutboxState.BUNDLED.value:
            return row, target
        return self._bundles.led(row, target)

    def _known(self, dedupe_key: str) -> bool:
        known = select(OUTBOX.c.id).where(OUTBOX.c.dedupe_key == dedupe_key)
        return self._connection.scalar(known) is not None

    def _again(self, row: NewOutboxRow, now: dt.datetime) -> bool:
        """Meet a key that is known: nothing new, but a new message if the row asks for it."""
        if row.replace_pending:
            self._replace(row, now)
        return False

    def _aim(self, row: NewOutboxRow, target: Row[Any] | None, now: dt.datetime) -> dict[str, Any]:
        """Return state and waiting of a new row, by what has become of its chat and target."""
        if row.act is not Act.SEND and row.target_key is not None:
            if target is None or _nothing_there(target):
                return _cancelled("there is nothing to edit", now)
            if row.act is Act.EDIT and self._rewrite(OUTBOX.c.id == target.id, row):
                return _cancelled("folded into the message before it left", now)
        waits = target is not None and OutboxState(target.state) not in FINAL
        return {"state": self._state(row.chat_id), "waits": waits}

    def _state(self, chat_id: int) -> str:
        found = self._connection.scalar(statements.SUSPENDED, {"its_id": chat_id})
        return (OutboxState.PENDING if found is None else OutboxState.SUSPENDED).value

    def _replace(self, row: NewOutboxRow, now: dt.datetime) -> None:
        mine = OUTBOX.c.dedupe_key == row.dedupe_key
        if self._rewrite(mine, row):
            due = update(OUTBOX).where(mine, OUTBOX.c.attempts == 0)
            urgent = {"next_at": row.not_before or now, "priority": row.priority.value}
            self._connection.execute(due.values(urgent))

    def _rewrite(self, which: ColumnElement[bool], row: NewOutboxRow) -> bool:
        """Give a row that waits, and has surely not left, another message."""
        values = {"message": message_json(row.message), "plain": False}
        statement = update(OUTBOX).where(which, _UNSENT).values(**values)
        return self._connection.execute(statement).rowcount == 1

    def _overtake(self, edit: NewOutboxRow) -> None:
        """Cancel older edits of the same message; the newest takes over the earliest due time."""
        older = and_(
            OUTBOX.c.target_key == edit.target_key,
            OUTBOX.c.act == Act.EDIT.value,
            OUTBOX.c.state == OutboxState.PENDING.value,
            OUTBOX.c.dedupe_key != edit.dedupe_key,
        )
        due = self._connection.scalar(
            select(func.min(OUTBOX.c.next_at, type_=OUTBOX.c.next_at.type)).where(older)
        )
        if due is None:
            return
        cancelled = {
            "state": OutboxState.CANCELLED.value,
            "last_error": "a newer edit came",
            "message": "",
        }
        self._connection.execute(update(OUTBOX).where(older).values(**cancelled))
        newest = and_(OUTBOX.c.dedupe_key == edit.dedupe_key, OUTBOX.c.next_at > due)
        self._connection.execute(update(OUTBOX).where(newest).values(next_at=due))

    # --- send ---

    def claim(
        self, worker: str, now: dt.datetime, limit: int, lease: dt.timedelta
    ) -> Sequence[OutboxRow]:
        """Return due rows, most urgent first, at most one a chat (order is kept by ``seq``)."""
        lock(self._connection, "outbox.claim")  # two claims at once could take two of one chat
        self._connection.execute(statements.FORGET_HOLDS, {"now": now})
        wanted = {"now": now, "most": limit}
        ids = list(self._connection.scalars(queue.CLAIMABLE, wanted))
        if not ids:
            return []
        claimed = {"ids": ids, "worker": worker, "lease_until": now + lease}
        self._connection.execute(statements.CLAIM, claimed)
        rows = self._connection.execute(statements.CLAIMED, {"ids": ids, "held_by": worker})
        return [outbox_value(row) for row in rows]

    def coalesce(
        self, rows: Sequence[OutboxRow], worker: str, now: dt.datetime, lease: dt.timedelta
    ) -> Sequence[OutboxRow]:
        """Put due alerts of chats that fell behind together: one message instead of a row."""
        return self._bundles.coalesce(rows, worker, now, lease)

    def sending(self, row: OutboxRow, worker: str, now: dt.datetime, lease: dt.timedelta) -> bool:
        """Record, just before the request, that it is about to leave; False where it was taken."""
        values = {
            "state": OutboxState.SENDING.value,
            "attempts": row.attempts + 1,
            "lease_until": now + lease,
        }
        held = _held(row, worker, OutboxState.CLAIMED, row.attempts)
        return self._connection.execute(statements.HELD, held | values).rowcount == 1

    def record(self, row: OutboxRow, worker: str, outcome: Outcome, now: dt.datetime) -> bool:
        """Store what sending came to, if this worker still holds the row.

        ``row`` is as it was claimed: the number of its attempts tells a late answer from this one.
        """
        values = changes(row, outcome, now)
        held = _held(row, worker, OutboxState.SENDING, row.attempts + 1)
        if self._connection.execute(statements.HELD, held | values).rowcount != 1:
            return False
        self._follow(row, outcome, now)
        if OutboxState(values["state"]) in FINAL:
            self._wake(row.dedupe_key, values.get("message_id"), now)
        return True

    def _follow(self, row: OutboxRow, outcome: Outcome, now: dt.datetime) -> None:
        """Do to the chat's other rows what the outcome says about all of them."""
        match outcome:
            case Refused(suspend=True, why=why):
                self._chats.suspend(row.chat_id, why, now)
            case Migrated(new_chat_id=new):
                self._chats.migrate(row.chat_id, new)
            case ThreadGone() if row.thread_id is not None:
                self._chats.fold_topic(row.chat_id, row.thread_id)
            case _:
                pass

    def _wake(self, target_key: str, message_id: int | None, now: dt.datetime) -> None:
        """Once a row is finished, let what waits for it leave, or end it with its target."""
        if message_id is None:
            waiting = and_(OUTBOX.c.target_key == target_key, OUTBOX.c.waits.is_(True))
            over = update(OUTBOX).where(waiting, OUTBOX.c.act != Act.SEND.value)
            self._connection.execute(over.values(_cancelled("there is nothing to edit", now)))
        self._connection.execute(statements.WAKE, {"target": target_key})

    def sent_to_groups(self, since: dt.datetime) -> Sequence[tuple[int, dt.datetime]]:
        """Return which groups and channels got something since, and when, oldest first."""
        sent = and_(
            OUTBOX.c.finished_at > since,
            OUTBOX.c.state == OutboxState.SENT.value,
            OUTBOX.c.chat_id < 0,
        )
        query = select(OUTBOX.c.chat_id, OUTBOX.c.finished_at).where(sent)
        rows = self._connection.execute(query.order_by(OUTBOX.c.finished_at))
        return [(row.chat_id, row.finished_at) for row in rows]

    def recover(self, now: dt.datetime) -> int:
        """Free rows whose lease is over: CLAIMED wait again, SENDING become uncertain.

        An edit is never uncertain: made twice it says the same.
        """
        return self._connection.execute(statements.RECOVER, {"now": now}).rowcount

    def cancel(self, scope: Scope) -> int:
        """Cancel what waits for a chat, or for one topic where the scope names it."""
        mine = [OUTBOX.c.chat_id == scope.chat_id, OUTBOX.c.state.in_(_WAITING)]
        if scope.thread_id is not None:
            mine.append(OUTBOX.c.thread_id == scope.thread_id)
        values = {"state": OutboxState.CANCELLED.value, "message": "", "worker": None}
        return self._connection.execute(update(OUTBOX).where(*mine).values(**values)).rowcount

    def waiting(self, priority: Priority, prefix: str) -> Sequence[OutboxRow]:
        """Return rows of a priority, whose keys begin so, that have surely not left."""
        # The priority finds them by an index; an order of keys would be each database's own.
        named = func.substr(OUTBOX.c.dedupe_key, 1, len(prefix)) == prefix
        query = queue.ROWS.where(_UNSENT, OUTBOX.c.priority == priority.value, named)
        return [outbox_value(row) for row in self._connection.execute(query)]

    def withdraw(self, dedupe_key: str) -> bool:
        """Drop a row that has surely not left, key and all; False where there is none."""
        gone = delete(OUTBOX).where(OUTBOX.c.dedupe_key == dedupe_key, _UNSENT)
        return self._connection.execute(gone).rowcount == 1

    def hasten(self, scope: Scope, priority: Priority, by: dt.datetime) -> int:
        """Let a chat's alerts of a priority leave by then that were to wait longer."""
        held = queue.held_news(scope.chat_id, priority, by)
        return self._connection.execute(update(OUTBOX).where(held).values(next_at=by)).rowcount

    def hold_chat(self, chat_id: int, until: dt.datetime) -> None:
        """Let nothing leave for a chat until then; a longer hold stays."""
        statement = statements.hold(on_sqlite=is_sqlite(self._connection))
        self._connection.execute(statement, {"chat_id": chat_id, "until": until})

    def hold_all(self, until: dt.datetime) -> None:
        """Let nothing leave for anybody until then; a longer hold stays."""
        self.hold_chat(queue.EVERYBODY, until)

    # --- look ---

    def find(self, dedupe_key: str) -> OutboxRow | None:
        """Return a row in any state."""
        query = queue.ROWS.where(OUTBOX.c.dedupe_key == dedupe_key)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else outbox_value(row)

    def in_state(self, state: OutboxState, limit: int = 100) -> Sequence[OutboxRow]:
        """Return rows in a state, oldest first: for the operator."""
        query = queue.ROWS.order_by(None).where(OUTBOX.c.state == state.value).order_by(OUTBOX.c.id)
        return [outbox_value(row) for row in self._connection.execute(query.limit(limit))]

    def retry(self, row_id: int, now: dt.datetime) -> bool:
        """Let a dead row wait again."""
        dead = and_(OUTBOX.c.id == row_id, OUTBOX.c.state == OutboxState.DEAD.value)
        values = {
            "state": OutboxState.PENDING.value,
            "attempts": 0,
            "next_at": now,
            "finished_at": None,
        }
        return self._connection.execute(update(OUTBOX).where(dead).values(**values)).rowcount == 1

    def next_due(self) -> dt.datetime | None:
        """Return when the next pending row is due, or None."""
        return queue.next_due(self._connection)

    def struggling(self, before: dt.datetime) -> int:
        """Return how many chats' messages, put before, have failed so far and are tried again."""
        failed = and_(
            OUTBOX.c.state == OutboxState.PENDING.value,
            OUTBOX.c.attempts > 0,
            OUTBOX.c.created_at < before,
        )
        chats = select(func.count(OUTBOX.c.chat_id.distinct())).where(failed)
        return self._connection.scalar(chats) or 0

    def last_sent_at(self) -> dt.datetime | None:
        """Return when a message was sent last, or None."""
        newest = func.max(OUTBOX.c.finished_at, type_=OUTBOX.c.finished_at.type)
        sent = OUTBOX.c.state == OutboxState.SENT.value
        at: dt.datetime | None = self._connection.scalar(select(newest).where(sent))
        return at

    def counts(self) -> Mapping[OutboxState, int]:
        """Return how many rows are in each state."""
        query = select(OUTBOX.c.state, func.count().label("rows")).group_by(OUTBOX.c.state)
        found = {row.state: row.rows for row in self._connection.execute(query)}
        return {state: found.get(state.value, 0) for state in OutboxState}

    def purge(self, before: dt.datetime) -> int:
        """Clear the messages of rows sent before; their keys stay."""
        sent = and_(
            OUTBOX.c.state.in_((OutboxState.SENT.value, OutboxState.BUNDLED.value)),
            OUTBOX.c.finished_at < before,
            OUTBOX.c.message != "",
        )
        return self._connection.execute(update(OUTBOX).where(sent).values(message="")).rowcount


def _held(row: OutboxRow, worker: str, state: OutboxState, attempts: int) -> dict[str, Any]:
    return {"its_id": row.id, "held_by": worker, "was": state.value, "tried": attempts}


def _nothing_there(target: Row[Any]) -> bool:
    """Tell whether a row came to its end without a message that could be edited."""
    return OutboxState(target.state) in FINAL and target.message_id is None


def _cancelled(why: str, now: dt.datetime) -> dict[str, Any]:
    return {
        "state": OutboxState.CANCELLED.value,
        "message": "",
        "waits": False,
        "last_error": why,
        "finished_at": now,
    }
