"""An outbox in memory that keeps to the states of docs/reliability.md, and what belongs to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar, cast

from bot.domain.chats import Scope
from bot.domain.delivery import (
    BadContent,
    Migrated,
    NewOutboxRow,
    OutboxRow,
    OutboxState,
    Outcome,
    Priority,
    Refused,
    Sent,
    TargetGone,
    ThreadGone,
    Uncertain,
)
from bot.protocols import Work

T = TypeVar("T")
EVERYBODY = 0
ENDED = (OutboxState.SENT, OutboxState.DEAD, OutboxState.CANCELLED, OutboxState.SUSPENDED)


def _changes(outcome: Outcome) -> dict[str, Any]:
    """Return what an outcome changes in its row."""
    changes: dict[str, Any] = {"state": OutboxState.PENDING}
    match outcome:
        case Sent():
            changes["state"] = OutboxState.SENT
        case TargetGone():
            changes["state"] = OutboxState.CANCELLED
        case Refused(suspend=suspend):
            changes["state"] = OutboxState.SUSPENDED if suspend else OutboxState.DEAD
        case Uncertain():
            changes["uncertain"] = True
        case BadContent():
            changes["plain"] = True
        case ThreadGone():
            changes["thread_id"] = None
        case _:
            pass
    return changes | {"last_error": getattr(outcome, "why", None)}


@dataclass
class Kept:
    """A row as the outbox keeps it."""

    row: OutboxRow
    next_at: dt.datetime
    target_key: str | None
    lease_until: dt.datetime | None = None
    message_id: int | None = None


class MemoryOutbox:
    """OutboxRepository without a database."""

    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}
        self.held: dict[int, dt.datetime] = {}
        self.suspended: dict[int, str] = {}

    def put(self, row: NewOutboxRow, now: dt.datetime) -> bool:
        known = self.kept.get(row.dedupe_key)
        if known:
            if row.replace_pending and known.row.state is OutboxState.PENDING:
                known.row = replace(known.row, message=row.message, priority=row.priority)
                known.next_at = row.not_before or now
                return True
            return False
        stored = OutboxRow(
            id=len(self.kept) + 1,
            dedupe_key=row.dedupe_key,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            seq=len(self.kept) + 1,
            message=row.message,
            priority=row.priority,
            act=row.act,
            state=OutboxState.PENDING,
            attempts=0,
            uncertain=False,
            plain=False,
            reply_to_message_id=row.reply_to_message_id,
            reference=row.reference,
        )
        self.kept[row.dedupe_key] = Kept(stored, row.not_before or now, row.target_key)
        return True

    def _due(self, now: dt.datetime) -> list[Kept]:
        first: dict[int, Kept] = {}
        for kept in self.kept.values():
            if kept.row.state not in ENDED:
                first.setdefault(kept.row.chat_id, kept)
        return [
            kept
            for kept in first.values()
            if kept.row.state is OutboxState.PENDING and self._free(kept) <= now
        ]

    def claim(
        self, worker: str, now: dt.datetime, limit: int, lease: dt.timedelta
    ) -> Sequence[OutboxRow]:
        due = sorted(self._due(now), key=lambda kept: (kept.row.priority, kept.row.seq))[:limit]
        for kept in due:
            target = self.kept.get(kept.target_key or "")
            kept.row = replace(
                kept.row,
                state=OutboxState.CLAIMED,
                worker=worker,
                target_message_id=target.message_id if target else None,
            )
            kept.lease_until = now + lease
        return [kept.row for kept in due]

    def coalesce(
        self, rows: Sequence[OutboxRow], worker: str, now: dt.datetime, lease: dt.timedelta
    ) -> Sequence[OutboxRow]:
        return rows

    def _mine(self, row: OutboxRow, worker: str, state: OutboxState) -> Kept | None:
        kept = self.kept.get(row.dedupe_key)
        ours = kept and kept.row.worker == worker and kept.row.state is state
        return kept if ours else None

    def sending(self, row: OutboxRow, worker: str, now: dt.datetime, lease: dt.timedelta) -> bool:
        kept = self._mine(row, worker, OutboxState.CLAIMED)
        if kept is None:
            return False
        kept.row = replace(kept.row, state=OutboxState.SENDING)
        kept.lease_until = now + lease
        return True

    def record(self, row: OutboxRow, worker: str, outcome: Outcome, now: dt.datetime) -> bool:
        kept = self._mine(row, worker, OutboxState.SENDING)
        if kept is None:
            return False
        kept.row = replace(kept.row, attempts=row.attempts + 1, worker=None, **_changes(outcome))
        if isinstance(outcome, Sent):
            kept.message_id = outcome.message_id
        kept.next_at = now + (getattr(outcome, "retry_after", None) or dt.timedelta(0))
        if isinstance(outcome, Refused) and outcome.suspend:
            self.suspended[row.chat_id] = outcome.why
            self.change(row.chat_id, (OutboxState.PENDING,), {"state": OutboxState.SUSPENDED})
        if isinstance(outcome, Migrated):
            self.change(row.chat_id, OutboxState, {"chat_id": outcome.new_chat_id})
        return True

    def change(self, chat_id: int, states: Iterable[OutboxState], changes: dict[str, Any]) -> None:
        for kept in self.kept.values():
            if kept.row.chat_id == chat_id and kept.row.state in states:
                kept.row = replace(kept.row, **changes)

    def sent_to_groups(self, since: dt.datetime) -> Sequence[tuple[int, dt.datetime]]:
        sent = [k for k in self.kept.values() if k.row.state is OutboxState.SENT]
        return [(k.row.chat_id, k.next_at) for k in sent if k.row.chat_id < 0 and k.next_at > since]

    def recover(self, now: dt.datetime) -> int:
        over = [
            kept
            for kept in self.kept.values()
            if kept.row.state in (OutboxState.CLAIMED, OutboxState.SENDING)
            and kept.lease_until is not None
            and kept.lease_until <= now
        ]
        for kept in over:
            uncertain = kept.row.uncertain or kept.row.state is OutboxState.SENDING
            kept.row = replace(
                kept.row, state=OutboxState.PENDING, uncertain=uncertain, worker=None
            )
        return len(over)

    def cancel(self, scope: Scope) -> int:
        mine = [kept for kept in self.kept.values() if kept.row.chat_id == scope.chat_id]
        for kept in mine:
            kept.row = replace(kept.row, state=OutboxState.CANCELLED)
        return len(mine)

    def _unsent(self, row: OutboxRow) -> bool:
        waits = row.state in (OutboxState.PENDING, OutboxState.SUSPENDED)
        return waits and not row.uncertain

    def waiting(self, priority: Priority, prefix: str) -> Sequence[OutboxRow]:
        rows = [kept.row for key, kept in self.kept.items() if key.startswith(prefix)]
        return [row for row in rows if row.priority is priority and self._unsent(row)]

    def withdraw(self, dedupe_key: str) -> bool:
        kept = self.kept.get(dedupe_key)
        if kept is None or not self._unsent(kept.row):
            return False
        del self.kept[dedupe_key]
        return True

    def hasten(self, scope: Scope, priority: Priority, by: dt.datetime) -> int:
        found = [
            kept
            for key, kept in self.kept.items()
            if key.startswith(("alert:", "reply:"))
            and kept.row.chat_id == scope.chat_id
            and kept.row.priority is priority
            and kept.row.state is OutboxState.PENDING
            and not kept.row.attempts
            and kept.next_at > by
        ]
        for kept in found:
            kept.next_at = by
        return len(found)

    def hold_chat(self, chat_id: int, until: dt.datetime) -> None:
        self.held[chat_id] = max(until, self.held.get(chat_id, until))

    def hold_all(self, until: dt.datetime) -> None:
        self.hold_chat(EVERYBODY, until)

    def _free(self, kept: Kept) -> dt.datetime:
        holds = (self.held.get(EVERYBODY), self.held.get(kept.row.chat_id))
        return max(kept.next_at, *(hold for hold in holds if hold), kept.next_at)

    def find(self, dedupe_key: str) -> OutboxRow | None:
        kept = self.kept.get(dedupe_key)
        return kept.row if kept else None

    def in_state(self, state: OutboxState, limit: int = 100) -> Sequence[OutboxRow]:
        return [kept.row for kept in self.kept.values() if kept.row.state is state][:limit]

    def retry(self, row_id: int, now: dt.datetime) -> bool:
        for kept in self.kept.values():
            if kept.row.id == row_id and kept.row.state is OutboxState.DEAD:
                kept.row, kept.next_at = replace(kept.row, state=OutboxState.PENDING), now
                return True
        return False

    def next_due(self) -> dt.datetime | None:
        times = [
            self._free(kept) for kept in self.kept.values() if kept.row.state is OutboxState.PENDING
        ]
        return min(times, default=None)

    def counts(self) -> Mapping[OutboxState, int]:
        return {state: len(self.in_state(state, 10**6)) for state in OutboxState}

    def purge(self, before: dt.datetime) -> int:
        return 0


class MemoryChats:
    """What the chats of an outbox go through."""

    def __init__(self, outbox: MemoryOutbox) -> None:
        self._outbox = outbox

    def resume(self, chat_id: int) -> None:
        self._outbox.suspended.pop(chat_id, None)
        waiting = {"state": OutboxState.PENDING}
        self._outbox.change(chat_id, (OutboxState.SUSPENDED,), waiting)


class MemoryWork:
    """The part of a ``Work`` that delivery uses."""

    def __init__(self) -> None:
        self.outbox = MemoryOutbox()
        self.chats = MemoryChats(self.outbox)


class MemoryStore:
    """A store of one process that forgets everything."""

    def __init__(self) -> None:
        self.memory = MemoryWork()
        self.writes = 0

    async def write(self, job: Callable[[Work], T]) -> T:
        self.writes += 1
        return job(cast(Any, self.memory))

    async def read(self, job: Callable[[Work], T]) -> T:
        return job(cast(Any, self.memory))
