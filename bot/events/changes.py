"""What changed materially between two states of an event: only this earns a reply.

The rules are those of the chat ("One event, one message"); everything else edits the message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.domain.events import Change, ChangeKind, Event
from bot.domain.reports import CASUALTY_FIELDS, Claim, PolicyAction, PolicyStatus
from bot.domain.values import Count
from bot.events.statements import same

LEAST_RISE = 3
GROWTH = 1.5
SPEAKING = (Claim.CLAIMED, Claim.DENIED)
ENDED = (PolicyStatus.SUSPENDED, PolicyStatus.OVERTURNED)
FALLING = ("killed", "injured")
"""A falling figure of these is a correction; missing are found and abducted are freed."""


def changes(before: Event | None, after: Event) -> tuple[Change, ...]:
    """Return the material changes, the gravest first; an event's opening is one."""
    if before is None:
        return (Change(ChangeKind.OPENED, after.title),)
    return (
        *_retraction(before, after),
        *_tolls(before, after),
        *_claims(before, after),
        *_severity(before, after),
        *_policy(before, after),
        *_sources(before, after),
    )


def figures(event: Event) -> tuple[tuple[str, Count], ...]:
    """Return an event's stated figures."""
    if event.incident is None:
        return ()
    counts = ((field, event.incident.casualties.get(field)) for field in CASUALTY_FIELDS)
    return tuple((field, count) for field, count in counts if count)


def spelled(count: Count | None) -> str:
    """Return a figure as a change tells it: ``12``, ``10–12``, ``not stated``."""
    if count is None:
        return "not stated"
    return str(count.min) if count.exact else f"{count.min}–{count.max}"


def _retraction(before: Event, after: Event) -> Iterator[Change]:
    if after.retracted and not before.retracted:
        yield Change(ChangeKind.RETRACTION, "Retraction: the source withdrew its report")


def _tolls(before: Event, after: Event) -> Iterator[Change]:
    told, now = dict(before.told or figures(before)), dict(figures(after))
    for field, count in now.items():
        old = told.get(field)
        if _rises(field, old, count):
            words = f"{field.capitalize()} {spelled(old)} → {spelled(count)}"
            yield Change(ChangeKind.TOLL_UP, words, field)
        elif old and _falls(field, old, count, told, now):
            words = f"Correction: {field} {spelled(old)} → {spelled(count)}"
            yield Change(ChangeKind.CORRECTION, words, field)


def _rises(field: str, old: Count | None, new: Count) -> bool:
    """Tell whether a toll went up by half and by 3 or more, or from none to some."""
    if old is None and field != "killed":
        return new.min >= LEAST_RISE
    if old is None or old.max == 0:
        return new.min > 0
    return new.min >= old.max + LEAST_RISE and new.min >= old.max * GROWTH


def _falls(
    field: str, old: Count, new: Count, told: dict[str, Count], now: dict[str, Count]
) -> bool:
    """Tell whether a toll was corrected downwards; the injured who died were no error."""
    if field not in FALLING or new.max >= old.min:
        return False
    if field == "killed":
        return True
    died = (
        now["killed"].max - (told["killed"].min if "killed" in told else 0)
        if "killed" in now
        else 0
    )
    return old.min - new.max > max(died, LEAST_RISE - 1)


def _claims(before: Event, after: Event) -> Iterator[Change]:
    for one in after.statements:
        known = any(same(one, other) for other in before.statements)
        if one.status in SPEAKING and not known:
            verb = "claimed it" if one.status is Claim.CLAIMED else "denied it"
            yield Change(ChangeKind.CLAIM, f"{one.name} {verb}")


def _severity(before: Event, after: Event) -> Iterator[Change]:
    if after.severity > before.severity:
        words = f"Severity {before.severity.word} → {after.severity.word}"
        yield Change(ChangeKind.SEVERITY_UP, words)


def _policy(before: Event, after: Event) -> Iterator[Change]:
    old, new = before.policy, after.policy
    if old is None or new is None:
        return
    if new.status in ENDED and new.status is not old.status:
        lifted = new.status is PolicyStatus.OVERTURNED and PolicyAction.LIFT in new.actions
        words = "lifted" if lifted else new.status.value
        yield Change(ChangeKind.STATUS, f"Status: {words}", "status")
    if old.deadline and new.deadline and old.deadline != new.deadline:
        words = f"Deadline {_day(old.deadline)} → {_day(new.deadline)}"
        yield Change(ChangeKind.DEADLINE, words, "deadline")


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%b %Y}"


def _sources(before: Event, after: Event) -> Iterator[Change]:
    old, new = _voices(before), _voices(after)
    if len(old) == 1 < len(new):
        extra = next(voice for voice in new if voice not in old)
        yield Change(ChangeKind.SECOND_SOURCE, f"Second source: {extra}")


def _voices(event: Event) -> list[str]:
    """Return the independent voices that report the event itself, follow-ups left out."""
    told = (source for source in event.sources if not source.follow_up)
    return list(dict.fromkeys(source.wire or source.publisher for source in told))
