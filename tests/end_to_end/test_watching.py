"""/health, the owner's notices, the dead man's ping, and the webhook, over real HTTP."""

from __future__ import annotations

import asyncio
import datetime as dt
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from bot.config import Settings
from bot.domain.delivery import NotSent, OutboxState, UpdateState
from bot.domain.feeds import NewFeed
from bot.errors import FetchError, StorageError
from bot.feeds.fetcher import Fetcher
from handlers.webhook import SECRET_HEADER, Intake
from khabardar.clock import clock_offset
from khabardar.watching import PING_EVERY, STALE, Watch
from khabardar.web import HEALTH, MAX_BODY, WEBHOOK, build_app, listening
from storage.store import SqlStore
from tests.end_to_end.running import running
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram
from tests.storage.values import ALICE, BOB, MINUTE, NOON, chat, row

OWNER = 7777
HOUR = dt.timedelta(hours=1)
SECRET = "sesame-sesame-sesame"
UPDATE = {"update_id": 77, "message": {"chat": {"id": 7}, "text": "/help"}}


class Times:
    def __init__(self):
        self.now = NOON

    def __call__(self):
        return self.now


@pytest.fixture
def store(tmp_path):
    with SqlStore(f"sqlite:///{tmp_path / 'test.db'}", lambda: NOON) as opened:
        yield opened


def set_to(**more):
    given: dict[str, Any] = {"_env_file": None, "owner_ids": frozenset({OWNER})} | more
    return Settings(**given)


@pytest.fixture
def clock():
    return Times()


@pytest.fixture
async def watch(store, clock):
    async def right(_settings):
        return dt.timedelta(0)

    async with Fetcher(allow_private=True) as fetcher:
        yield Watch(store, set_to(), clock, fetcher, right)


def notices(store):
    rows = store.read_sync(lambda work: work.outbox.in_state(OutboxState.PENDING))
    return [one.message.plain for one in rows if one.chat_id == OWNER]


async def asked(app, path=HEALTH, **how):
    async with (
        listening(set_to(), app) as port,
        aiohttp.ClientSession() as session,
        session.request(
            how.pop("method", "GET"), f"http://127.0.0.1:{port}{path}", **how
        ) as answer,
    ):
        body = await answer.json() if answer.content_type == "application/json" else None
        return answer.status, body


# --- health ---


async def test_o4_health_is_good_where_all_is_well_and_bad_where_nobody_looks(watch, clock):
    app = build_app(watch)
    assert (await asked(app))[0] == 503
    await watch.look()
    assert await asked(build_app(watch)) == (200, {"ok": True, "at": NOON.isoformat(), "wrong": {}})
    clock.now += STALE
    assert (await asked(build_app(watch)))[0] == 503


async def test_o4_health_turns_bad_when_messages_do_not_leave(watch, store, clock):
    store.write_sync(lambda work: work.outbox.put(row("a"), NOON))
    await watch.look()
    assert not watch.troubles
    clock.now += 11 * MINUTE
    await watch.look()
    status, told = await asked(build_app(watch))
    assert status == 503
    assert "Messages do not leave" in told["wrong"]["outbox"]


async def test_o4_one_poison_message_is_no_stop_but_two_failing_chats_are(watch, store, clock):
    def fails(work, key, scope):
        chat(work, scope)
        work.outbox.put(row(key, scope), NOON)
        (mine,) = work.outbox.claim("w", NOON, 1, MINUTE)
        work.outbox.sending(mine, "w", NOON, MINUTE)
        work.outbox.record(mine, "w", NotSent("refused", retry_after=HOUR), NOON)

    clock.now += 11 * MINUTE
    store.write_sync(lambda work: fails(work, "a", ALICE))
    await watch.look()
    assert not watch.troubles
    store.write_sync(lambda work: fails(work, "b", BOB))
    await watch.look()
    assert [one.key for one in watch.troubles] == ["outbox"]


