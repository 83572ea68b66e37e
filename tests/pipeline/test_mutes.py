"""A muted chat hears nothing new, and what it was told already is kept right."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.domain.chats import Scope
from bot.domain.delivery import Act
from bot.domain.values import Severity
from tests.events.builders import NOON, incident, sourced
from tests.pipeline.house import CHAT, House

LATER = NOON + dt.timedelta(days=7)
OTHER = 8


def mute(house: House, what: str, until: dt.datetime = LATER) -> None:
    house.store.write_sync(lambda work: work.mutes.add(Scope(CHAT), what, until))


@pytest.mark.parametrize(
    "what", ["market", "type:bombing", "place:zarghun", 'source:"morning post"']
)
async def test_a_muted_chat_gets_nothing(house: House, what: str):
    house.subscribe("zarghun")
    house.subscribe("zarghun", chat=OTHER)
    mute(house, what)
    await house.hear(sourced(incident(killed=3)))
    assert [row.chat_id for row in house.rows()] == [OTHER]


@pytest.mark.parametrize(("what", "until"), [("cricket", LATER), ("market", NOON)])
async def test_another_mute_and_one_that_is_over_mute_nothing(house: House, what, until):
    house.subscribe("zarghun")
    mute(house, what, until)
    await house.hear(sourced(incident(killed=3)))
    assert [row.chat_id for row in house.rows()] == [CHAT]


async def test_a_muted_event_is_edited_without_a_word(house: House):
    house.subscribe("zarghun")
    await house.hear(sourced(incident(killed=3), number=1))
    house.sends()
    (event,) = house.events()
    mute(house, event.public_id)
    await house.hear(
        sourced(
            incident(killed=12),
            number=2,
            hours=1,
            severity=Severity.EXTREME,
            title="Toll of the Zarghun market blast rises to 12",
        )
    )
    assert [row.act for row in house.rows()] == [Act.EDIT]
