"""The dispatcher against the real python-telegram-bot and the fake Telegram, in virtual time."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil

import pytest

from bot.delivery.dispatcher import Dispatcher, Manner
from bot.delivery.retry import MOST_REFUSALS
from bot.domain.delivery import Act, Message, OutboxRow, OutboxState, Outcome, Priority, Sent
from bot.errors import ConfigError
from bot.protocols import Work
from storage.store import SqlStore
from tests.delivery.rows import CHAT, StillMessenger, StillStore, VirtualTime, new
from tests.fakes.outbox import MemoryStore
from tests.fakes.telegram import Break, FakeTelegram, faults

OWNER = 99
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An empty database: a copy of it is made faster than a new one."""
    path = tmp_path_factory.mktemp("template") / "outbox.db"
    with SqlStore(f"sqlite:///{path}"):
        pass
    return path


@pytest.fixture(params=["memory", "sqlite"])
def store(request, tmp_path, template, time):
    """Every promise holds with the real outbox, and the fake one keeps the same promises."""
    if request.param == "memory":
        yield MemoryStore()
        return
    shutil.copy(template, tmp_path / "outbox.db")
    with SqlStore(f"sqlite:///{tmp_path}/outbox.db", time) as sql:
        yield StillStore(sql, time)


class Desk:
    """A dispatcher with everything around it."""

    def __init__(self, store, messenger, time, **manner) -> None:
        self.store, self.time = store, time
        self.dispatcher = Dispatcher(
            store,
            StillMessenger(messenger, time),
            time,
            Manner(owners=frozenset({OWNER}), **manner),
            sleep=time.sleep,
        )

    async def put(self, *rows) -> None:
        def job(work: Work) -> bool:
            return all(work.outbox.put(row, self.time.now) for row in rows)

        assert await self.store.write(job)

    async def send_all(self, patience: dt.timedelta = HOUR) -> None:
        await self.dispatcher.flush(patience)

    async def row(self, key: str) -> OutboxRow:
        found: OutboxRow = await self.store.read(lambda work: work.outbox.find(key))
        return found

    async def state(self, key: str) -> OutboxState:
        return (await self.row(key)).state

    async def count(self, state: OutboxState) -> int:
        counts: dict[OutboxState, int]
        counts = await self.store.read(lambda work: work.outbox.counts())
        return counts[state]


@pytest.fixture
def desk(store, messenger, time, telegram):
    telegram.chat(OWNER)
    return Desk(store, messenger, time)


async def test_pending_rows_are_sent_once_in_order(desk, telegram, store):
    await desk.put(new("a"), new("b"), new("c"))
    await desk.send_all()
    await desk.send_all()
    assert telegram.texts(CHAT) == ["a", "b", "c"]
    assert await desk.count(OutboxState.SENT) == 3


async def test_edit_finds_the_message_of_its_row(desk, telegram):
    await desk.put(new("a"), new("e", act=Act.EDIT, target_key="a"), new("r", target_key="a"))
    await desk.send_all()
    assert telegram.texts(CHAT) == ["e", "r"]
    assert telegram.messages(CHAT)[1].reply_to == 1


async def test_row_waits_for_its_time(desk, telegram, time):
    await desk.put(new("later", not_before=time.now + HOUR))
    await desk.send_all(dt.timedelta(minutes=30))
    assert telegram.texts(CHAT) == []
    await desk.send_all()
    assert telegram.texts(CHAT) == ["later"]


async def test_t1_connection_refused_is_retried_without_a_mark(store, time):
    outcomes: list[Outcome] = []

    class Flaky:
        async def send(self, row: OutboxRow) -> Outcome:
            from bot.domain.delivery import NotSent

            outcomes.append(NotSent("refused") if len(outcomes) < 5 else Sent(1))
            assert not row.uncertain
            return outcomes[-1]

    desk = Desk(store, Flaky(), time)
    await desk.put(new("a"))
    await desk.send_all()
    assert len(outcomes) == 6
    assert await desk.state("a") is OutboxState.SENT


