"""The buttons under a subscription's preview and in the list of subscriptions."""

import pytest

from bot.delivery import callbacks
from bot.domain.chats import Scope
from tests.handlers.office import ADMIN, ALICE, BOB, MEMBER, NOON, SUPERGROUP
from tests.storage.values import MINUTE, told_event

NOT_ALLOWED = "Only administrators of this chat can do that."


def last(office, chat=ALICE):
    return office.telegram.messages(chat)[-1]


def text(office, chat=ALICE):
    return office.telegram.texts(chat)[-1]


def labels(message):
    return [button["text"] for button in message.buttons]


async def subscribed(office, query="blast sindh", chat=ALICE, **fields):
    await office.says(chat, f"/subscribe {query}", **fields)
    return last(office, chat)


# --- the preview ---


async def test_a_preview_offers_to_save_tighten_widen_and_cancel(office):
    shown = await subscribed(office)
    assert labels(shown) == ["Save", "Tighten", "Widen", "Cancel"]


async def test_save_keeps_what_is_watched_and_takes_the_buttons_away(office):
    shown = await subscribed(office)
    assert await office.presses(shown, "Save") is None
    assert text(office).startswith("Saved: blast sindh")
    assert labels(last(office)) == []
    assert len(office.telegram.messages(ALICE)) == 1
    assert office.queries(ALICE) == ["blast sindh"]


async def test_cancel_takes_it_back_and_says_how_to_have_it_again(office):
    shown = await subscribed(office)
    await office.presses(shown, "Cancel")
    assert office.queries(ALICE) == []
    assert "/subscribe blast sindh" in text(office)


async def test_tighten_offers_narrower_queries_with_what_they_would_have_sent(office):
    office.write(lambda work: told_event(work, at=NOON - MINUTE))
    shown = await subscribed(office, "blast")
    await office.presses(shown, "Tighten")
    assert "1. blast severity>=severe – 1 event in 7 days" in text(office)
    assert "2. blast killed>=1 – 0 events in 7 days" in text(office)
    assert labels(last(office)) == ["1", "2", "3", "4", "Back"]
    await office.presses(last(office), "2")
    assert text(office).startswith("Subscribed: blast killed>=1")
    assert labels(last(office)) == ["Save", "Tighten", "Widen", "Cancel"]
    assert office.queries(ALICE) == ["blast killed>=1"]


async def test_widen_offers_the_query_without_each_of_its_conditions(office):
    shown = await subscribed(office, "blast sindh -cricket")
    await office.presses(shown, "Widen")
    for line in ("1. sindh -cricket", "2. blast -cricket", "3. blast sindh"):
        assert line in text(office)
    await office.presses(last(office), "3")
    assert office.queries(ALICE) == ["blast sindh"]


async def test_back_shows_the_preview_and_changes_nothing(office):
    shown = await subscribed(office)
    await office.presses(shown, "Widen")
    await office.presses(last(office), "Back")
    assert text(office).startswith("Subscribed: blast sindh")
    assert office.queries(ALICE) == ["blast sindh"]


async def test_a_word_is_widened_by_its_start_and_a_phrase_to_its_words(office):
    await office.presses(await subscribed(office, "derail"), "Widen")
    assert "1. derail*" in text(office)
    await office.presses(await subscribed(office, '"jaffar express"', BOB), "Widen")
    assert "1. jaffar express" in text(office, BOB)


async def test_what_cannot_be_widened_says_so_and_stays(office):
    shown = await subscribed(office, "type:bombing")
    assert "no simple way" in (await office.presses(shown, "Widen") or "")
    assert office.queries(ALICE) == ["type:bombing"]


async def test_a_button_pressed_twice_does_its_work_once(office):
    shown = await subscribed(office)
    data = shown.button("Cancel")["callback_data"]
    await office.presses(shown, data=data)
    assert "is gone" in (await office.presses(shown, data=data) or "")


