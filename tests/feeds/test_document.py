from __future__ import annotations

import codecs
import contextlib
import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.feeds import ParsedFeed
from bot.errors import ParseError
from bot.feeds.document import parse_document
from tests.fakes.feed_server import item, rss

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
ITEM = "<item><title>T</title></item>"
ENTRY = "<entry><title>T</title></entry>"
URL = "https://herald.example/feed.xml"


def parse(text: str | bytes, content_type: str | None = None) -> ParsedFeed:
    body = text if isinstance(text, bytes) else text.encode()
    return parse_document(body, URL, content_type)


def test_rss_20_gives_all_fields() -> None:
    feed = parse(
        """<rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel>
        <title>Herald &amp;amp; Post</title><link>https://herald.example/</link>
        <language>en-pk</language>
        <item><title>Blast in &lt;b&gt;Quetta&lt;/b&gt;</title><link>/story/7?utm_source=rss</link>
        <guid isPermaLink="false">7</guid><pubDate>Mon, 26 Jan 2026 05:00:00 +0500</pubDate>
        <author>desk@example.com (Sana Baloch)</author><category>Crime</category>
        <category>Crime</category><source url="https://wire.example/f">The Wire</source>
        <georss:point>30.18 67.0</georss:point>
        <description>&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;</description></item>
        </channel></rss>"""
    )
    assert (feed.format, feed.title, feed.language) == ("rss20", "Herald & Post", "en-pk")
    (entry,) = feed.entries
    assert entry.guid == "7"
    assert entry.link == "https://herald.example/story/7?utm_source=rss"
    assert entry.title == "Blast in Quetta"
    assert entry.text == "One.\nTwo."
    assert entry.published_at == dt.datetime(2026, 1, 26, tzinfo=dt.UTC)
    assert entry.categories == ("Crime",)
    assert entry.authors == ("Sana Baloch",)
    assert entry.publisher == "The Wire"
    assert (entry.latitude, entry.longitude) == (30.18, 67.0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<rss version="0.91"><channel><item><title>T</title></item></channel></rss>', "rss091u"),
        ('<rss version="0.92"><channel><item><title>T</title></item></channel></rss>', "rss092"),
        (
            f'<rdf:RDF {RDF} xmlns="http://my.netscape.com/rdf/simple/0.9/"><channel/>{ITEM}</rdf:RDF>',
            "rss090",
        ),
        (
            f'<rdf:RDF {RDF} xmlns="http://purl.org/rss/1.0/"><channel/>{ITEM}</rdf:RDF>',
            "rss10",
        ),
        (
            f'<feed version="0.3" xmlns="http://purl.org/atom/ns#">{ENTRY}</feed>',
            "atom03",
        ),
        (
            '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>T</title></entry></feed>',
            "atom10",
        ),
        ('<channel><item href="https://a.example/1"><title>T</title></item></channel>', ""),  # CDF
        (
            json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": [{"title": "T"}]}),
            "json1",
        ),
    ],
)
def test_every_format_is_read(text: str, expected: str) -> None:
    feed = parse(text)
    assert [entry.title for entry in feed.entries] == ["T"]
    assert feed.format == expected


def test_json_feed_gives_all_fields() -> None:
    feed = parse(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1",
                "title": "Herald",
                "home_page_url": "https://herald.example/",
                "language": "ur",
                "items": [
                    {
                        "id": 7,
                        "url": "/story/7",
                        "title": "Blast &amp; fire",
                        "content_html": "<p>One.</p>",
                        "summary": "S",
                        "date_published": "2026-01-26T05:00:00+05:00",
                        "date_modified": "not a date",
                        "author": {"name": "Sana"},
                        "tags": ["Crime", 3, ""],
                    },
                    {"id": "8", "content_text": "Plain", "authors": [{"name": "A"}, {"url": "u"}]},
                    "no object",
                ],
            }
        )
    )
    first, second = feed.entries
    assert (first.guid, first.link, first.title) == (
        "7",
        "https://herald.example/story/7",
        "Blast & fire",
    )
    assert first.published_at == dt.datetime(2026, 1, 26, tzinfo=dt.UTC)
    assert first.updated_at is None
    assert (first.authors, first.categories) == (("Sana",), ("Crime",))
    assert (second.text, second.authors) == ("Plain", ("A",))
    assert (feed.language, feed.warning) == ("ur", "some items are no objects")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"<!DOCTYPE html><html><body>News</body></html>", "web page"),
        (b"<html><form><input type='password'></form></html>", "login page"),
        (b"<!doctype html><title>Just a moment...</title>", "check for browsers"),
        (
            b'<?xml version="1.0"?><!-- c --><html xmlns="http://www.w3.org/1999/xhtml"/>',
            "web page",
        ),
        (b"<opml version='2.0'><body><outline xmlUrl='http://a.example/'/></body></opml>", "OPML"),
        (b"<urlset><url><loc>http://a.example/</loc></url></urlset>", "sitemap"),
        (b"<svg/>", "picture"),
        (b"<kml><Document/></kml>", "<kml>"),
        (b"just some words", "neither XML nor JSON"),
        (b'{"error": "no such feed"}', "no list of items"),
        (b"[1, 2]", "no list of items"),
        (b'{"items": [', "cannot be read"),
        (b'{"items": ' + b"[" * 100_000, "cannot be read"),
        (b"\x1f\x8b\x08\x00", "compressed twice"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither"),
        (b'<rss version="2.0"><channel><title>T</title><item><title>Half a st', "in the middle"),
    ],
)
def test_f11_what_is_no_feed_is_refused_with_its_reason(body: bytes, why: str) -> None:
    with pytest.raises(ParseError, match=why):
        parse(body)


