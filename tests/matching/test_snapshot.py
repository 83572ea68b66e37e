from __future__ import annotations

import json
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import SnapshotError
from bot.matching import shelf, snapshot
from bot.matching.document import Document, text_document
from bot.matching.index import Index
from bot.matching.query import canonical, parse, placeless
from tests.matching.builders import crowds, documents, queries
from tests.matching.test_index import ids, naive


def copied(index: Index) -> Index:
    return snapshot.unpack(snapshot.pack(index))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(queries(), max_size=12) | crowds(),
    st.lists(documents(), min_size=1, max_size=3),
    st.data(),
)
def test_an_index_from_a_snapshot_answers_as_the_one_it_was_made_of_and_lives_on(asked, read, data):
    index = Index()
    index.load((number, canonical(query)) for number, query in enumerate(asked))
    gone = data.draw(st.sets(st.sampled_from(range(len(asked))))) if asked else set()
    for number in gone:
        index.remove(number)
    copy = copied(index)
    subscribed = {number: query for number, query in enumerate(asked) if number not in gone}
    assert copy.census() == (len(subscribed), sum(subscribed))
    for document in read:
        assert {m.subscription_id: m.reasons for m in copy.match(document)} == naive(
            subscribed, document
        )
    for number in gone:
        copy.add(number, asked[number])
    everybody = dict(enumerate(asked))
    assert ids(copy.match(read[0])) == set(naive(everybody, read[0]))
    for number in everybody:
        assert copy.remove(number)
    assert copy.is_empty()


@settings(max_examples=50, deadline=None)
@given(st.lists(queries(), min_size=1, max_size=8), documents())
def test_chats_that_want_events_without_a_place_get_them_however_the_index_was_made(
    asked, document
):
    added, loaded = Index(), Index()
    for number, query in enumerate(asked):
        added.add(number, query, anywhere=True)
    loaded.load(((n, canonical(query)) for n, query in enumerate(asked)), anywhere=True)
    wanted = set(naive({n: placeless(query) for n, query in enumerate(asked)}, document))
    assert [ids(one.match(document)) for one in (added, loaded, copied(loaded))] == [wanted] * 3


@settings(max_examples=50, deadline=None)
@given(st.lists(queries(), min_size=2, max_size=12), documents())
def test_trees_that_were_dropped_are_read_again(asked, document):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shelf, "TREES", 1)
        index = Index(longest=1)
        for number, query in enumerate(asked):
            index.add(number, query)
        assert ids(index.match(document)) == set(naive(dict(enumerate(asked)), document))
        for number in range(len(asked)):
            index.remove(number)
    assert index.is_empty()


def small() -> bytes:
    index = Index()
    index.load([(1, "blast"), (2, "blast"), (3, "flood* -cricket"), (4, "killed>=5 place:sindh")])
    return snapshot.pack(index)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_snapshot_is_an_error_and_never_an_index(data):
    good = small()
    at = data.draw(st.integers(0, len(good) - 1))
    torn = good[:at]
    flipped = bytes([*good[:at], good[at] ^ data.draw(st.integers(1, 255)), *good[at + 1 :]])
    for bad in (torn, flipped, good + b"x", b"", data.draw(st.binary(max_size=60))):
        with pytest.raises(SnapshotError):
            snapshot.unpack(bad)


@pytest.mark.parametrize(
    "tables",
    [
        {},
        [],
        "x",
        {"texts": ["a"], "subscribers": [1], "short": {"a": 7}, "long": {}, "unanchored": []},
        {"texts": 3, "subscribers": [1], "short": {}, "long": {}, "unanchored": []},
        {"texts": ["a"], "subscribers": [1], "short": {"a": "b"}, "long": {}, "unanchored": []},
    ],
)
def test_a_forged_snapshot_of_another_shape_is_an_error(tables):
    body = zlib.compress(json.dumps(tables).encode())
    with pytest.raises(SnapshotError):
        snapshot.unpack(snapshot._digest(body) + body)


def test_what_was_loaded_and_what_was_added_are_one_query():
    index = Index()
    index.load([(1, "blast sindh")])
    index.add(2, parse("BLAST  Sindh"))
    assert len(index.tables()["texts"]) == 1
    assert ids(index.match(text_document("a blast in Sindh"))) == {1, 2}


def test_the_place_of_a_query_that_is_gone_is_used_again_in_a_copy_too():
    index = Index()
    index.load([(1, "blast"), (2, "flood")])
    index.remove(1)
    copy = copied(index)
    copy.add(3, parse("quake"))
    assert copy.tables()["texts"] == ["quake", "flood"]
    assert ids(copy.match(text_document("quake and flood, no blast"))) == {2, 3}
    assert ids(copy.match(Document({}))) == set()
