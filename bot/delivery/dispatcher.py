"""Takes rows out of the outbox and sends them, so that none is lost and none doubled in silence.

A row is committed as SENDING on its own, just before its request; what came of it is recorded only
if this worker still holds it. docs/reliability.md draws the states.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.crashpoints import crash
from bot.delivery import aftermath
from bot.delivery.pacing import MINUTE, Pacer
from bot.delivery.retry import UncertainPolicy, not_repeated, settle
from bot.domain.delivery import (
    Act,
    NotSent,
    OutboxRow,
    Outcome,
    Unauthorised,
    Uncertain,
)
from bot.errors import ConfigError, StorageError
from bot.protocols import Clock, Messenger, Store, Work

log = logging.getLogger(__name__)

_AGAIN = 0.25
"""Seconds until the outbox is asked again for a row that is due and was not to be had."""

Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a dispatcher works. ``lease`` must be longer than a request may take."""

    worker: str = "sender"
    concurrency: int = 8
    lease: dt.timedelta = dt.timedelta(seconds=120)
    drain: dt.timedelta = dt.timedelta(seconds=80)
    idle: dt.timedelta = dt.timedelta(seconds=5)
    """How long to sleep at most before looking again, whatever the database says."""
    uncertain: UncertainPolicy = "resend"
    owners: frozenset[int] = frozenset()
    bundles: bool = True
    """Put alerts of a chat that fell behind into one message."""