async def test_o4_the_owner_hears_once_when_it_begins_and_once_when_it_is_over(watch, store, clock):
    def failing(work, errors):
        for number in range(2):
            feed = work.feeds.add(NewFeed(f"https://gazette.example/{number}"), NOON)
            work.feeds.save(replace(feed, errors=errors, next_poll_at=NOON + 24 * HOUR))

    store.write_sync(lambda work: failing(work, 3))
    for _ in range(3):
        await watch.look()
        clock.now += MINUTE
    assert notices(store) == ["All 2 feeds fail: most likely this machine's own network."]
    store.write_sync(lambda work: failing(work, 0))
    for _ in range(2):
        await watch.look()
    assert notices(store)[1:] == ["It is over: feeds can be read again."]
    clock.now += MINUTE
    store.write_sync(lambda work: failing(work, 3))
    await watch.look()
    assert len(notices(store)) == 3


async def test_o4_a_wrong_clock_is_noticed_and_compared_once_an_hour(watch, clock):
    asked_at = []

    async def off(_settings):
        asked_at.append(clock.now)
        return 2 * HOUR

    watch.offset = off
    for _ in range(3):
        await watch.look()
        clock.now += MINUTE
    assert [one.key for one in watch.troubles] == ["clock"]
    assert len(asked_at) == 1

    async def unknown(_settings):
        raise FetchError("no answer")

    watch.offset = unknown
    clock.now += HOUR
    await watch.look()
    assert "clock" not in [one.key for one in watch.troubles]


async def test_o4_the_clock_is_compared_with_the_servers():
    with FakeTelegram() as telegram:
        off = await clock_offset(set_to(telegram_api_url=telegram.url))
    assert abs(off) < 5 * MINUTE
    with pytest.raises(FetchError, match="NTP"):
        await clock_offset(set_to(telegram_api_url="http://127.0.0.1:9"))


async def test_o4_a_ping_says_that_all_is_well_and_is_missed_where_it_is_not(watch, store, clock):
    with FeedServer() as server:
        url = server.serve("/ping", b"ok")
        watch.settings = set_to(ping_url=url)
        await watch.look()
        clock.now += MINUTE
        await watch.look()
        assert server.count("/ping") == 1
        clock.now += PING_EVERY
        await watch.look()
        assert server.count("/ping") == 2
        store.write_sync(lambda work: work.outbox.put(row("a"), clock.now - HOUR))
        clock.now += PING_EVERY
        await watch.look()
        assert server.count("/ping") == 2
    store.write_sync(lambda work: work.outbox.cancel(ALICE))
    clock.now += PING_EVERY
    await watch.look()  # nobody listens there any more: a warning, no more


# --- the clock went back ---


async def test_s1_what_was_due_by_a_clock_two_hours_ahead_is_done_once_the_clock_is_right(
    watch, store, clock
):
    ahead = NOON + 2 * HOUR

    def while_ahead(work):
        chat(work)
        feed = work.feeds.add(NewFeed("https://gazette.example/rss"), ahead)
        work.feeds.claim_due(ahead, 1, 10 * MINUTE)
        work.feeds.save(replace(feed, last_polled_at=ahead, next_poll_at=ahead + 10 * MINUTE))
        work.outbox.put(row("now"), ahead)
        work.outbox.put(row("tomorrow", not_before=NOON + 24 * HOUR), ahead)
        work.outbox.hold_chat(ALICE.chat_id, ahead + MINUTE)

    clock.now = ahead
    await watch.look()
    store.write_sync(while_ahead)
    clock.now = NOON + MINUTE
    await watch.look()
    clock.now += 10 * MINUTE

    def due(work):
        rows = work.outbox.claim("w", clock.now, 10, MINUTE)
        return [one.dedupe_key for one in rows], len(work.feeds.claim_due(clock.now, 10, HOUR))

    assert store.write_sync(due) == (["now"], 1)
    assert store.write_sync(due) == ([], 0)


