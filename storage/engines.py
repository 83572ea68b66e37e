"""Database connections: one engine that writes and one that only reads.

SQLite's own defaults lose updates and durability, so every connection is set up by hand: WAL,
synchronous=FULL, foreign keys, a busy timeout; writers begin IMMEDIATE, because a deferred
transaction that turns into a write fails at once when another has written meanwhile.

On PostgreSQL too one transaction writes at a time, whichever process began it: jobs read, decide
and write, and what they read (a quota, the events that a report may join) must stay true until they
commit. What takes long (extraction, rendering, Telegram) is done outside of write transactions.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import QueuePool

from bot.errors import StorageError

BUSY_TIMEOUT_MS = 5000
READERS = 4
CACHE_KB = 4096
"""Pages that a connection keeps; with 16 MB, storing in a database of 1 GB was no faster."""
_BEGIN_ALONE = (
    f"SELECT set_config('lock_timeout', '{BUSY_TIMEOUT_MS}ms', true), "
    "set_config('idle_in_transaction_session_timeout', '60s', true), "
    "pg_advisory_xact_lock(7207185440)"
)
"""Waits for its turn; a writer that says nothing for a minute (its machine is gone) loses it."""


def parse(database_url: str) -> URL:
    """Return the URL of a supported database; ``postgresql://`` means psycopg 3.

    Raises:
        StorageError: the URL is malformed or of another database; its password is not shown.

    """
    try:
        url = make_url(database_url)
    except ArgumentError:
        raise StorageError("DATABASE_URL is no database URL, such as sqlite:///FILE") from None
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite", "postgresql+psycopg"):
        raise StorageError(
            f"DATABASE_URL: {url.drivername} is not supported, "
            "use sqlite:///FILE or postgresql+psycopg://…"
        )
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise StorageError("DATABASE_URL: a database in memory would be lost, use sqlite:///FILE")
    return url


def sqlite_file(url: URL) -> Path | None:
    """Return the file of an SQLite database, or None for PostgreSQL."""
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def writer(url: URL) -> Engine:
    """Return the engine that writes: one transaction at a time, of all programs."""
    engine = _engine(url, pool_size=1)
    if sqlite_file(url) is None:
        event.listen(engine, "begin", _begin_alone)
        return engine
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def migrator(url: URL) -> Engine:
    """Return an engine for schema changes: all of them in one transaction.

    On SQLite foreign keys are off, because rebuilding a table drops the old one, and that would
    take along whatever refers to it; the caller checks the keys before it commits.
    """
    if sqlite_file(url) is None:
        return _engine(url, pool_size=1)
    engine = _engine(url, pool_size=1)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "connect", _without_keys)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def reader(url: URL) -> Engine:
    """Return the engine that reads, each transaction in one snapshot."""
    if sqlite_file(url) is None:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return _engine(url, pool_size=READERS, execution_options=options)
    engine = _engine(url, pool_size=READERS)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "connect", _only_read)
    event.listen(engine, "begin", _begin)
    return engine


def _engine(url: URL, **options: Any) -> Engine:
    # Parameters hold people's words and secret feed URLs: they stay out of error texts and logs.
    if sqlite_file(url) is not None:
        options |= {"poolclass": QueuePool, "connect_args": {"check_same_thread": False}}
    else:
        options |= {"pool_pre_ping": True}  # a server may have gone; a file has not
    return create_engine(url, hide_parameters=True, max_overflow=0, **options)


def _set_up(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" below says how to begin
    for pragma in (
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{CACHE_KB}",
        "journal_size_limit=67108864",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _only_read(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA query_only=ON").close()


def _without_keys(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys=OFF").close()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_alone(connection: Connection) -> None:
    connection.exec_driver_sql(_BEGIN_ALONE)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")
