import asyncio
import datetime as dt

import pytest
import time_machine

from bot.scheduler import STALE, Scheduler, Tick

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)

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


async def test_s2_a_scheduler_that_stood_still_is_started_anew_and_all_ticks_run():
    now, bell = [0.0], Bell(2)
    scheduler = Scheduler([Tick("bell", HOUR, bell.ring)], monotonic=lambda: now[0])
    scheduler.start()
    scheduler.check()
    await settled()
    now[0] = STALE.total_seconds() + 1
    scheduler.check()
    await asyncio.wait_for(bell.rung.wait(), 10)
    assert scheduler.alive()
    await scheduler.stop()


async def settled() -> None:
    """Let every timer of this moment fire, and what it starts end."""
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.mark.parametrize("away", [dt.timedelta(seconds=3), 2 * HOUR])
async def test_s1_after_a_blocked_loop_or_a_sleep_a_due_tick_runs_once(away):
    bell, minute = Bell(1), dt.timedelta(minutes=1)
    with time_machine.travel(NOON, tick=False) as clock:
        scheduler = Scheduler([Tick("bell", dt.timedelta(seconds=1), bell.ring)])
        scheduler.start()
        await asyncio.wait_for(bell.rung.wait(), 10)
        clock.shift(away)
        scheduler.look()
        await settled()
        assert bell.count == 2, "once, however many runs were missed"
        clock.shift(minute)
        scheduler.look()
        await settled()
        assert bell.count == 3
        await scheduler.stop()


async def test_s1_a_clock_that_goes_back_stops_nothing():
    now, bell = [0.0], Bell(2)
    with time_machine.travel(NOON, tick=False) as clock:
        scheduler = Scheduler([Tick("bell", HOUR, bell.ring)], monotonic=lambda: now[0])
        scheduler.start()
        await settled()
        clock.shift(-2 * HOUR)
        now[0] += STALE.total_seconds() + 1  # no beat came: the next one is two hours away
        scheduler.check()
        await asyncio.wait_for(bell.rung.wait(), 10)
        await scheduler.stop()


async def test_s3_a_tick_that_takes_longer_than_its_interval_is_logged_and_runs_again(caplog):
    go, twice = asyncio.Event(), asyncio.Event()
    runs: list[int] = []

    async def slow() -> None:
        runs.append(1)
        if len(runs) == 2:
            twice.set()
        await go.wait()

    with time_machine.travel(NOON, tick=False) as clock:
        scheduler = Scheduler([Tick("slow", dt.timedelta(seconds=5), slow)])
        scheduler.start()
        await settled()
        for _ in range(3):
            clock.shift(dt.timedelta(seconds=5))
            scheduler.look()
            await settled()
        assert runs == [1]
        go.set()
        await asyncio.wait_for(twice.wait(), 10)
        await scheduler.stop()
    late = [one for one in caplog.records if "longer than its interval" in one.getMessage()]
    assert [one.tick for one in late] == ["slow"], "said once, however long it takes"
