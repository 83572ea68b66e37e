"""``SqlStore``: jobs in transactions, one writer at a time, readers beside it."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import Engine, RootTransaction
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from bot.errors import StorageError
from bot.protocols import Clock, Work
from storage import engines, migrate
from storage.work import SqlWork

T = TypeVar("T")
logger = logging.getLogger(__name__)

TRIES = 6
"""A busy database is waited for 5 s a try (busy_timeout), so half a minute in all."""
_FIRST_PAUSE = 0.05
_BUSY_POSTGRES = frozenset({"40001", "40P01", "55P03"})
"""Serialisation failure, deadlock, lock not available."""


def utc_now() -> dt.datetime:
    """Return now, aware UTC."""
    return dt.datetime.now(dt.UTC)


class SqlStore:
    """Runs jobs in transactions on SQLite or PostgreSQL; implements ``bot.protocols.Store``.

    ``open`` upgrades the schema first. A job that was begun is finished even where the task that
    waits for it is cancelled. All ``*_sync`` calls are for programs without an event loop.
    """

    def __init__(self, database_url: str, clock: Clock = utc_now) -> None:
        self._url = engines.parse(database_url)
        self._database_url = database_url
        self._clock = clock
        self._writer: Engine | None = None
        self._reader: Engine | None = None
        self._write_thread: ThreadPoolExecutor | None = None
        self._read_threads: ThreadPoolExecutor | None = None

    def open(self) -> Self:
        """Upgrade the schema (backup first) and connect.

        Raises:
            StorageError: the database cannot be used, or is newer than this program.

        """
        migrate.upgrade(self._database_url, self._clock())
        self._writer = engines.writer(self._url)
        self._reader = engines.reader(self._url)
        self._write_thread = ThreadPoolExecutor(1, thread_name_prefix="store-write")
        self._read_threads = ThreadPoolExecutor(engines.READERS, thread_name_prefix="store-read")
        return self

    def close(self) -> None:
        """Finish running jobs and disconnect."""
        for threads in (self._write_thread, self._read_threads):
            if threads is not None:
                threads.shutdown(wait=True)
        for engine in (self._writer, self._reader):
            if engine is not None:
                engine.dispose()
        self._writer = self._reader = self._write_thread = self._read_threads = None

    def __enter__(self) -> Self:
        return self.open()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    async def write(self, job: Callable[[Work], T]) -> T:
        """Run a job in a write transaction; it commits, or nothing happened.

        Raises:
            StorageError: the database cannot be used (busy for long, disk full, connection lost).

        """
        return await self._submit(self._write_thread, partial(self._write, job))

    async def read(self, job: Callable[[Work], T]) -> T:
        """Run a job in a read-only snapshot.

        Raises:
            StorageError: the database cannot be used.

        """
        return await self._submit(self._read_threads, partial(self._read, job))

    def write_sync(self, job: Callable[[Work], T]) -> T:
        """Run a job in a write transaction, blocking."""
        return self._threads(self._write_thread).submit(self._write, job).result()

    def read_sync(self, job: Callable[[Work], T]) -> T:
        """Run a job in a read-only snapshot, blocking."""
        return self._threads(self._read_threads).submit(self._read, job).result()

    async def _submit(self, threads: ThreadPoolExecutor | None, run: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads(threads), run)

    @staticmethod
    def _threads(threads: ThreadPoolExecutor | None) -> ThreadPoolExecutor:
        if threads is None:
            raise StorageError("the store is not open")
        return threads

    def _write(self, job: Callable[[Work], T]) -> T:
        return _repeat(partial(self._write_once, job))

    def _write_once(self, job: Callable[[Work], T]) -> T:
        assert self._writer is not None
        with self._writer.connect() as connection:
            transaction = connection.begin()
            work = SqlWork(connection)
            result = job(work)
            work.finish()
            _commit(transaction)
            return result

    def _read(self, job: Callable[[Work], T]) -> T:
        return _repeat(partial(self._read_once, job))

    def _read_once(self, job: Callable[[Work], T]) -> T:
        assert self._reader is not None
        with self._reader.connect() as connection, connection.begin():
            return job(SqlWork(connection))


def _commit(transaction: RootTransaction) -> None:
    try:
        transaction.commit()
    except DBAPIError as error:
        if error.connection_invalidated:
            # Nobody knows whether it is stored, so the job must not run again here: its caller
            # looks at the database and decides.
            raise StorageError("the database went away during a commit") from error
        raise


def _repeat(run: Callable[[], T]) -> T:
    """Run until the database is not busy; every other trouble becomes a ``StorageError``."""
    for attempt in range(TRIES):
        try:
            return run()
        except DBAPIError as error:
            if attempt + 1 == TRIES or not _may_pass(error):
                raise StorageError(_advice(error)) from error
            logger.info("database busy, trying again: %s", type(error.orig).__name__)
            time.sleep(_FIRST_PAUSE * 2**attempt)
        except SQLAlchemyError as error:
            raise StorageError(f"the database cannot be used: {error}") from error
    raise AssertionError("unreachable")


def _may_pass(error: DBAPIError) -> bool:
    """Tell whether the transaction was undone for a reason that passes."""
    if error.connection_invalidated or getattr(error.orig, "sqlstate", None) in _BUSY_POSTGRES:
        return True
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def _advice(error: DBAPIError) -> str:
    text = str(error.orig)
    if "locked" in text:
        return "the database is busy: is another program writing to it?"
    if "disk is full" in text or "No space left" in text:
        return "the disk is full: free some space; nothing was stored"
    if "disk I/O error" in text:
        return "the disk reports an error (disk I/O error): nothing was stored"
    return f"the database cannot be used: {text}"
