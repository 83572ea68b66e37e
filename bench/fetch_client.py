"""One client of ``bench.fetch`` in a process of its own, so that its time and memory are its own.

It asks many hosts, all of which are this machine, and prints what that took as JSON. The address
guard is at work, though it must take loopback for public here: only that network leaves its list.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import json
import resource
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Task:
    """What to ask: feeds, hosts they are spread over, connections, and whether the 10th changed."""

    client: str
    scheme: str
    port: int
    feeds: int
    hosts: int
    connections: int

    def url(self, number: int) -> str:
        """Return the address of a feed."""
        host = f"h{number % self.hosts}.bench.test"
        return f"{self.scheme}://{host}:{self.port}/feed/{number}"

    def is_known(self, number: int) -> bool:
        """Tell whether a feed is asked conditionally, as nine of ten are."""
        return number % 10 != 0


async def ours(task: Task) -> Callable[[int], Awaitable[bool]]:
    """Return how our fetcher asks for one feed."""
    from bot.domain.feeds import Validators
    from bot.feeds import guard
    from bot.feeds.fetcher import Fetcher, FetchLimits

    guard.NON_PUBLIC_V4 = tuple(n for n in guard.NON_PUBLIC_V4 if str(n) != "127.0.0.0/8")
    guard.WEB_PORTS = frozenset({task.port})
    per_host = 1 if task.hosts == task.feeds else task.connections
    patience = dt.timedelta(hours=1)
    limits = FetchLimits(dt.timedelta(minutes=5), 10**7, task.connections, per_host, patience)
    fetcher = await Fetcher(limits).__aenter__()
    known, unknown = Validators(etag='"e"'), Validators()

    async def ask(number: int) -> bool:
        validators = known if task.is_known(number) else unknown
        answer = await fetcher.fetch(task.url(number), validators)
        return (answer.body is None) == task.is_known(number)

    return ask


async def httpx(task: Task) -> Callable[[int], Awaitable[bool]]:
    """Return how httpx asks for one feed, without guard, cap or deadline."""
    import httpx

    # A connection to a host of its own is of no more use after its one feed; both close it.
    kept = 0 if task.hosts == task.feeds else task.connections
    limits = httpx.Limits(max_connections=task.connections, max_keepalive_connections=kept)
    client = await httpx.AsyncClient(limits=limits, timeout=None).__aenter__()

    async def ask(number: int) -> bool:
        headers = {"If-None-Match": '"e"'} if task.is_known(number) else {}
        answer = await client.get(task.url(number), headers=headers)
        return (answer.status_code == 304) == task.is_known(number)

    return ask


async def bare(task: Task) -> Callable[[int], Awaitable[bool]]:
    """Return how aiohttp alone asks for one feed: the floor of what is built on it."""
    import aiohttp

    from bot.feeds.resolver import SystemResolver

    connector = aiohttp.TCPConnector(limit=task.connections, resolver=SystemResolver())
    session = await aiohttp.ClientSession(connector=connector).__aenter__()

    async def ask(number: int) -> bool:
        headers = {"If-None-Match": '"e"'} if task.is_known(number) else {}
        async with session.get(task.url(number), headers={"Connection": "close"} | headers) as got:
            await got.read()
        return (got.status == 304) == task.is_known(number)

    return ask


CLIENTS = {"ours": ours, "httpx": httpx, "httpx on uvloop": httpx, "bare": bare}


async def measure(task: Task) -> dict[str, float]:
    """Return seconds, CPU seconds and megabytes for asking all feeds."""
    ask = await CLIENTS[task.client](task)
    todo = iter(range(task.feeds))

    async def work() -> int:
        # As many at once as there are connections: httpx slows down on what queues for one.
        return sum([await ask(number) for number in todo])

    begin, before = time.perf_counter(), _cpu()
    right = await asyncio.gather(*(work() for _ in range(task.connections)))
    return {
        "seconds": time.perf_counter() - begin,
        "cpu": _cpu() - before,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "right": sum(right),
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _everything_is_here(*_: Any, **__: Any) -> list[Any]:
    port = _[1] if len(_) > 1 else 0
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", int(port)))]


def _run(work: Coroutine[Any, Any, dict[str, float]], client: str) -> dict[str, float]:
    """Run on uvloop, as our service does; httpx on asyncio's own loop unless it says otherwise."""
    if client != "httpx":
        with contextlib.suppress(ImportError):
            import uvloop

            class Loop(uvloop.Loop):
                """uvloop asks the system for names past ``socket``, and it knows none of ours."""

                async def getaddrinfo(self, *where: Any, **_: Any) -> Any:
                    return _everything_is_here(*where)

            with asyncio.Runner(loop_factory=Loop) as runner:
                return runner.run(work)
    return asyncio.run(work)


def main() -> None:
    """Run with the task as JSON."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    socket.getaddrinfo = _everything_is_here
    task = Task(**json.loads(sys.argv[1]))
    # Imports are no part of the measured time: the client is made first.
    print(json.dumps(_run(measure(task), task.client)))


if __name__ == "__main__":
    main()
