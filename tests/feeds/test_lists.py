"""Lists of feeds, and finding a page's feed."""

from __future__ import annotations

from importlib import resources
from xml.dom import minidom

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feeds import NewFeed, ParsedFeed
from bot.errors import FeedError, FetchError, InputError, ParseError
from bot.feeds.discover import discover
from bot.feeds.document import parse_document
from bot.feeds.fetcher import Fetcher
from bot.feeds.guard import check_url
from bot.feeds.opml import read_opml, write_opml
from tests.fakes.feed_server import FeedServer, item, rss


class PlainParser:
    async def parse(
        self,
        body: bytes,
        url: str,
        content_type: str | None,
        seen: frozenset[bytes] = frozenset(),
    ) -> ParsedFeed:
        return parse_document(body, url, content_type)


def test_opml_comes_back_as_it_was_written() -> None:
    feeds = [
        NewFeed("https://a.example/f?x=1&y=2", 'The "A" & co', "A", "PK", "ur"),
        NewFeed("https://b.example/f", "B"),
    ]
    document = write_opml(feeds)
    minidom.parseString(document)
    assert list(read_opml(document.encode())) == feeds


_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.lists(_texts, min_size=1, max_size=5))
def test_any_title_is_written_as_well_formed_opml(titles: list[str]) -> None:
    feeds = [NewFeed(f"https://a.example/{n}", title) for n, title in enumerate(titles)]
    document = write_opml(feeds)
    assert len(read_opml(document.encode())) == len(feeds)


@pytest.mark.parametrize(
    "document",
    [
        b'<opml><body><outline xmlUrl="https://a.example/f" text="A"/></body>',
        b'<opml><body><outline text="Group"><outline XMLURL="https://a.example/f"></body></opml>',
        b"<outline xmlurl='https://a.example/f' title=A>",
        b"<!DOCTYPE x [<!ENTITY e SYSTEM '/'>]><outline text=&e; xmlUrl=' https://a.example/f '/>",
    ],
)
def test_ill_formed_opml_is_read(document: bytes) -> None:
    (feed,) = read_opml(document)
    assert feed.url == "https://a.example/f"
    assert "root:" not in feed.title


@pytest.mark.parametrize("document", [b"", b"hello", b"<opml><body/></opml>", rss([])])
def test_what_lists_no_feed_is_refused(document: bytes) -> None:
    with pytest.raises(InputError, match="no OPML"):
        read_opml(document)


def test_shipped_list_is_well_formed_and_names_public_feeds_with_their_publishers() -> None:
    document = resources.files("bot.feeds").joinpath("default.opml").read_bytes()
    minidom.parseString(document)
    feeds = read_opml(document)
    assert 25 <= len(feeds) <= 40
    for feed in feeds:
        assert check_url(feed.url).scheme == "https"
        assert feed.publisher
        assert feed.language in {"en", "ur"}
    assert {feed.country for feed in feeds} == {None, "PK", "AF", "IN", "BD"}


async def test_feed_is_found_at_its_own_address(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.serve("/found.xml", rss([item("1", "One")]))
    assert await discover(url, fetcher, PlainParser()) == NewFeed(url, "Test Herald")


async def test_page_leads_to_the_feed_that_it_names(server: FeedServer, fetcher: Fetcher) -> None:
    page = b"""<html><head><title>Herald</title><link rel="stylesheet" href="/x.css">
    <link rel="alternate" type="application/rss+xml" href="/broken.xml">
    <link rel="alternate" type="text/html" hreflang="ur" href="/ur">
    <link rel="ALTERNATE" type="application/atom+xml" href="named.xml"></head></html>"""
    server.serve("/broken.xml", b"nothing")
    feed = server.serve("/section/named.xml", rss([]))
    url = server.serve("/section/", page, "text/html")
    assert (await discover(url, fetcher, PlainParser())).url == feed


async def test_page_without_a_feed_says_so(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.serve("/page", b"<html><head></head></html>", "text/html")
    with pytest.raises(ParseError, match="web page"):
        await discover(url, fetcher, PlainParser())


async def test_f3_page_cannot_lead_inside(server: FeedServer) -> None:
    page = b'<html><link rel=alternate type="application/rss+xml" href="http://10.0.0.1/f"></html>'
    start = server.serve("/inside", page, "text/html")
    async with Fetcher(allow_private=True) as fetcher:
        fetcher._checked = lambda url: (  # type: ignore[method-assign]
            check_url(url, allow_private=str(server.port) in str(url))
        )
        with pytest.raises(FeedError):
            await discover(start, fetcher, PlainParser())


async def test_address_without_a_scheme_is_completed(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match=r"cannot be reached|no secure"):
        await discover("127.0.0.1:1/feed", fetcher, PlainParser())
