"""Whatever two chats do, neither is ever shown a word of the other's."""

import random

import pytest

from bot.domain.chats import Scope
from bot.domain.feeds import NewFeed
from handlers.flow import A_MINUTE
from tests.handlers.office import ALICE, BOB
from tests.storage.values import MINUTE, NOON, told_event

WORDS = {ALICE: "albatross", BOB: "bittern"}
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


@pytest.mark.parametrize("seed", range(2))
async def test_two_chats_never_see_each_others_words_in_whatever_order(office, seed):
    chance = random.Random(seed)
    events = furnish(office)
    other = {ALICE: BOB, BOB: ALICE}
    for _ in range(A_MINUTE):
        for chat, own in WORDS.items():
            typed = chance.choice(ASKED).format(
                own=own, other=WORDS[other[chat]], event=events[other[chat]].public_id
            )
            office.telegram.user_says(chat, typed)
    await office.work()
    assert len(office.telegram.messages()) >= 2 * A_MINUTE
    for message in office.telegram.messages():
        assert WORDS[other[message.chat_id]] not in message.html.lower()
        assert "?key=" not in message.html
    for chat, own in WORDS.items():
        assert all(own in one or one == "nest" for one in office.queries(chat))
        assert all(
            own in feed.url for feed in office.read(lambda w, c=chat: w.feeds.owned(Scope(c)))
        )
