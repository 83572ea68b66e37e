"""What holds no word for an event or a measure is read no further, and nothing is lost by it."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.reports import Article, Kind
from bot.extraction.extractor import report_of
from bot.extraction.findings import findings
from bot.extraction.places import places_of
from tests.extraction.reading import MONDAY, doc_of, extractor
from tools.evaluation import sets


def is_silent(title: str, text: str = "") -> bool:
    return findings(doc_of(title, text)).silent


def own_texts() -> Iterator[Article]:
    """Yield our own articles, and each sentence of them as a headline and as a text."""
    for article in map(sets.article, sets.own_set().rows()):
        yield article
        for number, sentence in enumerate(article.text.split(". ")):
            yield Article(f"h{number}", sentence[:200], "", article.published_at)
            yield Article(f"t{number}", "", sentence, article.published_at)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Library opens on Sundays again", "Readers may borrow up to six books."),
        ("Spinners take hosts to a draw", "The third test ended a day early in Multan."),
        ("Wheat harvest begins", ""),
        ("Bakers raise their prices", "The life of a loaf is short."),
        ("Gardens to get new fountains", "The mayor may announce a date."),
    ],
)
def test_item_without_a_word_for_an_event_is_silent(title, text):
    assert is_silent(title, text)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Blast in Quetta", ""),
        ("Two men die near Zarghun", ""),
        ("Monday's news", "At least four people were hurt when a wall fell."),
        ("Ministry to ban night travel", ""),
        ("Punjab government suspends mobile service", ""),
        ("President condemns what happened at the shrine", ""),
    ],
)
def test_item_with_one_is_read_to_the_end(title, text):
    assert not is_silent(title, text)


def test_calm_item_is_read_to_the_end_and_its_places_where_they_are_asked_for():
    doc = doc_of("Blast in Quetta")
    assert findings(doc).calm
    assert not findings(doc).silent
    assert [mention.place.name for mention in places_of(doc)] == ["Quetta"]
    incident = report_of(doc).incident
    assert incident is not None
    assert incident.place == places_of(doc)[0].place


def test_facts_of_an_event_are_read_only_where_it_is_the_news():
    doc = doc_of("Film about a blast opens", "Critics liked it. The cast met readers in a shop.")
    assert findings(doc).mini_events
    assert findings(doc).kind is Kind.OTHER
    assert findings(doc).incident is None
    assert findings(doc).places is None


def test_our_own_texts_are_read_the_same_with_all_steps():
    articles = list(own_texts())
    whole = [report_of(extractor().read(article)) for article in articles]
    assert extractor().extract_many(articles) == whole
    assert any(findings(extractor().read(article)).silent for article in articles)


WORDS = (
    "minister court will to ban the of in Quetta police men two said arrested attack funeral for"
    " closed until Monday by government order strike hurt , . : rain border schools after army"
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), max_size=12), st.booleans())
def test_any_order_of_words_is_read_the_same_with_all_steps(words, headline):
    said = " ".join(words).capitalize()
    article = Article("a", *((said, "") if headline else ("", said)), MONDAY)
    assert extractor().extract(article) == report_of(extractor().read(article))
