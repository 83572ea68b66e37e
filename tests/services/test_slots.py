"""When a digest comes: once a local day, whatever clocks and zones do."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.chats import EVERY_DAY, WEEKDAYS
from bot.errors import InputError
from bot.services import slots
from bot.services.slots import Wanted
from tests.storage.values import DAY, MINUTE, NOON, slot

NEW_YORK, KARACHI = "America/New_York", "Asia/Karachi"
ZONES = (NEW_YORK, KARACHI, "Europe/Berlin", "Africa/Cairo", "Australia/Lord_Howe", "UTC")
HALF_PAST_TWO = dt.time(2, 30)


def local(text: str, zone: str = NEW_YORK) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(dt.UTC)


def lived(one, zone, days, late=dt.timedelta(0)):
    """Let digests come for some days; return the slot after each."""
    after = []
    for _ in range(days):
        one = slots.sent(one, zone, one.due_at + late)
        after.append(one)
    return after


@pytest.mark.parametrize(
    ("day", "shown"),
    [("2026-03-08", "03:30-04:00"), ("2026-11-01", "02:30-05:00"), ("2026-03-09", "02:30-04:00")],
)
def test_s4_a_digest_at_half_past_two_comes_once_on_the_days_of_dst(day, shown):
    midnight = local(f"{day}T00:00:00")
    one = slots.moved(slot(at=HALF_PAST_TWO), NEW_YORK, midnight)
    assert (
        one.due_at.astimezone(ZoneInfo(NEW_YORK)).isoformat() == f"{day}T{shown[:5]}:00{shown[5:]}"
    )
    (after,) = lived(one, NEW_YORK, 1)
    assert after.last_on == dt.date.fromisoformat(day)
    assert after.due_at == slots.moment(after.last_on + DAY, HALF_PAST_TWO, NEW_YORK)


def test_s4_a_time_that_comes_twice_has_one_digest_the_first_time():
    one = slots.moved(slot(at=dt.time(1, 30)), NEW_YORK, local("2026-11-01T00:00:00"))
    (after,) = lived(one, NEW_YORK, 1)
    second_half_past_one = one.due_at + dt.timedelta(hours=1)
    assert after.due_at > second_half_past_one
    assert slots.sent(after, NEW_YORK, after.due_at).last_on == dt.date(2026, 11, 2)


@settings(max_examples=40, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    at=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    start=st.integers(0, 2 * 365 * 24 * 60).map(lambda n: NOON + n * MINUTE),
    late=st.integers(0, 12 * 60),
)
def test_s4_each_local_day_has_exactly_one_digest(zone, at, start, late):
    one = slots.moved(slot(at=at), zone, start)
    days = [one.last_on for one in lived(one, zone, 370, dt.timedelta(minutes=late))]
    assert all(later - day == DAY for day, later in pairwise(days))


@settings(max_examples=40, deadline=None)
@given(
    zones=st.lists(st.sampled_from(ZONES), min_size=2, max_size=12),
    hours=st.lists(st.integers(0, 40), min_size=12, max_size=12),
)
def test_s4_a_chat_that_moves_between_zones_never_has_two_digests_of_one_day(zones, hours):
    now, one, days = NOON, slots.moved(slot(), zones[0], NOON), []
    for (zone, next_zone), away in zip(pairwise(zones), hours, strict=False):
        now += dt.timedelta(hours=away)
        if one.due_at <= now:
            one = slots.sent(one, zone, now)
            days.append(one.last_on)
        one = slots.moved(one, next_zone, now)
    assert len(days) == len(set(days))


def test_s4_days_that_were_missed_are_told_of_by_one_digest():
    one = slots.moved(slot(), KARACHI, NOON)
    late = slots.sent(one, KARACHI, one.due_at + 3 * DAY)
    assert late.last_on == (one.due_at + 3 * DAY).astimezone(ZoneInfo(KARACHI)).date()
    assert late.due_at == one.due_at + 4 * DAY
    assert late.covered_until == one.due_at + 3 * DAY


def test_weekdays_and_one_day_a_week_pass_over_the_others():
    one = slots.moved(slot(days=WEEKDAYS), KARACHI, NOON)
    days = [after.last_on.weekday() for after in lived(one, KARACHI, 10) if after.last_on]
    assert set(days) == {0, 1, 2, 3, 4}
    weekly = slots.moved(slot(days=frozenset({6})), KARACHI, NOON)
    assert {after.last_on.weekday() for after in lived(weekly, KARACHI, 3) if after.last_on} == {6}


def test_a_time_that_is_past_today_begins_tomorrow():
    one = slots.moved(slot(at=dt.time(7)), KARACHI, local("2026-03-04T07:00:00", KARACHI))
    assert one.due_at == local("2026-03-05T07:00:00", KARACHI)


SEVEN = dt.time(7)


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("at 07:00", Wanted(SEVEN, EVERY_DAY, "")),
        ("7:00", Wanted(SEVEN, EVERY_DAY, "")),
        ("daily 07:00", Wanted(SEVEN, EVERY_DAY, "")),
        ("at 07.00 weekdays", Wanted(SEVEN, WEEKDAYS, "")),
        ("weekdays at 07:00 blast sindh", Wanted(SEVEN, WEEKDAYS, "blast sindh")),
        ("at 07:00 weekly Mon kind:policy", Wanted(SEVEN, frozenset({0}), "kind:policy")),
        ("at 07:00 weekly on sunday", Wanted(SEVEN, frozenset({6}), "")),
    ],
)
def test_what_is_typed_is_understood(typed, wanted):
    assert slots.is_schedule(typed)
    assert slots.read(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["at", "at 25:00", "at 07:60", "at 7:5", "weekly Foo 07:00", "daily 0:99"]
)
def test_what_is_no_time_is_answered_with_what_would_be(typed):
    assert slots.is_schedule(typed)
    with pytest.raises(InputError, match=r"07:00|weekly Mon"):
        slots.read(typed)


@pytest.mark.parametrize("typed", ["", "24h", "7d blast", "today", "off duty police", "at sea"])
def test_periods_and_queries_are_no_schedules(typed):
    assert not slots.is_schedule(typed)


def test_days_are_said_in_words():
    assert slots.days_in_words(EVERY_DAY) == "every day"
    assert slots.days_in_words(WEEKDAYS) == "on weekdays"
    assert slots.days_in_words(frozenset({6})) == "every Sun"


def test_a_slot_that_was_sent_is_never_due_at_once_again():
    one = replace(slot(), last_on=NOON.date())
    assert slots.first(one, KARACHI, NOON) > NOON
