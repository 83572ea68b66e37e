"""Many events in few lines: the digest of a period, and lists of events."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from bot.delivery import phrases
from bot.delivery.brief import entry
from bot.delivery.html import Text, as_text, bold, joined, messages, theirs
from bot.delivery.words import SIGN
from bot.domain.delivery import Message
from bot.domain.events import Event
from bot.domain.reports import Kind
from bot.domain.values import Count, Severity

INCIDENTS = 20
POLICIES = 10
_TOTALLED = ("killed", "injured", "missing", "abducted", "displaced")


def render_digest(
    events: Iterable[Event],
    title: str,
    zone: str,
    now: dt.datetime,
    *,
    note: str = "",
    silent: bool = True,
) -> list[Message]:
    """Return a period's events, each once, the gravest first, with totals; then the note."""
    chosen = _once(events)
    incidents = [event for event in chosen if event.kind is Kind.INCIDENT]
    policies = [event for event in chosen if event.kind is Kind.POLICY]
    head = bold(theirs(title))
    if not chosen:
        return messages(joined("\n", [head, "Nothing was found.", note]), silent=silent)
    parts = [
        joined("\n", [head, _summary(incidents, policies), _severities(incidents)]),
        *_section(incidents, INCIDENTS, zone, now),
        *_section(policies, POLICIES, zone, now),
        as_text(note),
    ]
    return messages(joined("\n\n", parts), silent=silent)


def render_list(
    events: Iterable[Event], zone: str, now: dt.datetime, *, note: str = ""
) -> list[Message]:
    """Return events as they come, each once, a few lines each; then the note."""
    shown = [entry(event, zone, now) for event in dict.fromkeys(events)]
    found = joined("\n\n", shown or ["Nothing was found."])
    return messages(joined("\n\n", [found, note]))


def _once(events: Iterable[Event]) -> list[Event]:
    """Return each event once: as it stands newest; grave and new ones first."""
    newest: dict[str, Event] = {}
    for event in sorted(events, key=lambda event: event.version):
        newest[event.public_id or str(event.id)] = event
    order = sorted(newest.values(), key=lambda event: event.occurred_at, reverse=True)
    return sorted(order, key=lambda event: -event.severity)


def _section(events: Sequence[Event], most: int, zone: str, now: dt.datetime) -> Iterator[Text]:
    yield from (entry(event, zone, now) for event in events[:most])
    if len(events) > most:
        what = "incident" if events[0].kind is Kind.INCIDENT else "policy item"
        yield as_text(f"… and {phrases.counted(len(events) - most, f'more {what}')}")


def _summary(incidents: Sequence[Event], policies: Sequence[Event]) -> str:
    counts = [
        phrases.counted(len(incidents), "incident") if incidents else "",
        phrases.counted(len(policies), "policy item") if policies else "",
    ]
    totals = [total for field in _TOTALLED if (total := _total(incidents, field))]
    about = ": ".join(filter(None, [counts[0], ", ".join(totals)]))
    return " · ".join(filter(None, [about, counts[1]]))


def _total(incidents: Sequence[Event], field: str) -> str:
    """Return a total as wide as the reports differ: ``34–41 killed``."""
    ranges = [found for event in incidents if (found := _range(event, field))]
    whole = Count(sum(one.min for one in ranges), sum(one.max for one in ranges))
    return f"{phrases.number(whole)} {field}" if whole.max else ""


def _range(event: Event, field: str) -> Count | None:
    shown = event.incident.casualties.get(field) if event.incident else None
    if shown is None:
        return None
    counts = [entry.count for entry in phrases.standing(event.ledger, field)] or [shown]
    return Count(min(count.min for count in counts), max(count.max for count in counts))


def _severities(incidents: Sequence[Event]) -> str:
    grave = [s for s in sorted(Severity, reverse=True) if s is not Severity.UNKNOWN]
    counted = ((s, sum(event.severity is s for event in incidents)) for s in grave)
    return " ".join(f"{SIGN[s]} {count} {s.word}" for s, count in counted if count)
