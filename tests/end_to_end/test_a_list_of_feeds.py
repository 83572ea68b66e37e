"""A list of feeds goes through the real service: sent, read, polled, alerted, shown on the map."""

from bot.domain.chats import Scope
from tests.end_to_end.running import item, opml, rss, running

ANALYST, NEIGHBOUR = 7001, 7002
OLD = item("g-1", "Market reopens in Bannu", "BANNU: A market opened again in Bannu on Monday.")
BLAST = item(
    "g-2",
    "Roadside bomb hits police van in Bannu",
    "BANNU: Three policemen were killed when a roadside bomb struck their van in Bannu district of "
    "Khyber Pakhtunkhwa, police said.",
)


async def test_a_list_that_a_chat_sends_alerts_that_chat_alone(tmp_path, telegram, feeds):
    feeds.serve("/news.xml", rss(OLD))
    feeds.serve("/own.xml", rss(OLD, title="A desk of our own"))
    for chat in (ANALYST, NEIGHBOUR):
        telegram.chat(chat)
    async with running(tmp_path, telegram, feeds) as house:
        for chat in (ANALYST, NEIGHBOUR):
            await house.says(chat, "/subscribe bomb killed>=1")
        listed = opml(feeds.url("/own.xml")).encode()
        telegram.user_sends(ANALYST, document=telegram.document("mine.opml", listed))
        await house.until(lambda: "Added: 1 feed" in telegram.texts(ANALYST)[-1])

        def own():
            return house.store.read_sync(lambda work: work.feeds.owned(Scope(ANALYST)))[0]

        await house.eventually(lambda: own().polls == 1)
        feeds.serve("/own.xml", rss(BLAST, OLD, title="A desk of our own"))
        await house.poll_again(own)
        await house.until(lambda: "BOMBING" in telegram.texts(ANALYST)[-1])
        telegram.presses(telegram.messages(ANALYST)[-1], "Map")
        await house.until(lambda: telegram.messages(ANALYST)[-1].kind == "venue")
        assert telegram.texts(ANALYST)[-1].startswith("Bannu")
        assert len(telegram.messages(NEIGHBOUR)) == 1
