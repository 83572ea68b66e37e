"""What is left of a feed's head when its known entries are cut out."""

from __future__ import annotations

import pytest

from bot.feeds import heads

RSS = b'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>'


@pytest.mark.parametrize(
    "plain",
    [
        b"<title>Herald</title>",
        b'<title type="text">Herald &amp; Sons</title>',
        b"<description><![CDATA[Herald & Sons]]></description>",
        b"<image><url>/i.png</url><title>Herald</title><link>https://herald.example/</link></image>",
        b'<atom:link href="https://herald.example/rss?a&amp;b" rel="self" type="text/xml"/>',
        b"<items><rdf:Seq><rdf:li rdf:resource='https://herald.example/1' /></rdf:Seq></items>",
    ],
)
def test_what_nobody_reads_is_left_out(plain: bytes) -> None:
    assert heads.lean(RSS + plain) == RSS


@pytest.mark.parametrize(
    "needed",
    [
        b"<link>https://herald.example/</link>",
        b'<atom:link href="https://herald.example/"/>',
        b"<id>https://herald.example/</id>",
        b"<title>Herald & Sons</title>",
        b"<title>Herald</Title>",
        b"<description>ill-formed ]]> text</description>",
        b'<title xml:base="/a">Herald</title>',
        b'<atom:link rel="self" rel="self" href="/ill-formed"/>',
        b"<title>" * 9,
    ],
)
def test_what_could_matter_or_be_ill_formed_stays(needed: bytes) -> None:
    assert heads.lean(RSS + needed) == RSS + needed


def test_head_that_defines_entities_or_is_very_long_stays() -> None:
    for head in (b"<!DOCTYPE rss []>" + RSS, RSS + b" " * heads.MOST):
        assert heads.lean(head + b"<title>Herald</title>").endswith(b"<title>Herald</title>")


def test_p2_hostile_heads_take_linear_time() -> None:
    for piece in (
        b"<title>",
        b"<title><![CDATA[",
        b"<atom:link ",
        b"<atom:link a=",
        b"a=b ",
        b"<items>",
    ):
        heads.lean((RSS + piece * heads.MOST)[: heads.MOST])


def test_texts_in_a_head_that_change_how_entries_are_read_are_noticed() -> None:
    assert heads.reaches_into_entries(RSS + b"<itunes:summary>Heard</itunes:summary>")
    assert not heads.reaches_into_entries(RSS + b"<description>summary</description>")
