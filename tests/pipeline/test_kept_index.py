"""The index that is kept for the next start answers as one that is made of the subscriptions."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.chats import ChatType, Scope
from bot.pipeline import watchlist as room
from bot.pipeline.walk import KEEP_EVERY
from bot.pipeline.watchlist import Watchlist
from bot.protocols import Work
from storage import maintenance
from storage.store import SqlStore
from tests.events.builders import NOON, incident, sourced
from tests.pipeline.house import CHAT, House
from tests.storage.values import event

WORDS = ("blast", "flood", "market", "zarghun", "cricket")
OTHER = 8


@pytest.fixture(autouse=True)
def every_index_is_worth_it() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "LARGE", 1)
        yield


def keep(store: SqlStore) -> bool:
    """Keep the index of a process; tell whether it did."""
    watchlist = Watchlist()
    store.read_sync(watchlist.sync)
    snapshot = store.read_sync(watchlist.snapshot)
    return snapshot is not None and store.write_sync(lambda work: work.subscriptions.keep(snapshot))


def starts(store: SqlStore) -> Watchlist:
    """Return the index of a process that starts."""
    watchlist = Watchlist()
    store.read_sync(watchlist.sync)
    return watchlist


def found(store: SqlStore, watchlist: Watchlist, text: str) -> list[str]:
    """Return the queries that a headline matches."""
    headline = event(text, country=None)
    matches = store.read_sync(lambda work: watchlist.match(work, headline, ()))
    return [one.query for one, _ in matches]


def tampered(store: SqlStore, statement: str, *values: object) -> None:
    """Change the database behind the program's back."""
    with closing(sqlite3.connect(file_of(store))) as database, database:
        database.execute(statement, values)


def file_of(store: SqlStore) -> Path:
    return Path(store._database_url.removeprefix("sqlite:///"))


def kept(store: SqlStore) -> int:
    with closing(sqlite3.connect(file_of(store))) as database:
        return int(database.execute("SELECT count(*) FROM snapshot").fetchone()[0])


def test_a_start_takes_the_index_that_was_kept_and_what_changed_since(house: House):
    house.subscribe("blast", "flood")
    assert keep(house.store)
    # Nobody counts this change: who reads the rows sees it, who takes the kept index does not.
    tampered(house.store, "UPDATE subscription SET query = 'quake' WHERE query = 'flood'")
    house.subscribe("market", chat=OTHER)
    first = starts(house.store)
    assert len(first) == 3
    assert [len(found(house.store, first, word)) for word in ("flood", "quake", "market")] == [
        1,
        0,
        1,
    ]


def test_an_index_is_kept_once_for_each_state_of_it(house: House):
    house.subscribe("blast")
    assert keep(house.store)
    assert not keep(house.store)
    house.subscribe("flood")
    assert keep(house.store)
    assert kept(house.store) == 1


STEPS = st.tuples(
    st.sampled_from(["add", "remove", "pause", "resume", "suspend", "return", "place", "keep"]),
    st.sampled_from([CHAT, OTHER]),
    st.sampled_from([*WORDS, "place:sindh blast", "blast -market", "mark*", "blast OR flood"]),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[SqlStore]:
    file = tmp_path_factory.mktemp("kept") / "house.db"
    shutil.copy(empty_database, file)
    with SqlStore(f"sqlite:///{file}", lambda: NOON) as store:
        yield store


@settings(max_examples=25, deadline=None)
@given(steps=st.lists(STEPS, max_size=25), headline=st.lists(st.sampled_from(WORDS), min_size=1))
def test_whatever_happened_a_kept_index_answers_as_the_one_made_of_the_rows(
    shared: SqlStore, steps, headline
):
    for chat in (CHAT, OTHER):
        shared.write_sync(partial(forget, chat=chat))
    for what, chat, query in steps:
        if what == "keep":
            keep(shared)
        else:
            shared.write_sync(partial(happen, what=what, chat=chat, query=query))
    restored = starts(shared)
    tampered(shared, "DELETE FROM snapshot")
    made = starts(shared)
    text = " ".join(headline)
    assert found(shared, restored, text) == found(shared, made, text)
    assert len(restored) == len(made)


def forget(work: Work, chat: int) -> None:
    work.chats.forget(Scope(chat))


def happen(work: Work, what: str, chat: int, query: str) -> None:
    scope = Scope(chat)
    known = work.chats.get(chat) or work.chats.ensure(chat, ChatType.PRIVATE, NOON)
    mine = [one.id for one in work.subscriptions.list(scope)][:1]
    if what == "add":
        work.subscriptions.add(scope, query, NOON)
    elif what == "remove":
        for one in mine:
            work.subscriptions.remove(scope, one)
    elif what in ("pause", "resume"):
        for one in mine:
            work.subscriptions.pause(scope, one, paused=what == "pause")
    elif what == "suspend":
        work.chats.suspend(chat, "blocked", NOON)
    elif what == "return":
        work.chats.resume(chat)
    else:
        work.chats.save(replace(known, placeless=not known.placeless))


# --- what cannot be used -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE snapshot SET data = substr(data, 1, length(data) - 1)",
        "UPDATE snapshot SET data = x''",
        "UPDATE snapshot SET data = x'00112233'",
    ],
)
def test_a_damaged_index_is_said_and_made_anew(house: House, caplog, damage):
    house.subscribe("blast")
    keep(house.store)
    tampered(house.store, damage)
    assert found(house.store, starts(house.store), "blast") == ["blast"]
    assert "the kept index is damaged" in caplog.text


