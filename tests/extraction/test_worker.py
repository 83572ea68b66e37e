"""The process that reads articles."""

import asyncio
import multiprocessing

from bot.extraction.worker import ExtractionWorker


async def test_the_worker_starts_before_the_first_article_comes():
    before = set(multiprocessing.active_children())
    async with ExtractionWorker(), asyncio.timeout(30):
        while set(multiprocessing.active_children()) <= before:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.02)