async def test_s1_a_clock_that_goes_on_moves_nothing(watch, store, clock):
    await watch.look()
    feed = store.write_sync(lambda w: w.feeds.add(NewFeed("https://gazette.example/rss"), NOON))
    later = replace(feed, next_poll_at=NOON + HOUR)
    store.write_sync(lambda work: work.feeds.save(later))
    clock.now += 50 * MINUTE
    await watch.look()
    assert store.read_sync(lambda work: work.feeds.get(feed.id)).next_poll_at == NOON + HOUR


# --- webhook ---


def brings(store, said, body, arrived=lambda: None):
    app = build_app(intake=Intake(store, lambda: NOON, SECRET, arrived))
    headers = {} if said is None else {SECRET_HEADER: said}
    return asked(app, WEBHOOK, method="POST", headers=headers, **body)


@pytest.mark.parametrize("said", [None, "", "sesame", SECRET + "x", "Öffne dich"])
async def test_u7_without_the_right_secret_nothing_comes_in(store, said):
    said = said.encode().decode("latin-1") if said else said
    assert (await brings(store, said, {"json": UPDATE}))[0] == 403
    assert store.read_sync(lambda work: work.inbox.state(77)) is None


async def test_u7_with_the_right_secret_an_update_is_stored_and_the_work_begins(store):
    arrived = []
    assert (await brings(store, SECRET, {"json": UPDATE}, lambda: arrived.append(1)))[0] == 200
    assert store.read_sync(lambda work: work.inbox.state(77)) is UpdateState.NEW
    assert arrived == [1]


@pytest.mark.parametrize(
    "length", [f"Content-Length: {50 * MAX_BODY}", "Transfer-Encoding: chunked"]
)
async def test_u7_a_body_of_50_megabytes_is_cut_off(store, length):
    app = build_app(intake=Intake(store, lambda: NOON, SECRET, lambda: None))
    head = f"POST {WEBHOOK} HTTP/1.1\r\nHost: x\r\n{SECRET_HEADER}: {SECRET}\r\n{length}\r\n\r\n"
    async with listening(set_to(), app) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head.encode())
        for _ in range(3):  # of fifty: nobody waits for the rest
            writer.write(b"%x\r\n" % MAX_BODY + b" " * MAX_BODY + b"\r\n")
        assert b" 413 " in await reader.readline()
        writer.close()
    assert store.read_sync(lambda work: work.inbox.waiting()) == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"update_id": "x"}', b"\xff"])
async def test_u7_what_is_no_update_is_refused(store, body):
    assert (await brings(store, SECRET, {"data": body}))[0] == 400


async def test_u8_an_update_that_cannot_be_stored_is_not_acknowledged(store, monkeypatch):
    async def full(_job):
        raise StorageError("the disk is full")

    arrived = []
    with monkeypatch.context() as patch:
        patch.setattr(store, "write", full)
        assert (await brings(store, SECRET, {"json": UPDATE}, lambda: arrived.append(1)))[0] == 503
    assert arrived == []
    assert (await brings(store, SECRET, {"json": UPDATE}))[0] == 200, "Telegram brings it again"
    assert (await brings(store, SECRET, {"json": UPDATE}))[0] == 200
    assert len(store.read_sync(lambda work: work.inbox.waiting())) == 1


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_u8_the_service_answers_what_a_webhook_brings(tmp_path):
    port = free_port()
    with FakeTelegram() as telegram, FeedServer() as feeds:
        feeds.serve("/news.xml", b"<rss version='2.0'><channel/></rss>")
        telegram.chat(7)
        asks = {"web_port": port, "webhook_url": "https://bot.example/", "webhook_secret": SECRET}
        async with running(tmp_path, telegram, feeds, sign="setWebhook", **asks):
            (set_up,) = telegram.calls("setWebhook")
            assert set_up.parameters["url"] == "https://bot.example/telegram"
            assert not set_up.parameters.get("drop_pending_updates")
            body = {"update_id": 5, "message": telegram._message(7, 7, "/help")}
            async with (
                aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as session,
                session.post(f"http://127.0.0.1:{port}{WEBHOOK}", json=body) as answer,
            ):
                assert answer.status == 200
            await telegram.until(lambda: bool(telegram.messages(7)), 30)
            assert telegram.calls("getUpdates") == []
