"""An event loop whose time jumps: minutes of waiting take no time, and come out to the microsecond.

Whatever a coroutine waits for is a timer; when nothing else is to be done, time jumps to the next.
Jobs for threads (the store's) are done at once, so that no time passes while they run.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
START = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: it says by how much time jumps instead."""

    passed = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("everybody waits for something that no timer brings")
        if not ready and timeout:
            self.passed += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Runs coroutines in virtual time, which begins at ``START``."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Return the virtual seconds that have passed."""
        return self._jumping.passed

    def clock(self) -> dt.datetime:
        """Return the virtual moment."""
        return START + dt.timedelta(seconds=self.time())

    def run_in_executor(self, _: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override] # a thread's pool is of no use here
        """Do a thread's job at once."""
        done: asyncio.Future[Any] = self.create_future()
        try:
            done.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - it belongs to whoever waits for the job
            done.set_exception(error)
        return done


def run(main: Callable[[VirtualLoop], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine function in virtual time."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(main(loop))
    finally:
        loop.close()
