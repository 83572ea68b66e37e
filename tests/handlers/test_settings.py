"""/settings: how the chat is set, by whom, and what of it takes effect."""

from __future__ import annotations

import pytest

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
