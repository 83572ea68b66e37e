"""The poller with a real fetcher and server, the pure parser, and a store in memory."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.feeds import Feed, NewEntry, NewFeed, ParsedFeed
from bot.errors import StorageError
from bot.feeds.document import parse_document
from bot.feeds.fetcher import Fetcher, FetchLimits
from bot.feeds.poller import Poller, PollSummary
from tests.fakes.feed_server import Answer, FeedServer, item, rss
from tests.fakes.feed_store import MemoryEntries, MemoryStore
from tests.feeds.world import START


class PlainParser:
    """The parser without its child; it remembers what it was given."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []

    async def parse(
        self,
        body: bytes,
        url: str,
        content_type: str | None,
        seen: frozenset[bytes] = frozenset(),
    ) -> ParsedFeed:
        self.bodies.append(body)
        if b"BUG" in body:
            raise ZeroDivisionError
        return parse_document(body, url, content_type)


class House:
    """A poller with all it needs; its clock stands until a test moves it."""

    def __init__(self, fetcher: Fetcher) -> None:
        self.now = START
        self.store = MemoryStore()
        self.parser = PlainParser()
        self.poller = Poller(self.store, fetcher, self.parser, lambda: self.now, chance=lambda: 0.5)

    async def add(self, url: str) -> int:
        feed: Feed = await self.store.write(lambda work: work.feeds.add(NewFeed(url), self.now))
        return feed.id

    async def round(self, after: dt.timedelta = dt.timedelta(minutes=15)) -> PollSummary:
        self.now += after
        return await self.poller.poll_due()


@pytest.fixture
async def house(fetcher: Fetcher) -> AsyncIterator[House]:
    built = House(fetcher)
    yield built
    await built.poller.close()


def news(*numbers: int) -> bytes:
    return rss(
        [item(f"g{n}", f"Title {n}", "Text", link=f"https://herald.example/{n}") for n in numbers]
    )


async def test_first_round_stores_silently_and_the_next_new_entry_speaks(
    server: FeedServer, house: House
) -> None:
    await house.add(server.serve("/one.xml", news(1, 2)))
    assert (await house.round()).new == 2
    server.serve("/one.xml", news(3, 1, 2))
    assert (await house.round()).new == 1
    assert [row.new.silent for row in house.store.stored()] == [True, True, False]


async def test_unchanged_feed_is_neither_sent_nor_parsed_again(
    server: FeedServer, house: House
) -> None:
    await house.add(server.serve("/still.xml", news(1, 2)))
    await house.round()
    summary = await house.round()
    assert (summary.polled, summary.unchanged, summary.new) == (1, 1, 0)
    assert server.not_modified["/still.xml"] == 1
    assert len(house.parser.bodies) == 1


async def test_same_bytes_under_a_new_etag_are_not_parsed_again(
    server: FeedServer, house: House
) -> None:
    body = news(1)
    answers = [Answer(body, headers={"ETag": f'"{n}"'}) for n in range(3)]
    await house.add(server.script("/etag.xml", *answers))
    for _ in range(3):
        await house.round()
    assert len(house.parser.bodies) == 1
    assert house.store.feed().validators.etag == '"2"'


async def test_f12_new_content_under_the_same_etag_is_found_by_the_unconditional_poll(
    server: FeedServer, house: House
) -> None:
    """This server says 304 to whoever asks conditionally, though its content changed."""
    url = server.serve("/stuck.xml", news(1))
    await house.add(url)
    await house.round()
    etag = house.store.feed().validators.etag
    assert etag is not None
    stuck = server._files["/stuck.xml"]
    server._files["/stuck.xml"] = replace(stuck, body=news(2, 1))
    found = [(await house.round()).new for _ in range(20)]
    assert sum(found) == 1


async def test_feed_is_not_polled_before_its_time(server: FeedServer, house: House) -> None:
    await house.add(server.serve("/calm.xml", news(1)))
    await house.round()
    assert await house.round(dt.timedelta(minutes=1)) == PollSummary()


