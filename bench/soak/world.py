"""The world of the soak: feeds that get new entries all the time, subscribers, and the truth."""

from __future__ import annotations

import datetime as dt
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.soak.news import Item, feed, news, word_of
from bench.soak.service import VARIABLE
from bench.subscribers import subscribe
from bot.domain.feeds import NewFeed
from bot.protocols import Work
from storage.store import SqlStore
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram

HOSTS = tuple(f"127.0.0.{number}" for number in range(1, 201))
WINDOW = 20
"""Entries that a feed shows."""
FIRST_CHAT = 1000
_WORD = re.compile(r"\bzq(\d{5})x\b")
_PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Size:
    """How large the world is. ``poll`` is in seconds, ``rate`` in entries a second."""

    feeds: int
    subscriptions: int
    poll: float
    rate: float


@dataclass
class World:
    """Feeds, Telegram and the service. Times are ``time.monotonic()``."""

    size: Size
    folder: Path
    feeds: FeedServer
    telegram: FakeTelegram
    published: dict[str, float] = field(default_factory=dict)
    """When each entry was put on its feed, by its word."""
    loud: list[str] = field(default_factory=list)
    told: dict[str, float] = field(default_factory=dict)
    """When each word's subscriber was told."""
    wrong: int = 0
    """Messages to a chat that did not wait for what they say."""
    _shown: dict[int, deque[str]] = field(default_factory=dict)
    _news: Iterator[Item] = field(default_factory=news)
    _chance: random.Random = field(default_factory=lambda: random.Random(1))
    _read: int = 0
    service: subprocess.Popen[bytes] | None = None

    @property
    def database(self) -> Path:
        """Return where the service keeps its database."""
        return self.folder / "soak.db"

    # --- before ---

    def prepare(self) -> None:
        """Store feeds and subscribers: a chat and a word each."""
        now = dt.datetime.now(dt.UTC)
        for number in range(self.size.feeds):
            self._shown[number] = deque(maxlen=WINDOW)
            self._show(number)

        def job(work: Work) -> None:
            for number in range(self.size.feeds):
                work.feeds.add(NewFeed(self._url(number), publisher=f"Gazette {number}"), now)

        with SqlStore(f"sqlite:///{self.database}") as store:
            store.write_sync(job)
        numbers = range(self.size.subscriptions)
        for number in numbers:
            self.telegram.chat(FIRST_CHAT + number)  # it refuses chats that it does not know
        subscribe(self.database, ((FIRST_CHAT + number, word_of(number)) for number in numbers))
        # The service takes over a list when it starts first: one of the feeds that it has.
        outline = f'<outline type="rss" text="Gazette 0" xmlUrl="{self._url(0)}"/>'
        opml = f'<opml version="2.0"><body>{outline}</body></opml>'
        (self.folder / "feeds.opml").write_text(opml)

    def _url(self, number: int) -> str:
        return self.feeds.url(f"/{number}.xml", host=HOSTS[number % len(HOSTS)])

    def _show(self, number: int) -> None:
        body = feed(f"Gazette {number}", list(self._shown[number]))
        self.feeds.serve(f"/{number}.xml", body)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Run the service."""
        environment = os.environ | {
            "TELEGRAM_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "FEEDS_FILE": str(self.folder / "feeds.opml"),
            "ALLOW_PRIVATE_FEEDS": "1",
            "OPEN": "1",
            "ALERT_HOLD": "0",
            "LOG_LEVEL": "WARNING",
            VARIABLE: str(self.size.poll),
        }
        with (self.folder / "service.log").open("wb") as log:
            self.service = subprocess.Popen(
                [sys.executable, "-m", "bench.soak.service"],
                env=environment,
                stdout=log,
                stderr=log,
            )
        try:
            yield
        finally:
            self.service.send_signal(signal.SIGTERM)
            try:
                self.service.wait(_PATIENCE)
            finally:
                self.service.kill()

    def wait_for_first_polls(self) -> None:
        """Wait until each feed was read once: what a first poll finds alerts nobody."""
        until = time.monotonic() + _PATIENCE + 3 * self.size.poll
        while self._count("SELECT count(*) FROM feed WHERE polls > 0") < self.size.feeds:
            self.must_run()
            if time.monotonic() > until:
                raise TimeoutError(f"not all feeds are read; see {self.folder}/service.log")
            time.sleep(0.5)

    def must_run(self) -> None:
        """Raise where the service has ended by itself."""
        assert self.service is not None
        if self.service.poll() is not None:
            log = (self.folder / "service.log").read_text("utf-8", "replace")
            raise RuntimeError(f"the service ended by itself:\n{log[-2000:]}")

    # --- meanwhile ---

    def publish(self) -> str:
        """Put an entry on some feed; return its word."""
        item = next(self._news)
        number = self._chance.randrange(self.size.feeds)
        self._shown[number].append(item.xml(dt.datetime.now(dt.UTC)))
        self.published[item.word] = time.monotonic()
        if item.loud:
            self.loud.append(item.word)
        self._show(number)
        return item.word

    def look(self) -> None:
        """Learn from what Telegram delivered who was told what."""
        messages = self.telegram.world.messages
        new, self._read = messages[self._read :], len(messages)
        for message in new:
            words = {found[0] for found in _WORD.finditer(message.text)}
            mine = word_of(message.chat_id - FIRST_CHAT)
            # A reply tells what changed of an event that the chat was told before.
            self.wrong += message.reply_to is None and mine not in words
            self.told.setdefault(mine, message.at)

    def lags(self, since: float) -> list[float]:
        """Return the seconds from publishing to telling, of what was published since then."""
        return [
            self.told[word] - self.published[word]
            for word in self.loud
            if word in self.told and self.published[word] >= since
        ]

    def untold(self) -> list[str]:
        """Return the words whose subscribers Telegram was not asked to tell."""
        self.look()
        return [word for word in self.loud if word not in self.told]

    def unread(self) -> int:
        """Return how many published entries are not stored, or not worked through."""
        keys = "key LIKE '%zq%x' OR key LIKE '%noise%'"
        done = self._count(f"SELECT count(*) FROM entry WHERE state = 'done' AND ({keys})")
        return len(self.published) - done

    def waiting(self) -> int:
        """Return how many messages wait to be sent."""
        return self._count("SELECT count(*) FROM outbox WHERE state = 'pending'")

    def _count(self, query: str) -> int:
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            (found,) = connection.execute(query).fetchone()
        return int(found)

    def memory(self) -> dict[str, float]:
        """Return the resident memory of the service and of each of its children, in MB."""
        assert self.service is not None
        main = self.service.pid
        children = {f"child {pid}": pid for pid in _children(main)}
        sizes = {name: _resident(pid) for name, pid in ({"service": main} | children).items()}
        return {name: size for name, size in sizes.items() if size}


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # a thread that has ended meanwhile
            for child in map(int, task.read_text().split()):
                found += [child, *_children(child)]
    return found


def _resident(pid: int) -> float:
    """Return MB, 0 for a process that has ended."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[1]
    except OSError:
        return 0.0
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / 1e6
