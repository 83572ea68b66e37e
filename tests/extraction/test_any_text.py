"""Any text is readable, in linear time, and evidence always points into the article."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extraction.schema import as_json
from tests.extraction.reading import report

NEWS = (
    "12 men women were killed injured and , . ( ) at least dozens of in Quetta on Monday the bomb"
    " who including died died. no one 5 to - “ ” — A POLICEMAN said 2019 شہر 日本 ß İ \u00ad"
)
WORDS = st.sampled_from([*NEWS.split(), "\n\n"])


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=600))
def test_any_characters_are_readable(title, text):
    assert as_json(report(title, text))["id"] == "a"


@settings(max_examples=80, deadline=None)
@given(st.lists(WORDS, max_size=80))
def test_any_order_of_news_words_is_readable(words):
    text = " ".join(words)
    found = report("Blast kills two", text)
    for some in found.evidence.values():
        for one in some:
            whole = "Blast kills two" if one.in_title else text
            assert whole[one.start : one.end] == one.sentence


@pytest.mark.parametrize(
    "text",
    [
        "Twelve people were killed when a bomb exploded in Quetta on Monday. " * 5000,
        "TWELVE PEOPLE WERE KILLED IN QUETTA. " * 5000,
        "killed " * 40_000,
        "12 and " * 40_000,
        "Ali, " * 40_000 + "were killed",
        "(" * 200_000,
        '"a" ' * 40_000,
        "5 killed\n" * 30_000,
        "x" * 300_000,
        "\n" * 200_000,
    ],
)
@pytest.mark.timeout(20)
def test_long_texts_are_read_in_linear_time(text):
    assert report("Blast", text).article_id == "a"
