"""Reminders as rows of the outbox that leave at their moment, and follow their policy till then.

A key is ``reminder:{event}:{chat}:{topic}:{lead}:{day}``: the event first, so that all reminders of
one are found, and the day last, so that a deadline that moves can be reminded of again. Whose a row
is, is told by its own chat and topic, for a group may have got another id.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.delivery import card, phrases
from bot.delivery.below import buttons
from bot.delivery.cleaning import cleaned
from bot.delivery.deadlines import DAY, HOUR, Due, due_of, lead_name, lead_of, moment
from bot.delivery.html import Line, Text, as_text, bold, code, fit, joined, message, theirs
from bot.delivery.words import spaced, status
from bot.domain.chats import Scope
from bot.domain.delivery import Message, NewOutboxRow, OutboxRow, Priority
from bot.domain.events import Event, Revision
from bot.domain.reports import Policy
from bot.protocols import Work

_MOST = 3


def render_reminder(event: Event, due: Due, ahead: str) -> Message:
    """Return what is said at the moment: how long from now, whose policy, what, for whom, when."""
    head = bold(as_text(f"⏰ {ahead}: {due.what} of ") + card.title(event))
    when = as_text(f"{due.what.capitalize()}: ") + bold(phrases.day(due.day))
    told = _facts(event.policy) if event.policy else []
    lines = [head, *told, joined(" · ", [when, code(theirs(event.public_id))])]
    return message(fit([Line(line) for line in lines]), buttons(event))


def _facts(policy: Policy) -> list[Text]:
    standing = status(policy)
    facts = (
        ("By", policy.issuers),
        ("Action", tuple(spaced(action) for action in policy.actions)),
        ("Concerns", policy.subjects),
        ("Status", (standing,) if standing else ()),
    )
    return [as_text(f"{label}: ") + _listed(items) for label, items in facts if items]


def _listed(items: Iterable[str]) -> Text:
    return theirs(phrases.listed(map(cleaned, items), _MOST))


# --- rows ----------------------------------------------------------------------------------------


def reminder_row(
    event: Event, due: Due, lead: dt.timedelta, to: Scope, zone: str, now: dt.datetime
) -> NewOutboxRow:
    """Return the row that reminds a chat and topic: at its moment, at once where that is past."""
    at = max(moment(due, lead, zone), now)
    name = f"{to.chat_id}:{to.thread_id or ''}:{lead_name(lead)}:{due.day.isoformat()}"
    return NewOutboxRow(
        dedupe_key=_prefix(event) + name,
        chat_id=to.chat_id,
        thread_id=to.thread_id,
        message=render_reminder(event, due, _ahead(due, lead, at, zone)),
        priority=Priority.REMINDER,
        not_before=at,
        reference=event.public_id or None,
    )


def _ahead(due: Due, lead: dt.timedelta, at: dt.datetime, zone: str) -> str:
    if lead % DAY and at == moment(due, lead, zone):
        return f"In {phrases.counted(lead // HOUR, 'hour')}"
    days = (due.day - phrases.today(at, zone)).days
    return f"In {phrases.counted(days, 'day')}" if days > 0 else "Today"


def _prefix(event: Event) -> str:
    return f"reminder:{event.id}:"


def waiting(work: Work, event: Event, scope: Scope | None = None) -> list[OutboxRow]:
    """Return an event's reminders that wait: of a chat and topic, or of everybody."""
    rows = work.outbox.waiting(Priority.REMINDER, _prefix(event))
    return [row for row in rows if scope in (None, Scope(row.chat_id, row.thread_id))]


def lead_of_row(row: OutboxRow) -> dt.timedelta:
    """Return how long before its day a waiting reminder speaks."""
    return lead_of(row.dedupe_key.split(":")[4])


# --- following the policy ------------------------------------------------------------------------


def follow(work: Work, revision: Revision, now: dt.datetime, into: Event | None = None) -> None:
    """Move the waiting reminders of a policy whose day moves; end them, and say so, if it ends.

    ``into`` is the event that takes this one over: its day counts from now on.
    """
    before, event = revision.before, into or revision.after
    if before is None or (not into and due_of(before) == due_of(event)):
        return
    for row in waiting(work, before):
        work.outbox.withdraw(row.dedupe_key)
        work.outbox.put(_followed(work, event, row, now), now)


def _followed(work: Work, event: Event, row: OutboxRow, now: dt.datetime) -> NewOutboxRow:
    chat = work.chats.get(row.chat_id)
    zone = chat.zone if chat else "UTC"
    to, due = Scope(row.chat_id, row.thread_id), due_of(event)
    if due is None or due.day < phrases.today(now, zone):
        return _ended(event, due, to)
    return reminder_row(event, due, lead_of_row(row), to, zone, now)


def _ended(event: Event, due: Due | None, to: Scope) -> NewOutboxRow:
    """Return the note that nothing is waited for any more: one a chat and step."""
    standing = status(event.policy) if event.policy else ""
    why = f"was {phrases.day(due.day)}" if due else f"no longer stands ({standing or 'unknown'})"
    head = as_text("⏰ No reminder any more, the date ") + f"{why}: "
    text = joined(" · ", [head + card.title(event), code(theirs(event.public_id))])
    return NewOutboxRow(
        dedupe_key=f"unreminded:{event.id}:{to.chat_id}:{to.thread_id or ''}:{event.version}",
        chat_id=to.chat_id,
        thread_id=to.thread_id,
        message=message(fit([Line(text)]), buttons(event)),
        priority=Priority.NORMAL,
        reference=event.public_id or None,
    )
