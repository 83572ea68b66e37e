"""From an entry to the outbox: who is told what, and what of it survives a crash or a damage."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.chats import Scope
from bot.domain.delivery import Act
from bot.extraction.worker import SECONDS_AN_ARTICLE, SECONDS_TO_START
from bot.matching.query import parse
from bot.pipeline.walk import BATCH, LEASE
from bot.pipeline.watchlist import Watchlist
from bot.protocols import Work
from bot.services.periods import Period
from bot.services.search import find
from tests.events.builders import NOON, TOWN, incident, sourced
from tests.pipeline.house import CHAT, House

OTHER_TOWN_TEXT = (
    "Fishermen of Gwadar pulled a burning boat ashore after its engine blew up at the jetty. "
    "Harbour master Nabeel Dashti closed the pier until the fuel was pumped out."
)


async def test_a_matching_chat_is_alerted_once_however_many_queries_match(house: House):
    house.subscribe("blast", "zarghun", "cricket")
    await house.hear(sourced(incident(killed=3)))
    (row,) = house.rows()
    assert row.chat_id == CHAT
    assert "3 killed" in row.message.plain
    assert "blast" in row.message.plain


async def test_an_article_of_nothing_leaves_no_event_and_no_row(house: House):
    house.subscribe("zarghun")
    await house.hear(sourced(None))
    assert house.events() == []
    assert house.rows() == []


async def test_a_silent_entry_makes_an_event_and_alerts_nobody(house: House):
    house.subscribe("zarghun")
    await house.hear(sourced(incident(killed=3)), silent=True)
    assert len(house.events()) == 1
    assert house.rows() == []


async def test_a_follow_up_joins_its_event_and_alerts_nobody(house: House):
    house.subscribe("zarghun")
    await house.hear(sourced(incident(killed=3), number=1))
    house.sends()
    await house.hear(sourced(incident(killed=3), number=2, hours=20, follow_up="funeral",
                             title="Zarghun buries the dead of the market blast"))  # fmt: skip
    assert [len(event.sources) for event in house.events()] == [2]
    assert house.rows() == []


async def test_a_rewritten_article_stays_in_its_event_whatever_it_now_says(house: House):
    house.subscribe("zarghun")
    await house.hear(sourced(incident(killed=3), number=1))
    house.sends()
    far = replace(TOWN, name="Gwadar", latitude=25.1, longitude=62.3)
    await house.hear(
        sourced(incident(killed=9, place=far), number=1, hours=3, text=OTHER_TOWN_TEXT,
                title="Boat explodes at Gwadar jetty")
    )  # fmt: skip
    (event,) = house.events()
    assert len(event.sources) == 1
    assert {row.act for row in house.rows()} == {Act.EDIT, Act.SEND}


async def test_a_language_can_be_asked_for(house: House):
    house.subscribe("lang:ur zarghun")
    english = sourced(incident(killed=3), number=1)
    await house.hear(replace(english, report=replace(english.report, language="en")))
    assert house.rows() == []
    urdu = sourced(incident(killed=3), number=2, hours=1, title="Zarghun blast, an hour later")
    await house.hear(replace(urdu, report=replace(urdu.report, language="ur")))
    assert [row.chat_id for row in house.rows()] == [CHAT]
    period = Period(NOON - dt.timedelta(days=1), NOON + dt.timedelta(days=1), "two days")
    stored = house.store.read_sync(lambda work: find(work, None, parse("lang:ur"), period).found)
    assert [found.event for found in stored] == house.events()


async def test_an_event_without_a_place_reaches_only_the_chats_that_chose_so(house: House):
    house.subscribe("place:Sindh blast", chat=1)
    house.subscribe("place:Sindh blast", chat=2, placeless=True)
    await house.hear(sourced(incident(killed=3, place=None)))
    assert [row.chat_id for row in house.rows()] == [2]


async def test_choosing_events_without_a_place_holds_from_then_on(house: House):
    house.subscribe("place:Sindh blast")
    await house.hear(sourced(incident(killed=3, place=None), number=1))
    assert house.rows() == []
    house.subscribe(placeless=True)
    await house.hear(sourced(incident(killed=4, place=None), number=2, hours=1))
    assert len(house.rows()) == 1


async def test_a_damaged_query_does_not_stop_the_others(house: House, caplog):
    house.subscribe("zarghun (", "zarghun", "country:", "blast")
    await house.hear(sourced(incident(killed=3)))
    (row,) = house.rows()
    assert "zarghun, blast" in row.message.plain
    assert caplog.text.count("a stored query cannot be read") == 2


async def test_subscriptions_come_and_go_without_reading_all_of_them_again(house: House):
    house.subscribe("zarghun", "blast")
    watchlist = Watchlist()
    house.store.read_sync(watchlist.sync)
    assert len(watchlist) == 2

    def change(work: Work) -> None:
        first, _ = work.subscriptions.list(Scope(CHAT))
        work.subscriptions.pause(Scope(CHAT), first.id, paused=True)
        work.subscriptions.add(Scope(CHAT), "market", NOON)
        work.subscriptions.add(Scope(CHAT), "(((", NOON)

    def sync_reading_only_changes(work: Work) -> None:
        before = work.subscriptions.version()
        change(work)
        changed = work.subscriptions.changed_since(before)
        assert changed is not None
        assert len(changed) == 3
        watchlist.sync(work)

    house.store.write_sync(sync_reading_only_changes)
    assert len(watchlist) == 2
    house.store.write_sync(lambda work: work.chats.suspend(CHAT, "blocked", NOON))
    house.store.read_sync(watchlist.sync)
    assert len(watchlist) == 0
    house.store.write_sync(lambda work: work.chats.resume(CHAT))
    house.store.read_sync(watchlist.sync)
    assert len(watchlist) == 2


async def test_a_watchlist_that_slept_too_long_is_filled_anew(house: House):
    house.subscribe("zarghun")
    watchlist = Watchlist()
    house.store.read_sync(watchlist.sync)

    def many(work: Work) -> None:
        (one,) = work.subscriptions.list(Scope(CHAT))
        for paused in (True, False) * 501:
            work.subscriptions.pause(Scope(CHAT), one.id, paused=paused)
        work.subscriptions.add(Scope(CHAT), "blast", NOON)
        assert work.subscriptions.changed_since(0) is None

    house.store.write_sync(many)
    house.store.read_sync(watchlist.sync)
    assert len(watchlist) == 2


async def test_an_entry_that_fails_is_tried_again_and_the_others_go_through(house: House):
    house.subscribe("zarghun")
    house.bring(sourced(incident(killed=3), number=1))
    broken = sourced(incident(killed=4), number=2, title="Broken", publisher="Other Post")
    house.bring(broken)
    extract = house.extract

    async def stumbles(articles):
        if any(article.title == "Broken" for article in articles):
            raise ValueError("cannot be read")
        return await extract(articles)

    house.pipeline._extract = stumbles
    done = await house.pipeline.run()
    assert (done.entries, done.failed) == (2, 1)
    assert len(house.rows()) == 1


async def die_at(point: str, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a run end there as a killed process does; the next one lives."""

    class Ended(BaseException):
        """The process ends here."""

    def dies(here: str) -> None:
        if here == point:
            raise Ended

    with monkeypatch.context() as patched:
        patched.setattr("bot.pipeline.walk.crash", dies)
        with pytest.raises(Ended):
            await house.pipeline.run()


