"""A decision is read in a feed, its card is pressed, and the reminder follows the deadline."""

import datetime as dt
from dataclasses import replace

from bot.delivery.phrases import day
from bot.domain.delivery import Priority
from tests.end_to_end.running import item, rss, running

SOMEBODY = 4001
TODAY = dt.datetime.now(dt.UTC).date()
FIRST, LATER = TODAY + dt.timedelta(40), TODAY + dt.timedelta(70)
OLD = item("n0", "Bridge opens in Bannu", "BANNU: A bridge was opened in Bannu.")


def notice(deadline):
    until = f"{deadline:%B} {deadline.day}, {deadline.year}"
    return item(
        "n1",
        "Interior ministry orders foreigners without papers to leave",
        "ISLAMABAD: The interior ministry ordered all foreigners without papers to leave the "
        f"country by {until}, a notification said. Those who stay will be deported.",
    )


def waiting(house):
    rows = house.store.read_sync(lambda work: work.outbox.waiting(Priority.REMINDER, "reminder:"))
    return [row.message.plain for row in rows]


async def test_a_press_under_a_decision_reminds_of_its_deadline_wherever_it_moves(
    tmp_path, telegram, feeds
):
    feeds.serve("/news.xml", rss(OLD))
    telegram.chat(SOMEBODY)
    async with running(tmp_path, telegram, feeds) as house:
        await house.says(SOMEBODY, "/subscribe kind:policy")
        await house.eventually(lambda: house.feed().polls == 1)
        await house.quiet()
        feeds.serve("/news.xml", rss(notice(FIRST), OLD))
        await house.poll_again()
        card = telegram.messages(SOMEBODY)[-1]
        assert f"Deadline: {day(FIRST)}" in card.text

        telegram.presses(card, "Remind me")
        await house.until(lambda: "I will remind" in telegram.texts(SOMEBODY)[-1])
        assert [day(FIRST) in text for text in waiting(house)] == [True]

        feeds.serve("/news.xml", rss(notice(LATER), OLD))
        due = replace(house.feed(), next_poll_at=dt.datetime.now(dt.UTC))
        house.store.write_sync(lambda work: work.feeds.save(due))
        house.service.kick("poll")
        await house.eventually(lambda: [day(LATER) in text for text in waiting(house)] == [True])
