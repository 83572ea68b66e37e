"""Time and memory of merging one report while the stored events grow.

    python -m bench.events --sizes 1000,10000,100000,1000000

A made-up world tells about 1,000 reports of 400 events in four days (words by Zipf's law, several
publishers an event). The archive is filled behind the repositories' back with copies of that world,
each some days further in the past, so that every day holds as much as any other; then new reports
are merged as the pipeline merges them: signed, candidates looked up, one chosen, the event stored.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.domain.events import SourcedReport
from bot.domain.reports import Casualties, Incident, IncidentType, Kind, Report
from bot.domain.values import Count, DateSpan, Place, PlacePrecision, Severity
from bot.events.merger import candidates_of, choose
from bot.events.revising import join, open_event
from bot.events.signature import sign
from bot.protocols import Work
from storage.store import SqlStore

NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
WORLD, EVENTS = 1000, 400
FRESH = 300
"""Reports merged and measured at each size."""
STEP = 3
"""Buckets between two copies of the world: none is a candidate of the next."""
COPY = """
INSERT INTO event SELECT id + :off, position + :off * 100, {event} FROM event WHERE id <= :events;
INSERT INTO report SELECT id + :off, NULL, event_id + :off, {report} FROM report WHERE id <= :world;
INSERT INTO block (report_id, key, event_id)
  SELECT report_id + :off,
    '|' || (CAST(substr(key, 2, instr(key, ':') - 2) AS INTEGER) - :shift)
        || substr(key, instr(key, ':')),
    event_id + :off
  FROM block WHERE report_id <= :world;
"""


@dataclass(frozen=True, slots=True)
class Line:
    """What merging one report costs at a size: medians, and the process's memory."""

    stored: int
    sign_ms: float
    find_ms: float
    choose_ms: float
    whole_ms: float
    candidates: float
    merged: float
    memory_mb: float


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        lines = list(_growing(Path(folder) / "bench.db", arguments.sizes))
    _show(lines)
    if arguments.json:
        arguments.json.write_text(json.dumps([asdict(line) for line in lines], indent=1) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="merging one report while the archive grows")
    parser.add_argument("--sizes", type=_sizes, default=(1_000, 10_000, 100_000))
    parser.add_argument("--folder", type=Path, help="where the database is made")
    parser.add_argument("--json", type=Path, help="write the figures there too")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in text.split(",")))


# --- made-up news --------------------------------------------------------------------------------


