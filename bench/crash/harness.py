"""Runs the program against the fakes, kills it, starts it again, and looks at the truth.

The fakes live in this process, the program in a child of its own: whatever happens to the child,
the truth stays.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash.stories import Story, feed, stories
from bench.crash.verdict import SEND_CONCURRENCY, Copy, Verdict, is_marked, weigh
from bot.delivery.crashpoints import VARIABLE
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import Break, Delivered, FakeTelegram, Fault, faults

READERS = (101, 102, 103)
"""Chats that subscribe to everything."""
BYSTANDER = 104
"""A chat that subscribes to nothing that happens."""
TYPIST = 105
"""A chat that sends commands all the time."""

POINTS = (
    "after_event_insert", "before_commit", "after_commit",
    "after_claim", "before_send", "after_send", "after_mark",
)  # fmt: skip
START_PATIENCE = 60.0
QUIET_PATIENCE = 90.0
NAMED_PATIENCE = 15.0
"""Seconds that the program gets to come to a crash point before it is killed anyway."""
_WORD = re.compile(r"\bzq\d{4}x\b")
_COMMAND = re.compile(r"\bqz\d{4}y\b")
_AMBIGUOUS = (
    faults.broken(Break.RESET, delivered=True),
    faults.broken(Break.CLOSE, delivered=True),
    faults.broken(Break.HALF, delivered=True),
    faults.gateway(502, delivered=True),
    faults.gateway(504, delivered=False),
    faults.broken(Break.RESET, delivered=False),
    faults.answer(b"<html>", delivered=True),
)


@dataclass(frozen=True)
class Setting:
    """What to do to the program."""

    kills: int
    seed: int
    faulty: float = 0.0
    """How many ambiguous faults are scripted for every story and chat, on average."""
    mutant: str | None = None
    pace: int = 2
    """Stories published between two kills."""
    points: tuple[str, ...] = POINTS
    """Where the program may be killed."""
    named: float = 0.5
    """Which part of the kills happens there; the others come at a random moment."""


@dataclass
class Run:
    """A crash test under way."""

    setting: Setting
    folder: Path
    telegram: FakeTelegram
    feeds: FeedServer
    chance: random.Random
    published: list[Story] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    integrity_failures: int = 0
    killed: int = 0
    _began: float = 0.0
    _source: list[Story] = field(default_factory=lambda: list(stories()))
    _items: list[str] = field(default_factory=list)

    @property
    def database(self) -> Path:
        """Return where the program keeps its database."""
        return self.folder / "crash.db"

    # --- the world goes on ---

    def publish(self) -> None:
        """Let something happen: one story more, and a command of the typist."""
        if len(self.published) < len(self._source):
            story = self._source[len(self.published)]
            self.published.append(story)
            self._items.append(story.as_item(dt.datetime.now(dt.UTC)))
            self.feeds.serve("/news.xml", feed(self._items))
        word = f"qz{len(self.commands):04}y"
        if len(self.commands) < 25:
            self.commands.append(word)
            self.telegram.user_says(TYPIST, f"/subscribe {word}")
        for _ in READERS:
            if self.chance.random() < self.setting.faulty:
                self.telegram.script(self._fault())

    def _fault(self) -> Fault:
        return self.chance.choice(_AMBIGUOUS)

    # --- the program ---

    def start(self, crash_at: str = "") -> subprocess.Popen[bytes]:
        """Start the program and wait until it asks Telegram for updates."""
        self._began, asked = time.monotonic(), len(self.telegram.calls("getUpdates"))
        arguments = [self.setting.mutant] if self.setting.mutant else []
        with (self.folder / "program.log").open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "bench.crash.child", *arguments],
                env=self._environment(crash_at),
                stdout=log,
                stderr=log,
            )
        until = self._began + START_PATIENCE
        while child.poll() is None and len(self.telegram.calls("getUpdates")) == asked:
            if time.monotonic() > until:
                raise TimeoutError(f"the program did not start; see {self.folder}/program.log")
            time.sleep(0.02)
        return child

    def _environment(self, crash_at: str) -> dict[str, str]:
        return os.environ | {
            "TELEGRAM_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "FEEDS_FILE": str(self.folder / "feeds.opml"),
            "ALLOW_PRIVATE_FEEDS": "1",
            "OPEN": "1",
            "ALERT_HOLD": "0",
            "EDIT_EVERY": "0",
            "LOG_LEVEL": "INFO",
            VARIABLE: crash_at,
        }

    def kill_later(self, child: subprocess.Popen[bytes], *, named: bool) -> None:
        """Publish, and kill the program at a random moment if no crash point does before."""
        until = time.monotonic() + (NAMED_PATIENCE if named else self.chance.uniform(0.3, 5.0))
        for _ in range(self.setting.pace):
            self.publish()
        sent = self._sends()
        while child.poll() is None and time.monotonic() < until:
            if self._sends() > sent:
                self.restarts.append(time.monotonic() - self._began)
                sent = sys.maxsize
            time.sleep(0.01)
        with contextlib.suppress(ProcessLookupError):
            child.send_signal(signal.SIGKILL)
        child.wait()
        self.killed += 1
        self.check_database()

    def _sends(self) -> int:
        return len(self.telegram.calls("sendMessage"))

    def check_database(self) -> None:
        """Count a database that is not whole."""
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            (answer,) = connection.execute("PRAGMA integrity_check").fetchone()
        self.integrity_failures += answer != "ok"

    # --- the end ---

    def until_quiet(self, child: subprocess.Popen[bytes]) -> None:
        """Wait until nothing more is under way, then stop the program."""
        until, calm_since = time.monotonic() + QUIET_PATIENCE, None
        while time.monotonic() < until and child.poll() is None:
            calm_since = (calm_since or time.monotonic()) if self._is_quiet() else None
            if calm_since and time.monotonic() - calm_since > 3:
                break
            time.sleep(0.2)
        child.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(30)
        child.kill()
        child.wait()

    def _is_quiet(self) -> bool:
        if self.telegram.world.updates:
            return False
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            waiting = connection.execute(
                "SELECT (SELECT count(*) FROM outbox WHERE state IN "
                "('pending', 'claimed', 'sending'))"
                " + (SELECT count(*) FROM entry WHERE state = 'waiting')"
                " + (SELECT count(*) FROM inbox WHERE state = 'new')"
                " + (SELECT max(0, ? - count(*)) FROM entry WHERE key LIKE '%zq%x')",
                (len(self.published),),
            ).fetchone()[0]
        return not waiting

    def verdict(self) -> Verdict:
        """Return the counts."""
        words = frozenset(story.word for story in self.published)
        alerts = [copy for m in self.telegram.messages() for copy in _copies(m, _WORD)]
        expected = dict.fromkeys(READERS, words) | dict.fromkeys((BYSTANDER, TYPIST), frozenset())
        delivered = weigh(alerts, expected)
        stored = Counter(self._subscriptions())
        replies = Counter(
            copy.word
            for m in self.telegram.messages(TYPIST)
            for copy in _copies(m, _COMMAND)
            if not copy.marked
        )
        ambiguous = len(self.telegram.faults_met)
        return Verdict(
            expected=len(READERS) * len(words),
            lost=delivered.lost,
            unexpected=delivered.unexpected,
            wrong_chat=delivered.wrong_chat,
            unmarked_dup=delivered.unmarked_dup,
            marked_dup=delivered.marked_dup,
            marked_bound=ambiguous + self.killed * SEND_CONCURRENCY,
            commands_lost=sum(stored[word] == 0 for word in self.commands),
            commands_twice=sum(count > 1 for count in (stored | replies).values()),
            integrity_failures=self.integrity_failures,
        )

    def _subscriptions(self) -> list[str]:
        with contextlib.closing(sqlite3.connect(self.database, timeout=30)) as connection:
            rows = connection.execute(
                "SELECT query FROM subscription WHERE chat_id = ?", (TYPIST,)
            ).fetchall()
        return [found[0] for (query,) in rows if (found := _COMMAND.search(query))]


def _copies(message: Delivered, word: re.Pattern[str]) -> list[Copy]:
    """Return a message as copies of alerts: a bundle tells several, replies and others none."""
    first = message.versions[0] if message.versions else message.text
    if message.reply_to is not None and word is _WORD:
        return []
    words = dict.fromkeys(word.findall(first))
    return [Copy(message.chat_id, found, is_marked(first)) for found in words]


def crash_test(setting: Setting, folder: Path) -> tuple[Verdict, Run]:
    """Run one crash test; everything it writes goes into ``folder``."""
    with FakeTelegram() as telegram, FeedServer() as feeds:
        run = Run(setting, folder, telegram, feeds, random.Random(setting.seed))
        _prepare(run)
        for number in range(setting.kills):
            point = _point(setting, run.chance)
            run.kill_later(run.start(point), named=bool(point))
            print(f"\r{number + 1} of {setting.kills} kills", end="", file=sys.stderr)
        for _ in range(0 if setting.kills else 10):
            run.publish()
        run.telegram.calm()
        run.until_quiet(run.start())
        return run.verdict(), run


def _prepare(run: Run) -> None:
    """Subscribe the readers and let the feed be polled once: its first poll alerts nobody."""
    run.feeds.serve("/news.xml", feed([]))
    (run.folder / "feeds.opml").write_text(
        '<?xml version="1.0"?><opml version="2.0"><body><outline type="rss" text="Crash Gazette" '
        f'xmlUrl="{run.feeds.url("/news.xml")}"/></body></opml>'
    )
    for chat in READERS:
        run.telegram.user_says(chat, "/subscribe kind:incident")
    run.telegram.user_says(BYSTANDER, "/subscribe nothingofthiskind")
    child = run.start()
    until = time.monotonic() + START_PATIENCE
    while len(run.telegram.messages()) < len(READERS) + 1 or run.feeds.count("/news.xml") < 2:
        if time.monotonic() > until:
            raise TimeoutError(f"the program does not answer; see {run.folder}/program.log")
        time.sleep(0.05)
    child.send_signal(signal.SIGTERM)
    child.wait(30)


def _point(setting: Setting, chance: random.Random) -> str:
    """Return a crash point, or nothing where the program dies at a random moment."""
    if chance.random() >= setting.named:
        return ""
    return f"{chance.choice(setting.points)}:{chance.randint(1, 3)}"
