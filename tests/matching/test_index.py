from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.chats import Match
from bot.matching.document import Document, text_document
from bot.matching.index import Index
from bot.matching.matcher import matches
from bot.matching.members import Members, each, joined, left, size
from bot.matching.query import Query, canonical, parse
from tests.matching.builders import crowds, documents, queries


def index_of(*texts: str) -> Index:
    index = Index()
    for number, text in enumerate(texts, 1):
        index.add(number, parse(text))
    return index


def ids(found: list[Match]) -> set[int]:
    return {match.subscription_id for match in found}


def naive(subscribed: dict[int, Query], document: Document) -> dict[int, object]:
    found = {number: matches(query, document) for number, query in subscribed.items()}
    return {number: why for number, why in found.items() if why is not None}


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([1, 16]),
    st.lists(queries(), max_size=12) | crowds(),
    st.lists(documents(), min_size=1, max_size=4),
    st.data(),
)
def test_the_index_answers_as_the_naive_loop_does(longest, asked, read, data):
    index = Index(longest)
    subscribed: dict[int, Query] = {}
    for number, query in enumerate(asked):
        index.add(number, query)
        subscribed[number] = query
    for document in read:
        found = {match.subscription_id: match.reasons for match in index.match(document)}
        assert found == naive(subscribed, document)
        if subscribed:
            gone = data.draw(st.sampled_from(sorted(subscribed)))
            index.remove(gone)
            del subscribed[gone]
    assert len(index) == len(subscribed)


@settings(max_examples=50, deadline=None)
@given(st.sampled_from([1, 16]), st.lists(queries(), max_size=10))
def test_an_emptied_index_holds_nothing(longest, asked):
    index = Index(longest)
    for number, query in enumerate(asked):
        index.add(number, query)
    for number in range(len(asked)):
        assert index.remove(number)
    assert len(index) == 0
    assert index.is_empty()


def test_a_subscription_added_is_found_at_once():
    index = Index()
    document = text_document("A blast in Karachi")
    assert index.match(document) == []
    index.add(7, parse("blast"))
    assert ids(index.match(document)) == {7}


def test_a_subscription_removed_is_not_found():
    index = index_of("blast", "blast")
    index.remove(1)
    assert ids(index.match(text_document("blast"))) == {2}


def test_removing_what_is_not_there_changes_nothing():
    index = index_of("blast")
    assert not index.remove(99)
    assert len(index) == 1


def test_a_subscription_given_another_query_drops_the_old_one():
    index = index_of("blast")
    index.add(1, parse("flood"))
    assert ids(index.match(text_document("blast"))) == set()
    assert ids(index.match(text_document("flood"))) == {1}
    assert len(index) == 1


def test_the_same_query_again_keeps_one_subscription():
    index = index_of("blast")
    index.add(1, parse("Blast"))
    assert len(index) == 1


def test_many_subscribers_of_one_query_all_hear():
    index = Index()
    for number in range(100):
        index.add(number, parse("blast sindh"))
    assert ids(index.match(text_document("blast in sindh"))) == set(range(100))
    for number in range(0, 100, 2):
        index.remove(number)
    assert ids(index.match(text_document("blast in sindh"))) == set(range(1, 100, 2))


def test_a_query_that_only_denies_is_found():
    index = index_of("-cricket", "-blast")
    assert ids(index.match(text_document("a blast"))) == {1}


def test_an_alternative_is_found_by_either_side():
    index = index_of("blast OR flood", "(blast OR -cricket) sindh")
    assert ids(index.match(text_document("flood"))) == {1}
    assert ids(index.match(text_document("sindh"))) == {2}


def test_an_alternative_with_both_sides_true_is_told_once():
    assert len(index_of("blast OR flood").match(text_document("flood and blast"))) == 1


def test_circles_across_the_date_line_and_round_the_pole_are_found():
    index = index_of("near:0,179.9~50km", "near:89.9,0~100km", "near:10,10~1500km")
    assert ids(index.match(Document({}, points=((0.0, -179.9),)))) == {1}
    assert ids(index.match(Document({}, points=((89.9, 180.0),)))) == {2}
    assert ids(index.match(Document({}, points=((20.0, 10.0),)))) == {3}


def test_stored_subscriptions_load_by_their_canonical_form():
    texts = ["blast -cricket", "type:bombing killed>=5", 'near:"quetta"~50km']
    index = Index()
    index.load((number, canonical(parse(text))) for number, text in enumerate(texts))
    assert len(index) == 3
    assert 2 in index
    assert 3 not in index
    assert ids(index.match(text_document("blast"))) == {0}


def test_a_common_word_learnt_from_documents_is_no_anchor():
    index = Index()
    for _ in range(200):
        index.match(text_document("weather report"))
    index.add(1, parse("weather zhob"))
    assert index.candidates(text_document("weather report")) == 0
    assert index.candidates(text_document("zhob")) == 1


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 30))))
def test_members_are_a_set(steps):
    members: Members[int] = None
    expected: set[int] = set()
    for add, number in steps:
        members = joined(members, number) if add else left(members, number)
        expected = expected | {number} if add else expected - {number}
        assert set(each(members)) == expected
        assert size(members) == len(expected)


def test_a_long_list_is_divided_by_what_else_its_queries_need():
    index = Index()
    pairs = [(a, b) for a in range(30) for b in range(30)]
    for a, b in pairs:
        index.add(30 * a + b, parse(f"north{a} south{b}"))
    index.add(900, parse("north4"))
    index.add(901, parse("north4 -south7"))
    document = text_document("north4 south7")
    assert ids(index.match(document)) == {4 * 30 + 7, 900}
    assert index.candidates(document) <= 40
    for a, b in pairs:
        index.remove(30 * a + b)
    assert ids(index.match(document)) == {900}
    assert ids(index.match(text_document("north4"))) == {900, 901}
    index.remove(900)
    index.remove(901)
    assert index.is_empty()
