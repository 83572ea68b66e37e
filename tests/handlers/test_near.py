"""/near: what happens around a place."""

from __future__ import annotations

import pytest

from tests.handlers.office import ADMIN, ALICE, GROUP, MEMBER, SUPERGROUP

SOMEWHERE = {"location": {"latitude": 30.183254, "longitude": 66.998741}}
AROUND = "near:30.18,67~25km"


def answered(chat):
    """Return a location as the message that another one answers."""
    told = {"id": chat, "type": "supergroup", "title": "A chat"}
    return {"message_id": 1, "date": 1_700_000_000, "chat": told} | SOMEWHERE


async def test_a_place_and_a_distance_are_a_subscription(office):
    answer = await office.says(ALICE, "/near Quetta 25km")
    assert "Subscribed" in answer
    (query,) = office.queries(ALICE)
    assert query.startswith('near:"quetta"@')
    assert query.endswith("~25km")


@pytest.mark.parametrize("typed", ['"Dera Ghazi Khan" 10 km', "dera ghazi khan 10KM"])
async def test_a_name_of_several_words_needs_no_quotes(office, typed):
    assert "Subscribed" in await office.says(ALICE, f"/near {typed}")
    assert office.queries(ALICE)[0].startswith('near:"dera ghazi khan"@')


async def test_degrees_are_a_place_too(office):
    await office.says(ALICE, "/near 30.18,67.0 25km")
    assert office.queries(ALICE) == [AROUND]


async def test_further_words_narrow_it(office):
    await office.says(ALICE, "/near Quetta 5mi killed>=1 -cricket")
    (query,) = office.queries(ALICE)
    assert "~8km" in query
    assert "killed>=1 -cricket" in query


async def test_without_a_place_a_key_asks_for_the_location_which_is_kept_roughly(office):
    answer = await office.says(ALICE, "/near 25km")
    assert "Around which place?" in answer
    assert office.telegram.messages(ALICE)[-1].keys == ["Send my location"]
    assert office.queries(ALICE) == []
    assert "Subscribed" in await office.sends(ALICE, **SOMEWHERE)
    assert office.queries(ALICE) == [AROUND]


async def test_the_further_words_wait_for_the_location_too(office):
    await office.says(ALICE, "/near 25km killed>=1")
    await office.sends(ALICE, **SOMEWHERE)
    assert office.queries(ALICE) == [f"{AROUND} killed>=1"]


async def test_one_question_has_one_answer(office):
    await office.says(ALICE, "/near 25km")
    await office.sends(ALICE, **SOMEWHERE)
    again = await office.sends(ALICE, location={"latitude": 24.86, "longitude": 67.01})
    assert "reply to it with /near 25km" in again
    assert office.queries(ALICE) == [AROUND]


async def test_a_location_is_answered_with_a_distance(office):
    answer = await office.says(ALICE, "/near 25km", reply_to_message=answered(ALICE))
    assert "Subscribed" in answer
    assert office.queries(ALICE) == [AROUND]


async def test_in_a_group_a_location_is_answered_by_its_administrators(office):
    office.group()
    fields = {"reply_to_message": answered(SUPERGROUP)}
    refused = await office.says(SUPERGROUP, "/near 25km", user=MEMBER, **fields)
    assert "Only administrators" in refused
    assert "Say where" in await office.says(SUPERGROUP, "/near 25km", user=ADMIN)
    assert "Subscribed" in await office.says(SUPERGROUP, "/near 25km", user=ADMIN, **fields)
    assert office.queries(SUPERGROUP) == [AROUND]


async def test_locations_that_people_send_each_other_are_nobodys_business(office):
    office.group(GROUP)
    assert await office.sends(GROUP, user=ADMIN, **SOMEWHERE) == ""


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Say where and how far"),
        ("Quetta", "Say where and how far"),
        ("Quetta 25", "Say where and how far"),
        ("Quetta 9000km", "2,000 km"),
        ("0km", "2,000 km"),
        ("Nowhereville 25km", "answer it with /near"),
        ("25km (blast", ""),
    ],
)
async def test_what_cannot_be_watched_is_explained(office, typed, why):
    answer = await office.says(ALICE, f"/near {typed}")
    assert why in answer
    assert "Subscribed" not in answer
    assert office.queries(ALICE) == []
    assert "/near 25km" in await office.sends(ALICE, **SOMEWHERE)


async def test_forgetme_forgets_the_question(office):
    await office.says(ALICE, "/near 25km")
    await office.says(ALICE, "/forgetme confirm")
    assert "/near 25km" in await office.sends(ALICE, **SOMEWHERE)
    assert office.queries(ALICE) == []
