"""`./run.sh soak`: the service for minutes under news that never ends; fails on loss or growth.

Prints memory and lag each minute. Lag is from an entry appearing on its feed until Telegram has the
message, the wait for the next poll included. ``verdict`` says what fails.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.soak.verdict import (
    FILLING,
    Findings,
    Sample,
    is_long_enough,
    quarters,
    sizes,
    slopes,
    troubles,
)
from bench.soak.world import HOSTS, Size, World
from bench.table import Figure, show
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram

SAMPLE = 5.0
"""Seconds between two looks at memory."""
QUIET_PATIENCE = 180.0


@dataclass(frozen=True, slots=True)
class Minute:
    """What was measured at the end of a span of time."""

    memory: Mapping[str, float]
    lag: float
    worst: float
    published: int
    waiting: int


def main() -> int:
    """Run, print, judge."""
    options = _options()
    size = Size(options.feeds, options.subscriptions, options.poll, options.rate)
    with (
        tempfile.TemporaryDirectory(prefix="khabardar-soak-") as folder,
        FeedServer(HOSTS) as feeds,
        FakeTelegram() as telegram,
    ):
        world = World(size, Path(folder), feeds, telegram)
        world.prepare()
        with world.serving():
            world.wait_for_first_polls()
            print(f"{size.feeds:,} feeds read once; {size.rate:g} new entries a second", flush=True)
            minutes, memory = _soak(world, options.minutes)
            _come_to_rest(world)
        return 0 if _judge(world, minutes, memory) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run.sh soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--subscriptions", type=int, default=20_000)
    parser.add_argument("--poll", type=float, default=30, help="seconds between polls of a feed")
    parser.add_argument("--rate", type=float, default=4, help="new entries a second")
    return parser.parse_args()


def _soak(world: World, minutes: float) -> tuple[list[Minute], list[Sample]]:
    """Publish steadily; measure eight times at least, and once a minute; sample memory."""
    began = time.monotonic()
    end = began + 60 * minutes
    step = min(60.0, 60 * minutes / 8)
    found: list[Minute] = []
    memory: list[Sample] = []
    while (now := time.monotonic()) < end:
        while len(world.published) < (now - began) * world.size.rate:
            world.publish()
        world.look()
        if now >= began + SAMPLE * len(memory):
            memory.append(Sample((now - began) / 60, world.memory()))
        if now >= began + step * (len(found) + 1):
            found.append(_measure(world, now - step))
            _print(found[-1], (now - began) / 60)
        world.must_run()
        time.sleep(0.02)
    return [*found, _measure(world, end - step)], memory


def _measure(world: World, since: float) -> Minute:
    # What was published last is still on its way: the lag is of those told in this span.
    lags = world.lags(since - world.size.poll) or [0.0]
    return Minute(
        world.memory(),
        statistics.median(lags),
        max(lags),
        len(world.published),
        world.waiting(),
    )


def _print(minute: Minute, at: float) -> None:
    print(
        f"{at:5.1f} min  {sum(minute.memory.values()):6.0f} MB, "
        f"{minute.memory.get('service', 0.0):5.1f} its own  lag {minute.lag:5.1f} s (median) "
        f"{minute.worst:5.1f} s (most)  {minute.published:6,} published  "
        f"{minute.waiting:4} messages waiting",
        flush=True,
    )


def _come_to_rest(world: World) -> None:
    until = time.monotonic() + QUIET_PATIENCE
    while time.monotonic() < until and (world.untold() or world.unread() or world.waiting()):
        world.must_run()
        time.sleep(0.5)


def _judge(world: World, minutes: Sequence[Minute], memory: Sequence[Sample]) -> bool:
    lags = [minute.lag for minute in minutes]
    found = Findings(len(world.untold()), world.unread(), world.wrong, lags, memory)
    show("soak", list(_figures(world, found)))
    wrong = troubles(found)
    if not is_long_enough(memory):
        print(f"memory is not judged: caches fill in the first {FILLING:g} minutes, half a run")
    print("; ".join(wrong) if wrong else "nothing lost; neither memory nor lag grows")
    return not wrong


def _figures(world: World, found: Findings) -> Iterator[Figure]:
    yield Figure("entries published", len(world.published), "entries")
    yield Figure("  not stored and worked through", found.unread, "entries")
    yield Figure("alerts due", len(world.loud), "alerts")
    yield Figure("  lost", found.lost, "alerts")
    yield Figure("  to the wrong chat", found.wrong, "messages")
    held = sizes(found.memory)
    for name, slope in slopes(found.memory).items():
        yield Figure(f"memory of {name}", statistics.median(held[name]), "MB")
        yield Figure("  growth over the last half", slope, "MB/min")
    early, late = quarters(found.lags)
    yield Figure("lag, second quarter", early, "s")
    yield Figure("lag, last quarter", late, "s")


if __name__ == "__main__":
    sys.exit(main())