async def test_a_members_press_changes_nothing_in_a_group(office):
    office.group()
    shown = await subscribed(office, chat=SUPERGROUP, user=ADMIN)
    for label in ("Save", "Tighten", "Widen", "Cancel"):
        assert NOT_ALLOWED in (await office.presses(shown, label, user=MEMBER) or "")
    await office.presses(shown, "Cancel", user=ADMIN)
    assert office.queries(SUPERGROUP) == []


async def test_forged_presses_reach_no_subscription_of_another_chat(office):
    await subscribed(office, "secret", BOB)
    (theirs,) = office.read(lambda work: work.subscriptions.list(Scope(BOB)))
    await office.says(ALICE, "/subscribe blast")
    shown = last(office)
    for action, pages in ((callbacks.PREVIEW, ()), (callbacks.ROW, ("0",))):
        for verb in ("s", "t", "w", "c", "b", "p", "e", "x", "h", "t1"):
            data = callbacks.pack(action, verb, str(theirs.id), "1", *pages)
            assert await office.presses(shown, data=data), data
    assert office.queries(BOB) == ["secret"]
    assert not any("secret" in told for told in office.telegram.texts(ALICE))


async def test_a_forged_number_edits_no_other_chats_message(office):
    await subscribed(office, "secret", BOB)
    before = office.telegram.texts(BOB)
    shown = await subscribed(office)
    (mine,) = office.read(lambda work: work.subscriptions.list(Scope(ALICE)))
    for update in range(1, 5):
        await office.presses(shown, data=callbacks.pack("p", "s", str(mine.id), str(update)))
    assert office.telegram.texts(BOB) == before


@pytest.mark.parametrize(
    "data", ["p", "p:s", "p:s:x:1", "s:p:1:1", "p:s:1:²", "p:q:1:1", "s:g:0:1:-1"]
)
async def test_damaged_data_is_answered_quietly(office, data):
    shown = await subscribed(office)
    assert await office.presses(shown, data=data)
    assert office.queries(ALICE) == ["blast sindh"]


async def test_what_cannot_be_edited_is_answered_by_a_new_message(office):
    shown = await subscribed(office)
    (one,) = office.read(lambda work: work.subscriptions.list(Scope(ALICE)))
    await office.presses(shown, data=callbacks.pack("p", "s", str(one.id), "999"))
    assert text(office).startswith("Saved: blast sindh")
    assert len(office.telegram.messages(ALICE)) == 2


# --- the list ---


async def listed(office, *queries):
    for query in queries:
        await office.says(ALICE, f"/subscribe {query}")
    await office.says(ALICE, "/subscriptions")
    return last(office)


async def test_each_row_can_be_paused_edited_deleted_and_shared(office):
    shown = await listed(office, "blast", "flood")
    words = ("Pause", "Edit", "Delete", "Share")
    assert labels(shown) == [f"{word} {n}" for n in (1, 2) for word in words]


def watched(office):
    return [
        query for _, query in office.read(lambda w: list(w.subscriptions.watched(placeless=False)))
    ]


async def test_pause_and_resume_change_the_list_in_place(office):
    shown = await listed(office, "blast", "flood")
    await office.presses(shown, "Pause 2")
    assert "2. flood (paused)" in text(office)
    assert watched(office) == ["blast"]
    await office.presses(last(office), "Resume 2")
    assert "paused" not in text(office)
    assert watched(office) == ["blast", "flood"]


async def test_delete_asks_first(office):
    shown = await listed(office, "blast", "flood")
    await office.presses(shown, "Delete 1")
    assert text(office) == "Delete blast?"
    await office.presses(last(office), "Keep it")
    assert office.queries(ALICE) == ["blast", "flood"]
    await office.presses(last(office), "Delete 1")
    await office.presses(last(office), "Delete it")
    assert office.queries(ALICE) == ["flood"]
    assert "1. flood" in text(office)


