"""Feeds that are read again and have two new entries; who subscribed to what."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.crash.stories import PLACES
from bench.match_corpus import Corpus
from bench.soak.news import Item, feed, news
from bot.feeds import cutting
from bot.feeds.document import parse_document
from tests.storage.values import NOON

SHARED = Path(os.environ.get("KHABARDAR_SHARED") or Path(__file__).parents[2] / "shared")
NEW = 2
WINDOWS = 4
"""Times that a real feed is read, each time as another feed, in which two other entries are new."""
OWN_FEEDS, OWN_ENTRIES = 25, 30
HEARD = 500
"""Each so many subscriptions one asks for a word of the feeds, the others for words of nobody."""
_WORD = re.compile(r"[a-z]{7,}")


@dataclass(frozen=True, slots=True)
class Polled:
    """A feed as it was, and as it is now: two new entries came."""

    url: str
    before: bytes
    after: bytes


def feeds() -> list[Polled]:
    """Return real feeds where they are at hand, else our own."""
    bodies = _real() if (SHARED / "data" / "feeds" / "index.jsonl").is_file() else _own()
    pairs = (pair for body in bodies for pair in _polls(body))
    return [
        Polled(f"https://publisher{number}.example/feed", before, after)
        for number, (before, after) in enumerate(pairs)
    ]


def _real() -> Iterator[bytes]:
    folder = SHARED / "data" / "feeds"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    return ((folder / row["file"]).read_bytes() for row in rows if row["format"][:3] != "opm")


def _own() -> Iterator[bytes]:
    source: Iterator[Item] = news()
    for number in range(OWN_FEEDS):
        items = [next(source).xml(NOON) for _ in range(OWN_ENTRIES)]
        yield feed(f"Gazette {number}", items)


def _polls(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give a feed without two of its entries, and as it is; nothing where it cannot be cut."""
    found = cutting.chunks(body, None)
    if parse_document(body, "https://publisher.example/feed").warning:
        return
    for first in range(0, min(NEW * WINDOWS, len(found) - NEW), NEW):
        yield _without(body, found[first : first + NEW]), body


def _without(body: bytes, new: Sequence[cutting.Chunk]) -> bytes:
    for chunk in reversed(new):
        body = body[: chunk.start] + body[chunk.end :]
    return body


def keywords(count: int, polled: list[Polled]) -> list[str]:
    """Return what subscribers ask for: a word, or two as a phrase."""
    chance = random.Random(3)
    text = " ".join(
        f"{entry.title} {entry.text}" for one in polled for entry in _entries(one)
    ).lower()
    common: dict[str, int] = {}
    for word in _WORD.findall(text):
        common[word] = common.get(word, 0) + 1
    rare = sorted(word for word, times in common.items() if times < 4)
    made = [row.query.strip('"') for row in Corpus().keywords(count)]
    return [chance.choice(rare) if n % HEARD == 0 else made[n] for n in range(count)]


def _entries(one: Polled):
    return parse_document(one.after, one.url).entries


def places() -> list[str]:
    """Return names for the gazetteer of the straightforward way: ours and made-up ones."""
    return [*PLACES, *dict.fromkeys(row.query.strip('"') for row in Corpus(9).keywords(100_000))]
