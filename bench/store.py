"""Speed of storage: ingest in batches, digests and search while the database grows.

    python -m bench.store --sizes 10000,100000

Ingest goes through the repositories as the pipeline does (entry, report, candidates, event, alert,
outbox row; 100 entries a transaction, synchronous=FULL) and is measured by the clock, as every
commit waits for the disk. Its peer stores one SQLModel object a commit. Digests and searches wait
for nothing: CPU time. For the larger sizes the database is filled behind the repositories' back,
one event in about a minute of the past, so that seven days hold the same number at every size.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from bench.table import Figure, progress, show, spread
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Message, NewOutboxRow, Priority
from bot.domain.events import Event, LedgerEntry, Signature, Source, SourcedReport
from bot.domain.feeds import EntryIdentity, NewEntry, NewFeed, ParsedEntry
from bot.domain.reports import Casualties, Incident, IncidentType, Kind, Report
from bot.domain.values import Count, DateSpan, Place, PlacePrecision, Severity
from bot.protocols import EventFilter, Work
from storage import engines, mapping
from storage.models import EVENT, FIGURE, EventRow
from storage.store import SqlStore
from storage.words import WORDS

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
LEASE = dt.timedelta(minutes=5)
BATCH = 100
ROUNDS = 3
PEER = "SQLModel, one commit an event, the event row only"
INGEST = "ingest, entry to alerts stored"
INGEST_CPU = "CPU of it, an entry"
GAP = dt.timedelta(seconds=63)
"""Between two events: a million of them are two years."""
COUNTRIES = ["PK"] + ["IN", "AF", "NG", "SD", "UA", "MM", "YE", "SY", "IQ"] * 2
HEADS = ("ba", "de", "fi", "go", "ku", "la", "mo", "nu", "pe", "ra")
TAILS = ("lor", "min", "tas", "ven", "zik", "shan", "der", "gul")
WORD_LIST = [head + tail for head in HEADS for tail in TAILS]


INGEST_RATE = 300
"""Entries a second that ingest has to reach."""
ANSWER = 20
"""Milliseconds that a digest or a search may take."""
GROWTH = 2
"""How many times longer that may take at the largest size than at the smallest."""
Lines = dict[tuple[str, int], tuple[float, float]]
"""Median and spread by what was measured and how many events there were."""


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        peer = _one_commit_an_event(Path(folder) / "peer.db", arguments.peer)
        lines = dict(_growing(Path(folder) / "bench.db", arguments.sizes, arguments.ingest))
    show("store", list(_figures(peer, lines)))


def _figures(peer: float, lines: Lines) -> Iterator[Figure]:
    yield Figure(PEER, peer, "/s", 0.0, 1)
    for (what, events), (middle, quartiles) in lines.items():
        name = f"{what}, {events:,} events"
        if what == INGEST:
            yield Figure(name, middle, "entries/s", quartiles, middle / INGEST_RATE, 1)
        else:
            goal = 1000 / INGEST_RATE if what == INGEST_CPU else ANSWER
            yield Figure(name, middle, "ms", quartiles, goal / middle, 1)
    small, large = (size(events for _, events in lines) for size in (min, max))
    if small != large:
        for what in dict.fromkeys(what for what, _ in lines):
            yield _growth(what, lines[what, small][0], lines[what, large][0], large // small)


def _growth(what: str, before: float, after: float, times: int) -> Figure:
    slower = before / after if what == INGEST else after / before
    return Figure(f"{what}, {times:,} times the events", slower, "× slower", 0, GROWTH / slower, 1)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", type=_sizes, default=(10_000, 100_000, 1_000_000))
    parser.add_argument("--ingest", type=int, default=2000, help="entries ingested at each size")
    parser.add_argument("--peer", type=int, default=500, help="events the peer stores")
    parser.add_argument("--folder", type=Path, help="where the database is made")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(int(size) for size in text.split(","))


# --- made-up news --------------------------------------------------------------------------------


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choices(WORD_LIST, k=count))


def _report(chance: random.Random, n: int) -> Report:
    place = Place(
        chance.choice(WORD_LIST), "Sindh", chance.choice(COUNTRIES), 28.3, 68.4,
        PlacePrecision.PLACE,
    )  # fmt: skip
    killed = Count(n % 9, n % 9, str(n % 9))
    return Report(
        article_id=str(n),
        kind=Kind.INCIDENT,
        title=f"{_words(chance, 8)} {n}",
        published_at=NOW,
        severity=Severity.MODERATE,
        incident=Incident(
            (IncidentType.BOMBING,),
            occurred_on=DateSpan(NOW.date(), NOW.date()),
            place=place,
            casualties=Casualties(killed=killed),
            targets=(chance.choice(WORD_LIST),),
        ),
    )


def _signature(chance: random.Random, report: Report, n: int) -> Signature:
    assert report.incident is not None
    assert report.incident.place is not None
    place = report.incident.place
    return Signature(
        kind=report.kind,
        families=("blast",),
        country=place.country,
        admin1=place.admin1,
        place=place.name,
        latitude=place.latitude,
        longitude=place.longitude,
        day=NOW.date(),
        published_at=NOW,
        tolls=(("killed", n % 9, n % 9),),
        actors=(),
        terms=tuple(sorted((chance.getrandbits(32), chance.random()) for _ in range(60))),
        shingles=tuple(sorted(chance.getrandbits(32) for _ in range(40))),
        # A country and week holds thousands of reports, a place some, a rare term few.
        block_keys=(
            f"{place.country}:w{n // 10_000}",
            f"{place.name}:w{n // 10_000}",
            f"r{n // 5}",
        ),
    )


def _event(report: Report, at: dt.datetime) -> Event:
    assert report.incident is not None
    killed = report.incident.casualties.killed
    assert killed is not None
    return Event(
        id=0,
        public_id="",
        kind=report.kind,
        title=report.title,
        severity=report.severity,
        first_seen_at=at,
        updated_at=at,
        occurred_at=at,
        incident=report.incident,
        sources=(Source(1, "Example Post", "https://example.org/1", report.title, at, at),),
        ledger=(LedgerEntry("killed", killed, "Example Post", at, "Some died.", 1),),
    )


# --- ingest --------------------------------------------------------------------------------------


def _one_commit_an_event(file: Path, count: int) -> float:
    """Return events a second, the straightforward way: object, session and commit for each."""
    url = f"sqlite:///{file}"
    chance = random.Random(1)
    columns = [mapping.event_columns(_event(_report(chance, n), NOW)) for n in range(count)]
    with SqlStore(url):
        engine = engines.writer(engines.parse(url))
        start = time.perf_counter()
        for n, values in enumerate(columns):
            with Session(engine) as session:
                session.add(EventRow(**values, position=n))
                session.commit()
        took = time.perf_counter() - start
        engine.dispose()
    return count / took


def ingest(store: SqlStore, chance: random.Random, base: int, count: int) -> float:
    """Store entries and everything that follows from them; return entries a second."""
    feed = store.write_sync(lambda w: w.feeds.add(NewFeed(f"https://example.org/{base}"), NOW))
    entries = [_entry(chance, base + n) for n in range(count)]
    reports = {new.identity.key: _report(chance, base + n) for n, new in enumerate(entries)}
    signed = {
        key: _signature(chance, report, base + n) for n, (key, report) in enumerate(reports.items())
    }

    def batch(work: Work) -> None:
        claimed = work.entries.claim_waiting(NOW, BATCH, LEASE)
        for entry in claimed:
            sourced = SourcedReport(
                reports[entry.key], "Example Post", "", NOW, entry.text, entry_id=entry.id
            )
            _process(work, sourced, signed[entry.key])
        work.entries.done(claimed)

    start = time.perf_counter()
    for first in range(0, count, BATCH):
        part = entries[first : first + BATCH]
        store.write_sync(lambda work, part=part: work.entries.add(feed, part, NOW))  # type: ignore[misc]
        store.write_sync(batch)
    return count / (time.perf_counter() - start)


def _entry(chance: random.Random, n: int) -> NewEntry:
    identity = EntryIdentity(f"k{n}", f"https://example.org/{n}", f"c{n}", f"t{n}")
    return NewEntry(identity, ParsedEntry(None, None, f"t{n}", _words(chance, 120)), silent=False)


def _process(work: Work, sourced: SourcedReport, signature: Signature) -> None:
    """Join the best candidate that shares the rare key, else open an event and alert two chats."""
    made = work.reports.save(sourced, signature, NOW)
    rare = signature.block_keys[-1]
    for other in work.reports.candidates(signature, None):
        if any(rare in one.block_keys for one in other.signatures):
            event = work.events.get(other.event_id)
            assert event is not None
            work.reports.attach(made.id, event.id)
            work.events.save(replace(event, version=event.version + 1, updated_at=NOW), NOW)
            return
    event = work.events.add(_event(sourced.report, NOW), NOW)
    work.reports.attach(made.id, event.id)
    for chat_id in (1, 2):
        key = f"alert:{chat_id}:0:{event.id}:1:0"
        if work.alerts.add(Scope(chat_id), event.id, 1, key, ["why"], NOW):
            message = Message("<b>Blast</b> " * 20, "Blast " * 20)
            work.outbox.put(NewOutboxRow(key, chat_id, None, message, Priority.NORMAL), NOW)


# --- growing -------------------------------------------------------------------------------------


def _growing(
    file: Path, sizes: Sequence[int], entries: int
) -> Iterator[tuple[tuple[str, int], tuple[float, float]]]:
    url = f"sqlite:///{file}"
    chance = random.Random(7)
    with SqlStore(url) as store:
        for chat_id in (1, 2):
            store.write_sync(lambda w, c=chat_id: w.chats.ensure(c, ChatType.PRIVATE, NOW))  # type: ignore[misc]
        there = 0
        for size in sizes:
            progress(f"{size:,} events")
            fill(url, chance, there, size)
            there = size
            for what, measured in _queries(store):
                yield (what, size), measured
            part = entries // ROUNDS
            cpu = time.process_time()
            rates = [ingest(store, chance, 10 * size + n * part, part) for n in range(ROUNDS)]
            yield (INGEST, size), spread(rates)
            yield (INGEST_CPU, size), ((time.process_time() - cpu) * 1000 / part / ROUNDS, 0.0)


def fill(url: str, chance: random.Random, first: int, last: int) -> None:
    """Store events ``first`` to ``last``, varied from a thousand models."""
    engine = engines.writer(engines.parse(url))
    models = [_event(_report(chance, n), NOW) for n in range(1000)]
    columns = [mapping.event_columns(model) for model in models]
    base = (first + 1) * 1000  # beyond the ids that ingest at the size before has used
    for start in range(first, last, 5000):
        numbers = range(start, min(start + 5000, last))
        figures = [
            mapping.figure_columns(base + n, 0, models[n % len(models)].ledger[0]) for n in numbers
        ]
        rows = [_row(columns[n % len(columns)], base + n, NOW - (n + 1) * GAP) for n in numbers]
        words = [{"rowid": row["position"], "words": _words(chance, 48)} for row in rows]
        words[0]["words"] += " quokka"
        with engine.begin() as connection:
            for table, values in ((EVENT, rows), (FIGURE, figures), (WORDS, words)):
                connection.execute(insert(table), values)
    engine.dispose()


def _row(model: dict[str, Any], event_id: int, at: dt.datetime) -> dict[str, Any]:
    """Return a model's row as another event's."""
    data = model["data"].replace('"id":0,', f'"id":{event_id},', 1)
    own = {"id": event_id, "position": mapping.position(event_id, at), "data": data}
    return model | own | {"first_seen_at": at, "updated_at": at, "occurred_at": at}


def _queries(store: SqlStore) -> Iterator[tuple[str, tuple[float, float]]]:
    week = NOW - dt.timedelta(days=7)
    asked = {
        "digest of 7 days, one country": EventFilter(since=week, country="PK"),
        "search, a common word, first 10": EventFilter(text="balor", limit=10),
        "search, three words, first 10": EventFilter(text="balor demin fitas", limit=10),
        "search, a rare word": EventFilter(text="quokka", limit=10),
        "latest 10": EventFilter(limit=10),
    }
    for what, wanted in asked.items():
        yield what, _answered(lambda w=wanted: store.read_sync(lambda r: r.events.find(None, w)))  # type: ignore[misc]


def _answered(ask: Callable[[], Sequence[object]], times: int = 9) -> tuple[float, float]:
    """Return the milliseconds of runs that find no value parsed before."""
    taken = []
    for _ in range(times):
        mapping._event.cache_clear()  # noqa: SLF001 - a digest's first run is what counts
        start = time.process_time()
        if not ask():
            raise SystemExit("nothing was found")
        taken.append((time.process_time() - start) * 1000)
    return spread(taken)


if __name__ == "__main__":
    main()
