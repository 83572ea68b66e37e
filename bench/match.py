"""Speed of matching: the index beside its peers, in one run, on made-up subscriptions.

    python -m bench.match --sizes 1000,10000,100000,1000000

Peers are measured up to the sizes at which they are bearable (``--naive-up-to``,
``--peers-up-to``). Every answer of the index is compared with the naive loop's.
PhraseMatcher and the index beside it are timed from text to answer, the others from document.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench import match_language
from bench.match_corpus import Corpus
from bench.match_peers import FullText, Naive, Phrases
from bench.table import Figure, progress, show, spread
from bot.matching.document import Document, text_document
from bot.matching.index import Index
from bot.matching.query import parse

_LENGTHS = (150, 800)
_ARTICLES = 25
_NAIVE_ARTICLES = 3
_OBSERVED = 200
LARGEST = 1_000_000
"""Subscriptions at which the goals hold: seconds, MB, ms of a change, ms of an answer."""
READY, MEGABYTES, CHANGE, ANSWER = 10, 300, 0.1, 5
TIMES = {"naive loop": (100, LARGEST), "PhraseMatcher": (5, 100_000)}
"""How many times as long as the index a peer has to take, from how many subscriptions on."""
Rows = list[tuple[int, str]]


@dataclass(slots=True)
class Line:
    """One measured line: median and spread over the articles; ``ratio`` is peer over index."""

    engine: str
    subscriptions: int
    words: int
    matched: int
    ms: float
    half: float
    ratio: float = 1.0
    missed: int = 0

    @property
    def ours(self) -> bool:
        """Tell whether this is the index."""
        return self.engine.startswith("index")


@dataclass(slots=True)
class Built:
    """What an index of so many subscriptions costs to make and to keep."""

    subscriptions: int
    distinct: int
    seconds: float
    cpu_seconds: float
    megabytes: float
    add_ms: float
    remove_ms: float


def main(argv: Sequence[str] | None = None) -> int:
    options = _options(argv)
    if options.language:
        match_language.show()
        return 0
    corpus = Corpus(options.seed)
    built: list[Built] = []
    lines: list[Line] = []
    for size in options.sizes:
        progress(f"{size:,} subscriptions")
        build, measured = _measure(corpus, size, options)
        built.append(build)
        lines += measured
    show("match", list(_figures(built, lines)))
    return 1 if any(line.missed for line in lines if line.engine == "naive loop") else 0


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench match", description=__doc__)
    sizes = "1000,10000,100000,1000000"
    parser.add_argument("--sizes", type=_sizes, default=_sizes(sizes), help=f"default {sizes}")
    parser.add_argument("--naive-up-to", type=int, default=1_000_000)
    parser.add_argument("--peers-up-to", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--language", action="store_true", help="who finds which spelling, instead")
    return parser.parse_args(argv)


def _sizes(text: str) -> list[int]:
    return [int(size.replace("_", "")) for size in text.split(",")]


def _measure(corpus: Corpus, size: int, options: argparse.Namespace) -> tuple[Built, list[Line]]:
    rows = sorted(((row.id, row.query) for row in corpus.mixed(size)), key=lambda row: row[1])
    learnt = [corpus.document(corpus.article(800)) for _ in range(_OBSERVED)]
    index, build = _build(rows, learnt)
    documents = {
        words: [corpus.document(corpus.article(words)) for _ in range(_ARTICLES)]
        for words in _LENGTHS
    }
    lines = [_index_line("index", index, size, words, read) for words, read in documents.items()]
    if size <= options.naive_up_to:
        naive = Naive(rows)
        lines += [
            _beside("naive loop", naive.find, index, size, words, read[:_NAIVE_ARTICLES])
            for words, read in documents.items()
        ]
        del naive
    if size <= options.peers_up_to:
        full_text = FullText(rows)
        lines += [
            _beside("SQLite FTS5", full_text.find, index, size, words, read[:_NAIVE_ARTICLES])
            for words, read in documents.items()
        ]
        lines += _against_phrases(corpus, size)
    gc.unfreeze()
    return build, lines


def _build(rows: Rows, learnt: list[Document]) -> tuple[Index, Built]:
    gc.collect()
    before, start, cpu = _memory(), time.perf_counter(), time.process_time()
    index = Index()
    for document in learnt:
        index.observe(document)
    index.load((key + 0, query) for key, query in rows)  # numbers of its own, as from a database
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    megabytes = _memory() - before
    gc.collect()
    distinct = len({query for _, query in rows})
    add, remove = _change_times(index, rows)
    return index, Built(len(rows), distinct, seconds, cpu_seconds, megabytes, add, remove)


def _change_times(index: Index, rows: Rows) -> tuple[float, float]:
    """Return the median milliseconds of adding and of removing a subscription."""
    queries = [parse(text) for _, text in rows[:: max(1, len(rows) // 500)]]
    first = len(rows)
    added = [_ms(index.add, key, query) for key, query in enumerate(queries, first)]
    removed = [_ms(index.remove, key) for key in range(first, first + len(queries))]
    return statistics.median(added), statistics.median(removed)


def _index_line(
    engine: str, index: Index, size: int, words: int, documents: list[Document]
) -> Line:
    times = [_ms(index.match, document) for document in documents]
    matched = [len(index.match(document)) for document in documents]
    return Line(engine, size, words, int(statistics.median(matched)), *spread(times))


def _beside(
    engine: str,
    find: Callable[[Document], set[int]],
    index: Index,
    size: int,
    words: int,
    documents: list[Document],
) -> Line:
    ours = [_ms(index.match, document) for document in documents]
    times = [_ms(find, document) for document in documents]
    answers = [(find(document), _found(index, document)) for document in documents]
    wrong = sum(len(theirs ^ found) for theirs, found in answers)
    matched = int(statistics.median(len(theirs) for theirs, _ in answers))
    middle, half = spread(times)
    ratio = middle / statistics.median(ours)
    return Line(engine, size, words, matched, middle, half, ratio, wrong)


def _against_phrases(corpus: Corpus, size: int) -> list[Line]:
    """Measure both on words and phrases only, from text to answer."""
    rows = sorted(((row.id, row.query) for row in corpus.keywords(size)), key=lambda row: row[1])
    index, phrases = Index(), Phrases(rows)
    index.load(rows)
    gc.collect()
    lines = []
    for words in _LENGTHS:
        texts = [corpus.article(words) for _ in range(_ARTICLES)]
        ours, ours_half = spread([_ms(_from_text, index, text) for text in texts])
        theirs, half = spread([_ms(phrases.find, text) for text in texts])
        answers = [(_from_text(index, text), phrases.find(text)) for text in texts]
        matched = int(statistics.median(len(mine) for mine, _ in answers))
        missed = sum(len(mine - found) for mine, found in answers)
        lines += [
            Line("index (from text)", size, words, matched, ours, ours_half),
            Line("PhraseMatcher", size, words, matched, theirs, half, theirs / ours, missed),
        ]
    return lines


def _from_text(index: Index, text: str) -> set[int]:
    return _found(index, text_document(text))


def _found(index: Index, document: Document) -> set[int]:
    return {match.subscription_id for match in index.match(document)}


def _ms(work: Callable[..., object], *given: object) -> float:
    start = time.perf_counter()
    work(*given)
    return (time.perf_counter() - start) * 1000


def _memory() -> float:
    """Return the resident megabytes of this process (0 where the system does not tell)."""
    status = Path("/proc/self/statm")
    if not status.exists():
        return 0.0
    return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _figures(built: Sequence[Built], lines: Sequence[Line]) -> Iterator[Figure]:
    for one in built:
        of = f"{one.subscriptions:,} subscriptions"
        goal = one.subscriptions == LARGEST
        yield _within(goal, f"{of}: ready, CPU", one.cpu_seconds, "s", READY)
        yield _within(goal, f"{of}: memory", one.megabytes, "MB", MEGABYTES)
        yield _within(goal, f"{of}: add one", one.add_ms, "ms", CHANGE)
        yield _within(goal, f"{of}: remove one", one.remove_ms, "ms", CHANGE)
        for line in lines:
            if line.subscriptions == one.subscriptions:
                yield from _line_figures(line)


def _line_figures(line: Line) -> Iterator[Figure]:
    """Give the index, or a peer with how many times as long it takes as the index beside it."""
    name = f"  {line.words} words, {line.matched:,} true: {line.engine}"
    times, least = TIMES.get(line.engine, (None, LARGEST))
    judged = line.words == max(_LENGTHS) and line.subscriptions >= least
    if line.ours:
        yield replace(_within(judged, name, line.ms, "ms", ANSWER), spread=line.half)
        return
    yield Figure(name, line.ms, "ms", line.half, line.ratio, times if judged else None)
    if line.missed:
        yield Figure("    answers that are not the index's", line.missed, "answers")


def _within(judged: bool, name: str, value: float, unit: str, most: float) -> Figure:
    if not judged:
        return Figure(name, value, unit)
    return Figure(f"{name}, of {most:g} {unit}", value, unit, 0.0, most / value, 1)


if __name__ == "__main__":
    raise SystemExit(main())
