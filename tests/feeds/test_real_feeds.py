"""Every real feed that is at hand gives what its index says, once."""

from __future__ import annotations

import random
from typing import Any

import pytest

from bot.errors import ParseError
from bot.feeds import cutting
from bot.feeds.document import parse_document
from bot.feeds.opml import read_opml
from tests.feeds.real import body, index
from tests.feeds.world import FeedLife

ROWS = index()
FEEDS = [row for row in ROWS if row["format"] != "opml"]
LISTS = [row for row in ROWS if row["format"] == "opml"]
URL = "https://publisher.example/feed"

pytestmark = pytest.mark.skipif(not ROWS, reason="the real feeds are not here")


def _name(row: dict[str, Any]) -> str:
    return str(row["file"])


@pytest.mark.parametrize("row", FEEDS, ids=_name)
def test_p4_real_feed_gives_all_its_entries(row: dict[str, Any]) -> None:
    feed = parse_document(body(row), URL)
    assert len(feed.entries) == row["entries"]
    assert feed.format.startswith(str(row["format"]).split()[0])
    for entry in feed.entries:
        assert "<p>" not in entry.text
        assert "\n" not in entry.title


@pytest.mark.parametrize("row", FEEDS, ids=_name)
def test_second_round_of_a_real_feed_adds_nothing(row: dict[str, Any]) -> None:
    entries = parse_document(body(row), URL).entries
    life = FeedLife()
    first = life.poll(*entries)
    assert first.new + first.repeated == row["entries"]
    assert first.repeated <= 1  # a publisher that lists one item twice
    assert life.poll(*entries).entries == ()
    assert life.poll(*reversed(entries)).entries == ()


@pytest.mark.parametrize("row", LISTS, ids=_name)
def test_real_opml_is_read_as_a_list_and_refused_as_a_feed(row: dict[str, Any]) -> None:
    assert len(read_opml(body(row))) == row["entries"]
    with pytest.raises(ParseError, match="OPML"):
        parse_document(body(row), URL)


@pytest.mark.parametrize("row", FEEDS, ids=_name)
def test_fast_reparse_gives_what_the_whole_gives(row: dict[str, Any]) -> None:
    document = body(row)
    found = cutting.chunks(document, None)
    whole = parse_document(document, URL)
    if whole.warning or len(found) != len(whole.entries):
        assert not found or whole.warning or row["format"] == "json 1"
        return
    dice = random.Random(str(row["file"]))
    for share in (0.05, 0.5, 0.95):
        seen = frozenset(chunk.mark for chunk in found if dice.random() < share)
        gone = cutting.to_cut(document, found, seen)
        rest = cutting.without(document, found, gone)
        stays = [e for e, c in zip(whole.entries, found, strict=True) if c not in gone]
        assert list(parse_document(rest, URL).entries) == stays


@pytest.mark.parametrize("row", FEEDS, ids=_name)
def test_p4_mutated_real_feed_raises_nothing_but_a_refusal(row: dict[str, Any]) -> None:
    document = body(row)[:20_000]
    dice = random.Random(str(row["file"]))
    flipped = bytearray(document)
    for _ in range(20):
        flipped[dice.randrange(len(flipped))] = dice.randrange(256)
    for broken in (bytes(flipped), document[: len(document) // 2], document.replace(b">", b"")):
        cutting.chunks(broken, None)
        try:
            parse_document(broken, URL)
        except ParseError as refusal:
            assert str(refusal)  # noqa: PT017 — a reading is as good as a refusal
