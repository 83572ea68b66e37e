"""The database as the crash test sees it from outside: an SQLite file, or one of PostgreSQL."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from sqlalchemy import create_engine, inspect, text
from sqlalchemy.pool import NullPool

from bot.errors import StorageError
from storage import engines, maintenance, migrate

_WRITES_AND_WAITS = """
import sys, time
from storage import engines
with engines.writer(engines.parse(sys.argv[1])).connect() as connection, connection.begin():
    connection.exec_driver_sql("DELETE FROM outbox")
    print("held", flush=True)
    time.sleep(60)
"""
_HANG_UP = (
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class Database(ABC):
    """What the crash test asks and does, whether the program runs or not."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine = create_engine(engines.parse(url), poolclass=NullPool)

    def ask(self, query: str, **values: object) -> int:
        """Return the number that the database answers."""
        with self._engine.connect() as connection:
            return int(connection.scalar(text(query), values) or 0)

    def change(self, statement: str) -> None:
        """Change something behind the program's back."""
        with self._engine.begin() as connection:
            connection.execute(text(statement))

    def rows_of(self, chat: int) -> int:
        """Return how many rows name a chat; holds do not count, for Telegram's limits go on."""
        return sum(
            self.ask(f"SELECT count(*) FROM {table} WHERE {column} = :chat", chat=chat)
            for table, column in self._chat_columns
        )

    @cached_property
    def _chat_columns(self) -> list[tuple[str, str]]:
        found = inspect(self._engine)
        return [
            (table, column["name"])
            for table in found.get_table_names()
            for column in found.get_columns(table)
            if table != "hold"
            and (column["name"].endswith("chat_id") or (table, column["name"]) == ("chat", "id"))
        ]

    def hold(self) -> None:
        """Let another program write, and kill it before it commits."""
        with subprocess.Popen(
            [sys.executable, "-c", _WRITES_AND_WAITS, self.url], stdout=subprocess.PIPE
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            other.kill()

    @abstractmethod
    def is_whole(self) -> bool:
        """Tell whether all is as it should be after a kill."""

    def hang_up(self) -> bool:
        """Break off the program's connections; False where there are none."""
        return False


class SqliteFile(Database):
    """A file, and a copy of it that the operator makes."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"sqlite:///{file}")
        self._file = file

    def is_whole(self) -> bool:
        """Tell whether the file is whole as it lies there: the program itself shall repair it."""
        return is_whole(self._file)


class OnPostgres(Database):
    """An empty database of a server."""

    def is_whole(self) -> bool:
        """Tell whether the schema is all there, or nothing yet: rows are the server's care."""
        try:
            return migrate.current(self.url) is None or bool(maintenance.integrity(self.url))
        except StorageError:
            return False

    def hang_up(self) -> bool:
        """Break off the program's connections, as a server does that is restarted."""
        return self.ask(_HANG_UP) > 0


def is_whole(file: Path) -> bool:
    """Tell whether an SQLite file is whole; it is looked at in a copy, and stays as it is."""
    if not file.exists():
        return False
    with _as_it_lies(file) as copy:
        with contextlib.closing(sqlite3.connect(copy)) as connection:
            (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
            dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
        return bool(answer == "ok" and dangling is None)


@contextlib.contextmanager
def _as_it_lies(file: Path) -> Iterator[Path]:
    """Yield a copy of a database that nobody uses, its write-ahead log included."""
    copy = file.with_name("autopsy.db")
    for ending in ("", "-wal"):
        part = Path(f"{file}{ending}")
        if part.exists():
            shutil.copyfile(part, f"{copy}{ending}")
    yield copy
    for part in file.parent.glob("autopsy.db*"):
        part.unlink()
