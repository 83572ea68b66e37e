"""Time and memory of merging one report while the stored events grow.

    python -m bench.events --sizes 1000,10000,100000,1000000

The archive holds eight days of made-up news (``bench.events_world``), merged as the pipeline merges
them, and copies of those days, each twelve days further in the past, made in SQL: events, reports,
block keys and figures, texts only where they would still be kept. The same 300 reports, which
tell of these days too, are then merged at each size by a fresh process, and taken back.
"""

from __future__ import annotations

import argparse
import resource
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.progress import track

from bench.events_world import NOW, World
from bench.table import Figure, show, spread
from bot.config import Settings
from bot.domain.events import SourcedReport
from bot.events.merger import choose
from bot.events.signature import BUCKET_DAYS, sign
from bot.pipeline.walk import merge
from bot.protocols import Work
from storage.store import SqlStore
from storage.work import SqlWork

EVENTS, DAYS = 1200, 8
FRESH = 300
"""Reports merged and measured at each size: the newest of the world."""
BATCH = 32
GROWTH = 2
"""How many times more a report may cost among the most events than among the fewest."""
GAP = 12
"""Days from one copy of the world to the next: no copy is a candidate of another."""
KEEP_TEXTS = Settings.model_fields["keep_texts"].default
BACK = "strftime('%Y-%m-%d %H:%M:%f000', {column}, '-' || :days || ' days')"
COPY = {
    "event": {
        "id": "id + :events",
        "position": "((position >> 20) - :days * 86400) << 20 | (id + :events) & 1048575",
        **{column: BACK.format(column=column) for column in ("first_seen_at", "updated_at")},
    },
    "report": {
        "id": "id + :reports",
        "entry_id": "NULL",
        "event_id": "event_id + :events",
        "seen_at": BACK.format(column="seen_at"),
        "text": "CASE WHEN :days > :keep THEN '' ELSE text END",
    },
    "block": {
        "report_id": "report_id + :reports",
        "key": "'|' || (CAST(substr(key, 2) AS INTEGER) - :buckets)"
        " || substr(key, instr(key, ':'))",
        "event_id": "event_id + :events",
    },
    "figure": {"event_id": "event_id + :events", "report_id": "report_id + :reports"},
}
"""How each column of a copied row is made of the world's; the others are as they are."""


class UndoneError(Exception):
    """Ends a transaction so that nothing of it stays."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Milliseconds of CPU of the steps of one report, and what it was compared with."""

    sign_ms: float
    find_ms: float
    choose_ms: float
    compared: int
    joined: bool


@dataclass(frozen=True, slots=True)
class Line:
    """What merging one report costs at a size: medians, and the process's peak memory."""

    stored: int
    sign_ms: float
    find_ms: float
    choose_ms: float
    cpu_ms: float
    cpu_half: float
    """Half of the distance between the quartiles."""
    wall_ms: float
    slow_ms: float
    """CPU that one report in twenty needs more than."""
    compared: float
    joined: float
    memory_mb: float
    file_mb: float


