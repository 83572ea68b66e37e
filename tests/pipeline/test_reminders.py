"""Reminders follow their policy: a deadline that moves, an order that a court stops."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.delivery.deadlines import DAY
from bot.delivery.reminding import waiting as waiting_of
from bot.domain.chats import Scope
from bot.domain.delivery import OutboxRow
from bot.domain.events import SourcedReport
from bot.domain.reports import PolicyStatus
from bot.services import merging, reminders
from bot.services.reminders import Asked
from tests.events.builders import policy, sourced
from tests.pipeline.house import CHAT, House

TITLE = "Ministry bans rickshaws from the ring road"
TEXT = (
    "The interior ministry banned rickshaws from the ring road of the capital. Owners have until "
    "the end of the month to hand in their plates, said secretary Adnan Mengal."
)
LAST, LATER = dt.date(2026, 3, 31), dt.date(2026, 4, 30)
ZONE = "Asia/Karachi"
HERE = Scope(CHAT)


def ban(deadline: dt.date | None = LAST, hours: float = 0, **more: Any) -> SourcedReport:
    fact = replace(policy(deadline=deadline), **more)
    text = f"{TEXT} It is {fact.status}, until {deadline}."  # other facts, other words
    return sourced(fact, title=TITLE, text=text, hours=hours)


def remind(house: House, days: int = 1, scope: Scope = HERE) -> None:
    asked = Asked(house.events()[0].public_id, days * DAY)
    house.store.write_sync(lambda work: reminders.remind(work, scope, asked, ZONE, house.now))


def waiting(house: House) -> list[OutboxRow]:
    return [row for row in house.rows() if row.dedupe_key.startswith("reminder:")]


def due(house: House, at: dt.datetime) -> list[str]:
    """Return what leaves at a time, and has not left before."""
    lease = dt.timedelta(minutes=1)
    rows = house.store.write_sync(lambda work: work.outbox.claim("w", at, 50, lease))
    return [row.message.plain for row in rows]


def nine(day: dt.date) -> dt.datetime:
    """Return nine in the morning in Karachi."""
    return dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)


@pytest.fixture
async def banned(house: House) -> House:
    """A chat was told of a ban with a deadline."""
    house.subscribe("kind:policy")
    await house.hear(ban())
    house.sends()
    return house


async def test_a_reminder_waits_for_its_morning(banned: House):
    remind(banned, 3)
    assert due(banned, nine(LAST - 3 * DAY) - dt.timedelta(minutes=1)) == []
    (text,) = due(banned, nine(LAST - 3 * DAY))
    assert text.startswith(f"⏰ In 3 days: deadline of {TITLE}")
    for told in ("By: Interior Ministry", "Action: ban", "Concerns: rickshaws", "Tue 31 Mar 2026"):
        assert told in text
    assert banned.events()[0].public_id in text


async def test_a_deadline_that_moves_takes_its_reminders_along(banned: House):
    remind(banned, 1)
    remind(banned, 7)
    await banned.hear(ban(LATER, hours=24))
    banned.sends()
    assert len(waiting(banned)) == 2, "neither leaves at once"
    assert due(banned, nine(LAST)) == []
    (text,) = due(banned, nine(LATER - 7 * DAY))
    assert text.startswith("⏰ In 7 days: deadline of")
    assert "Thu 30 Apr 2026" in text


async def test_a_deadline_that_comes_nearer_is_told_at_once(banned: House):
    remind(banned, 7)
    await banned.hear(ban(dt.date(2026, 3, 8), hours=24))
    told = [row.message.plain for row in waiting(banned)]
    assert [text.split(":")[0] for text in told] == ["⏰ In 3 days"]
    banned.sends()
    assert waiting(banned) == []


async def test_who_was_reminded_can_be_reminded_of_the_new_deadline(banned: House):
    remind(banned, 7)
    banned.now = nine(LAST - 7 * DAY)
    banned.sends()
    await banned.hear(ban(LATER, hours=24 * 21))
    assert waiting(banned) == []
    remind(banned, 7)
    assert len(waiting(banned)) == 1


@pytest.mark.parametrize("status", [PolicyStatus.SUSPENDED, PolicyStatus.OVERTURNED])
async def test_an_order_that_a_court_stops_ends_its_reminders_and_says_so(banned: House, status):
    remind(banned, 1)
    remind(banned, 7)
    await banned.hear(ban(hours=24, status=status))
    assert waiting(banned) == []
    (note,) = [row for row in banned.rows() if row.dedupe_key.startswith("unreminded:")]
    assert "No reminder any more" in note.message.plain
    assert TITLE in note.message.plain


async def test_a_silent_report_moves_reminders_too(banned: House):
    remind(banned)
    await banned.hear(ban(LATER, hours=24), silent=True)
    assert ["2026-04-30" in row.dedupe_key for row in waiting(banned)] == [True]


async def test_news_that_leave_the_deadline_leave_the_reminder(banned: House):
    remind(banned)
    before = waiting(banned)
    await banned.hear(replace(ban(hours=1), text=TEXT + " A union objects."))
    assert waiting(banned) == before


async def test_each_chat_and_topic_keeps_its_own(banned: House):
    banned.subscribe("x", chat=8)
    for scope in (HERE, Scope(CHAT, 5), Scope(8)):
        remind(banned, scope=scope)
    code = banned.events()[0].public_id
    ended = banned.store.write_sync(lambda work: reminders.cancel(work, Scope(CHAT, 5), code))
    assert ended == 1
    assert {Scope(row.chat_id, row.thread_id) for row in waiting(banned)} == {HERE, Scope(8)}


async def test_a_group_that_moves_keeps_its_reminders_and_can_cancel_them(banned: House):
    banned.subscribe("x", chat=-300)
    remind(banned, scope=Scope(-300))
    banned.store.write_sync(lambda work: work.chats.migrate(-300, -1_000_300))
    await banned.hear(ban(LATER, hours=24))
    code = banned.events()[0].public_id
    assert [row.chat_id for row in waiting(banned)] == [-1_000_300]
    scope = Scope(-1_000_300)
    assert banned.store.write_sync(lambda work: reminders.cancel(work, scope, code)) == 1


async def test_a_merged_event_hands_its_reminders_over(banned: House):
    other = replace(sourced(policy(deadline=LATER), number=2), text="Handcarts must go. " * 5)
    other = replace(other, report=replace(other.report, title="City clears handcarts"))
    await banned.hear(other)
    kept, gone = sorted(banned.events(), key=lambda event: event.title, reverse=True)
    asked = Asked(gone.public_id, DAY)

    def job(work: Any) -> int:
        reminders.remind(work, HERE, asked, ZONE, banned.now)
        codes = kept.public_id, gone.public_id
        merging.merge(work, HERE, codes, banned.settings, banned.now)
        return len(waiting_of(work, gone))

    assert banned.store.write_sync(job) == 0
    (row,) = waiting(banned)
    assert row.reference == kept.public_id
    ended = banned.store.write_sync(lambda work: reminders.cancel(work, HERE, gone.public_id))
    assert ended == 1
