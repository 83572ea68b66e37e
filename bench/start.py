"""How soon the program is there: ``python -m bench.start``.

Each way is a process of its own, one after the other in each round; what counts is its CPU time
from start to end, which is how long it takes on a machine that does nothing else. A bare
interpreter is the floor under all of them. The peers import eagerly what the program is built with,
and give spaCy's EntityRuler place names to find, as a straightforward extractor would. The index of
subscriptions is made from a database as the service does, and from one that was kept
(``bench.start_index``); ``--sizes 100000`` leaves out the million.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
from collections.abc import Iterator

from bench import start_index
from bench.table import Figure, progress, show, spread

ROUNDS = 7
NAMES = 20_000
HELP_SECONDS, READY_SECONDS = 0.1, 1.5

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
    sizes = _sizes()
    rounds: dict[str, list[float]] = {name: [] for name in WAYS}
    for number in range(ROUNDS):
        progress(f"round {number + 1} of {ROUNDS}")
        for name, code in WAYS.items():
            rounds[name].append(_seconds(code))
    show("start", [*_figures(rounds), *start_index.figures(sizes)])


def _sizes() -> tuple[int, ...]:
    parser = argparse.ArgumentParser(prog="bench start", description=__doc__)
    sizes = ",".join(map(str, start_index.SIZES))
    parser.add_argument("--sizes", default=sizes, help=f"of the index, default {sizes}")
    return tuple(map(int, parser.parse_args().sizes.split(",")))


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


if __name__ == "__main__":
    main()
