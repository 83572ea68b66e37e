"""Sends documents through fetch, parse, store, extract, merge, match and render, twice, and counts.

Every part is the program's own: a feed server on loopback, the real fetcher, the parser's child
process, SQLite, the whole walk. Only Telegram is not asked: its HTML rules are (the strict check).
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.corpora.sources import Document
from bot.config import Settings
from bot.delivery.renderer import render_alert, render_digest, render_event, render_list
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Message, OutboxState
from bot.domain.events import Event, SourcedReport
from bot.domain.feeds import Feed, NewFeed, ParsedFeed, Validators
from bot.domain.reports import Article, Incident, Kind, Report
from bot.errors import ParseError
from bot.events.revising import open_event
from bot.extraction.extractor import SpacyExtractor
from bot.feeds.fetcher import Fetcher, FetchLimits
from bot.feeds.parser import ChildParser
from bot.feeds.poller import Poller
from bot.pipeline.walk import Pipeline
from bot.protocols import Work
from storage.store import SqlStore
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram.html import HtmlError, check, check_plain

START = dt.datetime(2026, 1, 26, 12, tzinfo=dt.UTC)
READER = 7
SLICE = 400
"""Documents polled together."""
PARSE_TIMEOUT = dt.timedelta(seconds=10)
TOO_SLOW = 12.0
"""Seconds for one document, to parse it and to read what it holds: the parser's 10 and some."""
ZONE = "Asia/Karachi"
_EVERYTHING = ("kind:incident", "kind:policy")
_UNCOUNTED = ("event_words", "sqlite_", "meta", "counter", "alembic")


@dataclass
class Tally:
    """What a run came to."""

    documents: int = 0
    mutants: int = 0
    failed: int = 0
    """Documents refused by the fetcher or the parser, over both runs."""
    refused: Counter[str] = field(default_factory=Counter)
    entries: int = 0
    events: int = 0
    messages: int = 0
    bad_messages: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """By document: parsing, and reading its entries."""
    rows_added: int = 0
    """By the second run."""

    @property
    def slow(self) -> list[str]:
        """Return the documents that took too long."""
        return [name for name, seconds in self.seconds.items() if seconds > TOO_SLOW]

    @property
    def holds(self) -> bool:
        """Tell whether nothing went wrong."""
        return not (self.exceptions or self.bad_messages or self.rows_added or self.slow)


class Noticing(logging.Handler):
    """Notices what the program logs of exceptions that it survived: none is expected."""

    def __init__(self, tally: Tally) -> None:
        super().__init__(logging.WARNING)
        self._tally = tally

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an exception's type and words."""
        if record.exc_info:
            self._tally.exceptions.append(f"{record.getMessage()}: {record.exc_info[1]!r}")


class TimedParser:
    """The parser with a watch, one document at a time, so that waiting is not counted."""

    def __init__(self, inner: ChildParser, names: dict[str, str], tally: Tally) -> None:
        self._inner, self._names, self._tally = inner, names, tally
        self._alone = asyncio.Lock()

    async def parse(
        self, body: bytes, url: str, content_type: str | None, seen: frozenset[bytes] = frozenset()
    ) -> ParsedFeed:
        """Parse; what is refused is counted by its reason."""
        async with self._alone:
            started = time.perf_counter()
            try:
                return await self._inner.parse(body, url, content_type, seen)
            except ParseError as error:
                self._tally.refused[str(error)[:60]] += 1
                raise
            finally:
                self._tally.seconds[self._names[url]] += time.perf_counter() - started


@dataclass
class Reader:
    """Reads articles with a watch, and renders each as if it told of an incident."""

    tally: Tally
    extractor: SpacyExtractor = field(default_factory=SpacyExtractor)
    name: str = ""

    async def extract(self, articles: Sequence[Article]) -> list[Report]:
        """Return the articles' reports."""
        return [self._read(article) for article in articles]

    def _read(self, article: Article) -> Report:
        started = time.perf_counter()
        report = self.extractor.extract(article)
        self._render(article, report)
        took = time.perf_counter() - started
        self.tally.seconds[f"entry {article.id}: {article.title[:60]!r}"] += took
        return report

    def _render(self, article: Article, report: Report) -> None:
        if report.kind is Kind.OTHER:
            report = replace(report, kind=Kind.INCIDENT, incident=Incident(()))
        seen_at = article.published_at or START
        sourced = SourcedReport(report, article.source, article.url, seen_at, article.text)
        event = open_event(sourced).after
        for message in rendered(replace(event, public_id="KH-0000")):
            judge(message, self.tally)


def rendered(event: Event) -> Iterator[Message]:
    """Return every form in which a chat may see an event."""
    yield render_alert(event, [event.title], ZONE, START)
    yield from render_event(event, [event], zone=ZONE, now=START)
    yield from render_digest([event], event.title, ZONE, START)
    yield from render_list([event], ZONE, START)


