"""/mute, /muted, /unmute."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.handlers.office import ADMIN, ALICE, BOB, MEMBER, SUPERGROUP
from tests.storage.values import DAY, MINUTE, NOON, told_event

REFUSED = "Only administrators of this chat can do that."


def muted(office, chat=ALICE):
    return [
        (m.what, m.until)
        for m in office.read(lambda w: w.mutes.active(office.now))
        if m.chat_id == chat
    ]


async def test_a_query_is_muted_for_a_while_listed_and_ended(office):
    answer = await office.says(ALICE, "/mute cricket 7d")
    assert "Muted: " in answer
    assert "until Wed 11 Mar 2026 17:00" in answer
    await office.says(ALICE, "/mute place:Karachi for 1h")
    assert muted(office) == [("cricket", NOON + 7 * DAY), ("place:karachi", NOON + DAY / 24)]
    assert "1. " in await office.says(ALICE, "/muted")
    assert "Not muted any more" in await office.says(ALICE, "/unmute 1")
    assert muted(office) == [("cricket", NOON + 7 * DAY)]
    office.now += 8 * DAY
    assert "Nothing is muted here." in await office.says(ALICE, "/muted")


async def test_an_event_is_muted_by_its_code_if_this_chat_may_see_it(office):
    seen = office.write(lambda work: told_event(work, at=NOON - MINUTE))
    bobs = office.write(lambda work: told_event(work, owner=BOB, at=NOON - MINUTE))
    assert "Muted" in await office.says(ALICE, f"/mute {seen.public_id.lower()}")
    assert "There is no event" in await office.says(ALICE, f"/mute {bobs.public_id} 1h")
    assert muted(office) == [(seen.public_id, NOON + DAY)]


async def test_the_same_again_lasts_as_long_as_was_said_last(office):
    await office.says(ALICE, "/mute cricket 7d")
    await office.says(ALICE, "/mute Cricket 1h")
    assert muted(office) == [("cricket", NOON + dt.timedelta(hours=1))]


@pytest.mark.parametrize(
    "typed", ["/mute", "/mute 24h", "/mute cricket 400d", "/unmute", "/unmute 9"]
)
async def test_what_cannot_be_muted_is_explained(office, typed):
    answer = await office.says(ALICE, typed)
    assert "Say w" in answer or "no such mute" in answer
    assert muted(office) == []


async def test_a_query_that_cannot_be_read_is_explained(office):
    assert "at character" in await office.says(ALICE, "/mute (blast 1h")


async def test_members_see_what_is_muted_and_mute_nothing(office):
    office.group()
    assert await office.says(SUPERGROUP, "/mute cricket", user=MEMBER) == REFUSED
    await office.says(SUPERGROUP, "/mute cricket", user=ADMIN)
    assert "cricket" in await office.says(SUPERGROUP, "/muted", user=MEMBER)
    assert await office.says(SUPERGROUP, "/unmute 1", user=MEMBER) == REFUSED
