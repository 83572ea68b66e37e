from dataclasses import replace

import pytest

from bot.domain.chats import Scope
from bot.domain.feeds import NewFeed
from bot.services.pausing import paused_since
from tests.fakes.telegram import faults
from tests.handlers.office import ALICE, GROUP, NOON, OWNER
from tests.storage.values import feed_with, row, told_event


def fail(office, words="news for Alice"):
    """Let a message to Alice be given up."""
    office.telegram.chat(ALICE)
    office.write(lambda work: work.outbox.put(row("lost", Scope(ALICE), words=words), NOON))
    refused = faults.bad_request("message is too long")
    office.telegram.script(refused.on("sendMessage", ALICE, times=2))


async def test_status_counts_feeds_entries_events_and_messages(office):
    office.write(feed_with)
    office.write(told_event)
    answer = await office.says(OWNER, "/status")
    assert "Feeds: 1, 0 failing, 0 paused" in answer
    assert "Entries: 1 stored, 1 waiting, 0 set aside" in answer
    assert "Events: 1" in answer


async def test_status_names_failing_shared_feeds_and_no_chats_own(office):
    def job(work):
        for url, owner in (("https://a.example/rss", None), ("https://b.example/rss", ALICE)):
            made = work.feeds.add(NewFeed(url, title=f"Feed of {owner}", owner_chat_id=owner), NOON)
            work.feeds.save(replace(made, errors=3, last_error="timed out", failing_since=NOON))

    office.write(job)
    answer = await office.says(OWNER, "/status")
    assert "Feeds: 2, 2 failing" in answer
    assert "Feed of None – timed out" in answer
    assert f"Feed of {ALICE}" not in answer


async def test_a_dead_message_is_listed_without_its_words_and_can_be_tried_again(office):
    fail(office)
    await office.work()
    assert "1 dead" in await office.says(OWNER, "/status")
    answer = await office.says(OWNER, "/failed")
    assert f"chat {ALICE}" in answer
    assert "too long" in answer
    assert "news for Alice" not in answer
    retry = answer.splitlines()[-1].split(" tries")[0]
    assert "waits to be sent again" in await office.says(OWNER, retry)
    assert office.telegram.texts(ALICE)[-1].endswith("news for Alice")
    assert "No message was given up" in await office.says(OWNER, "/failed")


@pytest.mark.parametrize(
    "words", ["retry", "retry x", "retry 99", "retry ²", "retry " + "9" * 30, "drop 1"]
)
async def test_a_wrong_number_is_said(office, words):
    answer = await office.says(OWNER, f"/failed {words}")
    assert "/failed lists them" in answer


async def test_nobody_but_the_owner_in_private_has_these_commands(office):
    for typed in ("/status", "/failed", "/failed retry 1"):
        assert "There is no such command" in await office.says(ALICE, typed)
        assert await office.says(GROUP, typed, user=OWNER) == ""
    assert "/status" not in await office.says(ALICE, "/help")
    assert "/status" in await office.says(OWNER, "/help")


# --- feeds rest ---


async def test_feeds_rest_until_they_are_read_again_and_status_tells(office):
    office.write(feed_with)
    assert "No feed is read from now on" in await office.says(OWNER, "/pausefeeds")
    assert office.read(paused_since) is not None
    assert "none is read since 04 Mar 12:00 UTC" in await office.says(OWNER, "/status")
    assert "No feed is read already" in await office.says(OWNER, "/pausefeeds")
    assert "They rested since 04 Mar 12:00 UTC" in await office.says(OWNER, "/resumefeeds")
    assert office.read(paused_since) is None
    assert "none is read" not in await office.says(OWNER, "/status")
    assert "Feeds are read;" in await office.says(OWNER, "/resumefeeds")


@pytest.mark.parametrize("command", ["/pausefeeds", "/resumefeeds"])
async def test_nobody_else_lets_feeds_rest(office, command):
    assert "There is no such command" in await office.says(ALICE, command)
    assert office.read(paused_since) is None
