"""An event in three lines: in digests, in lists, and in a message that bundles several alerts."""

from __future__ import annotations

import datetime as dt

from bot.delivery import card, phrases
from bot.delivery.html import BRIEF, Line, Text, as_text, bold, code, fit, joined, theirs
from bot.domain.events import Event


def entry(event: Event, zone: str, now: dt.datetime) -> Text:
    """Return an event as a digest lists it."""
    return joined("\n", [card.headline(event), card.title(event), foot(event, zone, now)])


def brief(event: Event, zone: str, now: dt.datetime) -> str:
    """Return an event as a bundle lists it, in HTML."""
    withdrawn = bold("Withdrawn by its source") if event.retracted else as_text("")
    lines = [Line(card.headline(event)), Line(withdrawn), Line(card.title(event))]
    return fit([*lines, Line(foot(event, zone, now), 1)], BRIEF).html


def foot(event: Event, zone: str, now: dt.datetime) -> Text:
    """Return the last line: day, figures or deadline, number of sources, public id."""
    facts = theirs(phrases.casualties(event)) or _deadline(event, zone, now)
    public_id = code(theirs(event.public_id)) if event.public_id else ""
    sources = phrases.counted(len(event.publishers), "source") if event.publishers else ""
    return joined(" · ", [_when(event, zone), facts, sources, public_id])


def _when(event: Event, zone: str) -> str:
    date = phrases.today(event.occurred_at, zone)
    if event.incident and event.incident.occurred_on:
        date = event.incident.occurred_on.start
    return phrases.day(date)


def _deadline(event: Event, zone: str, now: dt.datetime) -> Text:
    deadline = event.policy.deadline if event.policy else None
    if deadline is None:
        return as_text("")
    away = phrases.away(deadline, phrases.today(now, zone))
    return as_text(f"deadline {phrases.day(deadline)} ({away})")
