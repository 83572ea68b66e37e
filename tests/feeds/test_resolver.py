from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.domain.feeds import Validators
from bot.errors import FetchError
from bot.feeds.fetcher import Fetcher
from bot.feeds.resolver import DNS_THREADS, SystemResolver


class Names:
    """Stands for the system's look-up: slow names wait until they are let go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.asked: list[str] = []

    def __call__(self, host: str, port: int, family: int, kind: int) -> list[tuple[Any, ...]]:
        self.asked.append(host)
        if host.startswith("slow"):
            assert self.let_go.wait(10)
        if host.startswith("unknown"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if host.startswith("long"):
            raise UnicodeError("label too long")
        return [(socket.AF_INET, kind, socket.IPPROTO_TCP, "", ("192.0.2.1", port))]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


@pytest.fixture
async def resolver(names: Names) -> AsyncIterator[SystemResolver]:
    resolver = SystemResolver()
    yield resolver
    names.let_go.set()
    await resolver.close()


async def test_name_is_resolved_to_what_can_be_dialled(resolver: SystemResolver) -> None:
    (found,) = await resolver.resolve("news.example", 443)
    assert (found["hostname"], found["host"], found["port"]) == ("news.example", "192.0.2.1", 443)
    assert found["family"] == socket.AF_INET


@pytest.mark.parametrize(
    ("name", "error"), [("unknown.example", socket.gaierror), ("long.example", UnicodeError)]
)
async def test_failed_look_up_is_told_and_spoils_no_other(
    resolver: SystemResolver, name: str, error: type[Exception]
) -> None:
    for _ in range(DNS_THREADS + 1):
        with pytest.raises(error):
            await resolver.resolve(name, 443)
    assert await resolver.resolve("news.example", 443)


async def test_slow_names_hold_up_no_other(resolver: SystemResolver, names: Names) -> None:
    slow = [
        asyncio.create_task(resolver.resolve(f"slow{n}.example", 443))
        for n in range(DNS_THREADS - 1)
    ]
    for n in range(DNS_THREADS):
        await asyncio.wait_for(resolver.resolve(f"fast{n}.example", 443), 5)
    assert not any(task.done() for task in slow)
    names.let_go.set()
    assert all(await asyncio.gather(*slow))


async def test_look_up_that_was_given_up_is_not_begun(
    resolver: SystemResolver, names: Names
) -> None:
    slow = [
        asyncio.create_task(resolver.resolve(f"slow{n}.example", 443)) for n in range(DNS_THREADS)
    ]
    late = asyncio.create_task(resolver.resolve("late.example", 443))
    await asyncio.sleep(0)
    for task in (slow[0], late):
        task.cancel()
    await asyncio.sleep(0)
    names.let_go.set()
    await asyncio.gather(*slow[1:])
    assert await resolver.resolve("news.example", 443)
    assert slow[0].cancelled()
    assert "late.example" not in names.asked


async def test_threads_end_with_the_resolver(names: Names) -> None:
    before = set(threading.enumerate())
    resolver = SystemResolver()
    await asyncio.gather(*(resolver.resolve(f"h{n}.example", 443) for n in range(100)))
    threads = set(threading.enumerate()) - before
    assert 0 < len(threads) <= 100
    await resolver.close()
    for thread in threads:
        await asyncio.to_thread(thread.join, 5)
        assert not thread.is_alive()
    with pytest.raises(OSError, match="closed"):
        await resolver.resolve("news.example", 443)


async def test_one_thread_is_enough_for_names_one_after_the_other(
    resolver: SystemResolver, names: Names
) -> None:
    before = set(threading.enumerate())
    for n in range(50):
        await resolver.resolve(f"h{n}.example", 443)
        await asyncio.sleep(0.001)
    assert len(set(threading.enumerate()) - before) <= 3


async def test_fetcher_takes_its_resolver_along(names: Names) -> None:
    before = set(threading.enumerate())
    async with Fetcher() as fetcher:
        with pytest.raises(FetchError):
            await fetcher.fetch("https://unknown.example/feed", Validators())
    for thread in set(threading.enumerate()) - before:
        await asyncio.to_thread(thread.join, 5)
        assert not thread.is_alive()


def test_answer_after_the_loop_was_closed_is_dropped(names: Names) -> None:
    resolver = SystemResolver()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await resolver.resolve("slow.example", 443)
        await resolver.close()

    threads = set(threading.enumerate())
    asyncio.run(give_up())
    names.let_go.set()
    for thread in set(threading.enumerate()) - threads:
        thread.join(5)
        assert not thread.is_alive()
