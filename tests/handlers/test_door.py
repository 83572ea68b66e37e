import pytest

from bot.domain.chats import ChatState
from tests.fakes.telegram import faults
from tests.handlers.office import (
    ADMIN,
    ALICE,
    BOB,
    CHANNEL,
    GROUP,
    MEMBER,
    OWNER,
    SUPERGROUP,
)
from tests.storage.values import told_event

CLOSED = {"open": False}


def chat(office, chat_id):
    return office.read(lambda work: work.chats.get(chat_id))


# --- the list ---


async def test_without_a_list_the_bot_is_closed_to_all_but_its_owner(open_office):
    async with open_office(**CLOSED) as office:
        assert "closed circle" in await office.says(ALICE, "/subscribe blast")
        assert str(ALICE) in office.telegram.texts(ALICE)[0]
        assert office.queries(ALICE) == []
        assert "Subscribed" in await office.says(OWNER, "/subscribe blast")


async def test_a_stranger_hears_it_once_and_nothing_is_kept_of_them(open_office):
    async with open_office(**CLOSED) as office:
        for words in ("/start", "/subscribe blast", "hello", "/forgetme confirm"):
            await office.says(ALICE, words)
        assert len(office.telegram.messages(ALICE)) == 1
        assert chat(office, ALICE) is None


async def test_who_is_on_the_list_is_served(open_office):
    async with open_office(**CLOSED, allowed_chats=frozenset({ALICE, SUPERGROUP})) as office:
        office.group()
        assert "Subscribed" in await office.says(ALICE, "/subscribe blast")
        assert "Subscribed" in await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN)
        assert "closed circle" in await office.says(BOB, "/subscribe blast")


@pytest.mark.parametrize("group", [GROUP, SUPERGROUP, CHANNEL])
async def test_a_strange_group_is_told_and_then_left(open_office, group):
    async with open_office(**CLOSED) as office:
        office.group(group)
        office.telegram.chat(group, "channel" if group == CHANNEL else None)
        assert "closed circle" in await office.says(group, "/start", user=ADMIN)
        methods = [request.method for request in office.telegram.requests]
        assert methods.index("sendMessage") < methods.index("leaveChat")
        assert office.telegram.world.left == [group]
        assert chat(office, group) is None


async def test_a_group_that_a_stranger_adds_the_bot_to_is_left_at_once(open_office):
    async with open_office(**CLOSED) as office:
        office.telegram.becomes(SUPERGROUP, "member", by=MEMBER)
        await office.work()
        assert office.telegram.world.left == [SUPERGROUP]
        assert "closed circle" in office.telegram.texts(SUPERGROUP)[0]


async def test_a_strange_group_where_nothing_can_be_said_is_left_all_the_same(open_office):
    async with open_office(**CLOSED) as office:
        office.telegram.script(faults.forbidden("not enough rights").on("sendMessage"))
        office.telegram.becomes(SUPERGROUP, "member", by=MEMBER)
        await office.work()
        assert office.telegram.world.left == [SUPERGROUP]


async def test_a_group_that_the_owner_adds_the_bot_to_is_kept(open_office):
    async with open_office(**CLOSED) as office:
        office.telegram.becomes(SUPERGROUP, "member", by=OWNER)
        await office.work()
        assert office.telegram.world.left == []


async def test_a_strangers_press_shows_nothing(open_office):
    async with open_office() as office:
        event = office.write(told_event)
        await office.says(ALICE, "/start")
    async with open_office(**CLOSED) as office:
        shown = office.telegram.messages(ALICE)[0]
        await office.presses(shown, data=f"d:{event.public_id}")
        assert len(office.telegram.messages(ALICE)) == 1


# --- what becomes of a chat ---


async def test_a_chat_that_blocks_the_bot_is_suspended_not_forgotten(office):
    await office.says(ALICE, "/subscribe blast")
    office.telegram.becomes(ALICE, "kicked", by=ALICE)
    await office.work()
    assert chat(office, ALICE).state is ChatState.SUSPENDED
    assert office.queries(ALICE) == ["blast"]
    office.telegram.becomes(ALICE, "member", by=ALICE)
    await office.work()
    assert chat(office, ALICE).state is ChatState.ACTIVE


async def test_a_chat_never_heard_of_that_blocks_the_bot_stays_unknown(office):
    office.telegram.becomes(ALICE, "kicked", by=ALICE)
    await office.work()
    assert chat(office, ALICE) is None


async def test_a_group_that_adds_the_bot_starts_with_the_settings_defaults(open_office):
    async with open_office(default_zone="Europe/Berlin") as office:
        office.telegram.becomes(SUPERGROUP, "member", by=ADMIN)
        await office.work()
        assert chat(office, SUPERGROUP).zone == "Europe/Berlin"


async def test_a_command_wakes_a_suspended_chat(office):
    await office.says(ALICE, "/subscribe blast")
    office.telegram.becomes(ALICE, "kicked", by=ALICE)
    await office.work()
    assert "Subscriptions (1)" in await office.says(ALICE, "/list")
    assert chat(office, ALICE).state is ChatState.ACTIVE


async def test_a_group_that_becomes_a_supergroup_keeps_what_it_has(office):
    office.group(GROUP)
    office.group(SUPERGROUP)
    await office.says(GROUP, "/subscribe blast", user=ADMIN)
    office.telegram.user_says(GROUP, "", user=ADMIN, migrate_to_chat_id=SUPERGROUP)
    office.telegram.user_says(SUPERGROUP, "", user=ADMIN, migrate_from_chat_id=GROUP)
    await office.work()
    assert office.queries(SUPERGROUP) == ["blast"]
    assert office.queries(GROUP) == []
    assert "Removed: blast" in await office.says(SUPERGROUP, "/unsubscribe 1", user=ADMIN)
