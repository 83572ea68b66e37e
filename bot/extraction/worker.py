"""Extraction in a process that stays alive for long, off the event loop, killed when it hangs.

One worker is the right shape for the service: starting more for batches under a few hundred
articles costs more than it saves.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from pebble import ProcessPool

from bot.domain.reports import Article, Report
from bot.errors import ExtractionError

SECONDS_AN_ARTICLE = 8.0
"""So that a batch of the pipeline's is given up within the lease on its entries."""
SECONDS_TO_START = 30.0
MAX_BATCHES = 1000
"""Batches after which the process is replaced: spaCy keeps every word that it has ever met, for
good, about a kilobyte with what is remembered of it. Loading anew takes a second or two."""

_extractor = None  # the worker process's own, made once by _load


def _load(model: str | None) -> None:
    global _extractor  # noqa: PLW0603 - one extractor a process is the point of the worker
    from bot.extraction.extractor import SpacyExtractor

    _extractor = SpacyExtractor(model)
    _extractor.extract(Article(id="", title="Two killed in Quetta", text="Police said so."))
    gc.freeze()  # the lexicons stay: a sweep of them costs as much as ten articles


def _extract(articles: Sequence[Article]) -> list[Report]:
    if _extractor is None:
        raise RuntimeError("the worker was not loaded")
    return _extractor.extract_many(articles)


def _wake() -> None:
    """Do nothing: the process has loaded when this is done."""


class ExtractionWorker:
    """Reads articles in its own process. Use as an asynchronous context manager."""

    def __init__(self, model: str | None = None, *, max_batches: int = MAX_BATCHES) -> None:
        self._model = model
        self._max_batches = max_batches
        self._pool: ProcessPool | None = None

    async def __aenter__(self) -> Self:
        """Start the process; it loads its lexicons while other things start."""
        self._pool = ProcessPool(
            max_workers=1,
            max_tasks=self._max_batches,
            context=multiprocessing.get_context("spawn"),
            initializer=_load,
            initargs=(self._model,),
        )
        self._pool.schedule(_wake)  # without a task the pool starts nothing
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop the process."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call] # pebble leaves it untyped
            await asyncio.to_thread(self._pool.join)

    async def extract_many(self, articles: Sequence[Article]) -> list[Report]:
        """Return one report an article, in order.

        Raises:
            ExtractionError: the batch took too long or broke the process (which is replaced);
                its ``article_id`` is the first of the batch.

        """
        if self._pool is None:
            raise RuntimeError("ExtractionWorker is a context manager: enter it first")
        limit = SECONDS_TO_START + SECONDS_AN_ARTICLE * len(articles)
        future = self._pool.schedule(_extract, args=[list(articles)], timeout=limit)
        try:
            reports: list[Report] = await asyncio.wrap_future(future)
        except Exception as error:
            first = articles[0].id if articles else ""
            raise ExtractionError(first, f"could not be read: {error!r}") from error
        return reports