async def test_edit_shows_the_preview_and_the_line_that_words_it_anew(office):
    shown = await listed(office, "blast", "flood")
    await office.presses(shown, "Edit 2")
    assert "/edit 2 flood" in text(office)
    assert labels(office.telegram.messages(ALICE)[-2]) == ["Save", "Tighten", "Widen", "Cancel"]
    answer = await office.says(ALICE, "/edit 2 flood sindh")
    assert "Subscribed: flood sindh" in answer
    assert "Replaced: flood" in answer
    assert office.queries(ALICE) == ["blast", "flood sindh"]


async def test_ten_are_shown_a_page(office):
    shown = await listed(office, *(f"word{n}x" for n in range(12)))
    assert "10. word9x" in shown.text
    assert "word10x" not in shown.text
    assert "Page 1 of 2" in shown.text
    await office.presses(shown, "More ›")
    assert "11. word10x" in text(office)
    assert "12. word11x" in await office.says(ALICE, "/subscriptions 2")
    await office.presses(last(office), "‹ Back")
    assert "1. word0x" in text(office)


async def test_members_turn_pages_and_change_nothing(office):
    office.group()
    for n in range(11):
        await office.says(SUPERGROUP, f"/subscribe word{n}x", user=ADMIN)
    await office.says(SUPERGROUP, "/list", user=MEMBER)
    shown = last(office, SUPERGROUP)
    assert NOT_ALLOWED in (await office.presses(shown, "Pause 1", user=MEMBER) or "")
    assert await office.presses(shown, "More ›", user=MEMBER) is None
    assert "11. word10x" in text(office, SUPERGROUP)


# --- without buttons ---


async def test_all_of_it_can_be_typed(office):
    await listed(office, "blast", "flood")
    assert "Paused: flood" in await office.says(ALICE, "/pause 2")
    assert "2. flood (paused)" in await office.says(ALICE, "/list")
    assert "Resumed: flood" in await office.says(ALICE, "/resume 2")
    assert "/edit 1 blast" in await office.says(ALICE, "/edit 1")
    assert "?start=s_" in await office.says(ALICE, "/share 1")


async def test_what_is_not_there_cannot_be_changed(office):
    await listed(office, "blast")
    for typed in ("/pause 2", "/resume 0", "/edit x", "/share 99999999999999999999"):
        assert "There is no such subscription" in await office.says(ALICE, typed)
    assert "Say which" in await office.says(ALICE, "/pause")
    assert "A page is a number" in await office.says(ALICE, "/subscriptions blast")


async def test_an_edit_that_is_no_query_leaves_the_old_one(office):
    await listed(office, "blast")
    assert "Did you mean" in await office.says(ALICE, '/edit 1 "open')
    assert office.queries(ALICE) == ["blast"]


async def test_an_edited_subscription_that_was_paused_stays_paused(office):
    await listed(office, "blast")
    await office.says(ALICE, "/pause 1")
    await office.says(ALICE, "/edit 1 flood")
    assert "1. flood (paused)" in await office.says(ALICE, "/list")


# --- sharing ---


async def shared(office, number=1):
    answer = await office.says(ALICE, f"/share {number}")
    return answer.split("?start=")[1].split()[0]


async def test_a_shared_link_takes_the_query_over_and_nothing_else(office):
    await listed(office, "blast sindh")
    word = await shared(office)
    answer = await office.says(BOB, f"/start {word}")
    assert answer.startswith("Subscribed: blast sindh")
    assert str(ALICE) not in answer
    assert office.queries(BOB) == ["blast sindh"]


async def test_a_link_that_was_not_made_here_leads_nowhere(office):
    await listed(office, "blast")
    word = await shared(office)
    for forged in ("s_", "s_1", "s_1-", "s_2-" + word.split("-")[1], "s_x-y", word[:-1], "s_1-é"):
        assert "leads nowhere" in await office.says(BOB, f"/start {forged}"), forged
    assert office.queries(BOB) == []


async def test_a_link_ends_with_its_subscription(office):
    await listed(office, "blast")
    word = await shared(office)
    await office.says(ALICE, "/unsubscribe 1")
    assert "is gone" in await office.says(BOB, f"/start {word}")
