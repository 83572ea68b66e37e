"""The system's resolver, asked in threads of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from dataclasses import dataclass
from queue import SimpleQueue

from aiohttp.abc import AbstractResolver, ResolveResult

DNS_THREADS = 256
"""Names that are looked up at the same time, at most."""


def _look_up(host: str, port: int, family: int) -> list[ResolveResult]:
    return [
        ResolveResult(
            hostname=host, host=str(where[0]), port=port, family=kind, proto=proto,
            flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
        )
        for kind, _, proto, _, where in socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Question:
    """One look-up on its way to a thread, and where its answer is awaited."""

    host: str
    port: int
    family: int
    answer: asyncio.Future[list[ResolveResult]]

    def work(self) -> None:
        """Look the name up, in a thread, and tell the loop that waits, if it still does."""
        if self.answer.cancelled():
            return
        found: list[ResolveResult] | Exception
        try:
            found = _look_up(self.host, self.port, self.family)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever waits must hear it
            found = error
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            self.answer.get_loop().call_soon_threadsafe(self._tell, found)

    def _tell(self, found: list[ResolveResult] | Exception) -> None:
        if self.answer.done():
            return
        if isinstance(found, Exception):
            self.answer.set_exception(found)
        else:
            self.answer.set_result(found)


class SystemResolver(AbstractResolver):
    """The system's resolver in threads of its own, one more whenever all are busy.

    A name that nobody answers holds its thread for ten seconds and more; others must not wait for
    it. A queue and a future are all it takes: an executor's way there and back costs twice as much,
    and makes the end of the process wait for such names.
    """

    def __init__(self) -> None:
        self._questions: SimpleQueue[_Question | None] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._threads = 0
        self._closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the host's addresses. Raises ``OSError``."""
        if self._closed:
            raise OSError("the resolver is closed")
        if not self._idle.acquire(blocking=False) and self._threads < DNS_THREADS:
            self._threads += 1
            threading.Thread(target=self._work, name="dns", daemon=True).start()
        question = _Question(host, port, family, asyncio.get_running_loop().create_future())
        self._questions.put(question)
        return await question.answer

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            question.work()
            self._idle.release()

    async def close(self) -> None:
        """Let the threads end."""
        self._closed = True
        for _ in range(self._threads):
            self._questions.put(None)
