"""How soon the program is there: ``python -m bench.start``.

Each way is a process of its own, one after the other in each round; what counts is its CPU time
from start to end, which is how long it takes on a machine that does nothing else. A bare
interpreter is the floor under all of them. The peers import eagerly what the program is built with,
and give spaCy's EntityRuler place names to find, as a straightforward extractor would. The index of
subscriptions is filled from a database as the service does.
"""

from __future__ import annotations

import datetime as dt
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import insert

from bench.match_corpus import Corpus
from bench.table import Figure, progress, show, spread
from bot.domain.chats import ChatType
from bot.pipeline.watchlist import Watchlist
from storage import engines
from storage.models import SUBSCRIPTION
from storage.store import SqlStore

ROUNDS = 7
NAMES = 20_000
HELP_SECONDS, READY_SECONDS = 0.1, 1.5
SUBSCRIPTIONS = 100_000
NOW = dt.datetime(2026, 3, 4, tzinfo=dt.UTC)

_EAGER = (
    "import aiohttp, alembic.command, apscheduler.schedulers.asyncio, feedparser,"
    " pydantic_settings, rich.console, selectolax.lexbor, spacy, sqlmodel, structlog, telegram.ext,"
    " typer, uvloop;"
)
_HELP = "from khabardar.cli import app, run; run(app, ['--help'])"
_ARTICLE = "'Two killed in Quetta blast', 'A blast killed two people in Quetta on Monday.'"
_READY = (
    "from bot.domain.reports import Article; from bot.extraction.extractor import SpacyExtractor;"
    f"print(SpacyExtractor().extract(Article('1', {_ARTICLE})).kind)"
)
_RULER = (
    "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('sentencizer');"
    f"names = [f'Town{{n:x}} Ville' for n in range({NAMES})];"
    "nlp.add_pipe('entity_ruler').add_patterns({'label': 'GPE', 'pattern': n} for n in names);"
    f"print(list(nlp(' '.join(({_ARTICLE}))).sents))"
)
WAYS = {
    "python alone": "pass",
    "--help, everything imported": _EAGER + _HELP,
    "--help": _HELP,
    f"first article read: EntityRuler, {NAMES:,} names": _RULER,
    "first article read: ours, 320,000 names": _READY,
}


def main() -> None:
    """Measure and print."""
    rounds: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(ROUNDS):
        progress(f"round {number + 1} of {ROUNDS}")
        for name, code in WAYS.items():
            rounds[name].append(_seconds(code))
    show("start", [*_figures(rounds), *_index()])


def _seconds(code: str) -> float:
    begin = _children()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return _children() - begin


def _children() -> float:
    """Return the CPU seconds of the processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _figures(rounds: dict[str, list[float]]) -> Iterator[Figure]:
    _, eager, ours, ruler, ready = WAYS
    for name, seconds in rounds.items():
        middle, quartiles = spread(seconds)
        peer = {ours: eager, ready: ruler}.get(name)
        ratio = None
        if peer is not None:
            ratio = spread([p / mine for p, mine in zip(rounds[peer], seconds, strict=True)])[0]
        yield Figure(name, middle * 1000, "ms", quartiles * 1000, ratio)
    for name, limit in ((ours, HELP_SECONDS), (ready, READY_SECONDS)):
        middle, quartiles = spread(rounds[name])
        within = f"{name}, of {limit:g} s"
        yield Figure(within, middle * 1000, "ms", quartiles * 1000, limit / middle, 1)


def _index() -> Iterator[Figure]:
    """Measure the first fill of the watchlist."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'bench.db'}"
        with SqlStore(url) as store:
            _subscribe(store, url)
            progress(f"index of {SUBSCRIPTIONS:,} subscriptions")
            seconds = [_filled(store) for _ in range(3)]
    middle, quartiles = spread(seconds)
    name = f"index of {SUBSCRIPTIONS:,} subscriptions from the database"
    yield Figure(name, middle * 1000, "ms", quartiles * 1000)


def _filled(store: SqlStore) -> float:
    watchlist = Watchlist()
    begin = time.process_time()
    store.read_sync(watchlist.sync)
    return time.process_time() - begin


def _subscribe(store: SqlStore, url: str) -> None:
    store.write_sync(lambda work: work.chats.ensure(1, ChatType.PRIVATE, NOW))
    row = {"chat_id": 1, "created_at": NOW, "paused": False}
    # A topic each, as a chat has a query only once.
    rows = [
        row | {"thread_id": one.id + 1, "query": one.query} for one in Corpus().mixed(SUBSCRIPTIONS)
    ]
    engine = engines.writer(engines.parse(url))
    with engine.begin() as connection:
        connection.execute(insert(SUBSCRIPTION), rows)
    engine.dispose()


if __name__ == "__main__":
    main()
