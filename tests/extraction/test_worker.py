"""The process that reads articles."""

import asyncio
import datetime as dt
import multiprocessing

from bot.domain.reports import Article, Kind
from bot.extraction.worker import ExtractionWorker


async def test_the_worker_starts_before_the_first_article_comes():
    before = set(multiprocessing.active_children())
    async with ExtractionWorker(), asyncio.timeout(30):
        while set(multiprocessing.active_children()) <= before:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)


async def test_the_worker_is_replaced_after_some_batches_and_reads_on():
    at = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)
    article = Article("1", "Bomb kills two in Quetta", "Police said so.", published_at=at)
    before = set(multiprocessing.active_children())
    async with ExtractionWorker(max_batches=1) as worker, asyncio.timeout(60):
        while not (first := set(multiprocessing.active_children()) - before):  # noqa: ASYNC110 - as above
            await asyncio.sleep(0.02)
        # To have started was the first process's one piece of work.
        (report,) = await worker.extract_many([article])
        assert report.kind is Kind.INCIDENT
        assert not any(process.is_alive() for process in first)
