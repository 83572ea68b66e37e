"""End to end: a feed with two new entries, from its bytes to alerts queued.

    python -m bench.pipeline [--sizes 1000,10000,100000]

The product's own poller and pipeline, with its full extraction, merging, matching and outbox, over
its database; beside it the straightforward way from the same libraries (``pipeline_plain``). Both
get the same bytes in one process, each first in every other round, on SQLite files of their own.
Every round has articles that neither has read before. Start-up, first polls and the first rounds,
which warm both, are not counted. Fetching is left out on both sides. The product takes what is due
together, as its scheduler does; the other takes feed by feed.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path

from bench.pipeline_feeds import Polled, keywords, places, rounds
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
ROUNDS, WARM = 5, 2
"""Rounds that are counted, and those before them."""
A_CHAT = 10
"""Subscriptions that a chat has."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a feed costs, in milliseconds."""

    clock: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Round:
    """What both ways cost."""

    theirs: Cost
    ours: Cost


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
        self._feeds: Sequence[Feed] = ()

    async def remember(self, polled: Sequence[Polled]) -> None:
        """Store feeds and what they list, without telling anybody: the first poll."""
        new = [NewFeed(one.url, publisher=one.url) for one in polled]
        self._feeds = await self._store.write(partial(_adding, new))
        self._given.bodies = {one.url: one.before for one in polled}
        await self._poller.poll(self._feeds)
        await self._store.write(_all_done)

    async def poll(self, polled: Sequence[Polled]) -> None:
        """Take these feeds through the whole way, as one round of the scheduler does."""
        self._given.bodies = {one.url: one.after for one in polled}
        ids = [feed.id for feed in self._feeds]
        found = await self._store.read(lambda work: work.feeds.by_ids(ids))
        await self._poller.poll(list(found.values()))
        await self._pipeline.run()


def _adding(new: Sequence[NewFeed], work: Work) -> list[Feed]:
    return [work.feeds.add(one, _now()) for one in new]


def _reading(extractor: SpacyExtractor):
    async def extract(articles: Sequence[Article]) -> list[Report]:
        return extractor.extract_many(articles)

    return extract


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _all_done(work: Work) -> None:
    work.entries.done(work.entries.claim_waiting(_now(), 100_000, dt.timedelta(hours=1)))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench pipeline", description=__doc__)
    parser.add_argument("--sizes", default="1000,10000,100000")
    options = parser.parse_args()
    todo = rounds(WARM + ROUNDS)
    extractor = SpacyExtractor()
    names = places()
    figures: list[Figure] = []
    for size in map(int, options.sizes.split(",")):
        asked = keywords(size, chain.from_iterable(todo))
        with tempfile.TemporaryDirectory() as folder:
            plain = Plain(Path(folder) / "plain.db", asked, names)
            done, queued = asyncio.run(_beside(Path(folder), todo, asked, extractor, plain))
        figures += _figures(size, done[WARM:], plain.alerts, queued)
    show("pipeline", figures)


async def _beside(
    folder: Path,
    todo: Sequence[Sequence[Polled]],
    asked: Sequence[str],
    extractor: SpacyExtractor,
    plain: Plain,
) -> tuple[list[Round], int]:
    """Return what each round cost, and how many messages ours queued in all of them."""
    with SqlStore(f"sqlite:///{folder / 'ours.db'}") as store:
        subscribe(folder / "ours.db", ((1 + n // A_CHAT, words) for n, words in enumerate(asked)))
        product = Product(store, extractor)
        done = []
        for number, polled in enumerate(todo):
            progress(f"{len(asked):,} subscriptions, round {number + 1} of {len(todo)}")
            await product.remember(polled)
            for one in polled:
                plain.remember(one.url, one.before)
            done.append(await _round(polled, plain, product, ours_first=number % 2 > 0))
        return done, await store.read(lambda work: sum(work.outbox.counts().values()))


async def _round(
    polled: Sequence[Polled], plain: Plain, product: Product, *, ours_first: bool
) -> Round:
    """Take what is new through both ways."""
    costs = {}
    for ours in (ours_first, not ours_first):
        begin = _moment()
        if ours:
            await product.poll(polled)
        else:
            _poll_plainly(plain, polled)
        costs[ours] = _cost(begin, _moment(), len(polled))
    return Round(theirs=costs[False], ours=costs[True])


def _poll_plainly(plain: Plain, polled: Sequence[Polled]) -> None:
    for one in polled:
        plain.poll(one.url, one.after)


def _moment() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def _cost(begin: tuple[float, float], end: tuple[float, float], feeds: int) -> Cost:
    return Cost((end[0] - begin[0]) * 1000 / feeds, (end[1] - begin[1]) * 1000 / feeds)


def _figures(size: int, done: Sequence[Round], alerts: int, queued: int) -> Iterator[Figure]:
    for what, goal in (("clock", GOALS.get(size)), ("cpu", None)):
        theirs = [getattr(one.theirs, what) for one in done]
        ours = [getattr(one.ours, what) for one in done]
        peer, quartiles = spread(theirs)
        name = f"{size:,} subscriptions, {what}: straightforward ({alerts} alerts)"
        yield Figure(name, peer, "ms/feed", quartiles, 1)
        mine, quartiles = spread(ours)
        ratio, _ = spread([t / o for t, o in zip(theirs, ours, strict=True)])
        name = f"{size:,} subscriptions, {what}: ours ({queued} messages queued)"
        yield Figure(name, mine, "ms/feed", quartiles, ratio, goal)


if __name__ == "__main__":
    main()
