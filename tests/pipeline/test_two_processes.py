"""Two processes that extract, on one PostgreSQL database."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from bot.domain.reports import Article, Report
from bot.pipeline import walk
from storage.store import SqlStore
from tests.events.builders import NOON, incident, sourced
from tests.pipeline.house import House


@dataclass
class Process(House):
    """A process whose extraction ends when it is told to."""

    reads: asyncio.Event = field(default_factory=asyncio.Event)
    has_read: asyncio.Event = field(default_factory=asyncio.Event)

    async def extract(self, articles: Sequence[Article]) -> list[Report]:
        self.reads.set()
        await self.has_read.wait()
        return await super().extract(articles)


@pytest.fixture
def processes(postgres_database: str) -> Iterator[list[Process]]:
    with contextlib.ExitStack() as stack:
        stores = [stack.enter_context(SqlStore(postgres_database, lambda: NOON)) for _ in range(2)]
        yield [Process(store) for store in stores]


async def test_b4_two_reports_read_at_the_same_time_are_one_event_told_once(
    processes: list[Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    both_are_writing = threading.Barrier(2)

    def pause(place: str) -> None:
        if place == "before_commit":
            with contextlib.suppress(threading.BrokenBarrierError):
                both_are_writing.wait(0.2)

    monkeypatch.setattr(walk, "crash", pause)
    processes[0].subscribe("zarghun")
    runs = []
    for number, process in enumerate(processes, 1):
        process.bring(sourced(incident(killed=3), number=number, publisher=f"Paper {number}"))
        runs.append(asyncio.create_task(process.pipeline.run()))
        await process.reads.wait()
    for process in processes:
        process.has_read.set()
    assert [done.failed for done in await asyncio.gather(*runs)] == [0, 0]
    (event,) = processes[0].events()
    assert len(event.sources) == 2
    assert len([row for row in processes[0].rows() if row.dedupe_key.startswith("alert:")]) == 1
