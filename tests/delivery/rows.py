"""Rows and clocks for the tests of delivery."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import heapq
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from bot.domain.delivery import (
    Act,
    Message,
    NewOutboxRow,
    OutboxRow,
    OutboxState,
    Outcome,
    Priority,
)
from bot.protocols import Messenger, Store, Work

T = TypeVar("T")
START = dt.datetime(2026, 1, 26, 12, 0, tzinfo=dt.UTC)
CHAT = 7


def message(text: str = "An alert") -> Message:
    return Message(html=f"<b>{text}</b>", plain=text)


def claimed(**changes: Any) -> OutboxRow:
    """Return a row as the dispatcher gives it to the messenger."""
    fields: dict[str, Any] = {
        "id": 1,
        "dedupe_key": "alert:7::1:1:0",
        "chat_id": CHAT,
        "thread_id": None,
        "seq": 1,
        "message": message(),
        "priority": Priority.NORMAL,
        "act": Act.SEND,
        "state": OutboxState.SENDING,
        "attempts": 0,
        "uncertain": False,
        "plain": False,
        "reference": "KH-7F3A",
    }
    return OutboxRow(**fields | changes)


def new(key: str, chat_id: int = CHAT, **changes: Any) -> NewOutboxRow:
    """Return a row to enqueue."""
    fields: dict[str, Any] = {
        "dedupe_key": key,
        "chat_id": chat_id,
        "thread_id": None,
        "message": message(key),
        "priority": Priority.NORMAL,
        "reference": "KH-7F3A",
    }
    return NewOutboxRow(**fields | changes)


class VirtualTime:
    """A clock that moves only when everybody sleeps, and then to the earliest sleeper's time."""

    def __init__(self, start: dt.datetime = START) -> None:
        self.now = start
        self._busy = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._sleepers: list[tuple[dt.datetime, int, asyncio.Future[None]]] = []
        self._driver: asyncio.Task[None] | None = None
        self._count = 0

    def __call__(self) -> dt.datetime:
        return self.now

    def seconds(self) -> float:
        """Return the time as the fake Telegram counts it."""
        return self.now.timestamp()

    def pass_(self, **duration: float) -> None:
        """Let time pass."""
        self.now += dt.timedelta(**duration)

    async def sleep(self, seconds: float) -> None:
        """Return later, without waiting."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        until = self.now + dt.timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (until, self._count, future))
        if self._driver is None or self._driver.done():
            self._driver = asyncio.create_task(self._drive())
        await future

    async def _drive(self) -> None:
        while self._sleepers:
            await self._settle()
            until, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                self.now = max(self.now, until)
                future.set_result(None)

    async def _settle(self) -> None:
        """Let everybody run who can without waiting."""
        await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        while self._busy:
            await self._idle.wait()
            for _ in range(20):
                await asyncio.sleep(0)

    @contextlib.contextmanager
    def standing_still(self) -> Iterator[None]:
        """Let no time pass meanwhile: somebody waits for something real."""
        self._busy += 1
        self._idle.clear()
        try:
            yield
        finally:
            self._busy -= 1
            if not self._busy:
                self._idle.set()


class StillMessenger:
    """A messenger during whose requests virtual time stands still."""

    def __init__(self, inner: Messenger, time: VirtualTime) -> None:
        self._inner, self._time = inner, time

    async def send(self, row: OutboxRow) -> Outcome:
        with self._time.standing_still():
            return await self._inner.send(row)


class StillStore:
    """A store during whose transactions virtual time stands still."""

    def __init__(self, inner: Store, time: VirtualTime) -> None:
        self._inner, self._time = inner, time

    async def write(self, job: Callable[[Work], T]) -> T:
        with self._time.standing_still():
            return await self._inner.write(job)

    async def read(self, job: Callable[[Work], T]) -> T:
        with self._time.standing_still():
            return await self._inner.read(job)