def test_f11_truncated_feed_gives_its_whole_entries_and_a_warning() -> None:
    whole = rss([item("1", "One"), item("2", "Two"), item("3", "Three")])
    feed = parse(whole[: whole.index(b"Three") + 2])
    assert [entry.title for entry in feed.entries] == ["One", "Two"]
    assert feed.warning
    assert "in the middle" in feed.warning


def test_f11_feed_that_only_lacks_its_end_loses_nothing() -> None:
    whole = rss([item("1", "One"), item("2", "Two <item> in text")])
    feed = parse(whole.replace(b"</channel></rss>", b""))
    assert len(feed.entries) == 2


def test_document_that_names_a_file_does_not_open_it(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss([item("1", "Secret")]))
    with pytest.raises(ParseError, match="neither XML"):
        parse(str(secret))


def test_empty_feed_is_a_feed() -> None:
    assert parse(rss([])).entries == ()


def test_p1_billion_laughs_are_not_expanded() -> None:
    entities = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "lol">' for n in range(12)
    )
    feed = parse(
        f'<?xml version="1.0"?><!DOCTYPE rss [{entities}]>'
        '<rss version="2.0"><channel><item><title>&l11;</title></item></channel></rss>'
    )
    assert len(feed.entries[0].title) < 100


def test_p1_quadratic_entities_are_not_expanded() -> None:
    text = (
        f'<!DOCTYPE rss [<!ENTITY a "{"a" * 50_000}">]><rss version="2.0"><channel>'
        f"<item><title>{'&a;' * 5_000}</title></item></channel></rss>"
    )
    try:
        feed = parse(text)
    except ParseError:
        return
    assert sum(len(entry.title) for entry in feed.entries) < 1_000_000


@pytest.mark.parametrize("target", ["file:///etc/hostname", "http://127.0.0.1:9/x"])
def test_p1_external_entities_are_not_read(target: str) -> None:
    feed = parse(
        f'<!DOCTYPE rss [<!ENTITY x SYSTEM "{target}">]><rss version="2.0"><channel>'
        "<item><title>[&x;]</title></item></channel></rss>"
    )
    assert feed.entries[0].title in {"[]", "[&x;]"}


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", "utf-8"),
        ("utf-8", None),
        ("utf-8", "iso-8859-1"),  # declared wrong: what is valid UTF-8 is UTF-8
        ("utf-8", "no-such-charset"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),  # no byte order mark
        ("utf-16-be", None),
        ("utf-32", "utf-32"),
        ("cp1256", "windows-1256"),
        ("koi8-r", "koi8-r"),
        ("euc-jp", "euc-jp"),
        ("gb18030", "gb2312"),
    ],
)
def test_p5_encoding_is_recognised(encoding: str, declared: str | None) -> None:
    words = {
        "cp1256": "دھماکہ",
        "koi8-r": "Взрыв в Кветте",
        "euc-jp": "地震速報",
        "gb18030": "地震",
    }
    title = words.get(encoding, "Blast – Quetta’s “bazaar” 地震").encode(encoding, "ignore")
    declaration = f'<?xml version="1.0"{f" encoding={declared!r}" if declared else ""}?>'
    head, tail = (
        f'{declaration}<rss version="2.0"><channel><item><title>',
        "</title></item></channel></rss>",
    )
    body = f"{head}{words.get(encoding, 'Blast – Quetta’s “bazaar” 地震')}{tail}"
    assert parse(body.encode(encoding, "ignore")).entries[0].title == title.decode(encoding)


def test_p5_charset_of_the_server_is_used() -> None:
    body = '<rss version="2.0"><channel><item><title>Взрыв</title></item></channel></rss>'
    feed = parse(body.encode("cp1251"), "application/rss+xml; charset=windows-1251")
    assert feed.entries[0].title == "Взрыв"


