"""When a reminder speaks: nine in the morning of the chat's days, or hours before a day begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.deadlines import DAY, HOUR, Due, due_of, lead_name, lead_of, moment, remindable
from bot.domain.reports import PolicyStatus
from bot.errors import InputError
from bot.services.reminders import Asked, read, reminder_of
from tests.events.builders import policy
from tests.storage.values import NOON, event

ZONES = ("Asia/Karachi", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Africa/Cairo")
LAST = dt.date(2026, 3, 31)


def ban(deadline: dt.date | None = LAST, **more: Any) -> Any:
    fact = replace(policy(deadline=deadline), **more)
    return replace(
        event("Ministry bans rickshaws"), public_id="KH-7F3A", incident=None, policy=fact
    )


def at(day: dt.date, lead: dt.timedelta, zone: str) -> str:
    return moment(Due(day, "deadline"), lead, zone).astimezone(ZoneInfo(zone)).isoformat()


# --- the moment ---


def test_days_before_are_counted_by_the_calendar_and_end_at_nine():
    assert at(LAST, DAY, "Asia/Karachi") == "2026-03-30T09:00:00+05:00"
    assert at(LAST, 7 * DAY, "Asia/Karachi") == "2026-03-24T09:00:00+05:00"


def test_nine_stays_nine_where_the_clock_changes_in_between():
    monday_after = dt.date(2026, 3, 30)  # Berlin's clock goes forward on Sunday the 29th
    assert at(monday_after, DAY, "Europe/Berlin") == "2026-03-29T09:00:00+02:00"
    assert at(monday_after, 2 * DAY, "Europe/Berlin") == "2026-03-28T09:00:00+01:00"


def test_hours_before_are_hours_that_pass():
    assert at(LAST, 12 * HOUR, "Asia/Karachi") == "2026-03-30T12:00:00+05:00"
    monday_after = dt.date(2026, 3, 30)
    assert at(monday_after, 23 * HOUR, "Europe/Berlin") == "2026-03-29T00:00:00+01:00"


def test_the_same_day_begins_earlier_in_the_east():
    east, west = (moment(Due(LAST, ""), DAY, zone) for zone in ("Pacific/Apia", "America/New_York"))
    assert west - east == 17 * HOUR


@settings(max_examples=60, deadline=None)
@given(
    st.dates(dt.date(2026, 1, 10), dt.date(2031, 1, 1)), st.integers(1, 200), st.sampled_from(ZONES)
)
def test_a_reminder_always_speaks_before_its_day(day, hours, zone):
    lead = hours * HOUR
    when = moment(Due(day, ""), lead, zone).astimezone(ZoneInfo(zone))
    assert when.date() < day
    assert lead % DAY or (when.hour, when.minute, (day - when.date())) == (9, 0, lead)


@given(st.integers(1, 17_000))
def test_a_lead_is_read_back_from_its_name(hours):
    assert lead_of(lead_name(hours * HOUR)) == hours * HOUR


# --- which day ---


def test_the_deadline_counts_and_without_one_the_effective_date():
    start = dt.date(2026, 4, 15)
    assert due_of(ban(effective_on=start)) == Due(LAST, "deadline")
    assert due_of(ban(None, effective_on=start)) == Due(start, "effective date")
    assert due_of(ban(None)) is None


@pytest.mark.parametrize("status", [PolicyStatus.SUSPENDED, PolicyStatus.OVERTURNED])
def test_nobody_waits_for_a_policy_that_a_court_stopped(status):
    assert due_of(ban(status=status)) is None


def test_the_button_is_there_while_the_usual_reminder_can_still_come():
    eve = dt.datetime(2026, 3, 30, 4, tzinfo=dt.UTC)  # nine in Karachi
    assert remindable(ban(), "Asia/Karachi", eve - HOUR)
    assert not remindable(ban(), "Asia/Karachi", eve)
    assert not remindable(event(), "Asia/Karachi", NOON)


# --- what is typed ---

READ = (
    ("KH-7F3A", Asked("KH-7F3A", DAY)),
    ("#kh-7f3a 3d", Asked("KH-7F3A", 3 * DAY)),
    ("KH-7F3A 12h", Asked("KH-7F3A", 12 * HOUR)),
    ("KH-7F3A 1w", Asked("KH-7F3A", 7 * DAY)),
    ("KH-7F3A 2 weeks", Asked("KH-7F3A", 14 * DAY)),
    ("KH-7F3A OFF", Asked("KH-7F3A", None)),
)


@pytest.mark.parametrize(("typed", "asked"), READ)
def test_a_code_and_how_long_before_is_read(typed, asked):
    assert read(typed) == asked


@pytest.mark.parametrize(
    "typed", ["", "KH-7F3A soon", "KH-7F3A 0d", "KH-7F3A 9999w", "KH-7F3A -1d"]
)
def test_what_cannot_be_read_is_answered_with_an_example(typed):
    with pytest.raises(InputError, match="/remind KH-7F3A 3d"):
        read(typed)


REFUSED = (
    (replace(event(), public_id="KH-7F3A"), "is no policy"),
    (ban(None), "no deadline or effective date"),
    (ban(status=PolicyStatus.SUSPENDED), "no deadline or effective date that stands"),
    (ban(dt.date(2026, 3, 3)), "was Tue 3 Mar 2026"),
    (ban(dt.date(2026, 3, 5)), "1d before is past"),
)


@pytest.mark.parametrize(("refused", "why"), REFUSED)
def test_what_cannot_be_reminded_of_is_said(refused, why):
    with pytest.raises(InputError, match=why):
        reminder_of(refused, DAY, "Asia/Karachi", NOON)
