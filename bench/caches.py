"""What the bounded caches of the service's own process take when they are full.

What grows while the service runs, and has an end: this says where the end is. Stored values are
those of made-up reports with the usual number of words; names and words are all different.
"""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Any

from bench.events_world import World
from bench.table import Figure, show
from bot.domain.events import SourcedReport
from bot.events.revising import open_event
from bot.events.signature import sign
from bot.events.words import root
from bot.matching.commonness import Commonness
from bot.matching.lemma import lemma
from bot.matching.names import phrase_key, place_key
from storage import mapping
from storage.engines import CACHE_KB, READERS

KEYS = 199_900
"""As many as ``Commonness`` keeps, but for some."""
A_DOCUMENT = 100


def main() -> None:
    """Fill, measure and print."""
    show("caches", [*_stored(), *_words(), *_pages()])


def _stored() -> Iterator[Figure]:
    told = list(World(1).reports(1000, 8))
    for name, read, written in (
        ("signatures", mapping._signature, _signature),  # noqa: SLF001 - no public name shows them
        ("reports", mapping._report, _report),  # noqa: SLF001
        ("events", mapping._event, _event),  # noqa: SLF001
    ):
        most = int(read.cache_parameters()["maxsize"] or 0)
        size = _megabytes(partial(_read_all, read, (written(one) for one in told[:most])))
        yield Figure(f"{name}, {most:,}", size, "MB")
        yield Figure("  one", size * 1e6 / most, "bytes")
        yield Figure(
            "  read anew", _microseconds(read.__wrapped__, [written(x) for x in told]), "µs"
        )


def _signature(one: SourcedReport) -> tuple[Any, ...]:
    return mapping.signature_json(sign(one)), one.report_id


def _report(one: SourcedReport) -> tuple[Any, ...]:
    return (mapping.report_json(one.report),)


def _event(one: SourcedReport) -> tuple[Any, ...]:
    return (mapping.event_json(open_event(one).after),)


def _words() -> Iterator[Figure]:
    for what, keep in (
        ("words' base forms", lemma),
        ("keys of places", place_key),
        ("keys of names", phrase_key),
        ("roots that merging compares", root),
    ):
        most = int(keep.cache_parameters()["maxsize"] or 0)
        keep("once")  # tables that it reads once are no part of it
        words = _new_words()
        size = _megabytes(partial(_read_all, keep, ((one,) for one in islice(words, most))))
        yield Figure(f"{what}, {most:,}", size, "MB")
    yield Figure(f"how common keys are, {KEYS:,}", _megabytes(_observe), "MB")


def _observe() -> Commonness:
    words, common = _new_words(), Commonness()
    for _ in range(KEYS // A_DOCUMENT):
        common.observe(islice(words, A_DOCUMENT))
    return common


def _pages() -> Iterator[Figure]:
    yield Figure(
        f"SQLite's pages, 1 writer and {READERS} readers", CACHE_KB * (1 + READERS) / 1e3, "MB"
    )


def _new_words() -> Iterator[str]:
    chance = random.Random(1)
    while True:
        yield "".join(chance.choices("abdegiklmnoprstu", k=8))


def _read_all(read: Callable[..., object], given: Iterable[tuple[Any, ...]]) -> None:
    """Read what is given, made one by one: a cache keeps what it was asked with too."""
    for one in given:
        read(*one)


def _megabytes(fill: Callable[[], object]) -> float:
    gc.collect()
    tracemalloc.start()
    filled = fill()
    gc.collect()
    size, _ = tracemalloc.get_traced_memory()
    del filled
    tracemalloc.stop()
    return size / 1e6


def _microseconds(read: Callable[..., object], given: Sequence[tuple[Any, ...]]) -> float:
    start = time.process_time()
    _read_all(read, given)
    return (time.process_time() - start) * 1e6 / len(given)


if __name__ == "__main__":
    main()
