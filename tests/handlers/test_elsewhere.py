"""In private, a channel's or group's administrators see to its subscriptions by its name."""

import pytest

from tests.fakes.telegram import BOT_ID, faults
from tests.handlers.office import ADMIN, ALICE, CHANNEL, MEMBER, SUPERGROUP
from tests.storage.values import MINUTE, NOON, told_event

REFUSED = "only administrators of it can do that"


def channel(office, bot="administrator"):
    office.telegram.chat(CHANNEL, "channel", username="crisis_desk")
    office.telegram.join(CHANNEL, BOT_ID, bot)
    office.telegram.join(CHANNEL, ADMIN, "administrator")
    office.telegram.join(CHANNEL, MEMBER)


async def test_an_administrator_subscribes_a_channel_from_private_and_is_answered_there(office):
    channel(office)
    office.write(lambda work: told_event(work, title="Blast in Quetta", at=NOON - MINUTE))
    answer = await office.says(ADMIN, "/subscribe @crisis_desk blast")
    assert "Subscribed: blast" in answer
    assert "Blast in Quetta" in answer
    assert "/unsubscribe take the name" in answer
    assert office.telegram.messages(ADMIN)[-1].buttons == []
    assert office.telegram.messages(CHANNEL) == []
    assert (office.queries(CHANNEL), office.queries(ADMIN)) == (["blast"], [])
    assert "1. blast" in await office.says(ADMIN, "/subscriptions @crisis_desk")
    assert "Removed: blast" in await office.says(ADMIN, "/unsubscribe @crisis_desk 1")
    assert office.queries(CHANNEL) == []


async def test_who_is_no_administrator_any_more_is_refused_at_once(office):
    channel(office)
    await office.says(ADMIN, "/subscribe @crisis_desk blast")
    office.telegram.join(CHANNEL, ADMIN, "member")
    assert REFUSED in await office.says(ADMIN, "/subscribe @crisis_desk flood")
    assert office.queries(CHANNEL) == ["blast"]


async def test_a_group_with_a_name_is_managed_from_private_too(office):
    office.group(SUPERGROUP, username="newsroom")
    office.telegram.join(SUPERGROUP, BOT_ID, "administrator")
    assert "Subscribed" in await office.says(ADMIN, "/subscribe @newsroom blast")
    assert office.queries(SUPERGROUP) == ["blast"]


@pytest.mark.parametrize("user", [MEMBER, ALICE])
@pytest.mark.parametrize(
    "typed",
    ["/subscribe @crisis_desk blast", "/subscriptions @crisis_desk", "/unsubscribe @crisis_desk 1"],
)
async def test_nobody_else_sees_or_changes_a_channels_subscriptions(office, user, typed):
    channel(office)
    await office.says(ADMIN, "/subscribe @crisis_desk flood")
    assert REFUSED in await office.says(user, typed)
    assert (office.queries(CHANNEL), office.queries(user)) == (["flood"], [])


async def test_a_chat_that_is_unknown_or_not_the_bots_or_not_telling_is_refused_alike(office):
    assert REFUSED in await office.says(ADMIN, "/subscribe @nobody blast")
    channel(office, bot="member")
    assert REFUSED in await office.says(ADMIN, "/subscribe @crisis_desk blast")
    channel(office)
    office.telegram.script(faults.error(500, "Internal").on("getChat"))
    assert REFUSED in await office.says(ADMIN, "/subscribe @crisis_desk blast")
    assert office.queries(CHANNEL) == []


async def test_a_name_without_words_asks_for_them_and_in_a_group_it_is_a_word(office):
    channel(office)
    assert "Say what to watch for" in await office.says(ADMIN, "/subscribe @crisis_desk")
    office.group(SUPERGROUP)
    await office.says(SUPERGROUP, "/subscribe @crisis_desk blast", user=ADMIN)
    assert office.queries(CHANNEL) == []
    assert len(office.queries(SUPERGROUP)) == 1


async def test_a_closed_bot_takes_no_channel_that_is_not_let_in(open_office):
    async with open_office(open=False, allowed_chats=frozenset({ADMIN})) as office:
        channel(office)
        answer = await office.says(ADMIN, "/subscribe @crisis_desk blast")
        assert (
            f"closed circle. If you should be in it, give its owner this number: {CHANNEL}"
            in answer
        )
        assert office.queries(CHANNEL) == []
