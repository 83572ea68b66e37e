"""What stands under a card: Sources, Map, Mute (Remind me: ``test_reminders.py``)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.delivery.card import render_alert
from bot.domain.delivery import NewOutboxRow, Priority
from tests.handlers.office import ADMIN, ALICE, BOB, CHANNEL, MEMBER, SUPERGROUP
from tests.storage.values import DAY, MINUTE, NOON, TOWN, told_event

HOUR = DAY / 24
NOT_ALLOWED = "Only administrators of this chat can do that."


def stored(office, **more):
    return office.write(lambda work: told_event(work, at=NOON - MINUTE, **more))


async def carded(office, told, chat=ALICE):
    """Send an event's card to a chat."""
    shown = render_alert(told, (), "Asia/Karachi", office.now)
    row = NewOutboxRow(f"card:{chat}", chat, None, shown, Priority.NORMAL)
    office.telegram.chat(chat)
    office.write(lambda work: work.outbox.put(row, NOON))
    await office.work()
    return office.telegram.messages(chat)[-1]


def last(office, chat=ALICE):
    return office.telegram.messages(chat)[-1]


def muted(office, chat=ALICE):
    """Return what is muted and for how many hours, but for the seconds that sending took."""
    active = office.read(lambda work: work.mutes.active(office.now))
    left = {one.what: (one.until - office.now) / HOUR for one in active if one.chat_id == chat}
    return {(what, round(hours)) for what, hours in left.items()}


# --- sources and map ---


async def test_sources_are_listed_with_links_and_the_details_one_tap_further(office):
    shown = await carded(office, stored(office))
    assert await office.presses(shown, "Sources") is None
    listed = last(office)
    assert "Example Post" in listed.text
    assert "https://example.org/1" in listed.links
    assert listed.reply_to == shown.message_id
    assert await office.presses(listed, "Details") is None
    assert "Figures" in last(office).text


async def test_the_map_is_a_pin_where_it_happened(office):
    told = stored(office)
    assert await office.presses(await carded(office, told), "Map") is None
    assert last(office).point == (TOWN.latitude, TOWN.longitude)
    assert last(office).text.startswith("Zarghun, Balochistan, PK\n")
    assert told.public_id in last(office).text


async def test_a_map_of_what_has_no_place_any_more_says_so(office):
    told = stored(office)
    shown = await carded(office, told)
    nowhere = replace(told, incident=replace(told.incident, place=None), version=2)
    office.write(lambda work: work.events.save(nowhere, NOON))
    assert "not known" in (await office.presses(shown, "Map") or "")
    assert last(office).message_id == shown.message_id


@pytest.mark.parametrize("label", ["Sources", "Map"])
async def test_in_a_channel_what_all_readers_would_see_is_for_administrators(office, label):
    office.group(CHANNEL, type="channel")
    shown = await carded(office, stored(office), CHANNEL)
    assert NOT_ALLOWED in (await office.presses(shown, label, user=MEMBER) or "")
    assert last(office, CHANNEL).message_id == shown.message_id
    assert await office.presses(shown, label, user=ADMIN) is None
    assert last(office, CHANNEL).message_id > shown.message_id


# --- mute ---


@pytest.mark.parametrize(
    ("label", "what", "hours"),
    [
        ("Event 1h", None, 1),
        ("Place 24h", "place:zarghun", 24),
        ("Source 7d", 'source:"example post"', 168),
        ("Type 1h", "type:bombing", 1),
    ],
)
async def test_mute_offers_what_can_be_muted_and_is_the_same_as_the_command(
    office, label, what, hours
):
    told = stored(office)
    assert await office.presses(await carded(office, told), "Mute") is None
    offer = last(office)
    assert len(offer.buttons) == 12
    assert await office.presses(offer, label) is None
    assert muted(office) == {(what or told.public_id, hours)}
    assert last(office).message_id == offer.message_id
    assert last(office).text.startswith("Muted: ")
    assert last(office).buttons == []
    typed = f"/mute {what or told.public_id} {label.split()[1]}"
    await office.says(BOB, typed)
    assert muted(office, BOB) == muted(office)


async def test_a_place_with_quotes_in_its_name_is_muted_too(office):
    told = stored(office)
    place = replace(told.incident.place, name='Camp "Four"')
    odd = replace(told, incident=replace(told.incident, place=place), version=2)
    office.write(lambda work: work.events.save(odd, NOON))
    await office.presses(await carded(office, odd), "Mute")
    assert await office.presses(last(office), "Place 1h") is None
    assert muted(office) == {('place:"camp four"', 1)}


@pytest.mark.parametrize("chat", [SUPERGROUP, CHANNEL])
async def test_mute_is_for_administrators_at_both_steps(office, chat):
    told = stored(office)
    office.group(chat, type="channel" if chat == CHANNEL else "supergroup")
    shown = await carded(office, told, chat)
    note = await office.presses(shown, "Mute", user=MEMBER)
    assert f"/mute {told.public_id}" in (note or "")
    assert last(office, chat).message_id == shown.message_id
    await office.presses(shown, "Mute", user=ADMIN)
    offer = last(office, chat)
    assert NOT_ALLOWED in (await office.presses(offer, "Event 24h", user=MEMBER) or "")
    assert muted(office, chat) == set()
    await office.presses(offer, "Event 24h", user=ADMIN)
    assert muted(office, chat) == {(told.public_id, 24)}


async def test_a2_forged_data_mutes_and_shows_nothing_of_another_chat(office):
    open_, secret = stored(office), stored(office, owner=BOB)
    shown = await carded(office, open_)
    mine, theirs = open_.public_id, secret.public_id
    forged = [f"{action}:{theirs}" for action in "omu"]
    forged += [f"u:{theirs}:e:24h:1", f"u:{mine}:x:24h:1", f"u:{mine}:e:9d:1", f"u:{mine}:e:24h:x"]
    forged += [f"u:{mine}:e:24h", f"o:{mine}:1:2:3", "u:", "z:1", f"u:{mine}:e:24h:1:1"]
    for data in forged:
        assert await office.presses(shown, data=data), data
    assert muted(office) == set()
    assert last(office).message_id == shown.message_id