@pytest.mark.parametrize(
    "body", [b"", b"<html></html>", b"<rss><channel><item><tit", b"{}", b"BUG"]
)
async def test_f11_bad_answer_fails_the_feed_and_known_entries_stay(
    server: FeedServer, house: House, body: bytes
) -> None:
    good = Answer(news(1, 2), headers={"ETag": '"good"'})
    url = server.script("/moody.xml", good, Answer(body, headers={"ETag": '"bad"'}), good)
    await house.add(url)
    await house.round()
    summary = await house.round()
    assert (summary.failed, summary.new) == (1, 0)
    assert house.store.feed().last_error
    assert house.store.feed().validators.etag == '"good"'  # a 304 must not hide the failure
    assert len(house.store.stored()) == 2
    assert (await house.round()).new == 0
    assert house.store.feed().errors == 0


async def test_one_feeds_failure_touches_no_other(server: FeedServer, house: House) -> None:
    await house.add(server.script("/down", Answer(status=500)))
    await house.add("http://127.0.0.1:1/nothing")
    await house.add(server.script("/bug", Answer(b"BUG")))
    good = await house.add(server.serve("/good.xml", news(1)))
    summary = await house.round()
    assert (summary.polled, summary.failed, summary.new) == (4, 3, 1)
    assert house.store.feed(good).errors == 0


