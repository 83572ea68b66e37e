"""The program as seen from outside: a process that is started, killed and stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash.databases import Database, SqliteFile, is_whole
from bench.crash.world import ZONE
from bot.crashpoints import VARIABLE
from tests.fakes.telegram import FakeTelegram

PATIENCE = 120.0
"""Seconds that anything may take which must come to pass: also where many others work."""
REST_PATIENCE = 600.0
"""Seconds in which everything must come to rest: repeats are put off ever longer."""
_LOOK_EVERY = 0.01
_BEGINS = "khabardar is running"
"""What a process says in its log when all its parts are connected."""
_IN_DOUBT = "SELECT count(*) FROM outbox WHERE state = 'sending'"


@dataclass
class Program:
    """The service: one process, or one for each of ``roles``.

    ``mutant`` names a wrong policy that it follows.
    """

    folder: Path
    database: Database
    telegram: FakeTelegram
    feed_url: str
    mutant: str | None = None
    roles: Sequence[str] = ("all",)
    strange_exits: int = 0
    """How often it ended although nobody killed or stopped it."""
    began: float = 0.0
    _said: int = 0
    """How often the log had said that a process works when these were started."""
    _children: list[subprocess.Popen[bytes]] = field(default_factory=list, init=False)

    @property
    def pid(self) -> int:
        """Return the number of the (first) process."""
        return self._children[0].pid

    def start(self, crash_at: str = "") -> None:
        """Start the processes; each dies by itself where ``crash_at`` says."""
        (self.folder / "feeds.opml").write_text(
            '<?xml version="1.0"?><opml version="2.0"><body>'
            f'<outline type="rss" text="Crash Gazette" xmlUrl="{self.feed_url}"/></body></opml>'
        )
        self.began = time.monotonic()
        self._said = self._begun()
        mutant = [self.mutant] if self.mutant else []
        self._children = [
            self._run("bench.crash.child", role, *mutant, crash_at=crash_at) for role in self.roles
        ]

    def serves(self) -> None:
        """Wait until the program that was just started works, and asks Telegram for updates."""
        asked = len(self.telegram.requests)

        def works() -> bool:
            new = self.telegram.requests[asked:]
            if not self.alive():
                return True
            if not any(request.method == "getUpdates" for request in new):
                return False
            return self._begun() - self._said >= len(self.roles)

        self.wait_until(works, "the program starts")

    def _begun(self) -> int:
        """Return how many processes have said so far that they work."""
        return self.log().count(_BEGINS)

    def alive(self) -> bool:
        """Tell whether all processes run."""
        return bool(self._children) and all(child.poll() is None for child in self._children)

    def kill(self) -> None:
        """Kill the processes that have not died by themselves."""
        for child in self._children:
            child.kill()
        self.strange_exits += sum(child.wait() != -signal.SIGKILL for child in self._children)
        self._children = []

    def stop(self) -> bool:
        """Stop the program; tell whether it ended well and left no message in doubt."""
        for child in self._children:
            child.terminate()
        exits = [child.wait(PATIENCE) for child in self._children]
        self._children = []
        return not any(exits) and self.database.ask(_IN_DOUBT) == 0

    def backs_up(self, crash_at: str = "") -> bool:
        """Let the operator copy the database, and die where ``crash_at`` says.

        Tells whether there is a whole copy then, or none where the command died. PostgreSQL is
        copied by tools of its own.
        """
        if not isinstance(self.database, SqliteFile):
            return True
        copy = self.folder / "copy.db"
        command = ("db", "backup", str(copy), "--force")
        self._run("khabardar", *command, crash_at=crash_at).wait(PATIENCE)
        return not copy.exists() if crash_at else is_whole(copy)

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
        file = self.folder / "program.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def let_morning_come(self) -> None:
        """Let every digest be due that has not come yet."""
        self.database.change("UPDATE digest SET due_at = covered_until WHERE last_on IS NULL")

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
            "DATABASE_URL": self.database.url,
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
