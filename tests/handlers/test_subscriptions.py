from tests.handlers.office import ADMIN, ALICE, BOB, CHANNEL, GROUP, MEMBER, NOON, SUPERGROUP
from tests.storage.values import MINUTE, told_event


async def test_a_subscription_is_said_back_in_plain_words(office):
    answer = await office.says(ALICE, "/subscribe blast sindh -cricket")
    assert answer.startswith("Subscribed: blast sindh -cricket")
    assert "“blast” and “sindh”, but not “cricket”" in answer
    assert office.queries(ALICE) == ["blast sindh -cricket"]


async def test_the_answer_quotes_the_command(office):
    await office.says(ALICE, "/subscribe blast")
    (answer,) = office.telegram.messages(ALICE)
    assert answer.reply_to == 1


async def test_a_subscription_shows_what_it_would_have_sent(office):
    office.write(lambda work: told_event(work, at=NOON - MINUTE))
    answer = await office.says(ALICE, "/subscribe blast")
    assert "In the last 7 days: 1 event (0.1 a day)." in answer
    assert "Blast in Zarghun" in answer


async def test_the_same_subscription_twice_is_one(office):
    await office.says(ALICE, "/subscribe blast sindh")
    assert "You have this one already" in await office.says(ALICE, "/watch blast  sindh")
    assert len(office.queries(ALICE)) == 1


WRONG = (
    ("/subscribe", "Say what to watch for"),
    ("/subscribe    ", "Say what to watch for"),
    ('/subscribe "open', "Did you mean"),
    ("/subscribe (blast", "Did you mean"),
    ("/subscribe kild>=3", "at character"),
    ("/subscribe " + "b" * 3000, "at most 300 characters"),
    ("/subscribe " + " ".join(f"w{n}" for n in range(40)), "at most 20 terms"),
)


async def test_a_wrong_query_is_answered_with_what_is_wrong(office):
    for typed, answer in WRONG:
        assert answer in await office.says(ALICE, typed)
    assert office.queries(ALICE) == []


async def test_words_with_html_arrive_as_typed(office):
    answer = await office.says(ALICE, '/subscribe "a<b>&c"')
    assert office.queries(ALICE)[0] in answer
    assert "Subscriptions (1)" in await office.says(ALICE, "/subscriptions")


async def test_x3_a_command_inside_a_query_is_nothing_to_tap(office):
    await office.says(ALICE, '/subscribe "/forgetme confirm" OR @somebody')
    html = office.telegram.messages(ALICE)[0].html
    outside = html.split("</code>")[1]
    assert "/forgetme" not in outside
    assert "@somebody" not in outside


async def test_no_subscriptions_says_how_to_add_one(office):
    assert "/subscribe" in await office.says(ALICE, "/subscriptions")


async def test_ten_long_queries_fit_a_page(office):
    words = [" ".join(f"word{n}x{k}y" for k in range(20)) for n in range(10)]
    for word in words:
        office.telegram.user_says(ALICE, f"/subscribe {word}")
    await office.work()
    answer = await office.says(ALICE, "/list")
    for word in words:
        assert word.split()[-1] in answer


async def test_what_a_page_cannot_hold_of_a_query_is_left_out(office):
    for n in range(10):
        near = " OR ".join(f"near:quetta~{n + 10 * k + 1}km" for k in range(14))
        assert "Subscribed" in await office.says(ALICE, f"/subscribe {near}")
    assert "10. near:" in await office.says(ALICE, "/list")


async def test_a_number_removes_the_subscription_of_that_number(office):
    for words in ("blast", "flood", "strike"):
        await office.says(ALICE, f"/subscribe {words}")
    assert "Removed: flood" in await office.says(ALICE, "/unsubscribe 2")
    assert office.queries(ALICE) == ["blast", "strike"]


async def test_words_remove_the_subscription_of_these_words(office):
    await office.says(ALICE, "/subscribe blast OR flood")
    assert "Removed: blast OR flood" in await office.says(ALICE, "/unsubscribe  blast OR flood")
    assert office.queries(ALICE) == []


async def test_all_removes_all_once_it_is_confirmed_and_gives_them_back_as_commands(office):
    for words in ("blast", "flood"):
        await office.says(ALICE, f"/subscribe {words}")
    asked = await office.says(ALICE, "/unsubscribe all")
    assert asked == "This removes 2 subscriptions of this chat. To do it: /unsubscribe all confirm"
    assert office.queries(ALICE) == ["blast", "flood"]
    answer = await office.says(ALICE, "/unsubscribe ALL confirm")
    assert "/subscribe blast\n/subscribe flood" in answer
    assert office.queries(ALICE) == []
    assert "no subscriptions" in await office.says(ALICE, "/unsubscribe all")


async def test_what_is_not_there_cannot_be_removed(office):
    await office.says(ALICE, "/subscribe blast")
    for wanted in ("0", "2", "999999999999999999999", "flood", "²", "-1 x", "#7"):
        assert "There is no such subscription" in await office.says(ALICE, f"/unsubscribe {wanted}")
    assert office.queries(ALICE) == ["blast"]


async def test_unsubscribe_alone_asks_which(office):
    assert "Say which" in await office.says(ALICE, "/unsubscribe")


async def test_a9_a_chat_has_its_share_of_subscriptions(open_office):
    async with open_office(max_subscriptions=2) as office:
        for words in ("blast", "flood"):
            await office.says(ALICE, f"/subscribe {words}")
        assert "which is the most" in await office.says(ALICE, "/subscribe strike")
        assert "already" in await office.says(ALICE, "/subscribe flood")
        assert "Subscribed" in await office.says(BOB, "/subscribe strike")
        assert office.queries(ALICE) == ["blast", "flood"]


async def test_two_topics_of_a_forum_have_their_own_subscriptions(office):
    office.group(forum=True, topics={11, 12})
    await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN, thread=11)
    await office.says(SUPERGROUP, "/subscribe flood", user=ADMIN, thread=12)
    await office.says(SUPERGROUP, "/subscribe strike", user=ADMIN)
    assert office.queries(SUPERGROUP, 11) == ["blast"]
    assert office.queries(SUPERGROUP, 12) == ["flood"]
    assert office.queries(SUPERGROUP) == ["strike"]
    assert [message.thread_id for message in office.telegram.messages(SUPERGROUP)] == [11, 12, None]


async def test_the_general_topic_is_the_chat_itself(office):
    office.group(forum=True)
    await office.says(SUPERGROUP, "/subscribe blast", user=ADMIN, thread=1)
    assert office.queries(SUPERGROUP) == ["blast"]


async def test_a_channel_subscribes_by_its_own_posts(office):
    office.telegram.chat(CHANNEL, "channel")
    assert "Subscribed" in await office.says(CHANNEL, "/subscribe blast")
    assert office.queries(CHANNEL) == ["blast"]


async def test_a_command_to_another_bot_is_left_alone(office):
    office.group(GROUP)
    assert await office.says(GROUP, "/subscribe@another_bot blast", user=ADMIN) == ""
    assert "Subscribed" in await office.says(
        GROUP, "/subscribe@khabardar_test_bot blast", user=ADMIN
    )


async def test_talk_in_a_group_is_left_alone(office):
    office.group(GROUP)
    assert await office.says(GROUP, "good morning", user=MEMBER) == ""
    assert await office.says(GROUP, "/unknown", user=MEMBER) == ""
