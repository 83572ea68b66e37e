"""When the service is not well, and that its owner hears of it once."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.services.health import Vitals, troubles

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("vitals", "keys"),
    [
        (Vitals(), []),
        (Vitals(overdue=9 * MINUTE, struggling=1, feeds=5, failing=4, unread=29 * MINUTE), []),
        (Vitals(overdue=10 * MINUTE), ["outbox"]),
        (Vitals(struggling=2), ["outbox"]),
        (Vitals(feeds=5, failing=5), ["feeds"]),
        (Vitals(feeds=1, failing=1), []),
        (Vitals(unread=30 * MINUTE), ["polling"]),
        (Vitals(clock_off=MINUTE), []),
        (Vitals(clock_off=2 * HOUR), ["clock"]),
        (Vitals(clock_off=-2 * HOUR), ["clock"]),
        (Vitals(overdue=HOUR, feeds=2, failing=2, clock_off=HOUR), ["outbox", "feeds", "clock"]),
    ],
)
def test_o4_each_thing_that_stands_still_or_is_wrong_is_a_trouble(vitals, keys):
    assert [trouble.key for trouble in troubles(vitals)] == keys
