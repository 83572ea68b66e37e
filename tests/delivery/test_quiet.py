"""Quiet hours hold what is not grave until they end, and drop nothing."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.planning import Recipient, Told, plan
from bot.delivery.quiet import wakes_at
from bot.domain.chats import Chat, ChatType, QuietHours
from bot.domain.events import Change, ChangeKind, Revision
from bot.domain.values import Severity
from tests.delivery.builders import NOW, blast
from tests.delivery.test_planning import RISE, SETTINGS

KARACHI = "Asia/Karachi"
NIGHT = QuietHours(dt.time(22), dt.time(7))
LATE = dt.datetime(2026, 1, 26, 18, tzinfo=dt.UTC)
"""Eleven at night in Karachi."""
SEVEN = dt.datetime(2026, 1, 27, 2, tzinfo=dt.UTC)


def chat(quiet=NIGHT, **more):
    return Chat(7, ChatType.PRIVATE, quiet=quiet, zone=KARACHI, **more)


def local(hour, minute=0):
    return dt.datetime(2026, 1, 26, hour, minute, tzinfo=ZoneInfo(KARACHI))


@pytest.mark.parametrize(
    ("at", "day"),
    [((21, 59), None), ((22, 0), 27), ((23, 59), 27), ((0, 0), 26), ((6, 59), 26), ((7, 0), None)],
)
def test_the_night_goes_over_midnight_and_ends_in_the_morning(at, day):
    wakes = wakes_at(chat(), Severity.SEVERE, local(*at))
    assert wakes == (dt.datetime(2026, 1, day, 2, tzinfo=dt.UTC) if day else None)


def test_hours_within_a_day_end_that_day():
    noon = chat(QuietHours(dt.time(12), dt.time(14, 30)))
    assert wakes_at(noon, Severity.MINOR, local(13)) == local(14, 30)
    assert wakes_at(noon, Severity.MINOR, local(11)) is None
    assert wakes_at(noon, Severity.MINOR, local(14, 30)) is None


def test_what_is_grave_enough_passes_and_so_does_everything_without_quiet_hours():
    assert wakes_at(chat(), Severity.EXTREME, LATE) is None
    assert wakes_at(chat(bypass=Severity.SEVERE), Severity.SEVERE, LATE) is None
    assert wakes_at(chat(bypass=Severity.SEVERE), Severity.MODERATE, LATE) == SEVEN
    assert wakes_at(chat(None), Severity.MINOR, LATE) is None


@settings(max_examples=100, deadline=None)
@given(
    start=st.integers(0, 23),
    end=st.integers(0, 23),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Asia/Karachi", "UTC"]),
    minutes=st.integers(0, 366 * 24 * 60),
)
def test_nothing_is_held_for_more_than_a_day_and_nothing_beyond_the_end(start, end, zone, minutes):
    at = NOW + dt.timedelta(minutes=minutes)
    one = Chat(7, ChatType.PRIVATE, quiet=QuietHours(dt.time(start), dt.time(end)), zone=zone)
    wakes = wakes_at(one, Severity.MINOR, at)
    if wakes is not None:
        assert dt.timedelta(hours=-1) < wakes - at <= dt.timedelta(hours=25)
        assert wakes.astimezone(ZoneInfo(zone)).time() in (dt.time(end), dt.time((end + 1) % 24))


# --- in the plan ---


def opened(severity):
    first = blast(severity=severity, first_seen_at=LATE, updated_at=LATE)
    return Revision(None, first, (Change(ChangeKind.OPENED, "x"),))


def planned(revision, matching=(), known=()):
    return plan(revision, matching, known, SETTINGS, LATE)


def test_an_alert_at_night_waits_for_the_morning_and_an_extreme_one_does_not():
    (held,) = planned(opened(Severity.SEVERE), [Recipient(chat(), None)]).rows
    assert held.not_before == SEVEN
    (now,) = planned(opened(Severity.EXTREME), [Recipient(chat(), None)]).rows
    assert now.not_before is None


def test_an_alert_whose_hold_ends_at_night_waits_for_the_morning():
    soon = chat(QuietHours(dt.time(23, 0, 30), dt.time(7)))
    assert wakes_at(soon, Severity.MODERATE, LATE) is None
    (held,) = planned(opened(Severity.MODERATE), [Recipient(soon, None)]).rows
    assert held.not_before == SEVEN


def rising(severity):
    return Revision(blast(), blast(severity=severity, revision=2, version=2), RISE)


def test_a_held_alert_that_turns_extreme_leaves_at_once():
    told = Told(chat(), None, "alert:7::12:1:0", 1, pending=True)
    (row,) = planned(rising(Severity.EXTREME), known=[told]).rows
    assert row.not_before is None
    assert row.replace_pending


def test_the_news_of_a_change_waits_and_the_message_itself_is_edited():
    told = Told(chat(), None, "alert:7::12:1:0", 1)
    edit, reply = planned(rising(Severity.SEVERE), known=[told]).rows
    assert reply.not_before == SEVEN
    assert edit.not_before is None
