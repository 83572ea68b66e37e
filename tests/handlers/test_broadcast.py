"""The owner's /broadcast."""

from __future__ import annotations

import pytest

from bot.services.broadcast import LONGEST
from tests.handlers.office import ADMIN, ALICE, BOB, OWNER, SUPERGROUP

GONE = "sent or cancelled already"


async def known(office):
    # Alice, Bob and a group are known, and Bob has shut the bot out.
    office.group()
    await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN)
    for chat in (ALICE, BOB):
        await office.says(chat, "/subscribe blast")
    office.write(lambda work: work.chats.suspend(BOB, "blocked", office.now))


def got(office, chat):
    return [text for text in office.telegram.texts(chat) if text.startswith("From the owner")]


async def asked(office, text):
    # Ask for a broadcast; return the question and what its buttons send.
    await office.says(OWNER, f"/broadcast {text}")
    question = office.telegram.messages(OWNER)[-1]
    return question, [button["callback_data"] for button in question.buttons]


async def test_a_word_goes_to_every_open_chat_once_it_is_confirmed(office):
    await known(office)
    question, (send, cancel) = await asked(office, "We move <tonight>.\n\nBack at six.")
    assert "To 3 chats, without a sound" in question.text
    assert got(office, ALICE) == []
    assert await office.presses(question, "Send to 3 chats") is None
    told = "From the owner of this bot\nWe move <tonight>.\n\nBack at six."
    for chat in (ALICE, SUPERGROUP, OWNER):
        assert got(office, chat) == [told]
    assert got(office, BOB) == []
    assert office.telegram.messages(ALICE)[-1].silent
    for again in (send, cancel):
        await office.presses(question, data=again)
        assert GONE in office.telegram.texts(OWNER)[-1]
    assert len(got(office, ALICE)) == 1


async def test_what_is_cancelled_nobody_gets(office):
    await known(office)
    question, (send, _) = await asked(office, "hello")
    assert await office.presses(question, "Cancel") is None
    await office.presses(question, data=send)
    assert GONE in office.telegram.texts(OWNER)[-1]
    assert got(office, ALICE) == []


async def test_a_newer_draft_takes_the_olders_place(office):
    await known(office)
    older, (send, _) = await asked(office, "at six")
    newer, _ = await asked(office, "at seven")
    await office.presses(older, data=send)
    assert got(office, ALICE) == []
    await office.presses(newer, "Send")
    assert got(office, ALICE) == ["From the owner of this bot\nat seven"]


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1)])
async def test_what_cannot_be_sent_is_said(office, text):
    answer = await office.says(OWNER, f"/broadcast {text}")
    assert "Say what" in answer or "fit one message" in answer
    assert office.telegram.messages(OWNER)[-1].buttons == []


async def test_only_the_owner_in_private_sends_one(office):
    await known(office)
    assert "There is no such command" in await office.says(ALICE, "/broadcast hello")
    office.telegram.join(SUPERGROUP, OWNER, "administrator")
    assert await office.says(SUPERGROUP, "/broadcast hello", user=OWNER) == ""
    _, (send, _) = await asked(office, "hello")
    hers, theirs = office.telegram.messages(ALICE)[0], office.telegram.messages(SUPERGROUP)[0]
    assert "Only administrators" in (await office.presses(hers, data=send) or "")
    assert "Only administrators" in (await office.presses(theirs, data=send, user=OWNER) or "")
    assert got(office, ALICE) == []


async def test_a2_forged_data_sends_nothing(office):
    await known(office)
    question, (send, _) = await asked(office, "hello")
    number = send.split(":")[1]
    for data in (f"b:{number}:x:{number}", f"b:1:s:{number}", "b:1:s:1", f"b:{number}:s", "b:s"):
        note = await office.presses(question, data=data)
        assert note or GONE in office.telegram.texts(OWNER)[-1], data
    assert got(office, ALICE) == []
