"""One request per host at a time, whatever the number of connections."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.errors import HostBusyError


class HostGate:
    """Lets ``per_host`` in per host and makes the rest wait, at most ``patience``."""

    def __init__(self, per_host: int = 1, patience: dt.timedelta = dt.timedelta(minutes=1)) -> None:
        self._per_host = per_host
        self._patience = patience.total_seconds()
        self._doors: dict[str, asyncio.Semaphore] = {}
        self._users: defaultdict[str, int] = defaultdict(int)

    @asynccontextmanager
    async def enter(self, host: str) -> AsyncIterator[None]:
        """Hold a place at this host.

        Raises:
            HostBusyError: none came free in time.

        """
        self._users[host] += 1
        door = self._doors.setdefault(host, asyncio.Semaphore(self._per_host))
        try:
            await self._wait(door)
            try:
                yield
            finally:
                door.release()
        finally:
            self._leave(host)

    def is_waited_for(self, host: str) -> bool:
        """Tell whether somebody else is at this host's gate."""
        return self._users.get(host, 0) > self._per_host

    async def _wait(self, door: asyncio.Semaphore) -> None:
        if not door.locked():
            await door.acquire()  # returns at once: no timer for the usual case
            return
        try:
            async with asyncio.timeout(self._patience):
                await door.acquire()
        except TimeoutError:
            raise HostBusyError from None

    def _leave(self, host: str) -> None:
        self._users[host] -= 1
        if not self._users[host]:
            del self._users[host], self._doors[host]
