from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.feeds import FeedCensus, FeedStatus, NewFeed, Validators
from tests.storage.values import ALICE, BOB, DAY, MINUTE, NOON, feed_with, told_event

URL = "https://example.org/feed"


def test_a_feed_is_stored_once_for_everybody_and_once_for_each_owner(write):
    def job(work) -> Any:
        feeds = [NewFeed(URL, owner_chat_id=owner) for owner in (None, None, 101, 101, 202)]
        return [work.feeds.add(feed, NOON).id for feed in feeds]

    shared, again, alices, alices_again, bobs = write(job)
    assert shared == again
    assert alices == alices_again
    assert len({shared, alices, bobs}) == 3


def test_due_feeds_are_taken_by_one_poller_until_the_lease_is_over(write):
    feed = write(lambda work: work.feeds.add(NewFeed(URL), NOON))

    def claim(now) -> Any:
        return [found.id for found in write(lambda w: w.feeds.claim_due(now, 10, 5 * MINUTE))]

    assert claim(NOON) == [feed.id]
    assert claim(NOON + 4 * MINUTE) == []
    assert claim(NOON + 5 * MINUTE) == [feed.id]


def test_a_polled_feed_keeps_all_its_state_and_is_due_again_at_its_time(write, read):
    feed = write(lambda work: work.feeds.add(NewFeed(URL), NOON))
    polled = replace(
        feed,
        title="News",
        country="PK",
        validators=Validators('"e"', "yesterday", "d"),
        polls=3,
        errors=2,
        failing_since=NOON,
        last_error="HTTP 500",
        last_polled_at=NOON,
        next_poll_at=NOON + 10 * MINUTE,
    )
    write(lambda work: work.feeds.save(polled))
    assert read(lambda work: work.feeds.get(feed.id)) == polled
    assert write(lambda w: w.feeds.claim_due(NOON + 9 * MINUTE, 10, MINUTE)) == []
    assert write(lambda w: w.feeds.claim_due(NOON + 10 * MINUTE, 10, MINUTE)) == [polled]


def test_a_feed_paused_while_it_is_polled_stays_paused(write, read):
    feed = write(lambda work: work.feeds.add(NewFeed(URL), NOON))
    write(lambda work: work.feeds.pause(feed.id, paused=True))
    write(lambda work: work.feeds.save(replace(feed, polls=1)))
    stored = read(lambda work: work.feeds.get(feed.id))
    assert (stored.status, stored.polls) == (FeedStatus.PAUSED, 1)
    assert write(lambda w: w.feeds.claim_due(NOON, 10, MINUTE)) == []
    write(lambda work: work.feeds.pause(feed.id, paused=False))
    assert len(write(lambda w: w.feeds.claim_due(NOON, 10, MINUTE))) == 1


def test_gone_feeds_are_not_polled(write):
    feed = write(lambda work: work.feeds.add(NewFeed(URL), NOON))
    write(lambda work: work.feeds.save(replace(feed, status=FeedStatus.GONE)))
    assert write(lambda w: w.feeds.claim_due(NOON + MINUTE, 10, MINUTE)) == []


def test_a_removed_feed_takes_its_entries_along_but_not_its_events(write, read):
    def job(work) -> Any:
        feed = feed_with(work)
        made = told_event(work)
        work.feeds.remove(feed.id)
        return feed, made

    feed, made = write(job)
    assert read(lambda work: (work.entries.count(), work.feeds.get(feed.id))) == (0, None)
    assert read(lambda work: work.events.get(made.id)) == made


def test_a_chat_sees_shared_feeds_and_its_own(write, read):
    def job(work) -> Any:
        for owner in (None, ALICE.chat_id, BOB.chat_id):
            work.feeds.add(NewFeed(f"{URL}/{owner}", owner_chat_id=owner), NOON)

    write(job)
    assert [f.owner_chat_id for f in read(lambda w: w.feeds.visible(ALICE))] == [None, 101]
    assert [f.owner_chat_id for f in read(lambda w: w.feeds.owned(ALICE))] == [101]
    assert len(read(lambda w: w.feeds.all())) == 3
    assert read(lambda w: w.feeds.find(f"{URL}/101", 202)) is None


def test_what_a_dead_process_had_taken_is_free_after_a_release(write):
    write(lambda work: work.feeds.add(NewFeed(URL), NOON))
    assert len(write(lambda work: work.feeds.claim_due(NOON, 9, 5 * MINUTE))) == 1
    assert write(lambda work: work.feeds.claim_due(NOON, 9, 5 * MINUTE)) == []
    assert write(lambda work: work.feeds.release(NOON)) == 1
    assert len(write(lambda work: work.feeds.claim_due(NOON, 9, 5 * MINUTE))) == 1


def test_of_more_due_feeds_than_are_taken_those_that_wait_longest_go_first(write):
    def job(work) -> Any:
        feeds = [work.feeds.add(NewFeed(f"{URL}/{number}"), NOON) for number in range(3)]
        for feed, minutes in zip(feeds, (3, 1, 2), strict=True):
            work.feeds.save(replace(feed, next_poll_at=NOON + minutes * MINUTE))
        return [feed.id for feed in feeds]

    _, longest, second = write(job)
    taken = write(lambda work: work.feeds.claim_due(NOON + 5 * MINUTE, 2, MINUTE))
    assert {feed.id for feed in taken} == {longest, second}


def test_census_counts_feeds_that_are_polled_and_tells_which_is_due_first(write, read):
    def job(work) -> Any:
        one, two, paused = (work.feeds.add(NewFeed(f"https://{n}.org"), NOON) for n in "abc")
        work.feeds.save(replace(one, errors=2, next_poll_at=NOON + DAY))
        work.feeds.save(replace(two, next_poll_at=NOON + MINUTE))
        work.feeds.save(replace(paused, errors=1))
        work.feeds.pause(paused.id, True)

    assert read(lambda work: work.feeds.census()) == FeedCensus()
    write(job)
    assert read(lambda work: work.feeds.census()) == FeedCensus(2, 1, NOON + MINUTE)