@pytest.mark.parametrize("name", ["utf-7", "zlib_codec", "punycode", "unicode_escape", "base64"])
def test_p5_dangerous_codec_is_not_used(name: str) -> None:
    text = (
        f'<?xml version="1.0" encoding="{name}"?><rss version="2.0"><channel>'
        "<item><title>+ADw-script+AD4- \\x41</title></item></channel></rss>"
    )
    assert parse(text).entries[0].title == "+ADw-script+AD4- \\x41"


def test_p5_bytes_that_are_no_text_in_any_declared_encoding_are_read_with_a_warning() -> None:
    feed = parse(b'<rss version="2.0"><channel><item><title>Caf\xe9</title></item></channel></rss>')
    assert feed.entries[0].title == "Café"
    assert feed.warning
    assert "encoding" in feed.warning


def test_characters_that_xml_forbids_are_left_out() -> None:
    feed = parse(rss([item("1", "One\x0b\x1b[0m")]))
    assert feed.entries[0].title == "One[0m"
    assert feed.warning is None


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("Mon, 26 Jan 2026 05:00:00 +0500", dt.datetime(2026, 1, 26, tzinfo=dt.UTC)),
        ("2026-01-26T05:00:00+05:00", dt.datetime(2026, 1, 26, tzinfo=dt.UTC)),
        ("Invalid Date", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("1111111111", None),
        ("9999-12-31T23:59:59Z", None),
        ("", None),
        ("0", None),
    ],
)
def test_p12_date_that_cannot_be_true_is_dropped(date: str, expected: dt.datetime | None) -> None:
    assert parse(rss([item("1", "One", published=date)])).entries[0].published_at == expected


def test_p12_day_of_a_future_that_may_be_meant_is_kept_for_the_decider() -> None:
    entry = parse(rss([item("1", "One", published="Mon, 26 Jan 2099 00:00:00 GMT")])).entries[0]
    assert entry.published_at == dt.datetime(2099, 1, 26, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "mailto:a@b.c", "http://["]
)
def test_link_that_is_no_web_address_is_dropped(link: str) -> None:
    assert parse(rss([item("1", "One", link=link)])).entries[0].link is None


@pytest.mark.parametrize("point", ["91 0", "0 181", "x y", "1e400 5", ""])
def test_place_off_the_earth_is_dropped(point: str) -> None:
    feed = parse(
        '<rss version="2.0" xmlns:georss="http://www.georss.org/georss"><channel><item>'
        f"<title>T</title><georss:point>{point}</georss:point></item></channel></rss>"
    )
    assert (feed.entries[0].latitude, feed.entries[0].longitude) == (None, None)


def test_w3c_geo_is_read() -> None:
    feed = parse(
        '<rss version="2.0" xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><channel><item>'
        "<title>T</title><geo:lat>30.5</geo:lat><geo:long>-67</geo:long></item></channel></rss>"
    )
    assert (feed.entries[0].latitude, feed.entries[0].longitude) == (30.5, -67.0)


def test_full_text_is_preferred_to_the_teaser() -> None:
    feed = parse(
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        "<item><title>T</title><description>Short</description>"
        "<content:encoded><![CDATA[<p>Much longer text</p>]]></content:encoded></item>"
        "</channel></rss>"
    )
    assert feed.entries[0].text == "Much longer text"


@settings(max_examples=60)
@given(st.binary(max_size=400))
def test_p4_any_bytes_are_a_feed_or_a_clear_refusal(noise: bytes) -> None:
    for body in (noise, rss([item("1", "One")]) + noise, noise + rss([item("1", "One")])):
        with contextlib.suppress(ParseError):
            parse(body)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_p4_broken_feeds_raise_nothing_else(data: st.DataObject) -> None:
    body = bytearray(rss([item(str(n), f"Title {n}", "<p>Text & more</p>") for n in range(5)]))
    for place in data.draw(st.lists(st.integers(0, len(body) - 1), max_size=8)):
        body[place] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    for broken in (bytes(body), bytes(body[:cut]), bytes(body[cut:])):
        with contextlib.suppress(ParseError):
            parse(broken)


def test_an_aggregators_headline_loses_the_publisher_that_stands_beside_it():
    feed = b"""<rss version="2.0"><channel><title>Search</title><item><guid>1</guid>
    <title>Blast in Quetta - Daily Example</title><link>https://a.example/1</link>
    <source url="https://daily.example">Daily Example</source></item></channel></rss>"""
    (entry,) = parse_document(feed, "https://a.example/rss", None).entries
    assert (entry.title, entry.publisher) == ("Blast in Quetta", "Daily Example")
