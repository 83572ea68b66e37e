"""`./run.sh soak`: the service for minutes under news that never ends; fails on loss or growth.

Prints memory and lag each minute. Lag is from an entry appearing on its feed until Telegram has the
message, the wait for the next poll included. Growth is judged after the first minutes, in which
caches fill: memory and lag of the last quarter against those of the second.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.soak.world import HOSTS, Size, World
from bench.table import Figure, show
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram

MEMORY_GROWTH = 1.10
LAG_GROWTH = 1.5
LAG_MARGIN = 3.0
"""Seconds by which a median may differ by chance."""
QUIET_PATIENCE = 180.0


@dataclass(frozen=True, slots=True)
class Minute:
    """What was measured at the end of a span of time."""

    megabytes: float
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
            minutes = _soak(world, options.minutes)
            _come_to_rest(world)
        return 0 if _judge(world, minutes) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run.sh soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--subscriptions", type=int, default=20_000)
    parser.add_argument("--poll", type=float, default=30, help="seconds between polls of a feed")
    parser.add_argument("--rate", type=float, default=4, help="new entries a second")
    return parser.parse_args()


def _soak(world: World, minutes: float) -> list[Minute]:
    """Publish steadily; measure eight times at least, and once a minute."""
    began = time.monotonic()
    end = began + 60 * minutes
    step = min(60.0, 60 * minutes / 8)
    found: list[Minute] = []
    while (now := time.monotonic()) < end:
        while len(world.published) < (now - began) * world.size.rate:
            world.publish()
        world.look()
        if now >= began + step * (len(found) + 1):
            found.append(_measure(world, now - step))
            _print(found[-1], (now - began) / 60)
        world.must_run()
        time.sleep(0.02)
    return [*found, _measure(world, end - step)]


def _measure(world: World, since: float) -> Minute:
    # What was published last is still on its way: the lag is of those told in this span.
    lags = world.lags(since - world.size.poll) or [0.0]
    return Minute(
        world.megabytes(),
        statistics.median(lags),
        max(lags),
        len(world.published),
        world.waiting(),
    )


def _print(minute: Minute, at: float) -> None:
    print(
        f"{at:5.1f} min  {minute.megabytes:6.0f} MB  lag {minute.lag:5.1f} s (median) "
        f"{minute.worst:5.1f} s (most)  {minute.published:6,} published  "
        f"{minute.waiting:4} messages waiting",
        flush=True,
    )


def _come_to_rest(world: World) -> None:
    until = time.monotonic() + QUIET_PATIENCE
    while time.monotonic() < until and (world.untold() or world.unread() or world.waiting()):
        world.must_run()
        time.sleep(0.5)


def _judge(world: World, minutes: Sequence[Minute]) -> bool:
    quarter = max(1, len(minutes) // 4)
    early, late = minutes[quarter : 2 * quarter], minutes[-quarter:]
    memory = [statistics.median(m.megabytes for m in some) for some in (early, late)]
    lag = [statistics.median(m.lag for m in some) for some in (early, late)]
    lost, unread = len(world.untold()), world.unread()
    grown = memory[1] > memory[0] * MEMORY_GROWTH
    behind = lag[1] > lag[0] * LAG_GROWTH + LAG_MARGIN
    show(
        "soak",
        [
            Figure("entries published", len(world.published), "entries"),
            Figure("  not stored and worked through", unread, "entries"),
            Figure("alerts due", len(world.loud), "alerts"),
            Figure("  lost", lost, "alerts"),
            Figure("  to the wrong chat", world.wrong, "messages"),
            Figure("memory, second quarter", memory[0], "MB"),
            Figure("memory, last quarter", memory[1], "MB"),
            Figure("lag, second quarter", lag[0], "s"),
            Figure("lag, last quarter", lag[1], "s"),
        ],
    )
    holds = not (lost or unread or world.wrong or grown or behind)
    print("nothing lost; memory, lag within a tenth" if holds else "LOST SOMETHING, OR GREW")
    return holds


if __name__ == "__main__":
    sys.exit(main())
