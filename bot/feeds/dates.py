"""Dates as feeds give them: parsed leniently, and dropped where they cannot be true."""

from __future__ import annotations

import datetime as dt
from calendar import timegm
from time import struct_time

EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
"""No feed is older than the web: 1970 and 1111 are what bad dates parse to."""
LATEST = dt.datetime(2200, 1, 1, tzinfo=dt.UTC)


def from_struct(value: struct_time | None) -> dt.datetime | None:
    """Return feedparser's UTC time, or None where there is none that can be true."""
    if value is None:
        return None
    try:
        return plausible(dt.datetime.fromtimestamp(timegm(value), dt.UTC))
    except (ValueError, OverflowError, OSError, TypeError):
        return None


def from_rfc3339(value: object) -> dt.datetime | None:
    """Return a JSON Feed's time; one without an offset counts as UTC."""
    if not isinstance(value, str):
        return None
    try:
        parsed = dt.datetime.fromisoformat(value.strip())
        aware = parsed if parsed.tzinfo else parsed.replace(tzinfo=dt.UTC)
        return plausible(aware.astimezone(dt.UTC))
    except (ValueError, OverflowError):
        return None


def plausible(when: dt.datetime) -> dt.datetime | None:
    """Return the time, or None where it lies outside what feeds can mean."""
    return when if EARLIEST <= when < LATEST else None
