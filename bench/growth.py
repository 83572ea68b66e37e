"""How cost grows: ``python -m bench.growth``.

Each part of the program does the same piece of work while what it works on grows tenfold twice:
due feeds are taken and given back among more and more feeds, an article of 800 words is matched
against more and more subscriptions, entries are stored among more and more events, an event is told
to more and more chats. What counts is CPU time, of this process alone; ``bench.plot`` draws it.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bench.match_corpus import Corpus
from bench.store import fill, ingest
from bench.table import RESULTS, progress
from bot.config import Settings
from bot.domain.chats import ChatType
from bot.domain.events import Event, Revision, Source
from bot.domain.feeds import Feed
from bot.domain.reports import Incident, IncidentType, Kind
from bot.domain.values import Severity
from bot.matching.index import Index
from bot.pipeline.alerts import enqueue
from bot.pipeline.watchlist import Watchlist
from bot.protocols import Work
from storage import engines
from storage.mapping import feed_columns
from storage.models import CHAT, FEED, SUBSCRIPTION
from storage.store import SqlStore

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
RUNS = 5
DUE = 500
WORDS = 800


@dataclass(frozen=True, slots=True)
class Curve:
    """What grew, what was measured, and (size, milliseconds of CPU) for each size."""

    name: str
    grows: str
    measured: str
    points: tuple[tuple[int, float], ...]


def main() -> None:
    """Measure, print, and keep for the plot."""
    curves = [curve() for curve in (_feeds, _subscriptions, _events, _chats)]
    for curve in curves:
        points = ", ".join(f"{size:,}: {ms:.3g} ms" for size, ms in curve.points)
        print(f"{curve.measured} by {curve.grows}: {points}")
    RESULTS.mkdir(exist_ok=True)
    rows = [
        {"name": c.name, "grows": c.grows, "measured": c.measured, "points": c.points}
        for c in curves
    ]
    (RESULTS / "growth.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


def _curve(
    name: str,
    grows: str,
    measured: str,
    sizes: Sequence[int],
    cost: Callable[[SqlStore, str, int], float],
) -> Curve:
    points = []
    for size in sizes:
        progress(f"{name}: {size:,}")
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{Path(folder) / 'bench.db'}"
            with SqlStore(url) as store:
                points.append((size, cost(store, url, size)))
    return Curve(name, grows, measured, tuple(points))


def _feeds() -> Curve:
    return _curve("poll", "feeds", "a due feed claimed and saved", (1_000, 10_000, 100_000), _due)


def _due(store: SqlStore, url: str, size: int) -> float:
    """Return milliseconds a feed; the others are due in an hour."""
    later = NOW + dt.timedelta(hours=1)
    model = Feed(0, "", next_poll_at=later)
    _insert(
        url, FEED, [feed_columns(replace(model, url=f"https://f{n}.example/")) for n in range(size)]
    )

    def some_due(work: Work) -> None:
        for feed_id in range(1, size + 1, size // DUE):
            feed = work.feeds.get(feed_id)
            assert feed is not None
            work.feeds.save(replace(feed, next_poll_at=NOW))

    def poll(work: Work) -> None:
        due = work.feeds.claim_due(NOW, DUE, dt.timedelta(minutes=10))
        polled = work.feeds.by_ids([feed.id for feed in due]).values()
        work.feeds.save_all(
            [replace(feed, polls=feed.polls + 1, next_poll_at=later) for feed in polled]
        )
        if len(due) != DUE:
            raise SystemExit(f"{len(due)} feeds were due")

    runs = []
    for _ in range(RUNS):
        store.write_sync(some_due)
        runs.append(_cpu(lambda: store.write_sync(poll)) / DUE)
    return statistics.median(runs)


def _subscriptions() -> Curve:
    corpus = Corpus()
    texts = [corpus.article(WORDS) for _ in range(20)]

    def cost(_store: SqlStore, _url: str, size: int) -> float:
        index = Index()
        index.load((one.id, one.query) for one in corpus.mixed(size))
        documents = [corpus.document(text) for text in texts]
        for document in documents:
            index.match(document)  # which words are common is learnt on the way
        return statistics.median(_cpu(partial(index.match, document)) for document in documents)

    sizes = (1_000, 10_000, 100_000)
    return _curve("match", "subscriptions", f"an article of {WORDS} words matched", sizes, cost)


def _events() -> Curve:
    def cost(store: SqlStore, url: str, size: int) -> float:
        chance = random.Random(7)
        store.write_sync(lambda work: [work.chats.ensure(n, ChatType.PRIVATE, NOW) for n in (1, 2)])
        fill(url, chance, 0, size)
        ingest(store, chance, 10 * size, 200)
        bases = [20 * size + n * 200 for n in range(RUNS)]
        runs = [_cpu(partial(ingest, store, chance, base, 200)) for base in bases]
        return statistics.median(runs) / 200

    sizes = (1_000, 10_000, 100_000)
    return _curve(
        "store", "events", "an entry stored with report, event and two alerts", sizes, cost
    )


def _chats() -> Curve:
    return _curve("tell", "chats", "an alert of one event queued", (100, 1_000, 10_000), _told)


def _told(store: SqlStore, url: str, size: int) -> float:
    """Return milliseconds a chat, of which all want the event."""
    store.write_sync(lambda work: work.chats.ensure(1, ChatType.PRIVATE, NOW))
    engine = engines.writer(engines.parse(url))
    with engine.begin() as connection:
        chat = dict(connection.execute(CHAT.select()).mappings().one())
    engine.dispose()
    _insert(url, CHAT, [chat | {"id": n} for n in range(2, size + 1)])
    wish = {"thread_id": 0, "query": "type:bombing", "created_at": NOW, "paused": False}
    _insert(url, SUBSCRIPTION, [wish | {"chat_id": n} for n in range(1, size + 1)])
    settings, watchlist = Settings(), Watchlist()
    store.read_sync(watchlist.sync)

    def tell(work: Work) -> None:
        event = work.events.add(_event(), NOW)
        found = watchlist.match(work, event, ())
        made = enqueue(work, Revision(None, event), found, settings, NOW, quiet=False)
        if len(made.alerts) != size:
            raise SystemExit(f"{len(made.alerts)} chats were told")

    return statistics.median(_cpu(lambda: store.write_sync(tell)) for _ in range(RUNS)) / size


def _event() -> Event:
    source = Source(1, "Example Post", "https://post.example/1", "Blast kills two", NOW, NOW)
    incident = Incident((IncidentType.BOMBING,))
    return Event(
        id=0,
        public_id="",
        kind=Kind.INCIDENT,
        title=source.title,
        severity=Severity.SEVERE,
        first_seen_at=NOW,
        updated_at=NOW,
        occurred_at=NOW,
        incident=incident,
        sources=(source,),
    )


def _insert(url: str, table: Any, rows: list[dict[str, Any]]) -> None:
    engine = engines.writer(engines.parse(url))
    with engine.begin() as connection:
        connection.execute(insert(table), rows)
    engine.dispose()


def _cpu(work: Callable[[], object]) -> float:
    """Return the milliseconds of CPU that this process takes for the work."""
    begin = time.process_time()
    work()
    return (time.process_time() - begin) * 1000


if __name__ == "__main__":
    main()