async def test_a_crash_before_the_commit_leaves_the_entry_for_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    house.subscribe("zarghun")
    house.bring(sourced(incident(killed=3)))

    await die_at("before_commit", house, monkeypatch)
    assert house.events() == []
    house.now += 2 * LEASE
    await house.pipeline.run()
    assert len(house.events()) == 1
    assert len(house.rows()) == 1


def many(house: House, count: int) -> None:
    for number in range(count):
        house.bring(sourced(None, number=number))


async def test_batch_after_batch_is_taken_until_nothing_waits(house: House):
    many(house, 2 * BATCH + 1)
    done = await house.pipeline.run()
    assert (done.entries, done.failed) == (2 * BATCH + 1, 0)
    assert house.store.read_sync(lambda work: work.entries.waiting()) == 0


async def test_after_a_batch_that_fails_the_next_is_taken_all_the_same(house: House):
    many(house, BATCH + 1)
    extract = house.pipeline._extract

    async def stumbles(articles):
        if len(articles) == BATCH:
            raise ValueError("together they are too much")
        return await extract(articles)

    house.pipeline._extract = stumbles
    done = await house.pipeline.run()
    assert (done.entries, done.failed) == (BATCH + 1, 0)
    assert house.store.read_sync(lambda work: work.entries.waiting()) == 0


async def test_what_a_crash_finds_claimed_beside_its_batch_comes_again(
    house: House, monkeypatch: pytest.MonkeyPatch
):
    many(house, BATCH + 1)

    await die_at("after_commit", house, monkeypatch)
    house.now += 2 * LEASE
    assert (await house.pipeline.run()).entries == 1


def test_a_batch_that_hangs_is_given_up_within_its_lease():
    assert LEASE.total_seconds() > SECONDS_TO_START + BATCH * SECONDS_AN_ARTICLE
