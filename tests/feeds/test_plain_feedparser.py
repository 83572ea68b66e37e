"""A feed, also one that is polled again, gives entry for entry what plain feedparser gives.

Plain is ``feedparser.parse`` of the same bytes with its defaults, sanitiser and resolver on; its
texts are cleaned as ours are. What we mean to do otherwise is said in ``_entries``, and done there
to what plain feedparser gave; where a document as a whole is the exception, its test says so.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import random
from calendar import timegm
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urljoin

import feedparser
import pytest
from hypothesis import given, settings

import khabardar
from bot.domain.feeds import ParsedEntry
from bot.errors import ParseError
from bot.feeds import cutting
from bot.feeds.clean import one_line, plain_text
from bot.feeds.document import parse_document
from tests.feeds import made, real
from tests.feeds.twice import Runner, polled_twice

URL = "https://herald.example/feed"
SAMPLES = Path(khabardar.__file__).parent / "samples"
REAL = {row["file"]: real.body(row) for row in real.index()}
OWN = {
    str(path.relative_to(SAMPLES)): path.read_bytes()
    for path in sorted(SAMPLES.rglob("*"))
    if path.suffix in {".xml", ".json"}
}
FEEDS = REAL | OWN
NOT_ITS = {".json", ".opml"}
"""JSON Feed, of which plain feedparser reads nothing, and lists of feeds, which hold no entries."""
XML = [name for name in FEEDS if Path(name).suffix not in NOT_ITS]
OTHERS = [name for name in FEEDS if Path(name).suffix in NOT_ITS]


class Said(NamedTuple):
    """What an entry says, by either reading."""

    guid: str | None
    link: str | None
    title: str
    words: tuple[str, ...]
    published_at: dt.datetime | None
    updated_at: dt.datetime | None


@functools.lru_cache(maxsize=128)
def _plain(body: bytes, **options: bool) -> Any:
    return feedparser.parse(io.BytesIO(body), **options)


def _entries(body: bytes, home: str | None = None) -> list[Said]:
    """Return what plain feedparser gives, but for the four things that we mean to do otherwise."""
    plain = _plain(body)
    unsanitised = _plain(body, sanitize_html=False, resolve_relative_uris=False)
    if home is None:
        home = urljoin(URL, plain.feed.get("link", ""))
        home = home if home.startswith(("http://", "https://")) else URL  # "tag:" leads nowhere
    return [
        Said(
            dict.get(entry, "id"),
            _link(dict.get(entry, "link"), home),
            _title(entry),
            _words(_texts(entry), _texts(marked_up)),
            _time(entry, "published"),
            _time(entry, "updated"),
        )
        for entry, marked_up in zip(plain.entries, unsanitised.entries, strict=True)
    ]


def _link(link: str | None, home: str) -> str | None:
    # 1. A relative link (or a guid that is to be one) is one of the feed's site; feedparser, which
    # was told no address, leaves it as it stands.
    if link is None or link.startswith(("http://", "https://")):
        return link
    return urljoin(home, link)


def _title(entry: Any) -> str:
    # 2. An aggregator's title ends with the publisher, which its entry also names: that is cut.
    title = one_line(dict.get(entry, "title"))
    source = one_line((dict.get(entry, "source") or {}).get("title"))
    return title.removesuffix(f" - {source}") if source else title


def _words(texts: Sequence[str], marked_up: Sequence[str]) -> tuple[str, ...]:
    # 3. Of several texts (a teaser and the whole) the longest is taken, its markup counted.
    longest = max(range(len(texts)), key=lambda n: len(marked_up[n]))
    return tuple(plain_text(texts[longest]).split())


def _texts(entry: Any) -> list[str]:
    contents = dict.get(entry, "content") or []
    return [*(part.get("value") or "" for part in contents), dict.get(entry, "summary") or ""]


def _time(entry: Any, name: str) -> dt.datetime | None:
    # `dict.get`: feedparser's own would give one time for the other.
    value = dict.get(entry, f"{name}_parsed")
    return dt.datetime.fromtimestamp(timegm(value), dt.UTC) if value else None


def _ours(entry: ParsedEntry) -> Said:
    return Said(
        entry.guid,
        entry.link,
        entry.title,
        # 4. "<>" is no tag, though feedparser's sanitiser takes it for one and drops it.
        tuple(entry.text.replace("<>", "").split()),
        entry.published_at,
        entry.updated_at,
    )


@pytest.mark.parametrize("name", XML)
def test_a_feed_gives_what_plain_feedparser_gives(name: str) -> None:
    body = FEEDS[name]
    assert [_ours(entry) for entry in parse_document(body, URL).entries] == _entries(body)


@pytest.mark.parametrize("name", OTHERS)
def test_plain_feedparser_reads_nothing_of_what_is_not_compared(name: str) -> None:
    assert not _plain(FEEDS[name]).entries


@pytest.mark.parametrize("name", XML)
def test_a_feed_polled_again_gives_what_plain_feedparser_gives(name: str, runner: Runner) -> None:
    """Half of the entries, by lot, are known from the first poll."""
    body = FEEDS[name]
    dice = random.Random(name)
    found = cutting.chunks(body, None)
    first = body
    for chunk in reversed(dice.sample(found, len(found) // 2)):
        first = first.replace(body[chunk.start : chunk.end], b"")
    left_out = _compare_second_poll(runner, first, body)
    assert left_out or len(found) < 2


@pytest.mark.parametrize("name", [name for name in XML if name.startswith("second")])
def test_our_samples_at_their_second_poll(name: str, runner: Runner) -> None:
    assert _compare_second_poll(runner, OWN[name.replace("second", "first")], OWN[name])


@settings(max_examples=120, deadline=None)
@given(made.polls())
def test_made_feeds_give_what_plain_feedparser_gives(
    runner: Runner, polls: tuple[bytes, bytes]
) -> None:
    first, second = polls
    try:
        whole = [_ours(entry) for entry in parse_document(second, URL).entries]
    except ParseError:
        whole = []
    assert whole == _entries(second)
    _compare_second_poll(runner, first, second)


@pytest.mark.parametrize("name", [name for name in XML if name in OWN])
def test_an_entry_that_is_cut_off_waits_though_plain_feedparser_gives_its_half(name: str) -> None:
    body = OWN[name]
    end = max(body.rfind(b"</item>"), body.rfind(b"</entry>"))
    half = body[: end - 10]
    ours = [_ours(entry) for entry in parse_document(half, URL).entries]
    assert ours == _entries(half)[:-1] == _entries(body)[:-1]


def _compare_second_poll(runner: Runner, first: bytes, second: bytes) -> int:
    """Compare, and return how many entries were left out because the first poll gave them."""
    again = polled_twice(runner, first, second, URL)
    expected = _entries(second)
    given = [_ours(entry) for entry in again.entries] if again else []
    if again is None or not again.unchanged:
        assert given == expected
        return 0
    if not given and _plain(second).bozo:
        return again.unchanged  # all entries are known, and only the head has become ill-formed
    # Whatever is left out the first poll gave, to the letter of a relative link: where that leads
    # may have changed with the head, and a known entry keeps what it had.
    known = _entries(first, home="")
    waiting = list(given)
    for said, as_it_stands in zip(expected, _entries(second, home=""), strict=True):
        if waiting and said == waiting[0]:
            waiting.pop(0)
        else:
            assert as_it_stands in known
    assert not waiting
    assert len(given) + again.unchanged == len(expected)
    return again.unchanged
