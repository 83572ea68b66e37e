"""Which day of a policy is waited for, and when to remind of it. Pure; days are the chat's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.domain.events import Event
from bot.domain.reports import PolicyStatus

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MORNING = dt.time(9)
"""When whole days before a date begin to count: people are awake and at their desks."""
USUAL = DAY
"""How long before a date one is reminded where nothing else is asked."""
_ENDED = (PolicyStatus.SUSPENDED, PolicyStatus.OVERTURNED)


@dataclass(frozen=True, slots=True)
class Due:
    """The day that is waited for; ``what`` names it."""

    day: dt.date
    what: str


def due_of(event: Event) -> Due | None:
    """Return a policy's deadline, else the day it takes effect; ``None`` where none stands."""
    policy = event.policy
    if policy is None or event.retracted or policy.status in _ENDED:
        return None
    if policy.deadline:
        return Due(policy.deadline, "deadline")
    return Due(policy.effective_on, "effective date") if policy.effective_on else None


def moment(due: Due, lead: dt.timedelta, zone: str) -> dt.datetime:
    """Return when to remind, in UTC: days before at nine in the morning, by the zone's clock.

    Hours count back from the first minute of the day, which is the early side of "until then".
    """
    here = ZoneInfo(zone)
    if lead % DAY:
        start = dt.datetime.combine(due.day, dt.time(), tzinfo=here)
        return start.astimezone(dt.UTC) - lead
    return dt.datetime.combine(due.day - lead, MORNING, tzinfo=here).astimezone(dt.UTC)


def remindable(event: Event, zone: str, now: dt.datetime) -> bool:
    """Tell whether there is still time to be reminded as usual."""
    due = due_of(event)
    return due is not None and moment(due, USUAL, zone) > now


def lead_name(lead: dt.timedelta) -> str:
    """Return a span of whole hours as people type it: ``3d``, ``12h``."""
    return f"{lead // HOUR}h" if lead % DAY else f"{lead // DAY}d"


def lead_of(name: str) -> dt.timedelta:
    """Return the span of a name that ``lead_name`` made."""
    return int(name[:-1]) * (HOUR if name.endswith("h") else DAY)
