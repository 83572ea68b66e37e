import pytest

from bot.domain.chats import Scope
from bot.domain.delivery import OutboxState
from bot.domain.feeds import NewFeed
from tests.handlers.office import ADMIN, ALICE, BOB, CHANNEL, GROUP, SUPERGROUP
from tests.storage.values import DAY, MINUTE, NOON, row, told_event

PAGE = "https://gazette.example/rss"


def tell(office, title="Blast in Zarghun", ago=MINUTE, **more):
    return office.write(lambda work: told_event(work, title=title, at=NOON - ago, **more))


# --- start, help, privacy ---


ANSWERS = (
    ("/start", "reads news feeds"),
    ("/help", "What this bot can do"),
    ("/help query", "The query language"),
    ("/privacy", "What is stored about this chat"),
    ("/subscriptions", "No subscriptions here yet"),
    ("/subscribe blast", "Subscribed"),
    ("/unsubscribe 1", "Removed"),
    ("/latest", "Nothing was found"),
    ("/search blast", "Nothing was found"),
    ("/digest", "Nothing was found"),
    ("/event KH-7F3A", "There is no event"),
    ("/feeds", "This chat has added no feeds"),
    ("/addfeed", "Say which"),
    ("/removefeed", "Say which"),
    ("/forgetme", "cannot be undone"),
)


@pytest.mark.parametrize("chat", [ALICE, GROUP, SUPERGROUP, CHANNEL])
async def test_every_command_answers_in_every_kind_of_chat(office, chat):
    if chat < 0:
        office.group(chat)
    office.telegram.chat(chat, "channel" if chat == CHANNEL else None)
    for typed, answer in ANSWERS:
        assert answer in await office.says(chat, typed, user=ADMIN if chat < 0 else None)


async def test_a6_a_deep_link_to_another_chat_is_a_mere_start(office):
    await office.says(BOB, "/subscribe secret")
    answer = await office.says(ALICE, f"/start {BOB}")
    assert "reads news feeds" in answer
    assert "secret" not in answer


async def test_help_on_something_else_says_what_there_is(office):
    assert "There is help on: query" in await office.says(ALICE, "/help cooking")


async def test_help_names_every_command_of_the_menu(office):
    answer = await office.says(ALICE, "/help")
    for command in ("subscribe", "digest", "event", "addfeed", "forgetme", "privacy"):
        assert f"/{command} – " in answer


# --- what is no command ---


async def test_an_unknown_command_in_private_gets_a_hint(office):
    assert "/help lists them" in await office.says(ALICE, "/subscrib blast")


async def test_plain_words_in_private_get_a_hint_of_one_line(office):
    answer = await office.says(ALICE, "blast in sindh")
    assert "/subscribe" in answer
    assert "\n" not in answer


# --- events ---


async def test_latest_shows_the_newest_first_and_at_most_ten(office):
    for number in range(12):
        tell(office, f"Blast number {number:02}", MINUTE * (12 - number))
    answer = await office.says(ALICE, "/latest")
    assert answer.index("number 11") < answer.index("number 02")
    assert "number 01" not in answer


async def test_search_shows_what_matches(office):
    tell(office, "Blast in Zarghun")
    assert "Blast in Zarghun" in await office.says(ALICE, "/search blast")
    assert "Nothing was found" in await office.says(ALICE, "/search flood")
    assert "at character" in await office.says(ALICE, "/search (blast")


async def test_digest_counts_a_period(office):
    tell(office, "Blast of today")
    tell(office, "Blast of last week", 5 * DAY)
    day, week = await office.says(ALICE, "/digest"), await office.says(ALICE, "/digest 7d blast")
    assert "Blast of today" in day
    assert "Blast of last week" not in day
    assert "Blast of last week" in week
    assert "last 7 days: “blast”" in week


MISREAD = (
    ("/digest 0d", "at least an hour"),
    ("/digest 9999w", "at most two years"),
    ("/digest since tomorrow", "needs a date"),
    ("/digest since 2031-01-01", "not in the last two years"),
    ("/digest 24h (", "at character"),
    ("/event", "Say which event"),
    ("/event ; drop table", "There is no event"),
    ("/event " + "9" * 3000, "There is no event"),
)


async def test_what_cannot_be_read_is_said(office):
    for typed, answer in MISREAD:
        assert answer in await office.says(ALICE, typed)


async def test_an_event_is_shown_with_its_sources_however_its_code_is_typed(office):
    public_id = tell(office).public_id
    for typed in (public_id, public_id.lower(), f"#{public_id}"):
        answer = await office.says(ALICE, f"/event {typed}")
        assert "Blast in Zarghun" in answer
        assert "Sources" in answer


# --- feeds ---


async def test_a_feed_is_added_listed_and_removed(office):
    office.feeds[PAGE] = NewFeed(PAGE, title="Bannu Gazette")
    assert "Added: Bannu Gazette" in await office.says(ALICE, f"/addfeed {PAGE}")
    assert "1. Bannu Gazette – not read yet" in await office.says(ALICE, "/feeds")
    assert "This chat has it already" in await office.says(ALICE, f"/addfeed {PAGE}")
    assert "Removed: Bannu Gazette" in await office.says(ALICE, "/removefeed 1")
    assert "has added no feeds" in await office.says(ALICE, "/feeds")


