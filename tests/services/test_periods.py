import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import InputError
from bot.services.periods import read_period, span

NOW = dt.datetime(2026, 1, 26, 20, 30, tzinfo=dt.UTC)  # 27 January, 01:30 in Karachi


def test_no_words_mean_the_last_day():
    period, rest = read_period("", NOW, "Asia/Karachi")
    assert (NOW - period.since, rest) == (dt.timedelta(days=1), "")


def test_what_comes_this_very_moment_belongs_to_the_time_until_now():
    period, _ = read_period("24h", NOW, "Asia/Karachi")
    assert period.since < NOW < period.until


def test_words_after_the_period_are_the_query():
    period, rest = read_period("7d blast sindh", NOW, "Asia/Karachi")
    assert (NOW - period.since, period.words, rest) == (
        dt.timedelta(days=7),
        "last 7 days",
        "blast sindh",
    )


def test_words_without_a_period_are_all_query():
    assert read_period("blast 7d", NOW, "Asia/Karachi")[1] == "blast 7d"


def test_today_begins_at_local_midnight():
    period, _ = read_period("today", NOW, "Asia/Karachi")
    assert period.since == dt.datetime(2026, 1, 26, 19, tzinfo=dt.UTC)


def test_yesterday_is_the_whole_local_day_before():
    period, rest = read_period("yesterday kind:policy", NOW, "Asia/Karachi")
    assert period.since == dt.datetime(2026, 1, 25, 19, tzinfo=dt.UTC)
    assert period.until == dt.datetime(2026, 1, 26, 19, tzinfo=dt.UTC)
    assert rest == "kind:policy"


def test_since_takes_a_date_of_the_chats_zone():
    period, rest = read_period("since 2026-01-20 quetta", NOW, "Asia/Karachi")
    assert period.since == dt.datetime(2026, 1, 19, 19, tzinfo=dt.UTC)
    assert rest == "quetta"


@pytest.mark.parametrize(
    "text", ["since", "since yesterday", "since 2031-01-01", "0h", "9999d", "since 1999-01-01"]
)
def test_a_period_that_cannot_be_is_explained(text):
    with pytest.raises(InputError):
        read_period(text, NOW, "Asia/Karachi")


@given(st.text())
def test_any_text_is_read_or_explained(text):
    try:
        period, _ = read_period(text, NOW, "UTC")
    except InputError:
        return
    assert period.since < period.until


def test_spans_read_hours_days_and_weeks():
    assert [span(t) for t in ("24h", "7 days", "2w", "soon")] == [
        dt.timedelta(hours=24),
        dt.timedelta(days=7),
        dt.timedelta(weeks=2),
        None,
    ]
