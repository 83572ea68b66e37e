"""The program as seen from outside: a process that is started, killed and stopped, and its file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash.world import ZONE
from bot.crashpoints import VARIABLE
from tests.fakes.telegram import FakeTelegram

PATIENCE = 120.0
"""Seconds that anything may take which must come to pass: also where many others work."""
REST_PATIENCE = 600.0
"""Seconds in which everything must come to rest: repeats are put off ever longer."""
_LOOK_EVERY = 0.01
_CHAT_COLUMNS = """
SELECT tables.name, columns.name
FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns
WHERE tables.type = 'table' AND tables.name <> 'hold'
AND (columns.name LIKE '%chat_id' OR tables.name = 'chat' AND columns.name = 'id')
"""
_HOLDS_THE_FILE = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], timeout=30, isolation_level=None)
database.execute("BEGIN IMMEDIATE")
database.execute("DELETE FROM outbox")
print("held", flush=True)
time.sleep(60)
"""


@dataclass
class Program:
    """The service's process; ``mutant`` names a wrong policy that it follows."""

    folder: Path
    telegram: FakeTelegram
    feed_url: str
    mutant: str | None = None
    strange_exits: int = 0
    """How often it ended although nobody killed or stopped it."""
    began: float = 0.0
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def database(self) -> Path:
        """Return where the program keeps its database."""
        return self.folder / "crash.db"

    @property
    def pid(self) -> int:
        """Return the process's number."""
        assert self._child is not None
        return self._child.pid

    def start(self, crash_at: str = "") -> None:
        """Start the process; it dies by itself where ``crash_at`` says."""
        (self.folder / "feeds.opml").write_text(
            '<?xml version="1.0"?><opml version="2.0"><body>'
            f'<outline type="rss" text="Crash Gazette" xmlUrl="{self.feed_url}"/></body></opml>'
        )
        self.began = time.monotonic()
        arguments = [self.mutant] if self.mutant else []
        self._child = self._run("bench.crash.child", *arguments, crash_at=crash_at)

    def serves(self) -> None:
        """Wait until the process that was just started asks Telegram for updates."""
        asked = len(self.telegram.requests)

        def asks() -> bool:
            new = self.telegram.requests[asked:]
            return not self.alive() or any(request.method == "getUpdates" for request in new)

        self.wait_until(asks, "the program starts")

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._child is not None and self._child.poll() is None

    def kill(self) -> None:
        """Kill the process, if it has not died by itself."""
        if self._child is None:
            return
        self._child.kill()
        self.strange_exits += self._child.wait() != -signal.SIGKILL

    def stop(self) -> bool:
        """Stop the process; tell whether it ended well and left no message in doubt."""
        assert self._child is not None
        self._child.terminate()
        well, self._child = self._child.wait(PATIENCE) == 0, None
        return well and self.ask("SELECT count(*) FROM outbox WHERE state = 'sending'") == 0

    def back_up(self, crash_at: str = "") -> Path:
        """Let the operator's command copy the database, and die where ``crash_at`` says."""
        copy = self.folder / "copy.db"
        command = ("db", "backup", str(copy), "--force")
        self._run("khabardar", *command, crash_at=crash_at).wait(PATIENCE)
        return copy

    def hold_file(self) -> None:
        """Let another process write to the database, and kill it before it commits."""
        with subprocess.Popen(
            [sys.executable, "-ISc", _HOLDS_THE_FILE, str(self.database)], stdout=subprocess.PIPE
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            other.kill()

    def wait_until(
        self, condition: Callable[[], bool], what: str, patience: float = PATIENCE
    ) -> None:
        """Wait for something that must come to pass. Raises ``TimeoutError``."""
        until = time.monotonic() + patience
        while not condition():
            if time.monotonic() > until:
                raise TimeoutError(f"it does not happen that {what}; see {self.folder}")
            time.sleep(_LOOK_EVERY)

    def log(self) -> str:
        """Return all that the program has said."""
        return (self.folder / "program.log").read_text(errors="replace")

    # --- the file ---

    def let_morning_come(self) -> None:
        """Let every digest be due that has not come yet."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as database, database:
            database.execute("UPDATE digest SET due_at = covered_until WHERE last_on IS NULL")

    def ask(self, query: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> int:
        """Return the number that the database answers, the program running or not."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return int(connection.execute(query, parameters).fetchone()[0])

    def rows_of(self, chat: int) -> int:
        """Return how many rows name a chat; holds do not count, for Telegram's limits go on."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            columns = connection.execute(_CHAT_COLUMNS).fetchall()
        return sum(
            self.ask(f"SELECT count(*) FROM {table} WHERE {column} = ?", (chat,))
            for table, column in columns
        )

    def is_whole(self, name: str = "crash.db") -> bool:
        """Tell whether a file is whole as it lies there: the program itself shall repair it."""
        if not (self.folder / name).exists():
            return False
        with self._as_it_lies(self.folder / name) as copy:
            with contextlib.closing(sqlite3.connect(copy)) as connection:
                (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
                dangling = connection.execute("PRAGMA foreign_key_check").fetchone()
            return bool(answer == "ok" and dangling is None)

    @contextlib.contextmanager
    def _as_it_lies(self, file: Path) -> Iterator[Path]:
        """Yield a copy of a database that nobody uses, its write-ahead log included."""
        copy = self.folder / "autopsy.db"
        for ending in ("", "-wal"):
            part = Path(f"{file}{ending}")
            if part.exists():
                shutil.copyfile(part, f"{copy}{ending}")
        yield copy
        for part in self.folder.glob("autopsy.db*"):
            part.unlink()

    # --- processes ---

    def _run(self, module: str, *arguments: str, crash_at: str) -> subprocess.Popen[bytes]:
        with (self.folder / "program.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                env=self._environment(crash_at),
                stdout=log,
                stderr=log,
            )

    def _environment(self, crash_at: str) -> dict[str, str]:
        return _inherited() | {
            "TELEGRAM_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "FEEDS_FILE": str(self.folder / "feeds.opml"),
            "ALLOW_PRIVATE_FEEDS": "1",
            "OPEN": "1",
            "ALERT_HOLD": "0",
            "DEFAULT_ZONE": ZONE,
            "EDIT_EVERY": "0",
            "MAX_SUBSCRIPTIONS": "10000",
            "LOG_LEVEL": "INFO",
            VARIABLE: crash_at,
        }


def _inherited() -> dict[str, str]:
    """Return the environment; a program that is started 200 times is not compiled 200 times.

    Where modules may not be compiled beside their source, they are in the user's cache.
    """
    if not sys.dont_write_bytecode:
        return dict(os.environ)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPYCACHEPREFIX": str(cache / "khabardar" / "bytecode")}