async def test_a_feed_is_removed_by_its_address(office):
    office.feeds[PAGE] = NewFeed(PAGE, title="Bannu Gazette")
    await office.says(ALICE, f"/addfeed {PAGE}")
    assert "Removed" in await office.says(ALICE, f"/removefeed {PAGE}")


async def test_a_feed_that_everybody_has_is_not_added_again(office):
    office.write(lambda work: work.feeds.add(NewFeed(PAGE, title="Bannu Gazette"), NOON))
    office.feeds[PAGE] = NewFeed(PAGE, title="Bannu Gazette")
    assert "Everybody here has it already" in await office.says(ALICE, f"/addfeed {PAGE}")
    assert "owner's to remove" in await office.says(ALICE, f"/removefeed {PAGE}")


async def test_an_address_without_a_feed_is_refused_with_the_reason(office):
    assert "404" in await office.says(ALICE, "/addfeed https://nowhere.example/")


async def test_a_chat_has_its_share_of_feeds_and_then_nothing_more_is_fetched(open_office):
    async with open_office(max_feeds=1) as office:
        office.feeds = {url: NewFeed(url, title="One") for url in (PAGE, f"{PAGE}2")}
        await office.says(ALICE, f"/addfeed {PAGE}")
        assert "which is the most" in await office.says(ALICE, f"/addfeed {PAGE}2")
        assert office.looked_up == [PAGE]
        assert "Added" in await office.says(BOB, f"/addfeed {PAGE}2")


async def test_a_feeds_title_is_nothing_to_tap(office):
    office.feeds[PAGE] = NewFeed(PAGE, title="</b> /forgetme confirm @admin")
    await office.says(ALICE, f"/addfeed {PAGE}")
    await office.says(ALICE, "/feeds")
    for message in office.telegram.messages(ALICE):
        assert "/forgetme" not in message.text
        assert "@admin" not in message.text
        assert "</b>" in message.text


async def test_a_long_list_of_feeds_comes_whole(office):
    titles = [f"Gazette number {number} " + "of a long name " * 10 for number in range(60)]

    def add(work):
        for number, title in enumerate(titles):
            work.feeds.add(NewFeed(f"{PAGE}/{number}", title=title), NOON)

    office.write(add)
    answer = await office.says(ALICE, "/feeds")
    assert len(office.telegram.messages(ALICE)) > 1
    assert all(f"number {number} " in answer for number in range(60))


# --- forgetting ---


async def test_forgetme_asks_before_it_erases(office):
    await office.says(ALICE, "/subscribe blast")
    assert "/forgetme confirm" in await office.says(ALICE, "/forgetme")
    assert office.queries(ALICE) == ["blast"]


async def test_o2_forgetme_confirmed_erases_everything_and_says_so(office):
    office.feeds[PAGE] = NewFeed(PAGE, title="Bannu Gazette")
    for typed in ("/subscribe blast", f"/addfeed {PAGE}"):
        await office.says(ALICE, typed)
    await office.says(BOB, "/subscribe blast")
    office.write(lambda work: work.outbox.put(row("late", Scope(ALICE)), NOON + DAY))
    assert "everything about this chat is erased" in await office.says(ALICE, "/forgetme confirm")
    assert office.queries(ALICE) == []
    assert office.read(lambda work: work.chats.get(ALICE)) is None
    assert not office.read(lambda work: work.feeds.owned(Scope(ALICE)))
    assert office.read(lambda work: work.outbox.find("late")) is None
    assert office.queries(BOB) == ["blast"]
    assert not office.read(lambda work: work.outbox.in_state(OutboxState.PENDING))


async def test_after_forgetme_one_can_begin_anew(office):
    await office.says(ALICE, "/subscribe blast")
    await office.says(ALICE, "/forgetme confirm")
    assert "Subscribed" in await office.says(ALICE, "/subscribe flood")
    assert office.queries(ALICE) == ["flood"]


async def test_t10_a_chat_that_comes_back_hears_how_much_it_missed(office):
    def old(number):
        return row(f"old{number}", Scope(ALICE), words="Stale alert")

    await office.says(ALICE, "/subscribe blast")
    office.write(lambda work: work.chats.suspend(ALICE, "blocked", NOON))
    for n in range(30):
        office.write(lambda work, n=n: work.outbox.put(old(n), NOON))
    office.now = NOON + DAY
    new = row("new", Scope(ALICE), words="Fresh alert")
    office.write(lambda work: work.outbox.put(new, office.now - MINUTE))
    answer = await office.says(ALICE, "/start")
    assert "30 messages grew old" in answer
    assert "Stale alert" not in answer
    assert answer.count("Fresh alert") == 1
    assert "grew old" not in await office.says(ALICE, "/start")
