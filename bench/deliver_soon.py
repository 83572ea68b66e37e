"""From the poll that finds an entry to its first message: the running service, in real time.

How long an entry waits for that poll is the poll interval's business. The service is a process of
its own that polls a single feed every second; the feed server and Telegram are here.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.soak.world import Size, World
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram

ENTRIES = 9
PATIENCE = 60.0
_SIZE = Size(feeds=1, subscriptions=2 * ENTRIES, poll=1.0, rate=0.0)
_FEED = "/0.xml"


def seconds_to_first_message() -> list[float]:
    """Return, for some entries one after the other, the seconds from poll to first message."""
    with (
        tempfile.TemporaryDirectory(prefix="khabardar-bench-") as folder,
        FakeTelegram() as telegram,
        FeedServer() as feeds,
    ):
        world = World(_SIZE, Path(folder), feeds, telegram)
        world.prepare()
        with world.serving():
            world.wait_for_first_polls()
            measured = [_seconds(world) for _ in range(ENTRIES + 1)]
    return measured[1:]  # at the first one the extraction process still loads its words


def _seconds(world: World) -> float:
    polled = world.feeds.count(_FEED)
    while not world.publish().startswith("zq"):
        pass
    _until(lambda: world.feeds.count(_FEED) > polled)
    begin = time.perf_counter()
    _until(lambda: not world.untold())
    return time.perf_counter() - begin


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the service does not answer")
        time.sleep(0.002)