async def test_t2_lost_answer_is_repeated_with_the_mark(desk, telegram):
    telegram.script(faults.broken(Break.RESET, delivered=True))
    await desk.put(new("a"))
    await desk.send_all()
    assert telegram.texts(CHAT) == ["a", "a\n↻ possible repeat · KH-7F3A"]


async def test_t2_edit_with_a_lost_answer_is_repeated_without_a_mark(desk, telegram, store):
    await desk.put(new("a"))
    await desk.send_all()
    telegram.script(faults.broken(Break.HALF, delivered=True))
    await desk.put(new("e", act=Act.EDIT, target_key="a"))
    await desk.send_all()
    assert telegram.texts(CHAT) == ["e"]
    assert await desk.state("e") is OutboxState.SENT


@pytest.mark.parametrize("policy", ["hold", "skip"])
async def test_t2_uncertain_row_is_not_repeated_where_the_owner_chose_so(
    store, messenger, time, telegram, policy
):
    desk = Desk(store, messenger, time, uncertain=policy)
    telegram.script(faults.broken(Break.CLOSE, delivered=True))
    await desk.put(new("a"))
    await desk.send_all()
    assert telegram.texts(CHAT) == ["a"]
    assert await desk.state("a") is OutboxState.DEAD


async def test_t6_flooded_chat_waits_and_others_do_not(desk, telegram, time, store):
    telegram.chat(8)
    telegram.script(faults.flood(3600).on(chat=CHAT))
    await desk.put(new("a"), new("b", 8))
    await desk.send_all(dt.timedelta(minutes=10))
    assert telegram.texts(8) == ["b"]
    assert await desk.state("a") is OutboxState.PENDING
    began = time.now
    await desk.send_all(dt.timedelta(hours=2))
    assert telegram.texts(CHAT) == ["a"]
    assert time.now - began > dt.timedelta(minutes=59)


async def test_t6_flood_of_several_chats_holds_the_whole_bot_also_after_a_restart(
    desk, telegram, store, messenger, time
):
    for chat in range(1, 5):
        telegram.chat(chat)
        telegram.script(faults.flood(600).on(chat=chat))
        await desk.put(new(f"m{chat}", chat))
    await desk.send_all(dt.timedelta(0))
    fresh = Desk(store, messenger, time)
    await fresh.dispatcher.recover()
    await fresh.put(new("other", CHAT))
    began = time.now
    telegram.calm()
    await fresh.send_all()
    assert time.now - began > dt.timedelta(seconds=590)
    assert telegram.texts(CHAT) == ["other"]


async def test_t8_refused_html_is_sent_once_as_plain_text(desk, telegram, store):
    await desk.put(new("a", message=Message("<b>open", "a < b")))
    await desk.send_all()
    assert telegram.texts(CHAT) == ["a < b"]
    assert len(telegram.calls("sendMessage")) == 2


async def test_t8_text_refused_as_plain_text_too_is_dead_and_the_owner_hears(desk, telegram, store):
    await desk.put(new("a", message=Message("<b>open", "\u200b")))
    await desk.send_all()
    assert await desk.state("a") is OutboxState.DEAD
    assert telegram.texts(OWNER)[0].startswith(f"A message to chat {CHAT} is dead")


async def test_t10_chat_that_blocks_is_suspended_with_its_other_rows(desk, telegram, store):
    telegram.block(CHAT)
    await desk.put(new("a"), new("b"))
    await desk.send_all()
    assert len(telegram.calls("sendMessage")) == 2  # one refusal, one notice to the owner
    assert {await desk.state("a"), await desk.state("b")} == {OutboxState.SUSPENDED}
    telegram.unblock(CHAT)
    await store.write(lambda work: work.chats.resume(CHAT))
    await desk.send_all()
    assert telegram.texts(CHAT) == ["a", "b"]


