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
import datetime as dt
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from bench.pipeline_feeds import ROUNDS, Polled, feeds, keywords, places
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
A_CHAT = 10
"""Subscriptions that a chat has."""


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
        await self.poll({one.url: one.versions[0] for one in polled}, process=False)
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
    for entry in work.entries.claim_waiting(_now(), 100_000, dt.timedelta(hours=1))[200:]:
        work.entries.done(entry.id, entry.revision, _now())
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
        progress(f"{len(polled)} feeds, {size:,} subscriptions")
        with tempfile.TemporaryDirectory() as folder:
            figures += asyncio.run(_beside(Path(folder), polled, size, extractor, names))
    show("pipeline", figures)


async def _beside(
    folder: Path, polled: list[Polled], size: int, extractor: SpacyExtractor, names: list[str]
) -> list[Figure]:
    asked = keywords(size, polled)
    plain = Plain(folder / "plain.db", asked, names)
    with SqlStore(f"sqlite:///{folder / 'ours.db'}") as store:
        asked_by = ((1 + number // A_CHAT, words) for number, words in enumerate(asked))
        subscribe(folder / "ours.db", asked_by)
        product = Product(store, extractor)
        await product.remember(polled)
        for one in polled:
            plain.remember(one.url, one.versions[0])
        theirs, ours = [], []
        for number in range(1, ROUNDS + 1):
            progress(f"{size:,} subscriptions, round {number} of {ROUNDS}")
            bodies = {one.url: one.versions[number] for one in polled}
            begin = time.process_time()
            for url, body in bodies.items():
                plain.poll(url, body)
            between = time.process_time()
            await product.poll(bodies)
            theirs.append((between - begin) * 1000 / len(polled))
            ours.append((time.process_time() - between) * 1000 / len(polled))
        queued = await store.read(lambda work: sum(work.outbox.counts().values()))
    return list(_figures(size, theirs, ours, plain.alerts, queued))


def _figures(
    size: int, theirs: list[float], ours: list[float], alerts: int, queued: int
) -> Iterator[Figure]:
    peer, quartiles = spread(theirs[1:])
    name = f"{size:,} subscriptions: straightforward ({alerts} alerts)"
    yield Figure(name, peer, "ms/feed", quartiles, 1)
    mine, quartiles = spread(ours[1:])
    ratio, _ = spread([t / o for t, o in zip(theirs[1:], ours[1:], strict=True)])
    name = f"{size:,} subscriptions: ours ({queued} messages queued)"
    yield Figure(name, mine, "ms/feed", quartiles, ratio, GOALS.get(size))


if __name__ == "__main__":
    main()
