"""Reminders before a policy's date: asked for, moved to another lead, cancelled."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.delivery import phrases
from bot.delivery.deadlines import USUAL, Due, due_of, lead_name, moment
from bot.delivery.reminding import lead_of_row, reminder_row, waiting
from bot.domain.chats import Scope
from bot.domain.events import Event
from bot.errors import InputError, QuotaError
from bot.protocols import Work
from bot.services.periods import LONGEST, span

MOST = 5
"""Reminders of one policy in one chat and topic."""
_USAGE = "Say which policy, and how long before: /remind KH-7F3A 3d (or 12h, 1w, off)."


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed: an event's code and how long before; ``lead`` is ``None`` for ``off``."""

    code: str
    lead: dt.timedelta | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder of an event's date, at a moment in UTC; ``zone`` is the chat's."""

    event: Event
    due: Due
    lead: dt.timedelta
    at: dt.datetime
    zone: str


def read(text: str) -> Asked:
    """Return what the words behind /remind ask for. Raises ``InputError``."""
    words = text.split(maxsplit=1)
    if not words:
        raise InputError(_USAGE)
    code, rest = words[0].strip("#,").upper(), " ".join(words[1:]).lower()
    if rest == "off":
        return Asked(code, None)
    lead = span(rest) if rest else USUAL
    if lead is None or not dt.timedelta(0) < lead <= LONGEST:
        raise InputError(_USAGE)
    return Asked(code, lead)


def reminder_of(event: Event, lead: dt.timedelta, zone: str, now: dt.datetime) -> Reminder:
    """Return when an event's date is to be reminded of.

    Raises:
        InputError: it is no policy, has no date to come, or the moment is past.

    """
    due = due_of(event)
    if event.policy is None:
        raise InputError(f"{event.public_id} is no policy: it has no deadline to remind of.")
    if due is None:
        raise InputError(f"{event.public_id} has no deadline or effective date that stands.")
    if due.day < phrases.today(now, zone):
        raise InputError(f"The {due.what} of {event.public_id} was {phrases.day(due.day)}.")
    at = moment(due, lead, zone)
    if at <= now:
        raise InputError(
            f"The {due.what} is {phrases.day(due.day)}: {lead_name(lead)} before is past. "
            f"Ask for less, such as /remind {event.public_id} 3h"
        )
    return Reminder(event, due, lead, at, zone)


def look(work: Work, scope: Scope, asked: Asked, default_zone: str, now: dt.datetime) -> Reminder:
    """Return the reminder that would be set, if this chat may see the event.

    Raises:
        InputError: there is no such event here, or nothing to remind of.

    """
    event = _event(work, scope, asked.code)
    chat = work.chats.get(scope.chat_id)
    zone = chat.zone if chat else default_zone
    return reminder_of(event, asked.lead or USUAL, zone, now)


def remind(work: Work, scope: Scope, asked: Asked, zone: str, now: dt.datetime) -> Reminder:
    """Let a reminder wait for its moment; the same one twice is one.

    Raises:
        InputError: there is no such event here, or nothing to remind of.
        QuotaError: this chat and topic has its share of reminders of it.

    """
    made = look(work, scope, asked, zone, now)
    others = [row for row in waiting(work, made.event, scope) if lead_of_row(row) != made.lead]
    if len(others) >= MOST:
        raise QuotaError(f"There are {MOST} reminders of {made.event.public_id}, the most.")
    row = reminder_row(made.event, made.due, made.lead, scope, made.zone, now)
    work.outbox.put(row, now)
    return made


def cancel(work: Work, scope: Scope, code: str) -> int:
    """Cancel what this chat and topic waits for of an event; return how many reminders.

    Raises:
        InputError: there is no such event here.

    """
    rows = waiting(work, _event(work, scope, code), scope)
    return sum(work.outbox.withdraw(row.dedupe_key) for row in rows)


def _event(work: Work, scope: Scope, code: str) -> Event:
    found = work.events.visible(scope, code)
    if found is None:
        raise InputError("There is no event of this code; it stands at the end of an alert.")
    return found