async def test_t11_unknown_refusal_is_dead_after_some_attempts_and_the_owner_hears(
    desk, telegram, store
):
    telegram.script(faults.bad_request("SOMETHING_NEW").on(chat=CHAT, times=50))
    await desk.put(new("a"))
    await desk.send_all()
    refused = [r for r in telegram.calls("sendMessage") if r.parameters["chat_id"] == CHAT]
    assert len(refused) == MOST_REFUSALS
    assert await desk.state("a") is OutboxState.DEAD
    assert "something_new" in telegram.texts(OWNER)[0].lower()


async def test_t12_migrated_chat_gets_its_rows_under_the_new_id(desk, telegram, store):
    telegram.chat(-5)
    telegram.chat(-1001, "supergroup")
    telegram.script(faults.migrated(-1001).on(chat=-5))
    await desk.put(new("a", -5), new("b", -5))
    await desk.send_all()
    assert telegram.texts(-1001) == ["a", "b"]
    assert telegram.texts(-5) == []


async def test_t13_deleted_topic_falls_back_to_the_main_thread_with_a_note(desk, telegram):
    telegram.chat(-1001, "supergroup", forum=True)
    await desk.put(new("a", -1001, thread_id=3))
    await desk.send_all()
    first, note = telegram.messages(-1001)
    assert (first.text, first.thread_id) == ("a", None)
    assert "topic" in note.text


async def test_t16_refused_token_stops_everything_and_keeps_the_outbox(desk, telegram, store):
    telegram.script(faults.error(401, "Unauthorized").on(times=50))
    await desk.put(*(new(f"m{chat}", chat) for chat in range(1, 20)))
    with pytest.raises(ConfigError, match="TELEGRAM_TOKEN"):
        await desk.send_all()
    assert await desk.count(OutboxState.DEAD) == 0
    assert len(telegram.calls("sendMessage")) <= 8


async def test_t17_stopping_waits_for_the_answer_that_is_under_way(desk, telegram, store, time):
    telegram.script(faults.hang(0.2, delivered=True))
    await desk.put(new("a"))
    running = asyncio.create_task(desk.dispatcher.run())
    await telegram.until(lambda: bool(telegram.messages(CHAT)))
    desk.dispatcher.stop()
    await running
    assert await desk.state("a") is OutboxState.SENT


async def test_t17_row_whose_sender_died_is_repeated_with_the_mark(desk, telegram, store, time):
    await desk.put(new("a"), new("b", 8))
    telegram.chat(8)
    lease = dt.timedelta(seconds=120)

    def die(work: Work) -> None:
        first, *_ = work.outbox.claim("sender", time.now, 10, lease)
        work.outbox.sending(first, "sender", time.now, lease)

    await store.write(die)
    await desk.dispatcher.recover()
    await desk.send_all(dt.timedelta(0))
    assert telegram.messages() == []
    time.pass_(seconds=121)
    await desk.send_all(dt.timedelta(0))
    assert telegram.texts(CHAT) == ["a\n↻ possible repeat · KH-7F3A"]
    assert telegram.texts(8) == ["b"]  # claimed only: nothing had left, no mark


async def test_lone_sender_frees_a_dead_ones_rows_without_waiting(desk, telegram, store, time):
    await desk.put(new("a"))
    lease = dt.timedelta(seconds=120)
    await store.write(lambda work: work.outbox.claim("sender", time.now, 10, lease))
    assert await desk.dispatcher.recover(alone=True) == 1
    await desk.send_all(dt.timedelta(0))
    assert telegram.texts(CHAT) == ["a"]


async def test_t18_poison_row_keeps_nobody_else_waiting(desk, telegram, time):
    telegram.chat(8)
    telegram.script(faults.bad_request("SOMETHING_NEW").on(chat=CHAT, times=3))
    await desk.put(new("poison"), *(new(f"m{i}", 8) for i in range(3)))
    await desk.send_all(dt.timedelta(seconds=30))
    assert telegram.texts(8) == ["m0", "m1", "m2"]


async def test_t20_uncertain_part_of_three_is_repeated_alone(desk, telegram):
    await desk.put(new("part 1"))
    await desk.send_all()
    telegram.script(faults.gateway(delivered=True))
    await desk.put(new("part 2"), new("part 3"))
    await desk.send_all()
    assert telegram.texts(CHAT) == [
        "part 1",
        "part 2",
        "part 2\n↻ possible repeat · KH-7F3A",
        "part 3",
    ]


