from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds import cutting
from bot.feeds.document import parse_document
from tests.fakes.feed_server import item, rss

URL = "https://herald.example/feed"


def news(*numbers: int) -> list[str]:
    return [
        item(f"g{n}", f"Title {n}", f"<p>Text {n}</p>", link=f"https://herald.example/{n}")
        for n in numbers
    ]


def marks(document: bytes) -> frozenset[bytes]:
    return cutting.marks_of(cutting.chunks(document, None))


def cut(document: bytes, seen: frozenset[bytes]) -> bytes:
    found = cutting.chunks(document, None)
    return cutting.without(document, found, cutting.to_cut(document, found, seen))


def titles(document: bytes) -> list[str]:
    return [entry.title for entry in parse_document(document, URL).entries]


def test_seen_entries_are_cut_and_new_ones_stay() -> None:
    assert titles(cut(rss(news(3, 2, 1)), marks(rss(news(2, 1))))) == ["Title 3"]


def test_edited_entry_is_not_seen() -> None:
    edited = rss([*news(2), news(1)[0].replace("Text 1", "Text one")])
    rest = cut(edited, marks(rss(news(2, 1))))
    assert b"Text one" in rest
    assert titles(rest) == ["Title 1"]


@pytest.mark.parametrize(
    "description",
    [
        "<![CDATA[ <item> and </item> ]]>",
        "<![CDATA[ <!-- ]]>",
        "<!-- </item> <item> -->",
        "<!-- <![CDATA[ -->",
        "<![CDATA[ </item> ]]>",
        "<!-- ]]> </item> --><![CDATA[ --> </item>]]>",
    ],
)
def test_tags_in_cdata_and_comments_are_no_entries(description: str) -> None:
    entries = [
        f"<item><guid>{n}</guid><description>{description}</description></item>" for n in "ab"
    ]
    found = cutting.chunks(rss(entries), None)
    assert len(found) in {0, 2}  # where it is unsure, the whole is read
    assert len(parse_document(rss(entries), URL).entries) == 2


@pytest.mark.parametrize(
    "items",
    [
        ["<item><item></item></item>"],
        ["<item/>"],
        ["<item>"],
        ["<item><![CDATA[</item>"],
        ["<item><!-- </item>"],
        [],
    ],
)
def test_whole_is_read_where_entries_are_not_plain_to_see(items: list[str]) -> None:
    assert cutting.chunks(rss(items), None) == ()


@pytest.mark.parametrize(
    ("document", "content_type"),
    [
        (rss(news(1)).replace(b"utf-8", b"gb2312"), None),
        (rss(news(1)).replace(b"utf-8", b"iso-8859-1"), None),
        (rss(news(1)), "text/xml; charset=shift_jis"),
        (rss(news(1)).decode().encode("utf-16"), None),
    ],
)
def test_whole_is_read_where_the_encoding_is_not_plain_utf8(
    document: bytes, content_type: str | None
) -> None:
    assert cutting.chunks(document, content_type) == ()


@pytest.mark.parametrize("shared", ["guid", "link", "chain"])
def test_seen_entry_stays_where_a_new_one_shares_its_guid_or_link(shared: str) -> None:
    one = item("same", "One", link="https://herald.example/1")
    new = {
        "guid": item("same", "New", link="https://herald.example/2"),
        "link": item("other", "New", link="https://herald.example/1"),
        "chain": item("far", "New", link="https://herald.example/7"),
    }[shared]
    old = [one, *news(5, 6)]
    if shared == "chain":
        old = [item("same", "Link of both", link="https://herald.example/7"), *old]
    rest = titles(cut(rss([new, *old]), marks(rss(old))))
    assert "New" in rest
    assert "One" in rest
    assert "Title 5" not in rest


def test_whole_is_read_where_a_new_entry_has_nothing_to_be_known_by() -> None:
    document = rss([item(None, "Bare"), *news(1)])
    assert cut(document, marks(rss(news(1)))) == document


def test_change_of_namespaces_unmarks_all_entries() -> None:
    before = rss(news(1, 2))
    after = before.replace(b"<rss ", b'<rss xml:base="https://new.example/" ')
    assert not marks(before) & marks(after)


def test_change_of_the_head_unmarks_nothing() -> None:
    before = rss(news(1, 2))
    after = before.replace(b"<description>t<", b"<lastBuildDate>now</lastBuildDate><description>t<")
    assert marks(before) == marks(after)


def test_p2_hostile_documents_are_scanned_in_linear_time() -> None:
    """A quadratic scan of any of these would outlast the suite's time limit by far."""
    for piece in (
        *(b"<item><![CDATA[", b"<item><!--", b"<item><a>", b"<item>]]", b"<item><![CDATA[]]"),
        *(b"<![CDATA[", b"<!--", b"<!-- -->", b"<!", b"<item", b"<items>", b"<item>", b"</item>"),
        *(b"<item></item>", b"<item><guid>1</guid></item>", b"<link ", b"<a:"),
    ):
        document = b"<rss><channel>" + piece * (500_000 // len(piece))
        found = cutting.chunks(document, None)
        gone = cutting.to_cut(document, found, frozenset(chunk.mark for chunk in found[1:]))
        cutting.without(document, found, gone)


_words = st.sampled_from(["One", "Two & three", "<b>bold</b>", "]]>", "<item>", "", "گولی"])
_items = st.builds(
    item,
    st.sampled_from([None, "a", "b", "https://herald.example/1"]),
    _words,
    _words,
    link=st.sampled_from([None, "https://herald.example/1", "https://herald.example/2"]),
    published=st.sampled_from([None, "Mon, 26 Jan 2026 05:00:00 +0500", "bad"]),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(_items, min_size=1, max_size=6), st.lists(_items, max_size=6), st.booleans())
def test_fast_reparse_gives_what_the_whole_gives(
    before: list[str], after: list[str], keep: bool
) -> None:
    first = rss(before)
    second = rss([*after, *before] if keep else after)
    found = cutting.chunks(second, None)
    gone = cutting.to_cut(second, found, marks(first))
    whole = parse_document(second, URL).entries
    stays = [e for e, chunk in zip(whole, found, strict=False) if chunk not in gone]
    assert list(parse_document(cutting.without(second, found, gone), URL).entries) == (
        stays if gone else list(whole)
    )
