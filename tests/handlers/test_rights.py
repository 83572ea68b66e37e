from dataclasses import replace

import pytest

from bot.delivery import callbacks
from bot.delivery.html import as_text, message
from bot.domain.chats import Scope
from bot.domain.delivery import Button, NewOutboxRow, Priority
from bot.domain.feeds import NewFeed
from handlers.flow import IN_A_GROUP
from handlers.rights import CACHE
from handlers.texts import TOO_MANY
from tests.fakes.telegram import faults
from tests.handlers.office import ADMIN, ALICE, BOB, CHANNEL, GROUP, MEMBER, OWNER, SUPERGROUP
from tests.storage.values import MINUTE, NOON, row, told_event

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
TITLED = {"title": "A chat"}
CHANGING = (
    *("/subscribe blast", "/unsubscribe 1", "/latest", "/digest", "/feeds"),
    *("/edit 1 blast", "/pause 1", "/resume 1", "/share 1"),
)
MANAGING = ("/addfeed https://gazette.example/rss", "/removefeed 1", "/forgetme confirm")
SEEING = ("/start", "/help", "/subscriptions", "/privacy", "/event KH-7F3A")
REFUSED = "Only administrators of this chat can do that."


async def watched(office, chat=SUPERGROUP):
    office.group(chat)
    await office.says(chat, "/subscribe flood", user=ADMIN)


@pytest.mark.parametrize("chat", [GROUP, SUPERGROUP])
async def test_a1_a_member_is_refused_what_changes_the_chat(office, chat):
    await watched(office, chat)
    for typed in CHANGING + MANAGING:
        assert await office.says(chat, typed, user=MEMBER) == REFUSED, typed
    assert office.queries(chat) == ["flood"]


async def test_a_member_may_see_what_the_chat_has(office):
    await watched(office)
    for typed in SEEING:
        assert await office.says(SUPERGROUP, typed, user=MEMBER) not in ("", REFUSED), typed


async def open_to_members(office):
    def job(work):
        chat = work.chats.get(SUPERGROUP)
        work.chats.save(replace(chat, members_may_subscribe=True))

    office.write(job)


async def test_where_the_group_opens_it_members_subscribe_but_manage_nothing(office):
    await watched(office)
    await open_to_members(office)
    assert "Subscribed" in await office.says(SUPERGROUP, "/subscribe blast", user=MEMBER)
    for typed in MANAGING:
        assert await office.says(SUPERGROUP, typed, user=MEMBER) == REFUSED


@pytest.mark.parametrize("status", ["creator", "administrator"])
async def test_admins_may_change_and_manage(office, status):
    office.group()
    office.telegram.join(SUPERGROUP, 9001, status)
    assert "Subscribed" in await office.says(SUPERGROUP, "/subscribe blast", user=9001)
    assert "erased" in await office.says(SUPERGROUP, "/forgetme confirm", user=9001)


async def test_nobody_else_is_an_admin(office):
    office.group()
    for user, status in enumerate(("member", "left", "kicked"), 9001):
        office.telegram.join(SUPERGROUP, user, status)
        assert await office.says(SUPERGROUP, "/subscribe blast", user=user) == REFUSED


async def test_the_owner_of_the_bot_is_no_admin_of_other_peoples_groups(office):
    office.group()
    assert await office.says(SUPERGROUP, "/subscribe blast", user=OWNER) == REFUSED


async def test_a4_an_anonymous_admin_commands(office):
    office.group()
    answer = await office.says(
        SUPERGROUP,
        "/subscribe blast",
        **{"from": ANONYMOUS},
        sender_chat={"id": SUPERGROUP, "type": "supergroup"} | TITLED,
    )
    assert "Subscribed" in answer


FORWARDED = {
    "forward_origin": {
        "type": "user",
        "date": 1_700_000_000,
        "sender_user": {"id": ADMIN, "is_bot": False, "first_name": "Somebody"},
    }
}
AS_CHANNEL = {"sender_chat": {"id": CHANNEL, "type": "channel"} | TITLED}
AUTOMATIC = {"is_automatic_forward": True} | AS_CHANNEL
A_BOT = {"from": {"id": 5, "is_bot": True, "first_name": "Bot"}}
INLINE = {"via_bot": {"id": 5, "is_bot": True, "first_name": "Bot", "username": "a_bot"}}


async def test_a3_whoever_does_not_speak_for_themselves_is_ignored(office):
    await watched(office)
    for fields in (FORWARDED, AS_CHANNEL, AUTOMATIC, A_BOT, INLINE):
        assert await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN, **fields) == "", fields
    assert office.queries(SUPERGROUP) == ["flood"]