def judge(message: Message, tally: Tally) -> None:
    """Count a message; keep what Telegram would refuse."""
    tally.messages += 1
    try:
        check(message.html)
        check_plain(message.plain)
    except HtmlError as error:
        tally.bad_messages.append(f"{error}: {message.html[:200]!r}")


@dataclass
class Corpora:
    """The program with its server and database."""

    server: FeedServer
    store: SqlStore
    database: Path
    fetcher: Fetcher
    parser: TimedParser
    reader: Reader
    tally: Tally
    names: dict[str, str]
    """Documents by address."""
    now: dt.datetime = START

    def publish(self, documents: Sequence[Document]) -> list[NewFeed]:
        """Serve documents; return them as feeds."""
        feeds = []
        for document in documents:
            coding = {"Content-Encoding": document.coding} if document.coding else {}
            path = f"/{len(self.names)}.xml"
            url = self.server.serve(path, document.body, document.content_type, **coding)
            self.names[url] = document.name
            feeds.append(NewFeed(url, publisher=document.name))
        return feeds

    async def run(self, documents: Sequence[Document], second: bool) -> None:
        """Poll documents in slices and process what they bring."""
        poller = Poller(self.store, self.fetcher, self.parser, lambda: self.now)
        for start in range(0, len(documents), SLICE):
            feeds = await self._feeds(documents[start : start + SLICE], start, second)
            summary = await poller.poll(feeds)
            self.tally.entries += summary.new
            self.tally.failed += summary.failed
            await self._process()
        await poller.close()

    async def _feeds(self, documents: Sequence[Document], start: int, second: bool) -> list[Feed]:
        """Return stored feeds: new ones, or those of the first run that have forgotten it all."""
        if not second:
            new = self.publish(documents)
            return await self.store.write(lambda w: [w.feeds.add(f, self.now) for f in new])
        urls = list(self.names)[start : start + len(documents)]

        def forgotten(work: Work) -> list[Feed]:
            known = [work.feeds.find(url, None) for url in urls]
            return [replace(feed, validators=Validators()) for feed in known if feed]

        return await self.store.write(forgotten)

    async def _process(self) -> None:
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        extract = self.reader.extract
        pipeline = Pipeline(self.store, extract, settings, lambda: self.now, loud=True)
        await pipeline.run()

    async def subscribe(self) -> None:
        """Let one chat hear of everything."""

        def job(work: Work) -> None:
            work.chats.ensure(READER, ChatType.PRIVATE, self.now)
            for query in _EVERYTHING:
                work.subscriptions.add(Scope(READER), query, self.now)

        await self.store.write(job)

    def rows(self) -> int:
        """Return how many rows all tables hold, those of the full-text index aside."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            names = [name for (name,) in tables if not name.startswith(_UNCOUNTED)]
            counts = (connection.execute(f'SELECT count(*) FROM "{name}"') for name in names)
            return sum(count.fetchone()[0] for count in counts)

    async def judge_outbox(self) -> None:
        """Check every message that the walk enqueued."""
        waiting = OutboxState.PENDING
        rows = await self.store.read(lambda work: work.outbox.in_state(waiting, 10**7))
        for row in rows:
            judge(row.message, self.tally)


async def corpora(documents: Sequence[Document], folder: Path, tally: Tally | None = None) -> Tally:
    """Run documents through the program twice; return what came of it."""
    tally = tally or Tally()
    tally.documents += len(documents)
    with _noticing(tally):
        async with _opened(folder, tally) as house:
            await house.subscribe()
            await house.run(documents, second=False)
            first, house.now = house.rows(), house.now + dt.timedelta(hours=1)
            await house.run(documents, second=True)
            tally.rows_added = house.rows() - first
            tally.events = await house.store.read(lambda work: work.events.count())
            await house.judge_outbox()
    return tally


@contextlib.contextmanager
def _noticing(tally: Tally) -> Iterator[None]:
    handler = Noticing(tally)
    logging.getLogger().addHandler(handler)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(handler)


@contextlib.asynccontextmanager
async def _opened(folder: Path, tally: Tally) -> AsyncIterator[Corpora]:
    database, names = folder / "corpora.db", dict[str, str]()
    limits = FetchLimits(per_host=50, host_patience=dt.timedelta(hours=1))
    with FeedServer() as server, SqlStore(f"sqlite:///{database}") as store:
        async with (
            Fetcher(limits, allow_private=True) as fetcher,
            ChildParser(PARSE_TIMEOUT) as parser,
        ):
            timed = TimedParser(parser, names, tally)
            reader = Reader(tally)
            yield Corpora(server, store, database, fetcher, timed, reader, tally, names)
