"""Stored events are narrowed by the full-text index, and none that matches is lost by it."""

import pytest

from bot.domain.chats import Scope
from bot.matching.query import parse
from bot.matching.required import beginnings
from bot.services.periods import lately
from bot.services.search import find, tally
from storage.store import SqlStore
from tests.matching.language_cases import FOUND
from tests.storage.values import DAY, MINUTE, NOON, told_event

SOMEBODY = Scope(1)


@pytest.fixture
def store(tmp_path):
    with SqlStore(f"sqlite:///{tmp_path / 'test.db'}", lambda: NOON) as made:
        yield made


def titles(work, query):
    return [one.title for one in find(work, SOMEBODY, parse(query), lately(NOON, DAY)).events]


def test_whatever_a_query_finds_in_a_text_is_found_among_stored_events(store):
    def tell(work):
        for number, (_, _, text) in enumerate(FOUND):
            told_event(work, title=f"{number}: {text}", text=text, at=NOON - MINUTE)

    def lost(work):
        cases = enumerate(FOUND)
        return [
            case for n, (case, query, text) in cases if f"{n}: {text}" not in titles(work, query)
        ]

    store.write_sync(tell)
    assert store.read_sync(lost) == []


@pytest.mark.parametrize(
    ("query", "required"),
    [
        ("blast convoy", ("blas", "conv")),
        ("blast sindh", ("blas",)),  # an event in Karachi is found by it too
        ("frontier pakis*", ()),
        ('"jaffar express"', ("jaff", "expr")),
        ("derail*", ("dera",)),
        ("players", ("pla",)),
        ("blast -cricket", ("blas",)),
        ("blast OR attack", ()),
        ("men", ()),
        ("type:bombing", ()),
        ("دھماکہ", ()),
    ],
)
def test_what_is_required_is_told_by_its_beginning(query, required):
    assert beginnings(parse(query)) == required


def test_an_event_is_found_by_the_unwritten_names_of_its_place(store):
    store.write_sync(lambda work: told_event(work, title="Blast", at=NOON - MINUTE))
    for query in ("blast pakistan", "balochistan", "pakist*"):
        assert store.read_sync(lambda work, q=query: titles(work, q)) == ["Blast"], query


def test_queries_are_counted_in_one_reading_of_what_any_may_match(store):
    store.write_sync(lambda work: told_event(work, title="Blast in Quetta", at=NOON - MINUTE))
    store.write_sync(lambda work: told_event(work, title="Flood in Quetta", at=NOON - MINUTE))
    queries = [
        parse(text) for text in ("blast handcart", "flood handcart", "handcart", "nothing here")
    ]
    period = lately(NOON, DAY)
    assert store.read_sync(lambda work: tally(work, SOMEBODY, queries[:3], period)).counts == (
        1,
        1,
        2,
    )
    assert store.read_sync(lambda work: tally(work, SOMEBODY, queries, period)).counts == (
        1,
        1,
        2,
        0,
    )


def test_a_search_that_ends_early_says_how_far_it_went_and_a_whole_one_says_nothing(store):
    def tell(work):
        for number in range(5):
            told_event(work, title=f"Blast {number}", at=NOON - number * MINUTE)

    store.write_sync(tell)
    query, period = parse("type:bombing"), lately(NOON, DAY)
    cut = store.read_sync(lambda work: find(work, SOMEBODY, query, period, most=3))
    assert [one.title for one in cut.events] == ["Blast 0", "Blast 1", "Blast 2"]
    assert "goes back to 04 Mar 2026 11:57 UTC only: 3 events" in cut.note
    assert "3 events" in store.read_sync(lambda w: tally(w, SOMEBODY, [query], period, 3)).note
    for most in (5, None):
        whole = store.read_sync(lambda w, m=most: find(w, SOMEBODY, query, period, most=m))
        assert (len(whole.found), whole.note) == (5, "")


def test_a_search_reads_on_from_page_to_page(store, monkeypatch):
    monkeypatch.setattr("bot.services.search.PAGE", 2)

    def tell(work):
        for number in range(5):  # all of one second: the order within it holds too
            told_event(work, title=f"Blast {number}", at=NOON)

    store.write_sync(tell)
    for query in (None, parse("blast"), parse("type:bombing")):
        answer = store.read_sync(lambda w, q=query: find(w, SOMEBODY, q, lately(NOON, DAY)))
        assert [one.title for one in answer.events] == [f"Blast {n}" for n in (4, 3, 2, 1, 0)]