@pytest.mark.parametrize("kind", ["edited_message", "edited_channel_post"])
async def test_an_edited_command_is_ignored(office, kind):
    office.telegram.chat(ALICE)
    office.telegram.receives(
        {
            kind: {
                "message_id": 5,
                "date": 1_700_000_000,
                "edit_date": 1_700_000_100,
                "chat": {"id": ALICE, "type": "private", "first_name": "Somebody"},
                "from": {"id": ALICE, "is_bot": False, "first_name": "Somebody"},
                "text": "/subscribe blast",
                "entities": [{"type": "bot_command", "offset": 0, "length": 10}],
            }
        }
    )
    await office.work()
    assert office.telegram.messages(ALICE) == []
    assert office.queries(ALICE) == []


async def test_a5_a_demoted_admin_is_refused_as_soon_as_telegram_tells(office):
    await watched(office)
    office.telegram.join(SUPERGROUP, ADMIN, "member")
    user = {"id": ADMIN, "is_bot": False, "first_name": "Somebody"}
    change = {
        "chat": {"id": SUPERGROUP, "type": "supergroup"} | TITLED,
        "from": user,
        "date": 1_700_000_000,
        "old_chat_member": {"user": user, "status": "member"},
        "new_chat_member": {"user": user, "status": "member"},
    }
    office.telegram.receives({"chat_member": change})
    assert await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN) == REFUSED


async def test_a_demoted_admin_is_refused_after_a_minute_at_the_latest(office):
    await watched(office)
    office.telegram.join(SUPERGROUP, ADMIN, "member")
    office.now += CACHE + MINUTE
    assert await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN) == REFUSED


@pytest.mark.parametrize(
    "fault", [faults.error(500, "Internal"), faults.forbidden("bot was kicked")]
)
async def test_a7_where_telegram_does_not_say_who_is_admin_nobody_is(office, fault):
    office.group()
    office.telegram.script(fault.on("getChatMember"))
    assert await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN) == REFUSED
    assert "Subscribed" in await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN)


# --- buttons ---


def card(office, chat, data):
    shown = message(as_text("A card"), ((Button("Details", data=data),),))
    told = NewOutboxRow(f"card:{chat}", chat, None, shown, Priority.NORMAL)
    office.write(lambda work: work.outbox.put(told, NOON))


async def carded(office, chat):
    """Send a message with a button to a chat."""
    office.telegram.chat(chat)
    card(office, chat, "d:KH-0000")
    await office.work()
    return office.telegram.messages(chat)[-1]


async def pressed(office, chat, data):
    return await office.presses(await carded(office, chat), data=data)


async def test_a_button_shows_the_event(office):
    event = office.write(lambda work: told_event(work, at=NOON - MINUTE))
    assert await pressed(office, ALICE, f"d:{event.public_id}") is None
    assert "Blast in Zarghun" in office.telegram.texts(ALICE)[-1]


async def test_in_a_channel_a_button_posts_for_administrators_only(office):
    event = office.write(lambda work: told_event(work, at=NOON - MINUTE))
    data = f"d:{event.public_id}"
    office.telegram.chat(CHANNEL, "channel")
    office.telegram.join(CHANNEL, ADMIN, "administrator")
    office.telegram.join(CHANNEL, MEMBER)
    shown = await carded(office, CHANNEL)
    before = len(office.telegram.messages(CHANNEL))
    note = await office.presses(shown, data=data, user=MEMBER)
    assert note is not None
    assert f"/event {event.public_id}" in note
    assert len(office.telegram.messages(CHANNEL)) == before
    assert await office.presses(shown, data=data, user=ADMIN) is None
    assert len(office.telegram.messages(CHANNEL)) == before + 1


async def test_a9_whoever_presses_without_end_is_cut_off_and_others_are_served(office):
    event = office.write(lambda work: told_event(work, at=NOON - MINUTE))
    office.group()
    shown = await carded(office, SUPERGROUP)
    before = len(office.telegram.messages(SUPERGROUP))
    data = f"d:{event.public_id}"
    pressed = [office.telegram.presses(shown, data=data, user=MEMBER) for _ in range(40)]
    pressed.append(office.telegram.presses(shown, data=data, user=ADMIN))
    await office.work()
    assert len(office.telegram.messages(SUPERGROUP)) == before + IN_A_GROUP + 1
    notes = [(office.telegram.answer_to(one) or {}).get("text") for one in pressed]
    assert notes.count(TOO_MANY) == 40 - IN_A_GROUP
    assert notes[-1] is None


