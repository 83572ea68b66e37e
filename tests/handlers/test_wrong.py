"""/wrong and the button under a card: what people say is wrong with an event."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.domain.chats import Scope
from bot.domain.remarks import Wrong
from bot.services.remarks import A_DAY, case_json
from tests.handlers.office import ADMIN, ALICE, BOB, MEMBER, OWNER, SUPERGROUP
from tests.handlers.test_card_buttons import NOT_ALLOWED, carded, last, stored
from tests.storage.values import MINUTE, NOON, told_event


def said(office):
    """Return what was said of events that everybody sees, newest first."""
    found = office.read(lambda work: work.remarks.public())
    return [(one.event.public_id, one.wrong, one.other and one.other.public_id) for one in found]


@pytest.mark.parametrize(
    ("label", "wrong"),
    [
        ("Not an incident", Wrong.NO_EVENT),
        ("Wrong place", Wrong.PLACE),
        ("Wrong number", Wrong.NUMBER),
    ],
)
async def test_a_press_says_what_is_wrong(office, label, wrong):
    told = stored(office)
    assert await office.presses(await carded(office, told), "Wrong?") is None
    asked = last(office)
    assert told.title in asked.text
    assert await office.presses(asked, label) is None
    assert said(office) == [(told.public_id, wrong, None)]
    assert last(office).message_id == asked.message_id
    assert "Noted" in last(office).text


async def test_the_same_as_another_is_chosen_from_what_is_like_it(office):
    told, other = stored(office), stored(office, title="Explosion in Zarghun market")
    stored(office, owner=BOB, title="Bob's own")
    await office.presses(await carded(office, told), "Wrong?")
    await office.presses(last(office), "Same as another")
    asked = last(office)
    assert [button["text"][:7] for button in asked.buttons] == [other.public_id]
    assert await office.presses(asked, other.public_id) is None
    assert said(office) == [(told.public_id, Wrong.SAME, other.public_id)]


async def test_where_nothing_is_like_it_the_command_is_named(office):
    told = stored(office)
    await office.presses(await carded(office, told), "Wrong?")
    note = await office.presses(last(office), "Same as another")
    assert f"/wrong {told.public_id} same" in (note or "")
    assert said(office) == []


async def test_it_can_be_typed_as_well(office):
    told, other = stored(office), stored(office)
    for typed in ("event", "the wrong place", "number", f"same as {other.public_id.lower()}"):
        assert "Noted" in await office.says(ALICE, f"/wrong {told.public_id.lower()} {typed}")
    assert {wrong for _, wrong, _ in said(office)} == set(Wrong)
    asked = await office.says(ALICE, f"/wrong {told.public_id}")
    assert "What is wrong?" in asked
    assert len(last(office).buttons) == 4


@pytest.mark.parametrize("words", ["", "KH-EYDH colour", "KH-EYDH same", "KH-EYDH place KH-EYDH"])
async def test_what_cannot_be_understood_is_explained(office, words):
    stored(office)
    assert "Say what is wrong" in await office.says(ALICE, f"/wrong {words}")
    assert said(office) == []


async def test_an_event_is_not_the_same_as_itself_or_as_what_is_not_there(office):
    told, secret = stored(office), stored(office, owner=BOB)
    mine, theirs = told.public_id, secret.public_id
    assert "one event already" in await office.says(ALICE, f"/wrong {mine} same {mine}")
    for typed in (f"{mine} same {theirs}", f"{theirs} place", f"{theirs} same {mine}"):
        assert "There is no event" in await office.says(ALICE, f"/wrong {typed}")
    assert said(office) == []


async def test_the_same_again_counts_once_and_a_day_has_an_end(office):
    told = stored(office)
    for _ in range(2):
        await office.says(ALICE, f"/wrong {told.public_id} place")
    assert len(said(office)) == 1

    def many(work):
        for _ in range(A_DAY):
            one = told_event(work, at=NOON - MINUTE)
            work.remarks.add(Scope(ALICE), one, Wrong.PLACE, None, office.now)

    office.write(many)
    assert "the most" in await office.says(ALICE, f"/wrong {told.public_id} number")
    assert "Noted" in await office.says(BOB, f"/wrong {told.public_id} number")


async def test_members_of_a_group_say_nothing_for_it(office):
    told = stored(office)
    office.group()
    shown = await carded(office, told, SUPERGROUP)
    assert NOT_ALLOWED in (await office.presses(shown, "Wrong?", user=MEMBER) or "")
    await office.presses(shown, "Wrong?", user=ADMIN)
    asked = last(office, SUPERGROUP)
    assert NOT_ALLOWED in (await office.presses(asked, "Wrong place", user=MEMBER) or "")
    assert said(office) == []
    assert await office.presses(asked, "Wrong place", user=ADMIN) is None
    assert len(said(office)) == 1


async def test_the_owner_sees_what_is_wrong_and_nobody_who_said_it(office):
    told, secret = stored(office), stored(office, owner=ALICE, title="A quokka")
    assert "Said to be wrong" not in await office.says(OWNER, "/status")
    await office.says(ALICE, f"/wrong {told.public_id} place")
    assert "this chat alone" in await office.says(ALICE, f"/wrong {secret.public_id} place")
    answer = await office.says(OWNER, "/status")
    assert "Said to be wrong: 2 wrong place" in answer
    assert f"{told.public_id} – wrong place" in answer
    assert secret.public_id not in answer
    assert str(ALICE) not in answer


async def test_a_case_holds_what_was_extracted_when_it_was_said(office):
    told, other = stored(office), stored(office)
    await office.says(ALICE, f"/wrong {told.public_id} same {other.public_id}")
    mended = replace(told, title="Fire in Zarghun", version=2)
    office.write(lambda work: work.events.save(mended, NOON))
    (case,) = (case_json(one) for one in office.read(lambda work: work.remarks.public()))
    assert [one["url"] for one in case["articles"]] == ["https://example.org/1"]
    assert case["same_as"]["id"] == other.public_id
    assert (case["field"], case["wrong"]) == (None, None)
    assert case["event"]["title"] == "Blast in Zarghun"
    assert case["event"]["incident"]["types"] == ["bombing"]
    assert case["event"]["ledger"][0]["sentence"] == "3 died."
    assert str(ALICE) not in json.dumps(case)


@pytest.mark.parametrize(
    ("typed", "field", "wrong"),
    [
        ("event", "kind", "incident"),
        ("place", "incident.place", "Zarghun"),
        ("number", "incident.casualties", None),
    ],
)
async def test_a_case_points_at_the_field_that_is_wrong(office, typed, field, wrong):
    told = stored(office)
    await office.says(ALICE, f"/wrong {told.public_id} {typed}")
    (case,) = (case_json(one) for one in office.read(lambda work: work.remarks.public()))
    assert case["field"] == field
    assert wrong is None or wrong in str(case["wrong"])
    assert case.get("right") == ("other" if typed == "event" else None)


async def test_a2_forged_data_says_nothing(office):
    told, secret = stored(office), stored(office, owner=BOB)
    shown = await carded(office, told)
    mine, theirs = told.public_id, secret.public_id
    forged = [
        f"w:{theirs}",
        f"w:{theirs}:p:1",
        f"w:{mine}:x:1",
        f"w:{mine}:p:x",
        "w:",
        f"w:{mine}:p",
    ]
    forged += [
        f"w:{mine}:p",
        f"w:{mine}:s:{theirs}:1",
        f"w:{mine}:p:{mine}:1",
        f"w:{mine}:s:{mine}:1:1",
    ]
    for data in forged:
        note = await office.presses(shown, data=data)
        assert note or "There is no event" in last(office).text, data
    assert said(office) == []


async def test_forgetme_takes_along_what_was_said(office):
    told = stored(office)
    await office.says(ALICE, f"/wrong {told.public_id} place")
    await office.says(ALICE, "/forgetme confirm")
    assert said(office) == []
