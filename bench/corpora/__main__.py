"""`./run.sh corpora`: odd feeds and their mutants through the program, twice; none may hurt."""

from __future__ import annotations

import argparse
import asyncio
import heapq
import logging
import sys
import tempfile
import time
from operator import itemgetter
from pathlib import Path

from bench.corpora.harness import Tally, corpora
from bench.corpora.mutants import mutants
from bench.corpora.sources import (
    Document,
    NoCorpusError,
    feedparser_documents,
    sample_documents,
    shared_documents,
)

_SHOWN = 10


def main() -> int:
    """Run everything that is at hand; return 1 where anything went wrong."""
    arguments = _arguments()
    logging.basicConfig(level=logging.CRITICAL)
    try:
        theirs = [] if arguments.own else feedparser_documents()
    except NoCorpusError as error:
        print(f"corpora: {error}", file=sys.stderr)
        return 2
    files = [*theirs, *shared_documents(), *sample_documents()][: arguments.most]
    made = [mutant for file in files for mutant in mutants(file, arguments.seed)]
    print(f"{len(theirs)} of feedparser's test files among {len(files)} files", flush=True)
    tally, took = _run([*files, *made])
    tally.documents, tally.mutants = len(files), len(made)
    _report(tally, took)
    return 0 if tally.holds else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run.sh corpora", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of the mutants")
    parser.add_argument("--most", type=int, default=None, help="take only so many files")
    parser.add_argument("--own", action="store_true", help="leave feedparser's files out")
    return parser.parse_args()


def _run(documents: list[Document]) -> tuple[Tally, float]:
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="khabardar-corpora-") as folder:
        tally = asyncio.run(corpora(documents, Path(folder)))
    return tally, time.monotonic() - started


def _report(tally: Tally, took: float) -> None:
    slowest = heapq.nlargest(3, tally.seconds.items(), key=itemgetter(1))
    lines = {
        "FILES": tally.documents,
        "MUTANTS": tally.mutants,
        "REFUSED": f"{tally.failed} (over both runs)",
        "ENTRIES": tally.entries,
        "EVENTS": tally.events,
        "MESSAGES": tally.messages,
        "BAD_MESSAGES": len(tally.bad_messages),
        "EXCEPTIONS": len(tally.exceptions),
        "ROWS_ADDED_BY_SECOND": tally.rows_added,
        "TOO_SLOW": len(tally.slow),
        "SLOWEST": "; ".join(f"{seconds:.2f} s {name}" for name, seconds in slowest),
        "TOOK": f"{took:.0f} s",
    }
    for name, value in lines.items():
        print(f"{name:22}{value}")
    for trouble in [*tally.exceptions[:_SHOWN], *tally.bad_messages[:_SHOWN]]:
        print(f"  {trouble}")
    for why, count in tally.refused.most_common(_SHOWN):
        print(f"  {count:6} refused: {why}")
    print("nothing went wrong" if tally.holds else "SOMETHING WENT WRONG")


if __name__ == "__main__":
    sys.exit(main())
