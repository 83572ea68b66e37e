"""Feeds that are read again and have two new entries; who subscribed to what."""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from bench.crash.stories import PLACES
from bench.match_corpus import Corpus
from bench.soak.news import Item, feed, news
from bot.feeds import cutting
from bot.feeds.document import parse_document
from tests.storage.values import NOON

SHARED = Path(os.environ.get("KHABARDAR_SHARED") or Path(__file__).parents[2] / "shared")
NEW = 2
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


def rounds(count: int) -> list[list[Polled]]:
    """Return what is polled in each round; no entry is new in two of them.

    Each feed, a real one where they are at hand, else our own, is read several times in a round,
    each time as another feed, in which two other entries are new.
    """
    bodies = _real() if (SHARED / "data" / "feeds" / "index.jsonl").is_file() else _own()
    found: list[list[Polled]] = [[] for _ in range(count)]
    for number, body in enumerate(bodies):
        for poll, before in enumerate(_without_two(body)):
            url = f"https://publisher{number}.example/feed/{poll}"
            found[(number + poll) % count].append(Polled(url, before, body))
    return found


def _real() -> Iterator[bytes]:
    folder = SHARED / "data" / "feeds"
    rows = [json.loads(line) for line in (folder / "index.jsonl").read_text("utf-8").splitlines()]
    return ((folder / row["file"]).read_bytes() for row in rows if row["format"][:3] != "opm")


def _own() -> Iterator[bytes]:
    source: Iterator[Item] = news()
    for number in range(OWN_FEEDS):
        items = [next(source).xml(NOON) for _ in range(OWN_ENTRIES)]
        yield feed(f"Gazette {number}", items)


def _without_two(body: bytes) -> Iterator[bytes]:
    """Give a feed without its first two entries, the next two, …; none where it cannot be cut."""
    found = cutting.chunks(body, None)
    if parse_document(body, "https://publisher.example/feed").warning:
        return
    for first in range(0, len(found) - NEW, NEW):
        yield _without(body, found[first : first + NEW])


def _without(body: bytes, new: Sequence[cutting.Chunk]) -> bytes:
    for chunk in reversed(new):
        body = body[: chunk.start] + body[chunk.end :]
    return body


def keywords(count: int, polled: Iterable[Polled]) -> list[str]:
    """Return what subscribers ask for: a word, or two as a phrase."""
    chance = random.Random(3)
    bodies = {one.after: one.url for one in polled}
    entries = chain.from_iterable(parse_document(*one).entries for one in bodies.items())
    text = " ".join(f"{entry.title} {entry.text}" for entry in entries).lower()
    common: dict[str, int] = {}
    for word in _WORD.findall(text):
        common[word] = common.get(word, 0) + 1
    rare = sorted(word for word, times in common.items() if times < 4)
    made = [row.query.strip('"') for row in Corpus().keywords(count)]
    return [chance.choice(rare) if n % HEARD == 0 else made[n] for n in range(count)]


def places() -> list[str]:
    """Return names for the gazetteer of the straightforward way: ours and made-up ones."""
    return [*PLACES, *dict.fromkeys(row.query.strip('"') for row in Corpus(9).keywords(100_000))]
