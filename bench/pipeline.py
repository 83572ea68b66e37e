"""End to end: a feed with two new entries, from its bytes to alerts queued.

    python -m bench.pipeline [--sizes 1000,10000,100000]

The product's own poller and pipeline, with its full extraction, merging, matching and outbox, over
its database; beside it the straightforward way from the same libraries (``pipeline_plain``). Both
get the same bytes in one process, round by round in turn, on SQLite files of their own; CPU time is
counted; start-up, first poll and first round are not. Fetching is left out on both sides. The
product takes what is due together, as its scheduler does; the other takes feed by feed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import datetime as dt
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.pipeline_feeds import Polled, feeds, keywords, places
from bench.pipeline_plain import Plain
from bench.subscribers import subscribe
from bench.table import Figure, progress, show, spread
from bot.config import Settings
from bot.domain.feeds import Feed, NewFeed, Validators
from bot.domain.reports import Article, Report
from bot.extraction.extractor import SpacyExtractor
from bot.feeds.document import parse_document
from bot.feeds.parser import ChildParser
from bot.feeds.poller import Poller
from bot.pipeline.walk import Pipeline
from bot.protocols import Fetched, Work
from storage.store import SqlStore

GOALS = {10_000: 8.0, 100_000: 18.0}
ROUNDS = 5
"""Counted rounds; one before them warms both ways."""
A_CHAT = 10
"""Subscriptions that a chat has."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a feed costs, in milliseconds."""

    clock: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Round:
    """What both ways cost, and how many messages ours queued."""

    theirs: Cost
    ours: Cost
    queued: int


class Given:
    """A fetcher that answers with what it was given."""

    def __init__(self) -> None:
        self.bodies: dict[str, bytes] = {}

    async def fetch(self, url: str, _: Validators) -> Fetched:
        """Return a body."""
        return Fetched(url, self.bodies[url], Validators(digest=str(hash(self.bodies[url]))))


class InThisProcess(ChildParser):
    """The parser without its child, so that all its time is seen."""

    async def _in_child(self, body: bytes, url: str, content_type: str | None):
        return parse_document(body, url, content_type)


class Product:
    """The service's poller and pipeline, called instead of ticked."""

    def __init__(self, store: SqlStore, extractor: SpacyExtractor) -> None:
        self._store = store
        self._given = Given()
        self._poller = Poller(store, self._given, InThisProcess(), _now)
        settings = Settings(_env_file=None)  # type: ignore[call-arg] # pydantic's own argument
        extract = _reading(extractor)
        self._pipeline = Pipeline(store, extract, settings, _now, loud=True)
        self._feeds: dict[str, Feed] = {}

    async def remember(self, polled: Sequence[Polled]) -> None:
        """Poll for the first time, and take some entries through, so that all is warm."""
        for one in polled:
            new = NewFeed(one.url, publisher=one.url)
            self._feeds[one.url] = await self._store.write(partial(_adding, new))
        await self.poll({one.url: one.before for one in polled}, process=False)
        await self._store.write(_all_but_some_done)
        await self._pipeline.run()

    async def poll(self, bodies: Mapping[str, bytes], *, process: bool = True) -> None:
        """Take feeds through the whole way, as one round of the scheduler does."""
        self._given.bodies.update(bodies)
        found = await self._store.read(lambda work: work.feeds.all())
        await self._poller.poll(found)
        if process:
            await self._pipeline.run()


def _adding(new: NewFeed, work: Work) -> Feed:
    return work.feeds.add(new, _now())


def _reading(extractor: SpacyExtractor):
    async def extract(articles: Sequence[Article]) -> list[Report]:
        return extractor.extract_many(articles)

    return extract


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _all_but_some_done(work: Work) -> None:
    waiting = work.entries.claim_waiting(_now(), 100_000, dt.timedelta(hours=1))
    work.entries.done(waiting[200:])
    work.entries.release(_now())


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench pipeline", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    options = parser.parse_args()
    polled = feeds()
    extractor = SpacyExtractor()
    names = places()
    figures: list[Figure] = []
    for size in map(int, options.sizes.split(",")):
        asked = keywords(size, polled)
        with tempfile.TemporaryDirectory() as folder:
            plain = Plain(Path(folder) / "plain.db", asked, names)
            rounds = asyncio.run(_beside(Path(folder), polled, asked, extractor, plain))
        figures += _figures(size, rounds[1:], plain)
    show("pipeline", figures)


async def _beside(
    folder: Path,
    polled: Sequence[Polled],
    asked: Sequence[str],
    extractor: SpacyExtractor,
    plain: Plain,
) -> list[Round]:
    with SqlStore(f"sqlite:///{folder / 'ours.db'}") as store:
        subscribe(folder / "ours.db", ((1 + n // A_CHAT, words) for n, words in enumerate(asked)))
        rounds = []
        for number in range(ROUNDS + 1):
            progress(f"{len(asked):,} subscriptions, round {number} of {ROUNDS}")
            product = Product(store, extractor)
            await product.remember(polled)
            for one in polled:
                plain.remember(one.url, one.before)
            rounds.append(await _round(polled, plain, product, store))
            _forget(folder / "ours.db")
            if number < ROUNDS:
                plain.forget()
    return rounds


async def _round(
    polled: Sequence[Polled], plain: Plain, product: Product, store: SqlStore
) -> Round:
    """Take what is new through both ways."""
    begin = _moment()
    for one in polled:
        plain.poll(one.url, one.after)
    between = _moment()
    await product.poll({one.url: one.after for one in polled})
    end = _moment()
    queued = await store.read(lambda work: sum(work.outbox.counts().values()))
    return Round(_cost(begin, between, len(polled)), _cost(between, end, len(polled)), queued)


def _moment() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _cost(begin: tuple[float, float], end: tuple[float, float], feeds: int) -> Cost:
    return Cost((end[0] - begin[0]) * 1000 / feeds, (end[1] - begin[1]) * 1000 / feeds)


def _forget(database: Path) -> None:
    """Drop feeds and all that came of them, so that the next round finds the same world."""
    with contextlib.closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for table in ("outbox", "hold", "report", "event", "event_words", "feed"):
            connection.execute(f"DELETE FROM {table}")


def _figures(size: int, rounds: Sequence[Round], plain: Plain) -> Iterator[Figure]:
    for what, goal in (("clock", GOALS.get(size)), ("cpu", None)):
        theirs = [getattr(one.theirs, what) for one in rounds]
        ours = [getattr(one.ours, what) for one in rounds]
        peer, quartiles = spread(theirs)
        name = f"{size:,} subscriptions, {what}: straightforward ({plain.alerts} alerts)"
        yield Figure(name, peer, "ms/feed", quartiles, 1)
        mine, quartiles = spread(ours)
        ratio, _ = spread([t / o for t, o in zip(theirs, ours, strict=True)])
        name = f"{size:,} subscriptions, {what}: ours ({rounds[-1].queued} messages queued)"
        yield Figure(name, mine, "ms/feed", quartiles, ratio, goal)


if __name__ == "__main__":
    main()
