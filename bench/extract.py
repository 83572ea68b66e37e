"""Extraction against its floor: spaCy's blank English tokenizer with a sentence splitter.

Articles are 800 words long: the annotated news articles where they are beside the repository, else
our own evaluation articles, joined until they are. Our own are few and dense: the tokenizer knows
all their words after one round, so that its floor is lower and the ratio higher than on real news.

Both ways run in turn in one process; start-up and memory
are those of a process of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import spacy

from bench.table import Figure, progress, show, spread, timed
from bot.domain.reports import Article
from bot.extraction.extractor import SpacyExtractor

OWN = Path(__file__).parents[1] / "tests" / "data" / "eval" / "own.articles.jsonl"
SHARED = Path(os.environ.get("KHABARDAR_SHARED") or Path(__file__).parents[2] / "shared")
REAL = SHARED / "data" / "articles" / "dev.articles.jsonl"
WORDS = 800
ROUNDS = 9
GOAL = 4.0
"""Times the floor that full extraction may cost."""


def main() -> None:
    """Measure and print."""
    articles = list(_articles())
    floor = spacy.blank("en")
    floor.add_pipe("sentencizer")
    extractor = SpacyExtractor()
    rounds: dict[str, list[float]] = {"floor": [], "full": []}
    for number in range(ROUNDS + 1):
        progress(f"round {number} of {ROUNDS}")
        split, _ = timed(partial(_each, floor, articles), runs=1)
        full, _ = timed(partial(extractor.extract_many, articles), runs=1)
        if number:  # the first warms up
            rounds["floor"].append(split * 1000 / len(articles))
            rounds["full"].append(full * 1000 / len(articles))
    (low, low_spread), (high, high_spread) = spread(rounds["floor"]), spread(rounds["full"])
    seconds, megabytes = _process()
    show(
        "extract",
        [
            Figure("tokenizer and sentence splitter, an article", low, "ms", low_spread),
            Figure(f"full extraction (at most {GOAL:g} floors)", high, "ms", high_spread),
            Figure("full extraction / floor", high / low, "×"),
            Figure("process start to first report (goal 1.5 s)", seconds, "s"),
            Figure("memory of the process (goal 250 MB)", megabytes, "MB"),
        ],
    )


def _each(nlp: spacy.language.Language, articles: list[Article]) -> None:
    for article in articles:
        nlp(f"{article.title}\n\n{article.text}")


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


def _process() -> tuple[float, float]:
    """Return the seconds until a fresh process has read an article, and its peak memory."""
    begin = time.perf_counter()
    answer = subprocess.run(
        [sys.executable, "-m", "bench.one_report"], capture_output=True, text=True, check=True
    )
    return time.perf_counter() - begin, float(answer.stdout)


if __name__ == "__main__":
    main()
