"""The fake Telegram is strict: what it lets pass, the real one takes."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken

from bot.delivery.messenger import sending_request
from tests.delivery.rows import CHAT
from tests.fakes.telegram import FakeTelegram, schema
from tests.fakes.telegram.html import HtmlError, check, check_plain

ADMIN = 55
GROUP = -1001


@pytest.mark.parametrize(
    ("html", "text", "links"),
    [
        (
            '<b>ok</b> &amp; <a href="https://e.x/?a=1&amp;b=2">t</a>',
            "ok & t",
            ["https://e.x/?a=1&b=2"],
        ),
        ("&nbsp;&eacute;&#39;&#x41;", "&nbsp;&eacute;'A", []),
        ("<b>&lt;b&gt;</b>", "<b>", []),
        ("<B><I>x</i></b>", "x", []),
        ("<a href='tg://user?id=5'>x</a>", "x", ["tg://user?id=5"]),
        ("<a>https://e.x</a>", "https://e.x", ["https://e.x"]),
        ("<pre><code class=language-python>x</code></pre>", "x", []),
        ('<span class="tg-spoiler">x</span></b>'[:-4], "x", []),
        ("<b>x</>", "x", []),
        ("rtl \u202eevil", "rtl evil", []),
        ("😀" * 4096, "😀" * 4096, []),
        ("<b>" + "a" * 4096 + "</b>", "a" * 4096, []),
    ],
)
def test_html_that_telegram_takes(html, text, links):
    parsed = check(html)
    assert (parsed.text, parsed.links) == (text, links)


@pytest.mark.parametrize(
    ("html", "error"),
    [
        (
            "<b>x",
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ("x</b>", "can't parse entities: Unexpected end tag at byte offset 1"),
        ("é<p>x</p>", 'can\'t parse entities: Unsupported start tag "p" at byte offset 2'),
        ("1 < 2", 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        ("<script>", 'can\'t parse entities: Unsupported start tag "script" at byte offset 0'),
        ("<br/>", 'can\'t parse entities: Unsupported start tag "br/" at byte offset 0'),
        (
            "<b><i>x</b></i>",
            'can\'t parse entities: Unmatched end tag at byte offset 7, expected "</i>", found',
        ),
        ("<b", "can't parse entities: Unclosed start tag at byte offset 0"),
        ("<b>x</b", "can't parse entities: Unclosed end tag at byte offset 4"),
        ('<a href="x>y</a>', "can't parse entities: Unclosed start tag at byte offset 0"),
        ('<a ="x">y</a>', 'can\'t parse entities: Empty attribute name in the tag "a"'),
        ("<span>x</span>", 'can\'t parse entities: Tag "span" must have class "tg-spoiler"'),
        ("<a href=x!y>z</a>", "can't parse entities: Unexpected end of name token"),
        ("a" * 4097, "message is too long"),
        ("\u200b\u200e ", "text must be non-empty"),
        ("", "message text is empty"),
        ("\ud800", "strings must be encoded in UTF-8"),
    ],
)
def test_html_that_telegram_refuses_with_its_words(html, error):
    with pytest.raises(HtmlError) as refused:
        check(html)
    assert str(refused.value).startswith(error)


def test_text_without_parse_mode_is_taken_literally():
    assert check_plain("<b>1 < 2</b>").text == "<b>1 < 2</b>"


async def test_x1_refusal_reaches_the_bot_as_the_real_one_would(telegram, bot):
    with pytest.raises(BadRequest, match="can't find end tag"):
        await bot.send_message(CHAT, "<b>x", parse_mode="HTML")


async def test_unknown_parameter_or_method_is_a_complaint():
    with FakeTelegram() as fake:
        async with httpx.AsyncClient(base_url=f"{fake.url}/bot{fake.token}") as client:
            await client.post("/sendMessage", data={"chat_id": "7", "txt": "x", "text": "x"})
            await client.post("/sendMessage", data={"chat_id": "7"})
            await client.post("/sendMessage", data={"chat_id": "7.5", "text": "x"})
            await client.post("/sendMassage", json={"chat_id": 7})
            answer = await client.get("/getMe")
    assert answer.json()["result"]["is_bot"] is True
    assert len(fake.complaints) == 3  # "7.5" may be a name
    assert "txt" in fake.complaints[0]


async def test_wrong_token_is_refused(telegram):
    async with sending_request() as request:
        bot = Bot("1:" + "B" * 35, base_url=f"{telegram.url}/bot", request=request)
        with pytest.raises(InvalidToken):
            await bot.get_me()


async def test_updates_stay_until_a_higher_offset_asks(telegram, bot):
    first = telegram.user_says(CHAT, "/start")
    telegram.user_says(CHAT, "hello")
    for _ in range(2):
        updates = await bot.get_updates()
        assert [u.message.text for u in updates] == ["/start", "hello"]
    assert updates[0].message.entities[0].type == "bot_command"
    assert [u.message.text for u in await bot.get_updates(offset=first + 1)] == ["hello"]
    assert [u.message.text for u in await bot.get_updates()] == ["hello"]
    assert await bot.get_updates(offset=first + 2) == ()


async def test_long_poll_answers_when_somebody_writes(telegram, bot):
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await telegram.until(lambda: bool(telegram.calls("getUpdates")))
    telegram.user_says(CHAT, "hello")
    assert (await waiting)[0].message.text == "hello"


async def test_u5_second_poller_ends_the_first_with_a_conflict(telegram, bot):
    waiting = asyncio.create_task(bot.get_updates(timeout=10))
    await telegram.until(lambda: bool(telegram.calls("getUpdates")))
    async with httpx.AsyncClient() as other:
        answer = await other.get(f"{telegram.url}/bot{telegram.token}/getUpdates")
    assert answer.json() == {"ok": True, "result": []}
    with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
        await waiting


async def test_u6_webhook_keeps_polls_away(telegram, bot):
    await bot.set_webhook("https://example.org/hook")
    with pytest.raises(Conflict, match="deleteWebhook"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.get_updates() == ()


async def test_u9_press_can_be_answered_once(telegram, bot):
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="d:1")]])
    await bot.send_message(CHAT, "x", reply_markup=keyboard)
    pressed = telegram.presses(telegram.messages(CHAT)[0], "More")
    (update,) = await bot.get_updates()
    assert update.callback_query.data == "d:1"
    assert update.callback_query.message.message_id == 1
    await bot.answer_callback_query(pressed, "Here")
    assert telegram.answer_to(pressed)["text"] == "Here"
    with pytest.raises(BadRequest, match="too old"):
        await bot.answer_callback_query(pressed)


async def test_members_and_administrators_are_as_the_test_says(telegram, bot):
    telegram.chat(GROUP, "supergroup")
    telegram.join(GROUP, ADMIN, "administrator")
    telegram.join(GROUP, 1, "creator", is_anonymous=True)
    telegram.join(GROUP, 2)
    assert (await bot.get_chat_member(GROUP, ADMIN)).status == "administrator"
    assert (await bot.get_chat_member(GROUP, 3)).status == "left"
    admins = await bot.get_chat_administrators(GROUP)
    assert {member.user.id for member in admins} == {ADMIN, 1}
    assert (await bot.get_chat(GROUP)).type == "supergroup"
    await bot.leave_chat(GROUP)
    assert telegram.world.left == [GROUP]


async def test_unknown_and_blocking_chats_refuse(telegram, bot):
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(31337, "x")
    telegram.block(CHAT)
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(CHAT, "x")


def test_own_table_agrees_with_the_machine_readable_bot_api():
    path = schema.official_file()
    if path is None:
        pytest.skip("the machine-readable Bot API is not here (KHABARDAR_SHARED)")
    official, ours = schema.load(), schema.built_in()
    assert json.loads(path.read_text("utf-8"))["version"].startswith("Bot API")
    for name, fields in ours.methods.items():
        for field, (required, types) in fields.items():
            theirs = official.methods[name][field]
            assert required or not theirs[0], (name, field)
            assert set(types) <= set(theirs[1]), (name, field)
    for name, fields in ours.types.items():
        if name != "Button":
            assert fields.keys() <= official.types[name].keys()


async def test_own_table_serves_the_real_library():
    with FakeTelegram(schema=schema.built_in()) as fake:
        fake.chat(CHAT)
        async with sending_request() as request:
            bot = Bot(fake.token, base_url=f"{fake.url}/bot", request=request)
            await bot.set_my_commands([("start", "begin")])
            sent = await bot.send_message(CHAT, "x", disable_notification=True)
    assert sent.message_id == 1
    assert fake.complaints == []
    assert fake.world.commands["null"][0]["command"] == "start"
