"""How long a re-polled feed takes to read, beside feedparser: ``python -m bench.parse``.

Real feeds are read where they are at hand (KHABARDAR_SHARED, or ../shared), otherwise feeds made
here. All ways read the same bytes in one process, one after the other in each round, so that the
machine's moods meet all of them; what counts is the process's own CPU time. "One new" has all
entries of a feed seen before but the first.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import feedparser

from bench.table import Figure, progress, show, spread
from bot.feeds import cutting
from bot.feeds.document import parse_document
from bot.feeds.parser import ChildParser

URL = "https://publisher.example/feed"
ROUNDS = 9
SHARED = Path(os.environ.get("KHABARDAR_SHARED") or Path(__file__).parents[2] / "shared")


@dataclass(frozen=True, slots=True)
class Sample:
    """A feed, and the marks of the entries that were seen before its first one came."""

    body: bytes
    digest: str
    all_seen: frozenset[bytes]
    one_new: frozenset[bytes]
    entries: int


def main() -> None:
    """Measure and print."""
    samples = [sample for body in _bodies() if (sample := _sample(body)) is not None]
    progress(f"{len(samples)} feeds, {sum(sample.entries for sample in samples)} entries")
    ways: dict[str, tuple[Callable[[Sample], object], float | None]] = {
        "feedparser.parse": (_feedparser, None),
        "feedparser, neither cleaning nor resolving": (_lean, None),
        "ours, whole document (cleaned text)": (_whole, None),
        "ours, one new entry": (_one_new, 10),
        "ours, nothing new": (_nothing_new, 40),
        "ours, same bytes": (_same_bytes, 275),
    }
    rounds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS):
        progress(f"round {number + 1} of {ROUNDS}")
        for name, (way, _) in ways.items():
            begin = time.process_time()
            _each(way, samples)
            rounds[name].append((time.process_time() - begin) * 1000 / len(samples))
    show("parse", [*_figures(ways, rounds), _in_child(samples)])


def _figures(
    ways: dict[str, tuple[Callable[[Sample], object], float | None]],
    rounds: dict[str, list[float]],
) -> list[Figure]:
    peer = rounds["feedparser.parse"]
    return [
        Figure(
            name,
            *_with_unit(rounds[name]),
            # Round against round: whatever slowed one way down slowed its neighbour too.
            ratio=spread([p / mine for p, mine in zip(peer, rounds[name], strict=True)])[0],
            goal=goal,
        )
        for name, (_, goal) in ways.items()
    ]


def _with_unit(values: Sequence[float]) -> tuple[float, str, float]:
    middle, quartiles = spread(values)
    return middle, "ms/feed", quartiles


def _in_child(samples: Sequence[Sample]) -> Figure:
    """Measure the parser as the service runs it, with one new entry a feed: its child included."""

    async def run() -> list[float]:
        async with ChildParser() as parser:
            await parser.parse(samples[0].body, URL, None)
            return [await _poll(parser, samples) for _ in range(3)]

    middle, quartiles = spread(asyncio.run(run()))
    return Figure("ours, one new entry, in the child", middle, "ms/feed", quartiles)


async def _poll(parser: ChildParser, samples: Sequence[Sample]) -> float:
    loop = asyncio.get_running_loop()
    begin = loop.time()
    await asyncio.gather(*(parser.parse(s.body, URL, None, s.one_new) for s in samples))
    return (loop.time() - begin) * 1000 / len(samples)


def _each(way: Callable[[Sample], object], samples: Sequence[Sample]) -> None:
    for sample in samples:
        way(sample)


def _feedparser(sample: Sample) -> object:
    return feedparser.parse(io.BytesIO(sample.body))


def _whole(sample: Sample) -> object:
    return parse_document(sample.body, URL)


def _lean(sample: Sample) -> object:
    return feedparser.parse(
        io.BytesIO(sample.body), sanitize_html=False, resolve_relative_uris=False
    )


def _one_new(sample: Sample) -> object:
    found = cutting.chunks(sample.body, None)
    cut = cutting.to_cut(sample.body, found, sample.one_new)
    return parse_document(cutting.without(sample.body, found, cut), URL)


def _nothing_new(sample: Sample) -> bool:
    return cutting.marks_of(cutting.chunks(sample.body, None)) <= sample.all_seen


def _same_bytes(sample: Sample) -> bool:
    return hashlib.sha256(sample.body).hexdigest() == sample.digest


def _sample(body: bytes) -> Sample | None:
    """Return a feed whose entries can be told apart, as most can; None for the others."""
    found = cutting.chunks(body, None)
    if len(found) < 2 or parse_document(body, URL).warning:
        return None
    return Sample(
        body,
        hashlib.sha256(body).hexdigest(),
        cutting.marks_of(found),
        cutting.marks_of(found[1:]),
        len(found),
    )


def _bodies() -> list[bytes]:
    folder = SHARED / "data" / "feeds"
    listing = folder / "index.jsonl"
    if not listing.is_file():
        return [_made(n) for n in range(25)]
    rows = [json.loads(line) for line in listing.read_text("utf-8").splitlines()]
    return [(folder / row["file"]).read_bytes() for row in rows if row["format"][:3] != "opm"]


def _made(number: int) -> bytes:
    items = "".join(
        f"<item><title>Story {number}-{n}</title><link>https://herald.example/{number}/{n}</link>"
        f"<guid>{number}-{n}</guid><pubDate>Mon, 26 Jan 2026 05:{n:02}:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{'Some words of news. ' * 20}</p>]]></description></item>"
        for n in range(30)
    )
    head = f"<title>Herald {number}</title><link>https://herald.example/</link>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


if __name__ == "__main__":
    main()