async def test_outage_costs_few_attempts_and_loses_nothing(desk, telegram, store):
    telegram.script(faults.gateway(503).on(times=12))
    for chat in range(1, 30):
        telegram.chat(chat)
        await desk.put(new(f"m{chat}", chat))
    await desk.send_all()
    assert await desk.count(OutboxState.SENT) == 29


async def test_most_severe_goes_first(desk, telegram, store, messenger, time):
    one = Desk(store, messenger, time, concurrency=1)
    for chat in range(1, 10):
        telegram.chat(chat)
        priority = Priority.EXTREME if chat == 9 else Priority.NORMAL
        await one.put(new(f"m{chat}", chat, priority=priority))
    await one.send_all()
    assert telegram.messages()[0].text == "m9"


async def test_answer_that_comes_after_the_row_was_taken_overwrites_nothing(store, time):
    class Slow:
        async def send(self, row: OutboxRow) -> Outcome:
            def take(work: Work) -> None:
                work.outbox.recover(time.now + HOUR)
                work.outbox.claim("other", time.now, 1, HOUR)

            await store.write(take)
            return Sent(1)

    desk = Desk(store, Slow(), time)
    await desk.put(new("a"))
    await desk.send_all()
    row = await desk.row("a")
    assert (row.state, row.worker) == (OutboxState.CLAIMED, "other")


@pytest.mark.parametrize("chats", [70])
async def test_t19_many_chats_at_once_keep_every_limit(time, store, chats):
    with FakeTelegram(limits=True, clock=time.seconds) as telegram:
        from telegram import Bot

        from bot.delivery.messenger import TelegramMessenger, sending_request

        async with sending_request() as request:
            bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
            desk = Desk(store, TelegramMessenger(bot), time)
            for chat in range(1, chats + 1):
                telegram.chat(chat)
                priority = Priority.EXTREME if chat > chats - 10 else Priority.NORMAL
                await desk.put(new(f"m{chat}", chat, priority=priority))
            telegram.chat(-77)
            await desk.put(*(new(f"g{i}", -77) for i in range(25)))
            began = time.now
            await desk.send_all()
    assert telegram.world.limits.broken == 0
    assert len(telegram.messages()) == chats + 25
    assert len(telegram.messages(-77)) == 25
    first = {message.chat_id for message in telegram.messages()[:16]}
    assert first >= set(range(chats - 9, chats + 1))
    in_private = [m.at for m in telegram.messages() if m.chat_id > 0]
    assert max(in_private) - began.timestamp() <= 1.03 * (chats + 25) / 30 + 1
    assert dt.timedelta(seconds=60) <= time.now - began <= dt.timedelta(seconds=70)


async def test_t19_a_groups_minute_goes_on_over_a_restart(time, store):
    with FakeTelegram(limits=True, clock=time.seconds) as telegram:
        from telegram import Bot

        from bot.delivery.messenger import TelegramMessenger, sending_request

        telegram.chat(-77)
        async with sending_request() as request:
            bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
            for run in range(3):
                desk = Desk(store, TelegramMessenger(bot), time)
                await desk.dispatcher.recover(alone=True)
                await desk.put(*(new(f"g{run}-{i}", -77) for i in range(15)))
                await desk.send_all()
    assert telegram.world.limits.broken == 0
    assert len(telegram.messages(-77)) == 45


async def test_new_row_leaves_at_once_when_the_dispatcher_is_woken(store, messenger, telegram):
    from tests.delivery.rows import START

    dispatcher = Dispatcher(store, messenger, lambda: START, Manner(idle=dt.timedelta(seconds=50)))
    running = asyncio.create_task(dispatcher.run())
    await asyncio.sleep(0)
    await store.write(lambda work: work.outbox.put(new("a"), START))
    dispatcher.wake()
    await telegram.until(lambda: bool(telegram.messages(CHAT)))
    dispatcher.stop()
    await running
