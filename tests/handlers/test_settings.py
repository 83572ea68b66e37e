"""/settings: how the chat is set, by whom, and what of it takes effect."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.chats import QuietHours
from bot.domain.delivery import Message, NewOutboxRow, Priority
from bot.domain.values import Severity
from tests.handlers.office import ADMIN, ALICE, MEMBER, SUPERGROUP

REFUSED = "Only administrators of this chat can do that."


def chat(office, chat_id=ALICE):
    return office.read(lambda work: work.chats.get(chat_id))


async def test_settings_are_shown_with_what_they_mean(office):
    await office.says(ALICE, "/digest at 07:00 blast")
    answer = await office.says(ALICE, "/settings")
    for line in ("zone: Asia/Karachi", "severity: Unknown", "silent: Severe", "members: off"):
        assert line in answer
    assert "every day at 07:00 (Asia/Karachi)" in answer


@pytest.mark.parametrize(
    ("typed", "field", "value"),
    [
        ("zone Europe/London", "zone", "Europe/London"),
        ("zone london", "zone", "Europe/London"),
        ("zone new york", "zone", "America/New_York"),
        ("severity moderate", "min_severity", Severity.MODERATE),
        ("Silent Extreme", "silent_below", Severity.EXTREME),
        ("placeless on", "placeless", True),
        ("members yes", "members_may_subscribe", True),
    ],
)
async def test_a_setting_is_set(office, typed, field, value):
    assert " now: " in await office.says(ALICE, f"/settings {typed}")
    assert getattr(chat(office), field) == value


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("colour blue", "there are zone, severity"),
        ("zone", "Say what it shall be"),
        ("zone Mars/Olympus", "is no time zone"),
        ("severity loud", "is no severity: Extreme"),
        ("members perhaps", "on or off"),
    ],
)
async def test_what_cannot_be_set_is_explained_and_changes_nothing(office, typed, answer):
    await office.says(ALICE, "/settings")
    before = chat(office)
    assert answer in await office.says(ALICE, f"/settings {typed}")
    assert chat(office) == before


async def test_a_group_opens_itself_to_its_members_and_closes_again(office):
    office.group()
    assert await office.says(SUPERGROUP, "/settings members on", user=MEMBER) == REFUSED
    assert await office.says(SUPERGROUP, "/subscribe blast", user=MEMBER) == REFUSED
    await office.says(SUPERGROUP, "/settings members on", user=ADMIN)
    assert "Subscribed" in await office.says(SUPERGROUP, "/subscribe blast", user=MEMBER)
    assert await office.says(SUPERGROUP, "/settings members off", user=MEMBER) == REFUSED
    await office.says(SUPERGROUP, "/settings members off", user=ADMIN)
    assert await office.says(SUPERGROUP, "/subscribe flood", user=MEMBER) == REFUSED


# --- quiet hours ---


async def test_quiet_hours_are_set_shown_and_ended(office):
    answer = await office.says(ALICE, "/quiet 22-07")
    assert "Quiet hours: 22:00 to 07:00 (Asia/Karachi)" in answer
    assert "none is dropped" in answer
    assert chat(office).quiet == QuietHours(dt.time(22), dt.time(7))
    assert "quiet hours: 22:00 to 07:00" in await office.says(ALICE, "/settings")
    assert "No quiet hours" in await office.says(ALICE, "/quiet off")
    assert chat(office).quiet is None


async def test_quiet_hours_may_name_their_zone_which_moves_the_digests_too(office):
    await office.says(ALICE, "/digest at 07:00")
    await office.says(ALICE, "/quiet 22:30 to 6:15 london")
    assert chat(office).zone == "Europe/London"
    assert chat(office).quiet == QuietHours(dt.time(22, 30), dt.time(6, 15))
    (slot,) = office.read(lambda work: work.digests.of_chat(ALICE))
    assert slot.due_at.hour == 7


@pytest.mark.parametrize("typed", ["", "always", "22", "25-07", "22-07 Mars", "22-22"])
async def test_what_are_no_hours_is_explained(office, typed):
    await office.says(ALICE, "/start")
    answer = await office.says(ALICE, f"/quiet {typed}")
    assert any(words in answer for words in ("/quiet 22-07", "no time", "different times"))
    assert chat(office).quiet is None


async def test_quiet_hours_are_the_admins_to_set(office):
    office.group()
    assert await office.says(SUPERGROUP, "/quiet 22-07", user=MEMBER) == REFUSED
    assert "Quiet hours" in await office.says(SUPERGROUP, "/quiet 22-07", user=ADMIN)


LATE = dt.datetime(2026, 3, 4, 18, tzinfo=dt.UTC)
"""Eleven at night in Karachi."""


def held(office, key="alert:7001::1:1:0", until=LATE + dt.timedelta(hours=8)):
    message = Message("<b>blast</b>", "blast")
    row = NewOutboxRow(key, ALICE, None, message, Priority.NORMAL, not_before=until)
    assert office.write(lambda work: work.outbox.put(row, office.now))


async def at_night(office):
    await office.says(ALICE, "/quiet 22-07")
    office.now = LATE
    held(office)
    assert "blast" not in await office.says(ALICE, "/settings")


async def test_what_quiet_hours_held_comes_when_they_are_ended(office):
    await at_night(office)
    assert "blast" in await office.says(ALICE, "/quiet off")


@pytest.mark.parametrize(
    ("typed", "comes"),
    [
        ("/quiet 01-07", True),
        ("/quiet 22-06", False),
        ("/settings zone london", True),
        ("/settings bypass unknown", True),
        ("/settings bypass severe", False),
        ("/settings silent minor", False),
    ],
)
async def test_what_quiet_hours_held_comes_when_the_new_ones_let_it(office, typed, comes):
    await at_night(office)
    assert ("blast" in await office.says(ALICE, typed)) is comes


async def test_held_alerts_wait_no_longer_than_the_new_hours(office):
    await at_night(office)
    await office.says(ALICE, "/quiet 22-00:30")
    office.now = LATE + dt.timedelta(hours=1, minutes=31)
    assert "blast" in await office.says(ALICE, "/settings")


async def test_the_end_of_quiet_hours_hastens_no_reminder(office):
    await at_night(office)
    held(office, "remind:1:7001", LATE + dt.timedelta(days=3))
    assert (await office.says(ALICE, "/quiet off")).count("blast") == 1
