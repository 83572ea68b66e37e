"""/digest at 07:00, /digest off, and the digests that come of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.domain.chats import Scope
from bot.domain.delivery import OutboxState, Priority
from bot.services.digests import MOST, Digester
from tests.handlers.office import ADMIN, ALICE, BOB, MEMBER, SUPERGROUP
from tests.storage.values import DAY, MINUTE, NOON, told_event

HOUR = dt.timedelta(hours=1)
SEVEN = dt.datetime(2026, 3, 5, 2, tzinfo=dt.UTC)
"""Seven in the morning after NOON, in Karachi."""
REFUSED = "Only administrators of this chat can do that."


async def comes(office, at):
    """Let it be then; return how many digests were put."""
    office.now = at
    done = await Digester(office.store, office.clock).run()
    await office.work()
    return done


def slots_of(office, chat=ALICE):
    return office.read(lambda work: work.digests.of_chat(chat))


async def test_a_digest_is_promised_and_comes_every_day(office):
    answer = await office.says(ALICE, "/digest at 07:00")
    assert "A digest of everything comes every day at 07:00 (Asia/Karachi)" in answer
    assert "The first one: Thu 5 Mar 2026 at 07:00" in answer
    office.write(lambda work: told_event(work, at=NOON + HOUR))
    assert await comes(office, SEVEN - MINUTE) == 0
    assert await comes(office, SEVEN) == 1
    assert office.telegram.texts(ALICE)[-1].startswith("Digest, Thu 5 Mar 2026")
    assert "Blast in Zarghun" in office.telegram.texts(ALICE)[-1]
    assert await comes(office, SEVEN + HOUR) == 0
    assert await comes(office, SEVEN + DAY) == 1
    assert "Nothing was found" in office.telegram.texts(ALICE)[-1]


async def test_an_event_is_in_one_digest_and_each_is_in_one(office):
    await office.says(ALICE, "/digest at 07:00")
    for number, at in enumerate((SEVEN - MINUTE, SEVEN, SEVEN + MINUTE), 1):
        office.write(lambda w, n=number, at=at: told_event(w, at=at, title=f"Blast {n}"))
    told = []
    for day in range(2):
        await comes(office, SEVEN + DAY * day)
        told.append(office.telegram.texts(ALICE)[-1])
    assert [n for n in (1, 2, 3) if f"Blast {n}" in told[0]] == [1]
    assert [n for n in (1, 2, 3) if f"Blast {n}" in told[1]] == [2, 3]


async def test_a_digest_has_its_query(office):
    answer = await office.says(ALICE, "/digest weekdays 07:00 cricket")
    assert "on weekdays at 07:00" in answer
    office.write(lambda work: told_event(work, at=NOON + HOUR))
    await comes(office, SEVEN)
    assert "Blast" not in office.telegram.texts(ALICE)[-1]
    assert "at character" in await office.says(ALICE, "/digest at 08:00 (blast")


async def test_off_ends_one_or_all(office):
    for hour in ("07", "08", "09"):
        await office.says(ALICE, f"/digest at {hour}:00")
    assert "Ended: 1 daily digest" in await office.says(ALICE, "/digest off 08:00")
    assert "No digest comes here" in await office.says(ALICE, "/digest off 08:00")
    assert "Ended: 2 daily digests" in await office.says(ALICE, "/digest off")
    assert slots_of(office) == []
    assert await comes(office, SEVEN + DAY) == 0


async def test_a_chat_has_its_share_of_digests(office):
    for hour in range(MOST):
        await office.says(ALICE, f"/digest at {hour:02}:00")
    assert "the most" in await office.says(ALICE, "/digest at 22:00")
    assert "comes on weekdays" in await office.says(ALICE, "/digest at 00:00 weekdays")
    assert len(slots_of(office)) == MOST


async def test_a_digest_set_again_on_its_day_does_not_come_twice(office):
    await office.says(ALICE, "/digest at 07:00")
    await comes(office, SEVEN)
    office.now = SEVEN + MINUTE
    assert "Fri 6 Mar 2026" in await office.says(ALICE, "/digest at 07:00 blast")


async def test_s4_a_chat_that_changes_its_zone_has_one_digest_a_day(office):
    await office.says(ALICE, "/digest at 07:00")
    await comes(office, SEVEN)
    assert "zone is Europe/Berlin now" in await office.says(ALICE, "/settings zone berlin")
    (moved,) = slots_of(office)
    assert moved.due_at == dt.datetime(2026, 3, 6, 6, tzinfo=dt.UTC)
    assert await comes(office, SEVEN + 4 * HOUR) == 0
    assert await comes(office, moved.due_at) == 1


async def test_s5_a_crash_while_a_digest_is_made_loses_and_doubles_nothing(office, monkeypatch):
    await office.says(ALICE, "/digest at 07:00")

    def power_cut(place: str) -> None:
        raise ZeroDivisionError(place)

    with monkeypatch.context() as patch:
        patch.setattr("bot.services.digests.crash", power_cut)
        with pytest.raises(ZeroDivisionError, match="digest"):
            await comes(office, SEVEN)
    assert office.read(lambda work: work.outbox.counts())[OutboxState.PENDING] == 0
    for late in (HOUR, 2 * HOUR):
        await comes(office, SEVEN + late)
    told = [text for text in office.telegram.texts(ALICE) if text.startswith("Digest,")]
    assert len(told) == 1


async def test_s5_two_processes_make_one_digest(office):
    await office.says(ALICE, "/digest at 07:00")
    office.now = SEVEN
    both = [Digester(office.store, office.clock) for _ in range(2)]
    read = [office.read(lambda work: work.digests.due(SEVEN)) for _ in both]
    made = [await one._put(slot) for one, slot in zip(both, read, strict=True)]
    assert made == [True, False]
    keys = office.read(lambda work: work.outbox.waiting(Priority.DIGEST, f"digest:{ALICE}:"))
    assert [row.dedupe_key for row in keys] == [f"digest:{ALICE}::0700:2026-03-05:0"]


async def test_a_chat_that_shut_us_out_gets_no_digest_and_one_when_it_is_back(office):
    await office.says(ALICE, "/digest at 07:00")
    office.write(lambda work: work.chats.suspend(ALICE, "blocked", NOON))
    assert await comes(office, SEVEN + 3 * DAY) == 0
    await office.says(ALICE, "/start")
    assert await comes(office, SEVEN + 3 * DAY) == 1


async def test_members_of_a_group_set_no_digest(office):
    office.group()
    assert await office.says(SUPERGROUP, "/digest at 07:00", user=MEMBER) == REFUSED
    assert "comes every day" in await office.says(SUPERGROUP, "/digest at 07:00", user=ADMIN)


async def test_a_digest_belongs_to_its_topic(office):
    office.group(forum=True, topics={5})
    await office.says(SUPERGROUP, "/digest at 07:00", user=ADMIN, thread=5)
    assert office.read(lambda work: work.digests.list(Scope(SUPERGROUP))) == []
    await comes(office, SEVEN)
    assert office.telegram.messages(SUPERGROUP)[-1].thread_id == 5


async def test_forgetme_ends_digests_and_another_chats_stay(office):
    for chat in (ALICE, BOB):
        await office.says(chat, "/digest at 07:00")
    await office.says(ALICE, "/forgetme confirm")
    assert slots_of(office) == []
    assert await comes(office, SEVEN) == 1
    assert office.telegram.texts(BOB)[-1].startswith("Digest,")


async def test_s5_a_digest_that_cannot_be_made_says_so_and_keeps_nobody_waiting(office):
    for chat in (ALICE, BOB):
        await office.says(chat, "/digest at 07:00")
    (mine,) = slots_of(office)
    office.write(lambda work: work.digests.put(replace(mine, query="(((")))
    assert await comes(office, SEVEN) == 2
    assert "could not be made today" in office.telegram.texts(ALICE)[-1]
    assert office.telegram.texts(BOB)[-1].startswith("Digest,")
    assert await comes(office, SEVEN + HOUR) == 0