class World:
    """Tells of events in words that are frequent by Zipf's law."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._words = [
            "".join(self._chance.choices("abdegiklmnoprstu", k=7)) for _ in range(30_000)
        ]
        self._odds = [1 / rank for rank in range(1, len(self._words) + 1)]

    def reports(self, count: int, events: int) -> Iterator[SourcedReport]:
        """Yield reports of some events, each told by several publishers."""
        vocabularies = [self._draw(60) for _ in range(events)]
        for number in range(count):
            event = self._chance.randrange(events)
            yield self._report(number, event, vocabularies[event])

    def _draw(self, count: int) -> list[str]:
        return self._chance.choices(self._words, self._odds, k=count)

    def _report(self, number: int, event: int, vocabulary: Sequence[str]) -> SourcedReport:
        own = self._chance.sample(vocabulary, 40) + self._draw(160)
        self._chance.shuffle(own)
        at = NOW + dt.timedelta(minutes=self._chance.randrange(4 * 24 * 60))
        day = (NOW + dt.timedelta(days=event % 4)).date()
        place = Place(
            f"{vocabulary[0]}pur", "Sindh", "PK", 28.3, 68.4, precision=PlacePrecision.PLACE
        )
        report = Report(
            article_id=str(number),
            kind=Kind.INCIDENT,
            title=" ".join(vocabulary[:8]),
            published_at=at,
            severity=Severity.MODERATE,
            incident=Incident(
                (IncidentType.BOMBING,),
                occurred_on=DateSpan(day, day),
                place=place,
                casualties=Casualties(killed=Count(event % 9, event % 9)),
            ),
        )
        publisher = f"Paper {self._chance.randrange(40)}"
        return SourcedReport(report, publisher, f"https://example.org/{number}", at, " ".join(own))


# --- measuring -----------------------------------------------------------------------------------


def _growing(file: Path, sizes: Sequence[int]) -> Iterator[Line]:
    with SqlStore(f"sqlite:///{file}") as store:
        _merge_all(store, World(1).reports(WORLD, EVENTS))
    stored = world = _events(file)
    for turn, size in enumerate(sizes):
        stored = _fill(file, stored, world, size)
        with SqlStore(f"sqlite:///{file}") as store:
            yield _measure(store, stored, World(2 + turn).reports(FRESH, FRESH // 3))


def _events(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])


def _fill(file: Path, stored: int, world: int, size: int) -> int:
    """Copy the world into the past until ``size`` events are stored; return how many are."""
    connection = sqlite3.connect(file, isolation_level=None)
    copy = COPY.format(
        event=_others(connection, "event", 2), report=_others(connection, "report", 3)
    )
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    while stored < size:
        highest = connection.execute("SELECT max(id) FROM report").fetchone()[0]
        nth = highest // WORLD + 1
        values = {"off": nth * WORLD, "shift": nth * STEP, "events": world, "world": WORLD}
        for statement in copy.split(";")[:-1]:
            connection.execute(statement, values)
        stored += world
    connection.execute("ANALYZE")
    connection.close()
    return stored


def _others(connection: sqlite3.Connection, table: str, first: int) -> str:
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    return ", ".join(names[first:])


def _merge_all(store: SqlStore, reports: Iterator[SourcedReport]) -> None:
    kept = list(reports)
    store.write_sync(lambda work: [_merge(work, one) for one in kept])


def _measure(store: SqlStore, stored: int, reports: Iterator[SourcedReport]) -> Line:
    kept = list(reports)
    found = store.write_sync(lambda work: [_merge(work, one) for one in kept])
    sign_ms, find_ms, choose_ms, whole_ms = (
        statistics.median(one[part] for one in found) * 1000 for part in range(4)
    )
    candidates = statistics.mean(one[4] for one in found)
    merged = statistics.mean(one[5] for one in found)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Line(stored, sign_ms, find_ms, choose_ms, whole_ms, candidates, merged, memory)


def _merge(work: Work, sourced: SourcedReport) -> tuple[float, float, float, float, int, bool]:
    """Merge one report as the pipeline does; return the seconds of its parts and what it met."""
    start = time.perf_counter()
    signature = sign(sourced)
    signed = time.perf_counter()
    near = candidates_of(
        (one.event_id, one.signature) for one in work.reports.candidates(signature, None)
    )
    looked = time.perf_counter()
    decision = choose(signature, near)
    chosen = time.perf_counter()
    stored = work.reports.save(sourced, signature, NOW)
    sourced = replace(sourced, report_id=stored.id)
    event = work.events.get(decision.event_id) if decision.event_id else None
    if event is None:
        event = work.events.add(open_event(sourced).after, NOW)
        work.reports.attach(stored.id, event.id)
    else:
        work.reports.attach(stored.id, event.id)
        mates = [one.sourced for one in work.reports.of_event(event.id)]
        work.events.save(join(event, mates, sourced).after, NOW)
    ended = time.perf_counter()
    joined = decision.event_id is not None
    return signed - start, looked - signed, chosen - looked, ended - start, len(near), joined


def _show(lines: Sequence[Line]) -> None:
    table = Table(title="Merging one report (medians, ms)", title_justify="left")
    heads = ("events stored", "sign", "find", "choose", "whole", "candidates", "merged", "MB")
    for head in heads:
        table.add_column(head, justify="right")
    for line in lines:
        parts = (line.sign_ms, line.find_ms, line.choose_ms, line.whole_ms, line.candidates)
        cells = (f"{part:.1f}" for part in parts)
        table.add_row(f"{line.stored:,}", *cells, f"{line.merged:.0%}", f"{line.memory_mb:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
