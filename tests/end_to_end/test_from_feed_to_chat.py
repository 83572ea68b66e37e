from tests.end_to_end.running import item, rss, running

ANALYST, SPORTS_FAN = 7001, 7002

OLD = item("g-1", "Bomb kills two in Bannu market", "BANNU: A bomb killed two people in Bannu.")
THREE = item(
    "g-2",
    "Roadside bomb hits police van in Bannu",
    "BANNU: Three policemen were killed and five others injured when a roadside bomb struck their "
    "van in Bannu district of Khyber Pakhtunkhwa on patrol, police said. No group has claimed "
    "responsibility.",
)
EIGHT = item(
    "g-2",
    "Death toll in Bannu police van bombing rises to eight",
    "BANNU: The death toll from a roadside bomb that struck a police van in Bannu district of "
    "Khyber Pakhtunkhwa has risen to eight, police said. No group has claimed responsibility.",
)


async def test_an_alert_reaches_the_right_chat_once_and_a_changed_toll_edits_it(
    tmp_path, telegram, feeds
):
    feeds.serve("/news.xml", rss(OLD))
    telegram.chat(ANALYST)
    telegram.chat(SPORTS_FAN)
    async with running(tmp_path, telegram, feeds) as house:
        assert "Subscribed" in await house.says(ANALYST, "/subscribe bomb place:Bannu killed>=1")
        assert "Subscribed" in await house.says(SPORTS_FAN, "/subscribe cricket")
        await house.eventually(lambda: house.feed().polls == 1)
        await house.quiet()
        assert len(telegram.messages(ANALYST)) == 1, "what the first poll finds alerts nobody"

        feeds.serve("/news.xml", rss(THREE, OLD))
        await house.poll_again()
        _, alert = telegram.messages(ANALYST)
        assert "BOMBING" in alert.text
        assert "3 killed" in alert.text
        assert "Bannu" in alert.text.splitlines()[0]
        assert len(telegram.messages(SPORTS_FAN)) == 1

        await house.poll_again()
        assert len(telegram.messages(ANALYST)) == 2, "the same feed again sends nothing"

        feeds.serve("/news.xml", rss(EIGHT, OLD))
        await house.poll_again()
        await house.until(lambda: len(telegram.messages(ANALYST)) == 3)
        alert, reply = telegram.messages(ANALYST)[1:]
        assert "8 killed" in alert.text
        assert "3 killed" in alert.versions[0]
        assert reply.reply_to == alert.message_id
        assert "3 → 8" in reply.text
        assert len(telegram.messages(SPORTS_FAN)) == 1
