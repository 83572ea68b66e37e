"""Misses of a field in groups, counted: not told, not wanted, too low, too high, days off."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tools.evaluation.tally import Miss, Tally

WEEK = 7


def summary(tally: Tally, field: str) -> Iterator[str]:
    """Yield one line with how many misses of a field there are, and of which group."""
    counts = Counter(group(miss) for miss in tally.misses if miss.field == field)
    if counts:
        told = ", ".join(f"{count} {name}" for name, count in counts.most_common())
        yield f"  {tally.name}: {counts.total()} misses: {told}"


def group(miss: Miss) -> str:
    """Return the group of a miss."""
    if not miss.told:
        return "not told"
    if not miss.wanted:
        return "not wanted"
    wanted, told = _first(miss.wanted), _first(miss.told)
    if isinstance(wanted, dt.date) and isinstance(told, dt.date):
        return _days_off(abs((wanted - told).days))
    if isinstance(wanted, int) and isinstance(told, int) and wanted != told:
        return "too low" if told < wanted else "too high"
    return "different"


def _first(value: Any) -> Any:
    """Return the lower end of a count, the first day of a span."""
    if isinstance(value, Mapping):
        value = value.get("start", value.get("min"))
    if isinstance(value, tuple | list):
        value = value[0]
    try:
        return dt.date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return value


def _days_off(days: int) -> str:
    if days > WEEK:
        return "more than a week off"
    return "a day off" if days <= 1 else "two to seven days off"
