"""Parsing in a child process that can be killed.

feedparser runs for more than 20 s on 0.5 MB made for it, and expat, lexbor and zlib are C code that
reads what strangers wrote. So the child has a deadline and a memory limit, an empty environment (no
token, no database), and is replaced after some work; whatever happens to it is a ``ParseError``.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from bot.domain.feeds import NewFeed, ParsedFeed
from bot.errors import InputError, ParseError
from bot.feeds import cutting
from bot.feeds.document import parse_document
from bot.feeds.opml import read_opml

T = TypeVar("T")

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space; a child with everything imported takes about 200 MB of it."""
MAX_TASKS = 1000
"""Documents after which a child is replaced: leaks stay small."""


class ChildParser:
    """Parses feeds in ``workers`` child processes; use it as ``async with ChildParser() as p``."""

    def __init__(
        self,
        timeout: dt.timedelta = dt.timedelta(seconds=10),
        *,
        workers: int = 1,
        memory: int = MEMORY,
        max_tasks: int = MAX_TASKS,
    ) -> None:
        self._timeout = timeout.total_seconds()
        self._workers = workers
        self._memory = memory
        self._max_tasks = max_tasks
        self._pool: ProcessPool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            await asyncio.to_thread(_stop, self._pool)
            self._pool = None

    async def parse(
        self,
        body: bytes,
        url: str,
        content_type: str | None,
        seen: frozenset[bytes] = frozenset(),
    ) -> ParsedFeed:
        """Return the feed without the entries whose marks were ``seen``. Raises ``ParseError``."""
        found = cutting.chunks(body, content_type)
        marks = cutting.marks_of(found)
        if found and marks <= seen:
            return ParsedFeed("", "", (), unchanged=len(found), marks=marks)
        if cut := cutting.to_cut(body, found, seen):
            parsed = await self._in_child(cutting.without(body, found, cut), url, content_type)
            # Ill-formed documents are read by another parser, which must see the whole.
            if not parsed.warning and len(parsed.entries) + len(cut) == len(found):
                return replace(parsed, unchanged=len(cut), marks=marks)
        parsed = await self._in_child(body, url, content_type)
        sure = not parsed.warning and len(parsed.entries) == len(found)
        return replace(parsed, marks=marks) if sure else parsed

    async def parse_list(self, body: bytes) -> Sequence[NewFeed]:
        """Return the feeds of an OPML list. Raises ``ParseError``."""
        return await self._done_in_child(_parse_list, body)

    async def _in_child(self, body: bytes, url: str, content_type: str | None) -> ParsedFeed:
        return await self._done_in_child(_parse, body, url, content_type)

    async def _done_in_child(self, job: Callable[..., T | str], *arguments: object) -> T:
        task = self._running_pool().schedule(job, args=arguments, timeout=self._timeout)
        try:
            result: T | str = await asyncio.wrap_future(task)
        except FutureTimeoutError as error:
            why = f"the feed could not be read within {self._timeout:g} seconds"
            raise ParseError(why) from error
        except MemoryError as error:
            raise ParseError("the feed could not be read: it takes too much memory") from error
        except (ProcessExpired, BrokenProcessPool) as error:
            raise ParseError("the feed could not be read: its reader stopped") from error
        if isinstance(result, str):
            raise ParseError(result)
        return result

    def _running_pool(self) -> ProcessPool:
        """Return the pool; a new one where the last is broken (its child died while idle)."""
        if self._pool is None or not self._pool.active:
            self._pool = ProcessPool(
                max_workers=self._workers,
                max_tasks=self._max_tasks,
                initializer=_confine,
                initargs=(self._memory,),
                # Not fork: the parent has threads, a database and a token in its memory.
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]
    pool.join()


def _confine(memory: int) -> None:
    """Limit the child before it reads anything."""
    os.environ.clear()
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _parse_list(body: bytes) -> Sequence[NewFeed] | str:
    """Return the feeds of a list or why there are none."""
    try:
        return read_opml(body)
    except InputError as error:
        return str(error)


def _parse(body: bytes, url: str, content_type: str | None) -> ParsedFeed | str:
    """Return the feed or why there is none: an error raised here would drag a traceback along."""
    try:
        return parse_document(body, url, content_type)
    except ParseError as error:
        return str(error)
    except RecursionError:
        return "the feed could not be read: it is nested too deeply"
