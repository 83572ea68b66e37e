import asyncio

import pytest

from bot.domain.delivery import UpdateState
from bot.errors import StorageError
from handlers.inbox import ATTEMPTS, BACK_OFF, SECOND_INSTANCE, WEBHOOK_SET, Clerk, Receiver
from tests.fakes.telegram import faults
from tests.handlers.office import ALICE, BOB

LEAP = 500_000_000


def state(office, update_id):
    return office.read(lambda work: work.inbox.state(update_id))


async def test_u1_a_kill_between_storing_and_handling_loses_no_command(open_office, telegram):
    async with open_office() as killed:
        for words in ("blast", "flood"):
            telegram.user_says(ALICE, f"/subscribe {words}")
        await killed.receive()
    async with open_office() as office:
        await office.work()
        assert office.queries(ALICE) == ["blast", "flood"]
        assert len(telegram.messages(ALICE)) == 2


async def test_u1_a_kill_between_handling_and_acknowledging_applies_nothing_twice(
    open_office, telegram
):
    async with open_office() as killed:
        for words in ("blast", "flood"):
            await killed.says(ALICE, f"/subscribe {words}")
        telegram.user_says(ALICE, "/unsubscribe 1")
        await killed.receive()
        await killed.clerk.drain()
    assert telegram.world.updates, "Telegram still has it: nobody has asked for the next ones"
    async with open_office() as office:
        await office.work()
        assert office.queries(ALICE) == ["flood"]
        assert len(telegram.messages(ALICE)) == 3


async def test_u3_the_same_update_handled_twice_is_applied_once(office):
    for words in ("blast", "flood", "strike"):
        await office.says(ALICE, f"/subscribe {words}")
    office.telegram.user_says(ALICE, "/unsubscribe 1")
    await office.receive()
    (stored,) = office.read(lambda work: work.inbox.waiting())
    for _ in range(2):
        await office.clerk._handle(stored)  # as from a list that has grown old
    await office.work()
    assert office.queries(ALICE) == ["flood", "strike"]
    assert len(office.telegram.messages(ALICE)) == 4


async def test_two_clerks_at_the_same_update_apply_it_once(office):
    for words in ("blast", "flood", "strike"):
        await office.says(ALICE, f"/subscribe {words}")
    office.telegram.user_says(ALICE, "/unsubscribe 1")
    await office.receive()
    other = Clerk(office.application, office.store, office.clock)
    await asyncio.gather(office.clerk.drain(), other.drain())
    await office.work()
    assert office.queries(ALICE) == ["flood", "strike"]


async def test_the_same_update_sent_again_is_stored_once(office):
    update = office.telegram.user_says(ALICE, "/subscribe blast")
    await office.work()
    raw = dict(office.telegram.world.updates[0])
    raw["message"] = raw["message"] | {"text": "/subscribe other"}
    office.telegram.world.updates.clear()
    office.telegram.receives(raw, update_id=update)
    await office.work()
    assert office.queries(ALICE) == ["blast"]


@pytest.mark.parametrize(
    "raw",
    [
        {"message": {"nothing": "of use"}},
        {"message": "a string"},
        {"callback_query": {"id": "1"}},
        {"something_new": {"chat": {"id": ALICE}}},
        {},
    ],
)
async def test_u2_an_update_that_cannot_be_read_stops_nobody(office, raw):
    update = office.telegram.receives(raw)
    assert "Subscribed" in await office.says(ALICE, "/subscribe blast")
    assert state(office, update) in (UpdateState.QUARANTINED, UpdateState.DONE)


async def test_an_unreadable_update_is_kept_for_the_operator(office):
    update = office.telegram.receives({"message": {"nothing": "of use"}})
    await office.work()
    assert state(office, update) is UpdateState.QUARANTINED


async def test_u4_numbers_that_jump_lower_are_still_handled(open_office, telegram):
    telegram.world.next_update = LEAP
    async with open_office() as before:
        await before.says(ALICE, "/subscribe blast")
        await before.receive()
    telegram.world.next_update = 17
    async with open_office() as office:
        await office.says(ALICE, "/subscribe flood")
        assert office.queries(ALICE) == ["blast", "flood"]


async def test_a_command_that_fails_on_our_side_is_tried_again_and_then_excused(
    office, monkeypatch
):
    tried = []

    async def fail(url):
        tried.append(url)
        raise StorageError("the disk of /var/secret is full")

    monkeypatch.setattr(office, "find_feed", fail)
    answer = await office.says(ALICE, "/addfeed https://gazette.example/rss")
    assert len(tried) == ATTEMPTS
    assert "noted for the owner" in answer
    assert "secret" not in answer
    assert "Subscribed" in await office.says(ALICE, "/subscribe blast")


async def test_a9_a_flood_of_one_is_cut_off_and_others_are_served(office):
    for number in range(60):
        office.telegram.user_says(ALICE, f"/subscribe word{number}")
    office.telegram.user_says(BOB, "/subscribe blast")
    await office.work()
    texts = office.telegram.texts(ALICE)
    assert sum("Subscribed" in text for text in texts) == 30
    assert sum("too much at once" in text for text in texts) in (1, 2)
    assert office.queries(BOB) == ["blast"]
    assert not office.read(lambda work: work.inbox.waiting())


# --- what stands in the way of receiving ---


class EnoughError(Exception):
    """Ends a receiver that would go on for ever."""


async def waits(office, how_often=1):
    """Run the receiver until it has waited so often; return for how many seconds each time."""
    seconds = []

    async def sleep(wait):
        seconds.append(wait)
        if len(seconds) == how_often:
            raise EnoughError

    receiver = Receiver(office.application.bot, office.store, office.clock, lambda: None, sleep)
    with pytest.raises(EnoughError):
        await receiver.run()
    return seconds


async def test_u6_a_webhook_that_is_still_set_is_named_and_left_alone(office, caplog):
    office.telegram.world.webhook = "https://elsewhere.example/"
    office.telegram.user_says(ALICE, "/subscribe blast")
    assert await waits(office) == [BACK_OFF * 5]
    assert WEBHOOK_SET in caplog.text
    assert office.telegram.world.webhook
    assert not office.telegram.calls("deleteWebhook")


async def test_u5_a_second_instance_is_named_and_waited_for(office, caplog):
    terminated = "Conflict: terminated by other getUpdates request"
    office.telegram.script(faults.error(409, terminated).on("getUpdates"))
    assert await waits(office) == [BACK_OFF * 5]
    assert SECOND_INSTANCE in caplog.text


async def test_telegrams_own_waiting_time_is_kept(office):
    office.telegram.script(
        faults.flood(7).on("getUpdates"), faults.error(502, "Bad Gateway").on("getUpdates")
    )
    assert await waits(office, 2) == [7, BACK_OFF]


async def test_a_database_that_cannot_be_used_acknowledges_nothing(office, monkeypatch):
    async def fail(job):
        raise StorageError("the disk is full")

    office.telegram.user_says(ALICE, "/subscribe blast")
    monkeypatch.setattr(office.store, "write", fail)
    assert await waits(office, 2) == [BACK_OFF, BACK_OFF]
    monkeypatch.undo()
    await office.work()
    assert office.queries(ALICE) == ["blast"]
