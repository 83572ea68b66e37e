import asyncio
import datetime as dt

from bot.scheduler import STALE, Scheduler, Tick

HOUR = dt.timedelta(hours=1)


class Bell:
    def __init__(self, rings: int) -> None:
        self.count = 0
        self.rings = rings
        self.rung = asyncio.Event()

    async def ring(self) -> None:
        self.count += 1
        if self.count >= self.rings:
            self.rung.set()


async def test_every_tick_runs_at_once_when_started():
    bell = Bell(1)
    scheduler = Scheduler([Tick("bell", HOUR, bell.ring)])
    scheduler.start()
    await asyncio.wait_for(bell.rung.wait(), 10)
    await scheduler.stop()
    assert bell.count == 1


async def test_a_kick_while_running_runs_the_tick_once_more():
    started, go, twice = asyncio.Event(), asyncio.Event(), asyncio.Event()
    runs: list[int] = []

    async def slow() -> None:
        runs.append(1)
        started.set()
        if len(runs) == 2:
            twice.set()
        await go.wait()

    scheduler = Scheduler([Tick("slow", HOUR, slow)])
    scheduler.start()
    await asyncio.wait_for(started.wait(), 10)
    scheduler.kick("slow")
    scheduler.kick("slow")
    await asyncio.sleep(0)
    go.set()
    await asyncio.wait_for(twice.wait(), 10)
    await scheduler.stop()
    assert len(runs) == 2


async def test_a_tick_that_fails_is_tried_again():
    bell = Bell(2)

    async def fails() -> None:
        await bell.ring()
        raise OSError("disk full")

    scheduler = Scheduler([Tick("fails", HOUR, fails)])
    scheduler.start()
    scheduler.kick("fails")
    await asyncio.wait_for(bell.rung.wait(), 10)
    await scheduler.stop()


async def test_s2_a_scheduler_without_a_beat_is_not_alive():
    now = [0.0]
    scheduler = Scheduler([], monotonic=lambda: now[0])
    scheduler.start()
    assert scheduler.alive()
    now[0] = STALE.total_seconds() + 1
    assert not scheduler.alive()
    await scheduler.stop()