ONE_MORE = (
    "INSERT INTO subscription SELECT 9, 7, 5, 'flood', created_at, 0 FROM subscription LIMIT 1"
)


@pytest.mark.parametrize(
    ("tampering", "left"),
    [
        ("DELETE FROM subscription WHERE query = 'flood'", ["blast"]),
        (ONE_MORE, ["blast", "flood", "flood"]),
        ("UPDATE subscription SET id = 9 WHERE query = 'flood'", ["blast", "flood"]),
    ],
)
def test_rows_that_came_or_went_unnoticed_are_neither_missed_nor_told(
    house: House, caplog, tampering, left
):
    house.subscribe("blast", "flood")
    keep(house.store)
    tampered(house.store, tampering)
    assert sorted(found(house.store, starts(house.store), "flood and blast")) == left
    assert "lacks subscriptions or has too many" in caplog.text


def test_an_index_of_another_version_of_the_program_is_not_read(house: House, caplog):
    house.subscribe("blast")
    keep(house.store)
    tampered(house.store, "UPDATE snapshot SET stamp = 'older', data = x'00'")
    assert found(house.store, starts(house.store), "blast") == ["blast"]
    assert caplog.text == ""
    assert keep(house.store)
    assert kept(house.store) == 1


def test_an_index_that_is_too_old_to_catch_up_is_dropped(house: House):
    house.subscribe("blast", "flood")
    keep(house.store)

    def many(work: Work) -> None:
        one, _ = work.subscriptions.list(Scope(CHAT))
        for paused in (True, False) * 501:
            work.subscriptions.pause(Scope(CHAT), one.id, paused=paused)

    house.store.write_sync(many)
    assert kept(house.store) == 0
    assert found(house.store, starts(house.store), "blast") == ["blast"]


def test_an_index_that_lacks_a_damaged_query_is_not_kept_so_that_each_start_says_it(
    house: House, caplog
):
    house.subscribe("blast", "country:")
    assert not keep(house.store)
    assert caplog.text.count("a stored query cannot be read") == 1
    starts(house.store)
    assert caplog.text.count("a stored query cannot be read") == 2


def test_a_small_index_is_not_kept(house: House, monkeypatch):
    monkeypatch.setattr(room, "LARGE", 3)
    house.subscribe("blast", "flood")
    assert not keep(house.store)


# --- what must not survive -----------------------------------------------------------------------


def test_the_words_of_a_forgotten_chat_are_not_kept(house: House):
    house.subscribe("zarghun")
    house.subscribe("blast", chat=OTHER)
    keep(house.store)
    house.store.write_sync(lambda work: work.chats.forget(Scope(CHAT)))
    assert kept(house.store) == 0
    assert found(house.store, starts(house.store), "zarghun blast") == ["blast"]


def test_an_index_from_before_a_chat_was_forgotten_is_not_kept_after(house: House):
    house.subscribe("zarghun")
    watchlist = starts(house.store)
    snapshot = house.store.read_sync(watchlist.snapshot)
    assert snapshot is not None
    house.store.write_sync(lambda work: work.chats.forget(Scope(CHAT)))
    assert not house.store.write_sync(lambda work: work.subscriptions.keep(snapshot))
    assert kept(house.store) == 0


def test_a_restored_backup_brings_the_index_that_belongs_to_it(house: House, tmp_path: Path):
    house.subscribe("blast")
    keep(house.store)
    url = house.store._database_url
    maintenance.backup(url, tmp_path / "copy.db")
    house.subscribe("flood")
    keep(house.store)
    house.store.close()
    maintenance.restore(url, tmp_path / "copy.db", force=True)
    with house.store.open() as store:
        house.subscribe("market")
        text = "blast, flood, market"
        assert found(store, starts(store), text) == ["blast", "market"]


# --- when it is kept -----------------------------------------------------------------------------


async def test_the_pipeline_keeps_its_index_when_nothing_waits_then_hourly_and_at_the_end(
    house: House,
):
    house.subscribe("blast")
    await house.pipeline.keep_index()
    assert kept(house.store) == 0, "an index that was never needed is not made to be kept"
    await house.hear(sourced(incident(killed=3), number=1))
    assert kept(house.store) == 1
    house.store.write_sync(lambda work: work.chats.forget(Scope(OTHER)))
    await house.pipeline.run()
    assert kept(house.store) == 0
    house.now += KEEP_EVERY + dt.timedelta(seconds=1)
    house.subscribe("flood")
    await house.pipeline.run()
    assert kept(house.store) == 1
    house.subscribe("market")
    await house.pipeline.keep_index()
    tampered(house.store, "UPDATE subscription SET query = 'quake' WHERE query = 'market'")
    assert len(found(house.store, starts(house.store), "market")) == 1


async def test_a_database_that_cannot_be_used_at_the_end_is_no_crash(house: House, caplog):
    house.subscribe("blast")
    await house.hear(sourced(incident(killed=3)))
    house.subscribe("flood")
    house.store.close()
    await house.pipeline.keep_index()
    assert "the index is not kept" in caplog.text