class Dispatcher:
    """Sends what is due. ``wake()`` makes it look at once; ``stop()`` lets it finish."""

    def __init__(
        self,
        store: Store,
        messenger: Messenger,
        clock: Clock,
        manner: Manner | None = None,
        *,
        pacer: Pacer | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._store, self._messenger, self._clock = store, messenger, clock
        self._manner = manner or Manner()
        self._pacer = pacer or Pacer()
        self._sleep = sleep
        self._slots = asyncio.Semaphore(self._manner.concurrency)
        self._news = asyncio.Event()
        self._answered = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._refused: str | None = None

    # --- for the application ---

    def wake(self) -> None:
        """Look into the outbox at once: a new row may be there."""
        self._news.set()

    def stop(self) -> None:
        """Claim nothing more; ``run`` returns when what is under way has been answered."""
        self._stopping = True
        self._news.set()

    async def recover(self, *, alone: bool = False) -> int:
        """Free the rows of a worker that died, and learn what it sent lately; return how many.

        ``alone`` says that no other process sends: then nobody's lease needs to be waited for.
        """
        now = self._clock()
        until = now + self._manner.lease if alone else now
        recent = await self._store.read(lambda work: work.outbox.sent_to_groups(now - MINUTE))
        for chat_id, at in recent:
            self._pacer.remember(chat_id, at)
        return await self._store.write(lambda work: work.outbox.recover(until))

    async def run(self) -> None:
        """Send until stopped, then wait for what is under way.

        Raises:
            ConfigError: Telegram refuses the token; the outbox keeps everything.

        """
        try:
            while not self._stopping:
                if not await self._turn():
                    await self._nap()
        finally:
            await asyncio.shield(self._drain())
        self._raise_if_refused()

    async def flush(self, patience: dt.timedelta = dt.timedelta(0)) -> None:
        """Send all that is due, and what becomes due while waiting at most ``patience`` for it.

        Raises:
            ConfigError: Telegram refuses the token; the outbox keeps everything.

        """
        while not self._stopping:
            await self._turn()
            await self._drain()
            due = await self._next()
            wait = (due - self._clock()) if due else None
            if wait is None or wait > patience:
                break
            await self._sleep(max(wait.total_seconds(), 0.01))
        self._raise_if_refused()

    # --- a turn ---

    async def _turn(self) -> int:
        """Claim what is due and start sending it; return how many rows there were."""
        try:
            rows = await self._claim()
        except StorageError:
            log.exception("the outbox cannot be read; trying again")
            return 0
        for row in rows:
            await self._slots.acquire()
            if self._stopping:
                self._slots.release()
                break
            self._start(row)
        return len(rows)

    async def _claim(self) -> Sequence[OutboxRow]:
        now, manner = self._clock(), self._manner
        self._news.clear()
        if self._pacer.held_until > now:
            return ()

        def claim(work: Work) -> Sequence[OutboxRow]:
            work.outbox.recover(now)
            due = work.outbox.claim(manner.worker, now, 2 * manner.concurrency, manner.lease)
            if not manner.bundles:
                return due
            return work.outbox.coalesce(due, manner.worker, now, manner.lease)

        rows = await self._store.write(claim)
        crash("after_claim")
        return rows

    def _start(self, row: OutboxRow) -> None:
        task = asyncio.create_task(self._deliver(row))
        self._busy.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._busy.discard(task)
        self._slots.release()
        self._answered.set()
        self._news.set()
        if not task.cancelled() and (error := task.exception()):
            # The row stays SENDING: when its lease is over it is sent again, marked.
            log.error("what became of a message could not be recorded", exc_info=error)

    async def _nap(self) -> None:
        """Sleep until the next row is due, at most ``idle``, or until there is news."""
        idle = self._manner.idle.total_seconds()
        due = None
        with contextlib.suppress(StorageError):
            due = await self._next()
        wait = (due - self._clock()).total_seconds() if due else idle
        # A row that is due but was not to be had waits for another of its chat: that one wakes us.
        wait = wait if wait > 0 else _AGAIN
        await self._first(self._sleep(min(wait, idle)), self._news.wait())

    async def _next(self) -> dt.datetime | None:
        """Return when something may leave, or None where nothing waits."""
        due = await self._store.read(lambda work: work.outbox.next_due())
        return max(due, self._pacer.held_until) if due else None

    async def _first(self, *waits: Awaitable[object]) -> None:
        tasks = [asyncio.ensure_future(wait) for wait in waits]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _drain(self) -> None:
        if self._busy:
            await asyncio.wait(set(self._busy), timeout=self._manner.drain.total_seconds())

    def _raise_if_refused(self) -> None:
        if self._refused:
            raise ConfigError(
                "TELEGRAM_TOKEN",
                f"Telegram refuses it ({self._refused}). Nothing is lost: put in the token that "
                "@BotFather shows and start again",
            )

    # --- one row ---

    async def _deliver(self, row: OutboxRow) -> None:
        if not await self._gate():
            return
        outcome = None
        try:
            if await self._mark_sending(row):
                crash("before_send")
                outcome = await self._attempt(row)
        finally:
            free = self._pacer.done(row.chat_id, self._clock())
        if outcome is None:
            return  # another sender has taken the row
        crash("after_send")
        await self._record(row, outcome, free)
        crash("after_mark")

    async def _gate(self) -> bool:
        """Wait until the overall limit lets one more message leave, and count it as leaving.

        False where the dispatcher stops.
        """
        while not self._stopping:
            now = self._clock()
            free = self._pacer.free_at(now)
            if free is None:
                self._answered.clear()
                await self._answered.wait()
            elif free > now:
                await self._sleep((free - now).total_seconds())
            else:
                self._pacer.leave()
                return True
        return False

    async def _mark_sending(self, row: OutboxRow) -> bool:
        now, manner = self._clock(), self._manner
        return await self._store.write(
            lambda work: work.outbox.sending(row, manner.worker, now, manner.lease)
        )

    async def _attempt(self, row: OutboxRow) -> Outcome:
        policy = self._manner.uncertain
        if row.uncertain and row.act is Act.SEND and policy != "resend":
            return not_repeated(row.last_error or "the program ended while sending", policy)
        return await self._messenger.send(row)

    async def _record(self, row: OutboxRow, outcome: Outcome, free: dt.datetime) -> None:
        now = self._clock()
        held = self._watch(row, outcome, now)
        settled = settle(row, outcome, self._manner.uncertain)
        worker, owners = self._manner.worker, self._manner.owners

        def record(work: Work) -> bool:
            if held:
                work.outbox.hold_all(held)
            work.outbox.hold_chat(row.chat_id, free)
            ours = work.outbox.record(row, worker, settled, now)
            if ours:
                aftermath.apply(work, row, settled, now, owners)
            return ours

        ours = await self._store.write(record)
        _tell(row, settled, ours=ours)

    def _watch(self, row: OutboxRow, outcome: Outcome, now: dt.datetime) -> dt.datetime | None:
        """Learn from an outcome about everybody; return until when the whole bot waits, if so."""
        match outcome:
            case Unauthorised(why=why):
                self._refused = why
                self.stop()
            case NotSent(retry_after=dt.timedelta() as wait, give_up=False):
                self._pacer.answered()
                if self._pacer.flooded(row.chat_id, now + wait, now):
                    return self._pacer.held_until
            case NotSent(retry_after=None) | Uncertain():
                self._pacer.troubled(now)
            case _:
                self._pacer.answered()
        return None


def _tell(row: OutboxRow, outcome: Outcome, *, ours: bool) -> None:
    """Log what became of a row; never its text."""
    what: dict[str, object] = {
        "row": row.id,
        "chat": row.chat_id,
        "outcome": type(outcome).__name__,
        "attempts": row.attempts + 1,
    }
    why = getattr(outcome, "why", None)
    if not ours:
        log.warning("an answer came after the row was taken by another attempt", extra=what)
    elif why is None:
        log.debug("message sent", extra=what)
    else:
        log.warning("message not sent", extra=what | {"why": why})


def manner_of(
    worker: str, owners: Iterable[int], uncertain: UncertainPolicy, concurrency: int = 8
) -> Manner:
    """Return the manner that the settings ask for."""
    return Manner(
        worker=worker, owners=frozenset(owners), uncertain=uncertain, concurrency=concurrency
    )
