from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.clean import one_line, plain_text


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        (None, ""),
        ("", ""),
        ("Plain words", "Plain words"),
        ("5 < 6 & 7 > 3", "5 < 6 & 7 > 3"),
        ("<p>One <b>bold</b> word.</p><p>Two<br>three</p>", "One bold word.\nTwo\nthree"),
        ("<div>Hello <p>World</p> after</div> end", "Hello\nWorld\nafter\nend"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("a<script>alert(1)</script><style>p{}</style>b", "ab"),
        ("Tom &amp;amp; Jerry", "Tom & Jerry"),
        ("It&amp;#39;s <i>here</i>", "It's here"),
        ("Pakistan&rsquo;s&nbsp;army", "Pakistan’s army"),
        ("&lt;b&gt;Blast&lt;/b&gt; kills two", "Blast kills two"),
        ("It\u00e2\u20ac\u2122s caf\u00c3\u00a9", "It’s café"),
        ("Caf\u00e9 na\u00efve", "Café naïve"),
        ("میں\u200cنے", "میں\u200cنے"),  # the zero-width non-joiner is spelling in Urdu
        ("one\r\n\r\n\r\ntwo   three", "one\ntwo three"),
        ("AT&T & co; R&D;", "AT&T & co; R&D;"),
    ],
)
def test_text_is_plain(given_text: str | None, expected: str) -> None:
    assert plain_text(given_text) == expected


def test_title_is_one_line() -> None:
    assert one_line("<p>One</p>\n<p>two</p>") == "One two"


def test_p2_deep_markup_is_walked_without_recursion() -> None:
    assert plain_text("<div>" * 3_000 + "deep" + "</div>" * 3_000) == "deep"


@settings(max_examples=80)
@given(st.text(max_size=200))
def test_cleaning_any_text_gives_no_blank_lines_and_no_outer_space(text: str) -> None:
    cleaned = plain_text(text)
    assert cleaned == cleaned.strip()
    assert "\n\n" not in cleaned
