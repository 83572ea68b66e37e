"""Whatever two chats do, neither is ever shown a word of the other's."""

import shutil

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.chats import Scope
from bot.domain.feeds import NewFeed
from bot.services.digests import Digester
from handlers.flow import A_MINUTE
from tests.handlers.office import ALICE, BOB, opened
from tests.storage.values import DAY, MINUTE, NOON, told_event

WORDS = {ALICE: "albatross", BOB: "bittern"}
ZONES = {ALICE: "Pacific/Apia", BOB: "America/Nuuk"}
ASKED = (
    "/subscribe {own}",
    "/subscribe nest",
    "/subscriptions",
    "/unsubscribe 1",
    "/unsubscribe {own}",
    "/unsubscribe {other}",
    "/unsubscribe all",
    "/latest",
    "/search nest",
    "/digest 7d",
    "/event {event}",
    "/feeds",
    "/addfeed https://{own}.example/rss?key={own}",
    "/removefeed 1",
    "/removefeed https://{other}.example/rss?key={other}",
    "/failed",
    "/status",
    "/help",
    "/privacy",
    "/settings",
    "/settings silent extreme",
    "/digest at 22:00 {own}",
    "/digest off",
    "/mute {own} 1h",
    "/muted",
    "/unmute 1",
    "/quiet 22-07",
    "/pause 1",
    "/resume 1",
    "/edit 1 {own} nest",
    "/share 1",
    "/remind {event}",
    "/start",
    "/forgetme",
)


def furnish(office):
    """Give each chat a feed and an event of its own."""
    events = {}
    for chat, word in WORDS.items():
        url = f"https://{word}.example/rss?key={word}"
        office.feeds[url] = NewFeed(url, title=f"Gazette of the {word}")
        title = f"Nest of the {word}"
        events[chat] = office.write(
            lambda work, owner=chat, title=title: told_event(
                work, owner=owner, title=title, text=title, at=NOON - MINUTE
            )
        )
    return events


OTHER = {ALICE: BOB, BOB: ALICE}
FORGED = (
    *("d:{event}", "r:{event}", "s:g:0:1:0"),
    *(f"p:{verb}:{{id}}:1" for verb in "stwcb"),
    *(f"s:{verb}:{{id}}:1:0" for verb in "pedxh"),
)
"""What a client may send as if a button had been pressed."""
STEPS = st.tuples(
    st.sampled_from(sorted(WORDS)),
    st.sampled_from(ASKED + FORGED),
    st.integers(1, 6),
)


@settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEPS, min_size=20, max_size=2 * A_MINUTE - 10))
async def test_a8_two_chats_never_see_each_others_words_in_whatever_order(
    telegram, empty_database, tmp_path_factory, steps
):
    telegram.reset()
    database = tmp_path_factory.mktemp("two") / "test.db"
    shutil.copy(empty_database, database)
    async with opened(telegram, database, {}) as office:
        events = furnish(office)
        for chat, own in WORDS.items():
            for typed in (
                f"/subscribe {own}",
                f"/digest at 23:00 {own}",
                f"/settings zone {ZONES[chat]}",
            ):
                await office.says(chat, typed)
        await lived_through(office, steps, events)
        nothing_of_the_others_is_shown(office)


async def lived_through(office, steps, events):
    """Let the chats do all that, then let a day pass so that digests come."""
    for number, (chat, asked, one) in enumerate(steps):
        other = OTHER[chat]
        typed = asked.format(
            own=WORDS[chat], other=WORDS[other], event=events[other].public_id, id=one
        )
        if asked in FORGED:
            office.telegram.presses(office.telegram.messages(chat)[-1], data=typed)
        else:
            office.telegram.user_says(chat, typed)
        if number % 8 == 0:
            await office.work()
    await office.work()
    office.now += DAY
    await Digester(office.store, office.clock).run()
    await office.work()


def nothing_of_the_others_is_shown(office):
    for message in office.telegram.messages():
        other = OTHER[message.chat_id]
        shown = " ".join([message.html, *message.versions, str(message.buttons)]).lower()
        assert WORDS[other] not in shown
        assert ZONES[other].lower() not in shown
        assert "?key=" not in shown
    for answer in office.telegram.world.callback_answers.values():
        assert not any(word in str(answer).lower() for word in WORDS.values())
    for chat, own in WORDS.items():
        assert all(own in one or "nest" in one for one in office.queries(chat))
        owned = office.read(lambda work, chat=chat: work.feeds.owned(Scope(chat)))
        assert all(own in feed.url for feed in owned)
        slots = office.read(lambda work, chat=chat: work.digests.of_chat(chat))
        assert all(WORDS[OTHER[chat]] not in slot.query for slot in slots)