async def test_forged_data_shows_nothing_of_another_chats_private_event(office):
    event = office.write(lambda work: told_event(work, owner=BOB, at=NOON - MINUTE))
    note = await pressed(office, ALICE, f"d:{event.public_id}")
    assert note is not None
    assert "There is no event" in note
    assert len(office.telegram.messages(ALICE)) == 1
    assert "There is no event" in await office.says(ALICE, f"/event {event.public_id}")
    assert "Blast in Zarghun" in await office.says(BOB, f"/event {event.public_id}")


async def test_a2_forged_data_of_any_form_is_answered_quietly(office):
    shown = await carded(office, ALICE)
    for data in ("", "d", "d:", "d:a:b", "x:KH-0000", "d:" + "9" * 60, "::::", "\u202e"):
        assert await office.presses(shown, data=data)
    assert len(office.telegram.messages(ALICE)) == 1


async def test_a5_a_button_that_changes_something_asks_for_the_pressers_right_now(office):
    await watched(office)
    shown = await carded(office, SUPERGROUP)
    data = callbacks.pack(callbacks.REMIND, "KH-0000")
    assert REFUSED in (await office.presses(shown, data=data, user=MEMBER) or "")
    assert "There is no event" in (await office.presses(shown, data=data, user=ADMIN) or "")
    office.telegram.join(SUPERGROUP, ADMIN, "member")
    office.now += CACHE + MINUTE
    assert REFUSED in (await office.presses(shown, data=data, user=ADMIN) or "")


async def test_a4_an_anonymous_admin_who_presses_a_button_is_told_to_type_the_command(office):
    office.group()
    shown = await carded(office, SUPERGROUP)
    data = callbacks.pack(callbacks.REMIND, "KH-7F3A")
    unlisted = 9100  # the person behind the mask: Telegram lists no such administrator
    note = await office.presses(shown, data=data, user=unlisted)
    assert note == f"{REFUSED} If you are an anonymous one, type the command: /remind KH-7F3A"
    typed = await office.says(
        SUPERGROUP,
        "/remind KH-7F3A",
        **{"from": ANONYMOUS},
        sender_chat={"id": SUPERGROUP, "type": "supergroup"} | TITLED,
    )
    assert REFUSED not in typed
    assert "There is no event" in typed


async def test_u9_a_press_that_telegram_has_given_up_is_quiet(office):
    event = office.write(lambda work: told_event(work, at=NOON - MINUTE))
    office.telegram.script(
        faults.bad_request("query is too old and response timeout expired").on(
            "answerCallbackQuery"
        )
    )
    await pressed(office, ALICE, f"d:{event.public_id}")
    assert len(office.telegram.messages(ALICE)) == 2


async def test_a_press_on_a_message_out_of_reach_shows_nothing(office):
    office.telegram.chat(ALICE)
    gone = {"message_id": 3, "date": 0, "chat": {"id": ALICE, "type": "private"}}
    user = {"id": ALICE, "is_bot": False, "first_name": "Somebody"}
    office.telegram.receives(
        {
            "callback_query": {
                "id": "cb1",
                "from": user,
                "message": gone,
                "chat_instance": "1",
                "data": "d:KH-0000",
            }
        }
    )
    await office.work()
    assert office.telegram.messages(ALICE) == []


# --- two chats ---


async def test_two_chats_never_see_each_others_words(office):
    secret = "https://gazette.example/rss?key=topsecret"
    office.feeds[secret] = NewFeed(secret, title="Whistle")
    for typed in ("/subscribe canary", f"/addfeed {secret}"):
        await office.says(BOB, typed)
    office.write(lambda work: told_event(work, owner=BOB, at=NOON - MINUTE, title="Canary sings"))
    office.write(lambda work: work.outbox.put(row("dead", Scope(BOB), words="canary"), NOON))
    asked = (
        "/subscriptions", "/latest", "/search canary", "/digest 7d", "/feeds", "/event 1",
        "/unsubscribe canary", "/unsubscribe all", "/removefeed 1", f"/removefeed {secret}",
        "/subscribe sings", "/help", "/privacy", "/status", "/failed",
    )  # fmt: skip
    for words in asked:
        answer = (await office.says(ALICE, words)).lower()
        assert "topsecret" not in answer, words
        assert "whistle" not in answer, words
        assert "canary" not in answer, words
    assert office.queries(BOB) == ["canary"]
    assert len(office.read(lambda work: work.feeds.owned(Scope(BOB)))) == 1


async def test_a_private_feeds_key_is_not_shown_even_at_home(office):
    secret = "https://gazette.example/rss?key=topsecret"
    office.feeds[secret] = NewFeed(secret)
    for typed in (f"/addfeed {secret}", "/feeds", "/removefeed 1"):
        assert "topsecret" not in await office.says(BOB, typed)
