"""Events from an archive: read, merged and stored like news, but nobody is alerted.

Articles go through the same tables and the same walk as entries of feeds, in small lots, so that
live news never waits for long. With each lot it is noted how far the archive was read: who is
stopped goes on from there.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TimeRemainingColumn

from bot.config import Settings
from bot.domain.feeds import Feed, FeedStatus, NewEntry, NewFeed, ParsedEntry
from bot.domain.reports import Article, Report
from bot.extraction.worker import ExtractionWorker
from bot.feeds.identity import identify
from bot.pipeline.walk import BATCH, Extract, Pipeline
from bot.protocols import Store, Work
from khabardar.archives import Archive, Item
from khabardar.wiring import open_store, utc_now

LOT = 4 * BATCH


@dataclass(slots=True)
class Backfilled:
    """What came of it; ``bad`` lines were no articles, ``failed`` ones could not be processed."""

    articles: int = 0
    skipped: int = 0
    failed: int = 0
    events: int = 0
    bad: list[str] = field(default_factory=list)

    def in_words(self) -> str:
        """Return a line that sums up."""
        counts = (
            ("articles read", self.articles),
            ("events more than before", self.events),
            ("lines read before", self.skipped),
            ("lines that are no articles", len(self.bad)),
            ("not processed", self.failed),
        )
        return ", ".join(f"{what}: {count:,}" for what, count in counts if count) or "nothing new"


async def backfill_files(
    paths: Sequence[Path], jobs: int, settings: Settings, database_url: str
) -> Backfilled:
    """Take archives over, one after the other, with a bar where somebody watches.

    Raises:
        InputError: an archive cannot be read; what came before stays.

    """
    archives = [Archive(path) for path in paths]
    async with contextlib.AsyncExitStack() as stack:
        store = stack.enter_context(open_store(database_url))
        extract = await stack.enter_async_context(_workers(jobs, settings.spacy_model))
        told = stack.enter_context(_bar(archives))
        before = await store.read(_events)
        backfill = Backfill(store, settings, extract, told)
        for archive in archives:
            await backfill.run(archive)
        backfill.result.events = await store.read(_events) - before
    return backfill.result


class Backfill:
    """Stores events from archives. ``told`` hears of each lot: the archive, articles so far."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        extract: Extract,
        told: Callable[[Archive, int], None] = lambda _archive, _articles: None,
    ) -> None:
        self._store = store
        self._pipeline = Pipeline(store, extract, settings, utc_now)
        self._told = told
        self.result = Backfilled()

    async def run(self, archive: Archive) -> None:
        """Take an archive over, from where the last run stopped. Raises ``InputError``."""
        feed, at = await self._store.write(lambda work: _begin(work, archive))
        failed = (await self._pipeline.run()).failed  # what a run that was stopped has left
        items = archive.items()
        for item in items:
            if item.number > at:
                items = _with(item, items)
                break
            self.result.skipped += 1
        while lot := list(islice(items, LOT)):
            await self._store.write(lambda work, lot=lot: _take_over(work, archive, feed, lot))  # type: ignore[misc]
            failed += (await self._pipeline.run()).failed
            self._count(lot)
            self._told(archive, self.result.articles)
        self.result.failed += failed
        if not failed:
            await self._store.write(lambda work: work.feeds.remove(feed.id))

    def _count(self, lot: Sequence[Item]) -> None:
        self.result.articles += sum(item.article is not None for item in lot)
        self.result.bad += [item.why for item in lot if item.article is None]


@contextlib.asynccontextmanager
async def _workers(jobs: int, model: str | None) -> AsyncIterator[Extract]:
    """Yield a way to extract in so many processes."""
    async with contextlib.AsyncExitStack() as stack:
        pool = [await stack.enter_async_context(ExtractionWorker(model)) for _ in range(jobs)]

        async def extract(articles: Sequence[Article]) -> list[Report]:
            size = -(-len(articles) // jobs)
            parts = [articles[n : n + size] for n in range(0, len(articles), size)]
            done = await asyncio.gather(
                *(worker.extract_many(part) for worker, part in zip(pool, parts, strict=False))
            )
            return [report for reports in done for report in reports]

        yield extract


@contextlib.contextmanager
def _bar(archives: Sequence[Archive]) -> Iterator[Callable[[Archive, int], None]]:
    """Show how far the archives are read, how fast, and how long it will take."""
    columns = ("{task.description}", BarColumn(), "{task.fields[rate]}", TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
        size = sum(archive.size for archive in archives)
        task = bar.add_task("", total=size, rate="")
        begin = time.monotonic()

        def tell(archive: Archive, articles: int) -> None:
            earlier = archives[: archives.index(archive)]
            done = sum(one.size for one in earlier) + archive.read
            rate = f"{articles / (time.monotonic() - begin):,.0f} articles/s"
            bar.update(task, description=archive.path.name, completed=done, rate=rate)

        yield tell


def _events(work: Work) -> int:
    return work.events.count()


def _with(first: Item, rest: Iterator[Item]) -> Iterator[Item]:
    yield first
    yield from rest


def _position(archive: Archive) -> str:
    return f"backfill:{archive.key}"


def _begin(work: Work, archive: Archive) -> tuple[Feed, int]:
    """Return the feed that holds the archive's entries until all are read, and the last line."""
    name = archive.path.name
    feed = work.feeds.add(NewFeed(f"archive:{archive.key}", title=name), utc_now())
    feed = replace(feed, status=FeedStatus.PAUSED)
    work.feeds.save(feed)
    return feed, int(work.meta.get(_position(archive)) or 0)


def _take_over(work: Work, archive: Archive, feed: Feed, lot: Sequence[Item]) -> None:
    now = utc_now()
    for item in lot:
        if item.article is not None:
            entry = _entry(item.article)
            work.entries.add(feed, [entry], _seen(item.article, now))
    work.meta.set(_position(archive), str(lot[-1].number))


def _entry(article: Article) -> NewEntry:
    parsed = ParsedEntry(
        guid=article.id,
        link=article.url or None,
        title=article.title,
        text=article.text,
        published_at=article.published_at,
        publisher=article.source or None,
    )
    return NewEntry(identify(parsed), parsed, silent=True)


def _seen(article: Article, now: dt.datetime) -> dt.datetime:
    """Return when an article could have been seen first: events stand in that order."""
    return min(article.published_at or now, now)
