from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feeds import Feed, FeedStatus, Validators
from bot.errors import FeedError, FetchError
from bot.feeds import schedule
from bot.feeds.decider import decide_failure
from bot.feeds.schedule import PollPolicy
from tests.feeds.world import START

POLICY = PollPolicy()
FEED = Feed(1, "https://herald.example/feed?key=secret", title="Herald")
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


def fail(feed: Feed, now: dt.datetime = START, error: FeedError | None = None) -> Feed:
    return schedule.after_failure(feed, error or FetchError("down"), now, 0.5, POLICY)


@given(st.floats(0, 1, exclude_max=True))
def test_polls_are_spread_by_a_quarter(chance: float) -> None:
    feed = schedule.after_success(FEED, START, chance, POLICY)
    assert feed.next_poll_at is not None
    assert 7.5 * MINUTE <= feed.next_poll_at - START <= 12.5 * MINUTE


def test_no_feed_is_polled_more_often_than_every_five_minutes() -> None:
    eager = replace(POLICY, every=dt.timedelta(seconds=1))
    feed = schedule.after_success(FEED, START, 0.0, eager, busy=True)
    assert feed.next_poll_at == START + 5 * MINUTE


def test_failing_feed_backs_off_from_the_third_error_up_to_six_hours_and_never_stops() -> None:
    feed, pauses = FEED, []
    for _ in range(12):
        feed = fail(feed)
        assert feed.next_poll_at is not None
        pauses.append((feed.next_poll_at - START) / MINUTE)
    assert pauses == [10, 10, 20, 40, 80, 160, 320, 360, 360, 360, 360, 360]
    assert feed.status is FeedStatus.ACTIVE


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_pause_after_any_number_of_errors_is_bounded(errors: int, chance: float) -> None:
    failed = schedule.after_failure(
        replace(FEED, errors=errors), FetchError("x"), START, chance, POLICY
    )
    assert failed.next_poll_at is not None
    assert 5 * MINUTE <= failed.next_poll_at - START <= 7.5 * HOUR


def test_success_ends_the_back_off() -> None:
    failed = fail(fail(fail(FEED)))
    feed = schedule.after_success(failed, START, 0.5, POLICY)
    assert (feed.errors, feed.failing_since, feed.last_error) == (0, None, None)
    assert feed.next_poll_at == START + 10 * MINUTE


def test_f13_retry_after_is_obeyed_where_it_is_longer_than_our_pause() -> None:
    later = FetchError("busy", status=429, retry_after=2 * HOUR)
    soon = FetchError("busy", status=429, retry_after=dt.timedelta(seconds=5))
    assert fail(FEED, error=later).next_poll_at == START + 2 * HOUR
    assert fail(FEED, error=soon).next_poll_at == START + 10 * MINUTE


def test_f13_feed_is_given_up_after_three_answers_that_it_is_gone() -> None:
    gone, feed = FetchError("gone", status=410), FEED
    for expected in (FeedStatus.ACTIVE, FeedStatus.ACTIVE, FeedStatus.GONE):
        decision = decide_failure(feed, gone, START, 0.5, POLICY)
        feed = decision.feed
        assert feed.status is expected
    assert "gone for good" in decision.notices[0].text


def test_f11_failure_keeps_what_was_known() -> None:
    feed = replace(FEED, validators=Validators("e", "l", "d"), polls=7, last_polled_at=START)
    failed = fail(feed)
    assert failed.validators == feed.validators
    assert (failed.polls, failed.last_polled_at) == (7, START)
    assert failed.last_error == "down"


def test_f12_every_twentieth_poll_asks_for_the_whole() -> None:
    feed = replace(FEED, validators=Validators("e", "l", "d"))
    asked = [schedule.conditions(replace(feed, polls=n), POLICY) for n in range(40)]
    assert [n for n, one in enumerate(asked) if one == Validators()] == [19, 39]


@pytest.mark.parametrize(
    ("after", "words"),
    [(23 * HOUR, None), (24 * HOUR, "24 hours"), (100 * HOUR, "24 hours"), (168 * HOUR, "7 days")],
)
def test_owner_hears_after_a_day_and_after_a_week(after: dt.timedelta, words: str | None) -> None:
    failed = fail(fail(FEED), START + after)
    notice = schedule.failure_notice(failed, START + after, POLICY)
    assert (notice is not None) == (words is not None)
    if notice:
        assert words
        assert words in notice.text
        assert "secret" not in notice.text


def test_notice_has_the_same_key_until_the_feed_worked_again() -> None:
    failed = fail(FEED)
    one = schedule.failure_notice(failed, START + 25 * HOUR, POLICY)
    two = schedule.failure_notice(fail(failed, START + 30 * HOUR), START + 30 * HOUR, POLICY)
    back = schedule.after_success(failed, START + 40 * HOUR, 0.5, POLICY)
    later = fail(back, START + 50 * HOUR)
    three = schedule.failure_notice(later, START + 80 * HOUR, POLICY)
    assert one
    assert two
    assert three
    assert one.key == two.key != three.key


def test_f14_feed_of_a_busy_host_comes_back_soon_without_an_error() -> None:
    put_off = schedule.postponed(FEED, START, 0.5, POLICY)
    assert put_off.errors == 0
    assert put_off.next_poll_at == START + 1.5 * MINUTE