def main() -> None:
    arguments = _arguments()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        lines = list(_growing(Path(folder) / "bench.db", arguments.sizes, arguments.world))
    show("events", list(_figures(lines)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="merging one report while the archive grows")
    parser.add_argument("--sizes", type=_sizes, default=(1_000, 10_000, 100_000))
    parser.add_argument("--world", type=int, default=EVENTS, help="events of eight days")
    parser.add_argument("--folder", type=Path, help="where the database is made (1 M: 15 GB)")
    return parser.parse_args()


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(sorted(int(size) for size in text.split(",")))


def _told(events: int) -> list[SourcedReport]:
    return sorted(World(1).reports(events, DAYS), key=lambda one: one.seen_at)


# --- growing -------------------------------------------------------------------------------------


def _growing(file: Path, sizes: Sequence[int], world: int) -> Iterator[Line]:
    _merge_all(file, _told(world)[:-FRESH])
    copier = Copier(file)
    for size in sizes:
        stored = copier.fill(size)
        # A process of its own: its memory is that of merging, not of filling.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            yield pool.submit(_measure, file, stored, world).result()


def _merge_all(file: Path, reports: Sequence[SourcedReport]) -> None:
    batches = list(_batches(reports))
    with SqlStore(f"sqlite:///{file}") as store:
        for part in track(batches, "merging eight days"):
            store.write_sync(partial(_merge, part))


def _merge(reports: Sequence[SourcedReport], work: Work) -> None:
    for one in reports:
        merge(work, one, None, {}, NOW)


class Copier:
    """Fills a database behind the repositories' back with copies of what it holds at first."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with closing(self._open()) as connection:
            self._events = self._highest(connection, "event")
            self._reports = self._highest(connection, "report")
            self._statements = [_copy_of(connection, table) for table in COPY]

    def fill(self, size: int) -> int:
        """Copy until about ``size`` events are stored; return how many are."""
        with closing(self._open()) as connection:
            there, wanted = self._highest(connection, "event"), round(size / self._events)
            copies = range(there // self._events, wanted)
            for nth in track(copies, f"filling to {size:,} events"):
                for statement in self._statements:
                    connection.execute(statement, self._values(nth))
            connection.execute("PRAGMA analysis_limit = 1000")
            connection.execute("ANALYZE")
            return self._highest(connection, "event")

    def _values(self, nth: int) -> dict[str, int]:
        days = nth * GAP
        return {
            "days": days,
            "buckets": days // BUCKET_DAYS,
            "keep": KEEP_TEXTS.days,
            "events": nth * self._events,
            "reports": nth * self._reports,
            "last_event": self._events,
            "last_report": self._reports,
        }

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    @staticmethod
    def _highest(connection: sqlite3.Connection, table: str) -> int:
        return int(connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0])


def _copy_of(connection: sqlite3.Connection, table: str) -> str:
    """Return the statement that copies a table's rows of the world ``:days`` into the past."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    values = ", ".join(COPY[table].get(name, f'"{name}"') for name in names)
    of_event = "id" if table == "event" else "event_id"
    own = "report_id <= :last_report" if table == "block" else f"{of_event} <= :last_event"
    return f"INSERT INTO {table} SELECT {values} FROM {table} WHERE {own}"


# --- measuring -----------------------------------------------------------------------------------


def _measure(file: Path, stored: int, world: int) -> Line:
    """Merge the fresh reports in batches as the pipeline does; nothing of it stays."""
    parts: list[Parts] = []
    taken: list[tuple[float, float]] = []

    def job(work: Work) -> None:
        for batch in _batches(_told(world)[-FRESH:]):
            # A batch has a unit of work of its own; they share a transaction to be taken back.
            own = SqlWork(work._connection)  # type: ignore[attr-defined]  # noqa: SLF001 - see above
            parts.extend(_parts(own, one) for one in batch)
        raise UndoneError

    def whole(work: Work) -> None:
        for batch in _batches(_told(world)[-FRESH:]):
            own = SqlWork(work._connection)  # type: ignore[attr-defined]  # noqa: SLF001 - see above
            taken.extend(_timed(own, batch))
        raise UndoneError

    with SqlStore(f"sqlite:///{file}") as store:
        for each in (whole, job):
            with suppress(UndoneError):
                store.write_sync(each)
    cpu, half = spread([cpu for cpu, _ in taken])
    return Line(
        stored=stored,
        sign_ms=statistics.median(one.sign_ms for one in parts),
        find_ms=statistics.median(one.find_ms for one in parts),
        choose_ms=statistics.median(one.choose_ms for one in parts),
        cpu_ms=cpu,
        cpu_half=half,
        wall_ms=statistics.median(wall for _, wall in taken),
        slow_ms=statistics.quantiles((cpu for cpu, _ in taken), n=20)[-1],
        compared=statistics.mean(one.compared for one in parts),
        joined=statistics.mean(one.joined for one in parts),
        memory_mb=_peak(),
        file_mb=file.stat().st_size / 1e6,
    )


def _batches(reports: Sequence[SourcedReport]) -> Iterator[Sequence[SourcedReport]]:
    for first in range(0, len(reports), BATCH):
        yield reports[first : first + BATCH]


def _timed(work: SqlWork, batch: Sequence[SourcedReport]) -> Iterator[tuple[float, float]]:
    """Yield the CPU and the time of each report in ms, with its share of the batch's end."""
    found = []
    for one in batch:
        start = _now()
        merge(work, one, None, {}, NOW)
        found.append(_since(start))
    start = _now()
    work.finish()
    cpu, wall = _since(start)
    yield from ((one[0] + cpu / len(batch), one[1] + wall / len(batch)) for one in found)


def _parts(work: SqlWork, sourced: SourcedReport) -> Parts:
    """Time the steps before a report is stored, then store it untimed."""
    start = _now()
    signature = sign(sourced)
    signed, start = _since(start), _now()
    near = work.reports.candidates(signature, None)
    looked, start = _since(start), _now()
    decision = choose(signature, near)
    chosen = _since(start)
    merge(work, sourced, None, {}, NOW)
    compared = sum(len(one.signatures) for one in near)
    joined = decision.event_id is not None
    return Parts(signed[0], looked[0], chosen[0], compared, joined)


def _now() -> tuple[float, float]:
    return time.thread_time(), time.perf_counter()


def _since(start: tuple[float, float]) -> tuple[float, float]:
    return 1000 * (time.thread_time() - start[0]), 1000 * (time.perf_counter() - start[1])


def _peak() -> float:
    """Return this process's peak memory in megabytes.

    ``getrusage`` would count the process that started this one too.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _figures(lines: Sequence[Line]) -> Iterator[Figure]:
    """Give what a report costs at each size; the smallest is what the others are beside."""
    first = lines[0].cpu_ms
    for line in lines:
        at = f"{line.stored:,} events"
        slower = line.cpu_ms / first
        beside = (GROWTH / slower, 1) if line is not lines[0] else (None, None)
        yield Figure(f"{at}: a report merged, CPU", line.cpu_ms, "ms", line.cpu_half, *beside)
        for what, value in (
            ("of it signing", line.sign_ms),
            ("of it finding candidates", line.find_ms),
            ("of it choosing", line.choose_ms),
            ("one in twenty takes", line.slow_ms),
            ("by the clock", line.wall_ms),
        ):
            yield Figure(f"  {what}", value, "ms")
        yield Figure("  compared with", line.compared, "reports")
        yield Figure("  joined an event", 100 * line.joined, "%")
        yield Figure("  memory of the process", line.memory_mb, "MB")
        yield Figure("  database", line.file_mb, "MB")


if __name__ == "__main__":
    main()
