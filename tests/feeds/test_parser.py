"""The parser's child process. One pool serves all tests, as starting a child takes its time."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.feeds import NewFeed
from bot.errors import ParseError
from bot.feeds import parser as module
from bot.feeds.document import parse_document
from bot.feeds.opml import write_opml
from bot.feeds.parser import ChildParser
from tests.fakes.feed_server import item, rss

URL = "https://herald.example/feed"
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def parser() -> AsyncIterator[ChildParser]:
    async with ChildParser(dt.timedelta(seconds=20)) as ready:
        yield ready


async def test_child_gives_what_the_pure_parser_gives(parser: ChildParser) -> None:
    body = rss([item("1", "One", "<p>Text</p>"), item("2", "Two")])
    feed = await parser.parse(body, URL, None)
    assert feed.entries == parse_document(body, URL).entries
    assert len(feed.marks) == 2


async def test_reason_of_a_refusal_reaches_the_caller(parser: ChildParser) -> None:
    with pytest.raises(ParseError, match="web page"):
        await parser.parse(b"<html></html>", URL, None)


async def test_unchanged_entries_are_left_out(parser: ChildParser) -> None:
    old = [item(str(n), f"Title {n}") for n in range(3)]
    first = await parser.parse(rss(old), URL, None)
    same = await parser.parse(rss(old, title="New name"), URL, None, first.marks)
    assert (same.entries, same.unchanged, same.marks) == ((), 3, first.marks)
    more = await parser.parse(rss([item("9", "Nine"), *old]), URL, None, first.marks)
    assert [entry.title for entry in more.entries] == ["Nine"]
    assert (more.unchanged, len(more.marks)) == (3, 4)


async def test_ill_formed_document_is_read_whole_and_marked_nowhere(parser: ChildParser) -> None:
    old = [item(str(n), f"Title {n}") for n in range(3)]
    marks = (await parser.parse(rss(old), URL, None)).marks
    broken = rss([item("9", "Nine").replace("Nine", "Nine & ten"), *old]).replace(b"&amp;", b"&")
    feed = await parser.parse(broken, URL, None, marks)
    assert len(feed.entries) == 4
    assert (feed.unchanged, feed.marks) == (0, frozenset())


async def test_child_has_no_environment(
    parser: ChildParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = parser._running_pool().schedule(_environment)
    assert task.result(timeout=20) == {}
    assert os.environ


async def test_p3_child_that_dies_is_a_failed_feed_and_the_next_is_read(
    parser: ChildParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_parse", _die)
    with pytest.raises(ParseError, match="its reader stopped"):
        await parser.parse(rss([]), URL, None)
    monkeypatch.undo()
    assert (await parser.parse(rss([]), URL, None)).format == "rss20"


async def test_p3_child_that_takes_too_much_memory_is_a_failed_feed(
    parser: ChildParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_parse", _swell)
    with pytest.raises(ParseError, match="memory"):
        await parser.parse(rss([]), URL, None)
    monkeypatch.undo()
    assert (await parser.parse(rss([]), URL, None)).format == "rss20"


async def test_p2_document_that_takes_too_long_is_given_up(parser: ChildParser) -> None:
    """50,000 attributes keep feedparser busy for minutes; the child is killed and replaced."""
    attributes = " ".join(f'a{n}="x"' for n in range(50_000))
    hostile = f"<rss><channel><item><title {attributes}>T</title></item></channel>".encode()
    hasty = ChildParser(dt.timedelta(seconds=0.5))
    async with hasty:
        await hasty.parse(rss([]), URL, None)  # the child has started
        with pytest.raises(ParseError, match=r"within 0\.5 seconds"):
            await hasty.parse(hostile * 20, URL, None)
        assert (await hasty.parse(rss([]), URL, None)).format == "rss20"


async def test_p2_deep_nesting_and_many_brackets_are_read_or_refused(parser: ChildParser) -> None:
    for hostile in (
        b"<rss><channel>" + b"<a>" * 20_000,
        b"<" * 200_000,
        rss([item("1", "One", "<div>" * 20_000)]),
        b"<rss><channel><item><author>" + b"a@" * 2_000 + b"</author></item></channel></rss>",
    ):
        try:
            await parser.parse(hostile, URL, None)
        except ParseError as refusal:
            assert str(refusal)  # noqa: PT017 — a reading is as good as a refusal


def _environment() -> dict[str, str]:
    return dict(os.environ)


def _die(*_: object) -> None:
    os._exit(9)


def _swell(*_: object) -> None:
    bytearray(4 * 1024**3)


async def test_a_list_of_feeds_is_read_in_the_child(parser: ChildParser) -> None:
    feeds = [NewFeed("https://a.example/rss", "A"), NewFeed("https://b.example/rss", "B")]
    assert list(await parser.parse_list(write_opml(feeds).encode())) == feeds
    with pytest.raises(ParseError, match="no OPML list"):
        await parser.parse_list(b"<html></html>")


async def test_p2_a_list_made_to_be_slow_is_cut_off() -> None:
    async with ChildParser(dt.timedelta(seconds=2)) as strict:
        with pytest.raises(ParseError, match="within 2 seconds"):
            await strict.parse_list(b"<a " * 300_000)
