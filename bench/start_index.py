"""How soon the index over the subscriptions is there, from their rows and from one that was kept.

Each start is a process of its own; measured is the watchlist's first look at the database, imports
and opening apart. Run with a database's URL it is that process.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import delete, insert

from bench.match_corpus import Corpus
from bench.table import Figure, progress, spread
from bot.domain.chats import ChatType
from bot.pipeline.watchlist import Watchlist
from storage import engines
from storage.models import SNAPSHOT, SUBSCRIPTION
from storage.sql import chunks
from storage.store import SqlStore

SIZES = (100_000, 1_000_000)
GOAL_SIZE, GOAL_SECONDS = 1_000_000, 10
STARTS = 3
NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
_AT_ONCE = 50_000


def figures(sizes: tuple[int, ...]) -> Iterator[Figure]:
    """Measure starts with so many subscriptions, without and with a kept index."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            progress(f"{size:,} subscriptions")
            _subscribe(url, size)
            yield from _compared(url, size)


def _compared(url: str, size: int) -> Iterator[Figure]:
    made, kept = [], []
    for number in range(STARTS):
        progress(f"start {number + 1} of {STARTS} with {size:,} subscriptions")
        _forget(url)
        made.append(_started(url))
        _keep(url)
        kept.append(_started(url))
    seconds = [cpu for cpu, _ in made]
    middle, quartiles = spread(seconds)
    name = f"index of {size:,} subscriptions"
    yield Figure(f"{name} from their rows", middle * 1000, "ms", quartiles * 1000)
    quick, wide = spread([cpu for cpu, _ in kept])
    ratio = spread([slow / fast for slow, (fast, _) in zip(seconds, kept, strict=True)])[0]
    yield Figure(f"{name} from a kept one", quick * 1000, "ms", wide * 1000, ratio)
    for way, runs in (("rows", made), ("kept", kept)):
        yield Figure(f"its memory ({way})", *_megabytes(runs))
    if size == GOAL_SIZE:
        within = f"{name} from their rows, of {GOAL_SECONDS} s"
        yield Figure(within, middle * 1000, "ms", quartiles * 1000, GOAL_SECONDS / middle, 1)


def _megabytes(runs: list[tuple[float, float]]) -> tuple[float, str, float]:
    middle, quartiles = spread([megabytes for _, megabytes in runs])
    return middle, "MB", quartiles


def _started(url: str) -> tuple[float, float]:
    """Return seconds of CPU and megabytes of a process that starts."""
    run = [sys.executable, "-m", "bench.start_index", url]
    told = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    seconds, megabytes = json.loads(told)
    return seconds, megabytes


def _start(url: str) -> tuple[float, float]:
    with SqlStore(url) as store:
        watchlist = Watchlist()
        store.read_sync(lambda work: work.subscriptions.version())
        before, begin = _memory(), time.process_time()
        store.read_sync(watchlist.sync)
        return time.process_time() - begin, _memory() - before


def _memory() -> float:
    """Return the resident megabytes of this process (0 where the system does not tell)."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _keep(url: str) -> None:
    with SqlStore(url) as store:
        watchlist = Watchlist()
        store.read_sync(watchlist.sync)
        snapshot = store.read_sync(watchlist.snapshot)
        assert snapshot is not None
        store.write_sync(lambda work: work.subscriptions.keep(snapshot))


def _forget(url: str) -> None:
    engine = engines.writer(engines.parse(url))
    with engine.begin() as connection:
        connection.execute(delete(SNAPSHOT))
    engine.dispose()


def _subscribe(url: str, size: int) -> None:
    with SqlStore(url) as store:
        store.write_sync(lambda work: work.chats.ensure(1, ChatType.PRIVATE, NOW))
    row = {"chat_id": 1, "created_at": NOW, "paused": False}
    engine = engines.writer(engines.parse(url))
    with engine.begin() as connection:
        # A topic each, as a chat has a query only once.
        for part in chunks(Corpus().mixed(size), _AT_ONCE):
            rows = [row | {"thread_id": one.id + 1, "query": one.query} for one in part]
            connection.execute(insert(SUBSCRIPTION), rows)
    engine.dispose()


if __name__ == "__main__":
    print(json.dumps(_start(sys.argv[1])))
