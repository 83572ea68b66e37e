"""Extraction against its floor: spaCy's blank English tokenizer with a sentence splitter.

Articles are 800 words long: the annotated news articles where they are beside the repository, else
our own evaluation articles, joined until they are. Our own are few and dense: the tokenizer knows
all their words after one round, so that its floor is lower and the ratio higher than on real news.

Extraction is given all articles at once, as the bot gives it what has arrived, and once more one a
call; the tokenizer gains next to nothing from the former. The peers of ``extract_peers`` run
beside it, all in turn in one process; start-up and memory are those of a process of their own.
Times are CPU, for the machine may be busy.
"""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from bench import extract_peers
from bench.extract_peers import Way
from bench.table import Figure, progress, show, spread
from bot.domain.reports import Article
from bot.extraction.extractor import SpacyExtractor

OWN = Path(__file__).parents[1] / "tests" / "data" / "eval" / "own.articles.jsonl"
SHARED = Path(os.environ.get("KHABARDAR_SHARED") or Path(__file__).parents[2] / "shared")
REAL = SHARED / "data" / "articles" / "dev.articles.jsonl"
WORDS = 800
ROUNDS = 9
WARMING = 2
"""Rounds before: the tokenizers learn the words."""
FLOOR = "tokenizer and sentence splitter"
FULL = "full extraction"
ALONE = "full extraction, one call an article"
GOAL = 4.0
"""Times the floor that full extraction may cost."""
SECONDS, MEGABYTES = 1.5, 250
"""What the first report of a fresh process may take."""
Reading = Callable[[Sequence[Article]], object]
"""A way to read articles."""


def main() -> None:
    """Measure and print."""
    articles = list(_articles())
    seconds, cpu, megabytes = (
        _process()
    )  # first: a process's peak begins at that of the one it left
    extractor = SpacyExtractor()
    peers = {name: _each_alone(way) for name, way in extract_peers.ways().items()}
    ways = {**peers, FULL: extractor.extract_many, ALONE: _each_alone(extractor.extract)}
    rounds = _rounds(ways, articles)
    show(
        "extract",
        [
            *(Figure(f"{way}, an article", *_each(rounds[way])) for way in ways),
            _within(GOAL, "full extraction / floor, a round", *_ratio(rounds, FULL)),
            Figure("one call an article / floor, a round", *_ratio(rounds, ALONE)),
            _within(SECONDS, "process start to first report", seconds, "s"),
            Figure("CPU of that", cpu, "s"),
            _within(MEGABYTES, "memory of the process", megabytes, "MB"),
        ],
    )


def _within(most: float, name: str, value: float, unit: str, half: float = 0.0) -> Figure:
    """Return a figure that may be so much at most."""
    return Figure(f"{name}, of {most:g} {unit}", value, unit, half, most / value, 1)


def _each(seconds: Sequence[float]) -> tuple[float, str, float]:
    middle, half = spread(seconds)
    return middle, "ms", half


def _ratio(rounds: Mapping[str, Sequence[float]], way: str) -> tuple[float, str, float]:
    ratio, half = spread([b / a for a, b in zip(rounds[FLOOR], rounds[way], strict=True)])
    return ratio, "×", half


def _each_alone(way: Way) -> Reading:
    def read(articles: Sequence[Article]) -> None:
        for article in articles:
            way(article)

    return read


def _rounds(ways: Mapping[str, Reading], articles: Sequence[Article]) -> dict[str, list[float]]:
    """Return the milliseconds of CPU an article of each way, one a round; all ways in turn."""
    found: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(ROUNDS + WARMING):
        progress(f"round {number} of {ROUNDS}")
        if number == WARMING:  # all is built: as in the worker, none of it is swept again
            gc.collect()
            gc.freeze()
        for name, way in ways.items():
            begin = time.process_time()
            way(articles)
            if number >= WARMING:
                found[name].append((time.process_time() - begin) * 1000 / len(articles))
    return found


def _articles() -> Iterator[Article]:
    """Yield long articles: each own one, followed by others until it has 800 words."""
    file = REAL if REAL.is_file() else OWN
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for number, row in enumerate(rows):
        text, step = row["text"], 1
        while len(text.split()) < WORDS:
            text += "\n\n" + rows[(number + step) % len(rows)]["text"]
            step += 1
        text = " ".join(text.split(" ")[:WORDS])
        yield Article(id=row["id"], title=row["title"], text=text)


def _process() -> tuple[float, float, float]:
    """Return the seconds until a fresh process has read an article, its CPU and peak memory."""
    begin = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-m", "bench.one_report"], capture_output=True, text=True, check=True
    )
    cpu, megabytes = map(float, answer.stdout.split())
    return time.perf_counter() - begin, cpu, megabytes


if __name__ == "__main__":
    main()
