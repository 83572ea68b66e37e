from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from bot.errors import InputError, StorageError
from storage import engines
from storage.store import SqlStore
from tests.storage.values import NOON, feed_with

COUNT_UP = """
import sys
from storage.store import SqlStore

def add_one(work):
    value = int(work.meta.get("n") or 0)
    work.meta.set("n", str(value + 1))

with SqlStore(sys.argv[1]) as store:
    for _ in range(int(sys.argv[2])):
        store.write_sync(add_one)
"""


def count_up(work) -> Any:
    work.meta.set("n", str(int(work.meta.get("n") or 0) + 1))


def another_program(url) -> Any:
    """Return a connection that may be used in any thread, as another program's would be."""
    file = url.removeprefix("sqlite:///")
    return sqlite3.connect(file, isolation_level=None, check_same_thread=False)


def pragma(engine, name) -> Any:
    with engine.connect() as connection:
        return connection.execute(text(f"PRAGMA {name}")).scalar()


async def test_a_job_commits_whole_or_not_at_all(store):
    def fail(work) -> Any:
        work.meta.set("a", "1")
        raise InputError("no")

    with pytest.raises(InputError):
        await store.write(fail)
    assert await store.read(lambda work: work.meta.get("a")) is None
    assert await store.write(lambda work: work.meta.set("a", "2")) is None
    assert await store.read(lambda work: work.meta.get("a")) == "2"


async def test_concurrent_writes_of_one_program_lose_nothing(store):
    await asyncio.gather(*(store.write(count_up) for _ in range(40)))
    assert await store.read(lambda work: work.meta.get("n")) == "40"


def test_b1_two_programs_that_write_lose_nothing(database_url):
    command = [sys.executable, "-c", COUNT_UP, database_url, "25"]
    programs = [subprocess.Popen(command) for _ in range(2)]
    assert [program.wait() for program in programs] == [0, 0]
    with SqlStore(database_url) as opened:
        assert opened.read_sync(lambda work: work.meta.get("n")) == "50"


def test_b1_what_a_job_has_read_stays_true_until_it_commits(database_url):
    both_have_read = threading.Barrier(2)

    def count_up_slowly(work) -> Any:
        seen = int(work.meta.get("n") or "0")
        with contextlib.suppress(threading.BrokenBarrierError):
            both_have_read.wait(0.2)
        work.meta.set("n", str(seen + 1))

    with SqlStore(database_url) as one, SqlStore(database_url) as other, ThreadPoolExecutor() as at:
        list(at.map(lambda store: store.write_sync(count_up_slowly), (one, other)))
        assert one.read_sync(lambda work: work.meta.get("n")) == "2"


async def test_a_job_goes_on_when_nobody_waits_for_it_any_more(store):
    begun, go_on = threading.Event(), threading.Event()

    def slow(work) -> Any:
        begun.set()
        go_on.wait()
        work.meta.set("a", "1")

    task = asyncio.create_task(store.write(slow))
    await asyncio.to_thread(begun.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    go_on.set()
    assert await store.write(lambda work: work.meta.get("a")) == "1"


def test_a_reader_sees_one_snapshot_while_others_write(store):
    def read_twice(work) -> Any:
        first = work.meta.get("n")
        store.write_sync(count_up)
        return first, work.meta.get("n")

    store.write_sync(count_up)
    assert store.read_sync(read_twice) == ("1", "1")
    assert store.read_sync(lambda work: work.meta.get("n")) == "2"


def test_a_reading_job_cannot_write(store):
    with pytest.raises(StorageError):
        store.read_sync(lambda work: work.meta.set("a", "1"))


def test_a_busy_database_is_tried_again(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 0)
    other = another_program(sqlite_url)
    with SqlStore(sqlite_url) as opened:
        other.execute("BEGIN IMMEDIATE")
        pauses = []

        def pause(seconds) -> Any:
            pauses.append(seconds)
            if len(pauses) == 3:
                other.execute("COMMIT")

        monkeypatch.setattr("storage.store.time.sleep", pause)
        opened.write_sync(count_up)
        assert len(pauses) == 3
        assert opened.read_sync(lambda work: work.meta.get("n")) == "1"
    other.close()


def test_a_database_busy_for_good_is_a_clear_error(sqlite_url, monkeypatch):
    monkeypatch.setattr(engines, "BUSY_TIMEOUT_MS", 0)
    monkeypatch.setattr("storage.store.time.sleep", lambda _seconds: None)
    other = another_program(sqlite_url)
    with SqlStore(sqlite_url) as opened:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="another program"):
            opened.write_sync(count_up)
    other.close()


def test_b2_a_full_disk_is_a_clear_error_and_stores_nothing(sqlite_url):
    with SqlStore(sqlite_url) as opened:
        assert opened._writer is not None
        with opened._writer.connect() as connection:
            connection.execute(text("PRAGMA max_page_count=1"))
            connection.rollback()
        with pytest.raises(StorageError, match="disk is full"):
            opened.write_sync(lambda work: work.meta.set("a", "x" * 1_000_000))
        assert opened.read_sync(lambda work: work.meta.get("a")) is None


def test_every_sqlite_connection_is_durable_and_strict(sqlite_url):
    url = engines.parse(sqlite_url)
    for engine in (engines.writer(url), engines.reader(url)):
        assert pragma(engine, "journal_mode") == "wal"
        assert pragma(engine, "synchronous") == 2  # FULL
        assert pragma(engine, "foreign_keys") == 1
        assert pragma(engine, "busy_timeout") == 5000
        engine.dispose()


def test_errors_do_not_tell_what_was_stored(store):
    secret = "https://example.org/feed?key=hidden"

    def job(work) -> Any:
        feed = feed_with(work, url=secret)
        work.subscriptions.add(type("S", (), {"chat_id": feed.id, "thread_id": None}), secret, NOON)

    with pytest.raises(StorageError) as caught:
        store.write_sync(job)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://u:secret@h/d",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite+aiosqlite:///x",
    ],
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url):
    with pytest.raises(StorageError) as caught:
        SqlStore(url)
    assert "secret" not in str(caught.value)


def test_the_shorter_postgresql_url_means_psycopg():
    url = engines.parse("postgresql://me:secret@db/x")
    assert url.drivername == "postgresql+psycopg"


def test_a_store_that_is_not_open_says_so(sqlite_url):
    with pytest.raises(StorageError, match="not open"):
        SqlStore(sqlite_url).read_sync(lambda work: work.meta.get("a"))


def test_b5_a_connection_that_postgresql_drops_is_made_anew_and_the_job_repeated(postgres):
    runs = []

    def job(work) -> Any:
        runs.append(1)
        work.meta.set("b5", str(len(runs)))
        if len(runs) == 1:
            ending = text("SELECT pg_terminate_backend(pg_backend_pid())")
            work.meta._connection.execute(ending)

    with SqlStore(postgres) as opened:
        opened.write_sync(job)
        assert opened.read_sync(lambda work: work.meta.get("b5")) == "2"