async def test_feed_that_cannot_be_stored_takes_no_other_with_it(
    server: FeedServer, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = await house.add(server.serve("/bad.xml", news(1)))
    good = await house.add(server.serve("/fine.xml", news(2)))
    plain = MemoryEntries.add

    def add(self: MemoryEntries, feed: Any, entries: list[NewEntry], now: dt.datetime) -> int:
        if feed.id == bad:
            raise StorageError("disk full")
        return plain(self, feed, entries, now)

    monkeypatch.setattr(MemoryEntries, "add", add)
    summary = await house.round()
    assert (summary.polled, summary.failed, summary.new) == (2, 1, 1)
    assert house.store.feed(good).polls == 1
    assert house.store.feed(bad).polls == 0
    assert house.store.stored(bad) == []


async def test_feeds_of_a_round_are_stored_in_one_transaction(
    server: FeedServer, house: House
) -> None:
    for n in range(20):
        await house.add(server.serve(f"/group/{n}", news(n)))
    before = house.store.transactions
    await house.round()
    assert house.store.transactions - before == 2  # claim, store


async def test_f13_moved_feed_is_known_by_its_new_address(server: FeedServer, house: House) -> None:
    target = server.serve("/moved-to.xml", news(1))
    number = await house.add(
        server.script("/moved", Answer(status=301, headers={"Location": "/moved-to.xml"}))
    )
    await house.round()
    assert house.store.feed(number).url == target


async def test_f13_feed_that_moved_to_what_we_read_already_keeps_its_address(
    server: FeedServer, house: House
) -> None:
    await house.add(server.serve("/taken.xml", news(1)))
    url = server.script("/clash", Answer(status=301, headers={"Location": "/taken.xml"}))
    number = await house.add(url)
    assert (await house.round()).failed == 0
    assert house.store.feed(number).url == url


async def test_f13_feed_does_not_move_to_a_page_that_is_no_feed(
    server: FeedServer, house: House
) -> None:
    server.serve("/login", b"<html></html>")
    url = server.script("/gone-away", Answer(status=301, headers={"Location": "/login"}))
    number = await house.add(url)
    await house.round()
    assert house.store.feed(number).url == url


async def test_feed_removed_while_it_was_polled_is_let_go(server: FeedServer, house: House) -> None:
    held = threading.Event()
    await house.add(server.script("/held.xml", Answer(news(1), gate=held)))
    house.now += dt.timedelta(minutes=15)
    early = await house.poller.poll_due(patience=dt.timedelta(seconds=0.05))
    assert (early.under_way, early.polled) == (1, 0)
    await house.store.write(lambda work: work.feeds.remove(1))
    held.set()
    assert (await house.poller.poll_due()).polled == 0
    assert house.store.tables.entries == []


async def test_f9_slow_feed_goes_on_while_others_are_stored(
    server: FeedServer, house: House
) -> None:
    held = threading.Event()
    slow = await house.add(server.script("/slow.xml", Answer(news(1), gate=held)))
    fast = await house.add(server.serve("/quick.xml", news(2)).replace("127.0.0.1", "localhost"))
    house.now += dt.timedelta(minutes=15)
    first = await house.poller.poll_due(patience=dt.timedelta(seconds=0.3))
    assert (first.under_way, first.new) == (1, 1)
    assert house.store.feed(fast).polls == 1
    held.set()
    second = await house.poller.poll_due()
    assert (second.under_way, second.new) == (0, 1)
    assert house.store.feed(slow).polls == 1


async def test_f14_feed_of_a_busy_host_is_put_off(server: FeedServer) -> None:
    held = threading.Event()
    limits = FetchLimits(host_patience=dt.timedelta(seconds=0.05))
    async with Fetcher(limits, allow_private=True) as fetcher:
        house = House(fetcher)
        await house.add(server.script("/busy1", Answer(news(1), gate=held)))
        waiting = await house.add(server.serve("/busy2", news(2)))
        house.now += dt.timedelta(minutes=15)
        summary = await house.poller.poll_due(patience=dt.timedelta(seconds=0.3))
        assert (summary.postponed, summary.failed) == (1, 0)
        assert house.store.feed(waiting).errors == 0
        held.set()
        await house.poller.poll_due()


async def test_owner_hears_of_one_failing_feed_but_not_of_our_own_network(
    server: FeedServer, house: House
) -> None:
    await house.add(server.script("/fails", Answer(status=500)))
    for n in range(3):
        await house.add(server.serve(f"/well{n}", news(n)))
    await house.round()
    (notice,) = (await house.round(dt.timedelta(hours=25))).notices
    assert "24 hours" in notice.text
    for n in range(3):
        server.script(f"/well{n}", Answer(status=500))
    assert (await house.round(dt.timedelta(hours=25))).notices == ()


async def test_feed_whose_lease_ended_is_not_read_twice_at_once(
    server: FeedServer, house: House
) -> None:
    held = threading.Event()
    await house.add(server.script("/lease.xml", Answer(news(1), gate=held)))
    for _ in range(3):
        house.now += dt.timedelta(minutes=15)
        summary = await house.poller.poll_due(patience=dt.timedelta(seconds=0.02))
        assert summary.under_way == 1
    held.set()
    assert (await house.poller.poll_due()).new == 1
    assert server.count("/lease.xml") == 1


async def test_what_waits_to_be_stored_is_not_read_once_more_when_its_lease_ends(
    server: FeedServer, house: House
) -> None:
    held = threading.Event()
    slow = Answer(news(1, 2, 3), gate=held)
    await house.add(server.script("/waits.xml", Answer(news(1, 2)), slow, Answer(status=500)))
    await house.round()
    house.now += dt.timedelta(minutes=15)
    assert (await house.poller.poll_due(patience=dt.timedelta(0))).under_way == 1
    held.set()
    await asyncio.wait(house.poller._tasks)
    summary = await house.round()
    assert (summary.new, summary.failed, summary.notices) == (1, 0, ())
    assert server.count("/waits.xml") == 2


async def test_with_a_limit_of_none_what_was_asked_is_stored_and_nothing_else(
    server: FeedServer, house: House
) -> None:
    held = threading.Event()
    await house.add(server.script("/late.xml", Answer(news(1), gate=held)))
    await house.add(server.serve("/other.xml", news(2)))
    house.now += dt.timedelta(minutes=15)
    assert (await house.poller.poll_due(1, dt.timedelta(0))).under_way == 1
    held.set()
    await asyncio.wait(house.poller._tasks)
    assert (await house.poller.poll_due(0)).new == 1
    assert server.count("/other.xml") == 0


async def test_close_stops_what_is_under_way(server: FeedServer, house: House) -> None:
    held = threading.Event()
    await house.add(server.script("/endless-wait", Answer(news(1), gate=held)))
    house.now += dt.timedelta(minutes=15)
    await house.poller.poll_due(patience=dt.timedelta(0))
    await house.poller.close()
    held.set()
    assert house.store.feed().polls == 0


async def test_sliding_window_is_followed_without_loss(server: FeedServer, house: House) -> None:
    """Twenty items in the window, seven new ones a poll: the server's truth is what is stored."""
    await house.add(server.serve("/slide.xml", news(*range(20))))
    await house.round()
    for first in range(7, 140, 7):
        server.serve("/slide.xml", news(*reversed(range(first, first + 20))))
        summary = await house.round()
        assert (summary.new, summary.notices) == (7, ())
    assert len(house.store.stored()) == 153


def test_summaries_add_up() -> None:
    total = PollSummary(polled=1, new=2) + PollSummary(polled=2, failed=1)
    assert (total.polled, total.new, total.failed) == (3, 2, 1)
