"""What the real python-telegram-bot makes of every kind of answer, and what we make of that."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket

import httpx
import pytest
from telegram import Bot
from telegram.error import TimedOut
from telegram.request import HTTPXRequest

from bot.delivery.classify import outcome_of
from bot.delivery.messenger import TelegramMessenger, sending_request
from bot.domain.delivery import (
    Act,
    Attachment,
    BadContent,
    Button,
    Message,
    Migrated,
    NotSent,
    Outcome,
    Pin,
    Refused,
    Sent,
    TargetGone,
    ThreadGone,
    Unauthorised,
    Uncertain,
)
from tests.delivery.rows import CHAT, claimed, message
from tests.fakes.telegram import Break, FakeTelegram, Fault, faults

TOPIC = 5
FORUM = -1001234567890


async def test_message_arrives_without_preview_with_its_buttons(telegram, messenger):
    buttons = ((Button("Sources", url="https://example.org/a"), Button("More", data="d:KH-1")),)
    row = claimed(message=Message("<b>Blast</b> &amp; fire", "Blast & fire", buttons, silent=True))
    assert await messenger.send(row) == Sent(1)
    (sent,) = telegram.messages(CHAT)
    assert sent.text == "Blast & fire"
    assert sent.silent
    assert [b["text"] for b in sent.buttons] == ["Sources", "More"]
    preview = telegram.calls("sendMessage")[0].parameters["link_preview_options"]
    assert preview["is_disabled"] is True


async def test_edit_changes_the_message_in_place(telegram, messenger):
    await messenger.send(claimed())
    row = claimed(act=Act.EDIT, target_message_id=1, message=message("Now worse"))
    assert await messenger.send(row) == Sent(1)
    assert telegram.texts(CHAT) == ["Now worse"]
    assert telegram.messages(CHAT)[0].versions == ["An alert"]


async def test_edit_that_changes_nothing_counts_as_sent(telegram, messenger):
    await messenger.send(claimed())
    assert await messenger.send(claimed(act=Act.EDIT, target_message_id=1)) == Sent(1)


async def test_edit_of_a_message_that_is_gone_or_was_never_sent_says_so(telegram, messenger):
    gone = await messenger.send(claimed(act=Act.EDIT, target_message_id=99))
    never = await messenger.send(claimed(act=Act.EDIT))
    assert isinstance(gone, TargetGone)
    assert isinstance(never, TargetGone)


def pinned(**more):
    pin = Pin(30.2, 67.3, "Zarghun, PK", "Blast · KH-7F3A")
    return claimed(message=Message("a map", "a map", pin=pin), reference="KH-7F3A", **more)


async def test_a_pin_is_sent_as_a_venue(telegram, messenger):
    assert await messenger.send(pinned()) == Sent(1)
    (sent,) = telegram.messages(CHAT)
    assert (sent.kind, sent.point) == ("venue", (30.2, 67.3))
    assert sent.text == "Zarghun, PK\nBlast · KH-7F3A"


async def test_t2_a_pin_that_may_have_arrived_bears_the_mark(telegram, messenger):
    await messenger.send(pinned(uncertain=True))
    assert "↻ possible repeat · KH-7F3A" in telegram.messages(CHAT)[0].text


async def test_a_pin_that_telegram_refuses_goes_as_words(telegram, messenger):
    await messenger.send(pinned(plain=True))
    (sent,) = telegram.messages(CHAT)
    assert (sent.kind, sent.text) == ("text", "a map")


async def test_buttons_can_be_taken_away(telegram, messenger):
    buttons = ((Button("More", data="d:KH-1"),),)
    await messenger.send(claimed(message=Message("x", "x", buttons)))
    assert await messenger.send(claimed(act=Act.DELETE_BUTTONS, target_message_id=1)) == Sent(1)
    assert telegram.messages(CHAT)[0].buttons == []


async def test_reply_hangs_on_its_message_and_survives_its_deletion(telegram, messenger):
    await messenger.send(claimed())
    await messenger.send(claimed(target_message_id=1))
    await messenger.send(claimed(reply_to_message_id=77))
    assert [m.reply_to for m in telegram.messages(CHAT)] == [None, 1, None]


@pytest.mark.parametrize("picture", [True, False])
async def test_file_travels_with_its_caption(telegram, messenger, picture):
    file = Attachment("map.png", b"not really a picture", picture)
    row = claimed(message=Message("<i>Map</i>", "Map", attachment=file))
    assert await messenger.send(row) == Sent(1)
    (sent,) = telegram.messages(CHAT)
    assert (sent.text, sent.file) == ("Map", b"not really a picture")
    assert sent.kind == ("photo" if picture else "document")


async def test_repeat_is_marked_with_its_reference_but_an_edit_is_not(telegram, messenger):
    await messenger.send(claimed(uncertain=True))
    await messenger.send(claimed(uncertain=True, plain=True, reference=None))
    await messenger.send(claimed(uncertain=True, act=Act.EDIT, target_message_id=2))
    assert telegram.texts(CHAT) == [
        "An alert\n↻ possible repeat · KH-7F3A",
        "An alert",
    ]
    assert telegram.messages(CHAT)[1].versions == ["An alert\n↻ possible repeat"]


async def test_t1_refused_connection_is_not_sent():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/bot"
        async with sending_request() as request:
            bot = Bot("1:" + "A" * 35, base_url=url, request=request)
            assert isinstance(await TelegramMessenger(bot).send(claimed()), NotSent)


async def test_t1_pool_timeout_is_not_sent(telegram):
    telegram.script(faults.hang(0.3, delivered=True))
    async with HTTPXRequest(connection_pool_size=1, pool_timeout=0.05) as request:
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
        messenger = TelegramMessenger(bot)
        outcomes = await asyncio.gather(*(messenger.send(claimed()) for _ in range(2)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["NotSent", "Sent"]


@pytest.mark.parametrize("cause", [httpx.ConnectTimeout("slow"), httpx.ConnectError("no")])
def test_t1_only_the_cause_tells_a_connect_timeout_from_a_read_timeout(cause):
    def outcome(cause: Exception) -> Outcome:
        error = TimedOut()
        error.__cause__ = cause
        return outcome_of(error, claimed())

    assert isinstance(outcome(cause), NotSent)
    assert isinstance(outcome(httpx.ReadTimeout("slow")), Uncertain)


async def _outcome(telegram: FakeTelegram, messenger: TelegramMessenger, fault: Fault) -> Outcome:
    telegram.script(fault)
    return await messenger.send(claimed())


@pytest.mark.parametrize(
    "fault",
    [
        faults.hang(2, delivered=True),
        faults.broken(Break.RESET, delivered=True),
        faults.broken(Break.CLOSE, delivered=True),
        faults.broken(Break.CLOSE, delivered=False),
        faults.broken(Break.HALF, delivered=True),
    ],
    ids=["read-timeout", "reset", "fin", "fin-before", "half-a-body"],
)
async def test_t2_lost_answer_is_uncertain(telegram, messenger, fault):
    assert isinstance(await _outcome(telegram, messenger, fault), Uncertain)


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_t3_gateway_page_is_uncertain(telegram, messenger, status):
    assert isinstance(await _outcome(telegram, messenger, faults.gateway(status)), Uncertain)


@pytest.mark.parametrize(
    "body",
    [
        b"<html>ok</html>",
        b"",
        b"\xff\xfe",
        b"[]",
        b'{"ok": true, "result": null}',
        b'{"ok": true}',
        b'{"ok": true, "result": {"message_id": 1}}',
        b'{"ok": true, "result": {"message_id": 1, "date": "soon", "chat": {"id": 7}}}',
        b'{"ok": true, "result": {"message_id": 1, "date": 99999999999999, "chat": {"id": 7}}}',
    ],
)
async def test_t4_odd_answer_with_status_200_is_uncertain(telegram, messenger, body):
    assert isinstance(await _outcome(telegram, messenger, faults.answer(body)), Uncertain)


async def test_t5_message_deleted_at_once_counts_as_sent(telegram, messenger):
    fault = faults.error(500, "Internal Server Error: sent message was immediately deleted")
    assert await _outcome(telegram, messenger, fault) == Sent(None)


@pytest.mark.parametrize("seconds", [7, 3600, 86400])
async def test_t6_flood_says_how_long_to_wait(telegram, messenger, seconds):
    outcome = await _outcome(telegram, messenger, faults.flood(seconds))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == dt.timedelta(seconds=seconds)


async def test_t7_flood_without_parameters_waits_a_minute(telegram, messenger):
    outcome = await _outcome(telegram, messenger, faults.flood(None))
    assert isinstance(outcome, NotSent)
    assert outcome.retry_after == dt.timedelta(seconds=60)


async def test_t8_broken_html_is_bad_content_and_passes_as_plain_text(telegram, messenger):
    broken = Message("<b>open", "open")
    assert isinstance(await messenger.send(claimed(message=broken)), BadContent)
    assert await messenger.send(claimed(message=broken, plain=True)) == Sent(1)


async def test_t9_text_over_the_limit_is_bad_content(telegram, messenger):
    assert isinstance(await messenger.send(claimed(message=Message("a" * 4097, ""))), BadContent)
    fits = Message("<b>" + "&amp;" * 4096 + "</b>", "")
    assert isinstance(await messenger.send(claimed(message=fits)), Sent)


@pytest.mark.parametrize(
    "fault",
    [
        faults.forbidden("bot was blocked by the user"),
        faults.forbidden("user is deactivated"),
        faults.forbidden("bot was kicked from the supergroup chat"),
        faults.forbidden("bot was kicked from the channel chat"),
        faults.forbidden("bot is not a member of the channel chat"),
        faults.forbidden("the group chat was deleted"),
        faults.forbidden("bot can't initiate conversation with a user"),
        faults.bad_request("chat not found"),
        faults.bad_request("PEER_ID_INVALID"),
    ],
    ids=lambda fault: fault.body["description"],
)
async def test_t10_closed_chat_is_suspended(telegram, messenger, fault):
    outcome = await _outcome(telegram, messenger, fault)
    assert isinstance(outcome, Refused)
    assert outcome.suspend


@pytest.mark.parametrize("fault", [faults.bad_request("SOMETHING_NEW"), faults.forbidden("hm")])
async def test_t11_unknown_refusal_is_tried_again_slowly(telegram, messenger, fault):
    outcome = await _outcome(telegram, messenger, fault)
    assert isinstance(outcome, NotSent)
    assert outcome.give_up
    assert outcome.retry_after is not None
    assert outcome.retry_after >= dt.timedelta(minutes=10)


async def test_t12_migrated_chat_says_its_new_id(telegram, messenger):
    assert await _outcome(telegram, messenger, faults.migrated(FORUM)) == Migrated(FORUM)


async def test_t13_deleted_topic_is_gone(telegram, messenger):
    telegram.chat(FORUM, forum=True, topics={TOPIC})
    assert await messenger.send(claimed(chat_id=FORUM, thread_id=TOPIC)) == Sent(1)
    outcome = await messenger.send(claimed(chat_id=FORUM, thread_id=6))
    assert isinstance(outcome, ThreadGone)


async def test_t14_general_topic_is_sent_without_a_thread(telegram, messenger):
    telegram.chat(FORUM, forum=True)
    assert await messenger.send(claimed(chat_id=FORUM, thread_id=1)) == Sent(1)
    assert "message_thread_id" not in telegram.calls("sendMessage")[0].parameters


async def test_t15_missing_right_to_write_suspends(telegram, messenger):
    fault = faults.bad_request("not enough rights to send text messages to the chat")
    outcome = await _outcome(telegram, messenger, fault)
    assert isinstance(outcome, Refused)
    assert outcome.suspend


@pytest.mark.parametrize(("status", "text"), [(401, "Unauthorized"), (404, "Not Found")])
async def test_t16_refused_token_is_unauthorised(telegram, messenger, status, text):
    outcome = await _outcome(telegram, messenger, faults.error(status, text))
    assert isinstance(outcome, Unauthorised)


async def test_o1_outcomes_never_hold_the_token(telegram, messenger):
    for fault in (
        faults.error(401, "Unauthorized"),
        faults.gateway(),
        faults.broken(Break.RESET, delivered=False),
        faults.answer(b"<html>"),
    ):
        outcome = await _outcome(telegram, messenger, fault)
        assert telegram.token not in repr(outcome)
