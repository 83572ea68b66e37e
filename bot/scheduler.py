"""APScheduler drives a few ticks: poll, process, deliver, upkeep. Due times live in our own tables.

A tick claims what is due and ends when nothing is. ``kick`` runs one at once, so that work made by
one tick does not wait for the next. APScheduler 3.11 can stop silently after an error of its own,
so a watchdog compares its heartbeat with the clock and starts it anew.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

BEAT = dt.timedelta(seconds=5)
STALE = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Tick:
    """Something to do again and again; ``overlap`` lets a slow run not hold up the next."""

    name: str
    every: dt.timedelta
    run: Callable[[], Awaitable[object]]
    overlap: bool = False


@dataclass(slots=True)
class _State:
    running: bool = False
    again: bool = False
    late: bool = False
    failures: int = 0


@dataclass(slots=True)
class Scheduler:
    """Runs ticks until stopped; a tick's exception is logged and the tick goes on."""

    ticks: Sequence[Tick]
    monotonic: Callable[[], float] = time.monotonic
    _apscheduler: AsyncIOScheduler | None = None
    _states: dict[str, _State] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _watch: asyncio.Task[None] | None = None
    _beat_at: float = 0.0
    _stopping: bool = False

    def start(self) -> None:
        """Start all ticks, each of them at once."""
        self._states = {tick.name: _State() for tick in self.ticks}
        self._start_apscheduler()
        self._watch = asyncio.create_task(self._watch_over())

    def kick(self, name: str) -> None:
        """Run a tick now; if it is running, let it run once more; after ``stop`` do nothing."""
        if self._stopping:
            return
        tick = next(tick for tick in self.ticks if tick.name == name)
        task = asyncio.create_task(self._run(tick))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def look(self) -> None:
        """Run what is due by the clock as it stands now: it may have jumped while all slept."""
        if self._apscheduler and self._apscheduler.running:
            self._apscheduler.wakeup()

    async def stop(self) -> None:
        """Start nothing more and wait for what is running."""
        self._stopping = True
        if self._watch:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        if self._apscheduler and self._apscheduler.running:
            self._apscheduler.shutdown(wait=False)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def alive(self) -> bool:
        """Tell whether APScheduler has beaten lately."""
        return self.monotonic() - self._beat_at < STALE.total_seconds()

    def _start_apscheduler(self) -> None:
        scheduler = AsyncIOScheduler(
            timezone=dt.UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        scheduler.add_job(self._beat, "interval", seconds=BEAT.total_seconds(), id="beat")
        now = dt.datetime.now(dt.UTC)
        for tick in self.ticks:
            scheduler.add_job(
                self._due,
                "interval",
                args=[tick.name],
                seconds=tick.every.total_seconds(),
                next_run_time=now,
                id=tick.name,
            )
        scheduler.start()
        self._apscheduler = scheduler
        self._beat_at = self.monotonic()

    async def _due(self, name: str) -> None:
        state = self._states[name]
        if state.running and not state.late:
            state.late = True  # said once, however long it takes
            log.warning("a tick takes longer than its interval", extra={"tick": name})
        self.kick(name)

    async def _beat(self) -> None:
        self._beat_at = self.monotonic()

    async def _watch_over(self) -> None:
        while True:
            await asyncio.sleep(BEAT.total_seconds() * 3)
            self.look()
            self.check()

    def check(self) -> None:
        """Start APScheduler anew where it stood still: after an error of its own, or because the
        clock went back and it waits for what that calls the future.
        """
        if self.alive():
            return
        log.error("the scheduler stood still and is started anew")
        if self._apscheduler and self._apscheduler.running:
            self._apscheduler.shutdown(wait=False)
        self._start_apscheduler()

    async def _run(self, tick: Tick) -> None:
        state = self._states[tick.name]
        if state.running and not tick.overlap:
            state.again = True
            return
        state.running = True
        try:
            await self._once(tick, state)
            while state.again and not self._stopping:
                state.again = False
                await self._once(tick, state)
        finally:
            state.running = state.late = False

    async def _once(self, tick: Tick, state: _State) -> None:
        try:
            await tick.run()
        except Exception:
            state.failures += 1
            log.exception("a tick failed; the next one tries again", extra={"tick": tick.name})
        else:
            state.failures = 0
