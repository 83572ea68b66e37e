"""/remind and the button under a policy."""

import datetime as dt
from dataclasses import replace

import pytest

from bot.delivery.card import render_alert
from bot.domain.delivery import NewOutboxRow, Priority
from bot.domain.reports import Kind
from tests.events.builders import policy
from tests.handlers.office import ADMIN, ALICE, BOB, CHANNEL, MEMBER, SUPERGROUP
from tests.storage.values import DAY, NOON, event, told_event

LAST = dt.date(2026, 3, 31)
EVE = dt.datetime(2026, 3, 30, 4, tzinfo=dt.UTC)
"""Nine in the morning of the day before, in Karachi."""
NOT_ALLOWED = "Only administrators of this chat can do that."


def ban(office, deadline=LAST, owner=None):
    """Store a policy; return its event."""
    fact = policy(deadline=deadline)
    told = event("Ministry bans rickshaws", owner_chat_id=owner)
    told = replace(told, kind=Kind.POLICY, incident=None, policy=fact, ledger=(), statements=())
    return office.write(lambda work: work.events.add(told, NOON))


def waiting(office, told):
    prefix = f"reminder:{told.id}:"
    return office.read(lambda work: work.outbox.waiting(Priority.REMINDER, prefix))


async def carded(office, told, chat):
    """Send a policy's card to a chat."""
    shown = render_alert(told, (), "Asia/Karachi", office.now)
    row = NewOutboxRow(f"card:{chat}", chat, None, shown, Priority.NORMAL)
    office.telegram.chat(chat)
    office.write(lambda work: work.outbox.put(row, NOON))
    await office.work()
    return office.telegram.messages(chat)[-1]


# --- the command ---


async def test_a_reminder_is_promised_and_comes(office):
    told = ban(office)
    answer = await office.says(ALICE, f"/remind {told.public_id}")
    assert "Mon 30 Mar 2026 at 09:00 (Asia/Karachi)" in answer
    office.now = EVE - dt.timedelta(hours=2)
    await office.work()
    assert len(office.telegram.messages(ALICE)) == 1
    office.now = EVE
    await office.work()
    assert office.telegram.texts(ALICE)[-1].startswith("⏰ In 1 day: deadline of Ministry bans")


async def test_asking_twice_reminds_once(office):
    told = ban(office)
    for typed in ("", " 1d", " 24h", " 3d"):
        await office.says(ALICE, f"/remind {told.public_id.lower()}{typed}")
    assert len(waiting(office, told)) == 2


async def test_off_cancels_what_waits_and_it_can_be_asked_for_again(office):
    told = ban(office)
    for lead in ("1d", "3d"):
        await office.says(ALICE, f"/remind {told.public_id} {lead}")
    await office.says(BOB, f"/remind {told.public_id}")
    off = f"/remind {told.public_id} off"
    assert "Cancelled: 2 reminders" in await office.says(ALICE, off)
    assert "No reminder of" in await office.says(ALICE, off)
    assert [row.chat_id for row in waiting(office, told)] == [BOB]
    assert "I will remind" in await office.says(ALICE, f"/remind {told.public_id}")
    assert len(waiting(office, told)) == 2


async def test_what_cannot_be_reminded_of_is_said(office):
    blast = office.write(told_event)
    assert "Say which policy" in await office.says(ALICE, "/remind")
    assert "There is no event" in await office.says(ALICE, "/remind KH-ZZZZ")
    assert "is no policy" in await office.says(ALICE, f"/remind {blast.public_id}")
    past = ban(office, dt.date(2026, 3, 1))
    assert "was Sun 1 Mar 2026" in await office.says(ALICE, f"/remind {past.public_id}")


async def test_a_chat_has_five_reminders_of_a_policy_at_most(office):
    told = ban(office)
    for days in range(1, 6):
        await office.says(ALICE, f"/remind {told.public_id} {days}d")
    assert "the most" in await office.says(ALICE, f"/remind {told.public_id} 6d")
    assert "I will remind" in await office.says(ALICE, f"/remind {told.public_id} 5d")


async def test_members_of_a_group_ask_its_administrators(office):
    told = ban(office)
    office.group()
    typed = f"/remind {told.public_id}"
    assert await office.says(SUPERGROUP, typed, user=MEMBER) == NOT_ALLOWED
    assert "I will remind" in await office.says(SUPERGROUP, typed, user=ADMIN)


async def test_another_chats_private_event_is_not_there(office):
    told = ban(office, owner=BOB)
    assert "There is no event" in await office.says(ALICE, f"/remind {told.public_id}")
    assert "There is no event" in await office.says(ALICE, f"/remind {told.public_id} off")
    assert "I will remind" in await office.says(BOB, f"/remind {told.public_id}")


async def test_forgetme_takes_reminders_along(office):
    told = ban(office)
    await office.says(ALICE, f"/remind {told.public_id}")
    await office.says(ALICE, "/forgetme confirm")
    assert waiting(office, told) == []


# --- the button ---


async def test_the_button_under_a_policy_reminds_as_usual(office):
    told = ban(office)
    shown = await carded(office, told, ALICE)
    assert await office.presses(shown, "Remind me") is None
    assert "I will remind" in office.telegram.texts(ALICE)[-1]
    assert [row.chat_id for row in waiting(office, told)] == [ALICE]


async def test_no_button_where_there_is_nothing_to_remind_of(office):
    past = await carded(office, ban(office, dt.date(2026, 3, 5)), ALICE)
    blast = await carded(office, office.write(told_event), BOB)
    labels = [button["text"] for shown in (past, blast) for button in shown.buttons]
    assert set(labels) == {"Sources", "Map", "Mute ▾", "Wrong?"}


async def test_a_press_after_the_moment_says_so(office):
    told = ban(office)
    shown = await carded(office, told, ALICE)
    office.now = EVE + DAY / 2
    note = await office.presses(shown, "Remind me")
    assert note is not None
    assert "is past" in note
    assert waiting(office, told) == []


@pytest.mark.parametrize("chat", [SUPERGROUP, CHANNEL])
async def test_the_button_is_for_administrators(office, chat):
    told = ban(office)
    office.group(chat, type="channel" if chat == CHANNEL else "supergroup")
    shown = await carded(office, told, chat)
    assert NOT_ALLOWED in (await office.presses(shown, "Remind me", user=MEMBER) or "")
    assert waiting(office, told) == []
    assert await office.presses(shown, "Remind me", user=ADMIN) is None
    assert len(waiting(office, told)) == 1


async def test_forged_data_reminds_of_nothing_of_another_chat(office):
    secret, open_ = ban(office, owner=BOB), ban(office)
    shown = await carded(office, open_, ALICE)
    for data in (f"r:{secret.public_id}", "r:", "r", "r:a:b", f"r:{open_.public_id} off"):
        assert await office.presses(shown, data=data), data
    assert waiting(office, secret) == []
    assert len(office.telegram.messages(ALICE)) == 1
