"""Wrong? What a chat says is wrong with an event: for the owner, and for evaluation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from bot.domain.chats import Scope
from bot.domain.events import Event
from bot.domain.remarks import Remark, Wrong
from bot.domain.reports import Kind
from bot.errors import InputError, QuotaError
from bot.protocols import EventFilter, Work
from bot.services.export import event_json

A_DAY = 50
"""Remarks that one chat may make in 24 hours."""
NEAR = dt.timedelta(days=3)
"""How far apart two events may have come in that are offered as the same."""
OFFERED = 5
USAGE = (
    "Say what is wrong: /wrong KH-7F3A event (nothing happened), /wrong KH-7F3A place, "
    "/wrong KH-7F3A number, /wrong KH-7F3A same KH-7F3B"
)
NO_EVENT = "There is no event of this code; it stands at the end of an alert."
_WORDS = {
    "event": Wrong.NO_EVENT,
    "incident": Wrong.NO_EVENT,
    "policy": Wrong.NO_EVENT,
    "place": Wrong.PLACE,
    "number": Wrong.NUMBER,
    "same": Wrong.SAME,
}
IN_WORDS = {
    Wrong.NO_EVENT: "nothing happened",
    Wrong.PLACE: "wrong place",
    Wrong.NUMBER: "wrong number",
    Wrong.SAME: "same as another event",
}


def read(text: str) -> tuple[str, Wrong | None, str]:
    """Return the event, what is wrong (None: not said) and the other event that were typed.

    Raises:
        InputError: that cannot be understood.

    """
    words = [word.strip("#,.").upper() for word in text.split() if word.lower() not in _FILLERS]
    if not words:
        raise InputError(USAGE)
    code, what, other, *rest = [*words, "", "", ""][: max(len(words), 3)]
    wrong = _WORDS.get(what.lower())
    if (what and wrong is None) or rest or (bool(other) != (wrong is Wrong.SAME)):
        raise InputError(USAGE)
    return code, wrong, other


_FILLERS = frozenset({"as", "wrong", "not", "an", "a", "the"})


def say(
    work: Work, scope: Scope, code: str, wrong: Wrong, other_code: str, now: dt.datetime
) -> Event:
    """Store what this chat says is wrong; return the event.

    Raises:
        InputError: there is no such event here, or both are one.
        QuotaError: the chat has made its share of remarks today.

    """
    event = _visible(work, scope, code)
    other = _visible(work, scope, other_code) if wrong is Wrong.SAME else None
    if other is not None and other.id == event.id:
        raise InputError("These two are one event already.")
    if work.remarks.said(scope, now - dt.timedelta(days=1)) >= A_DAY:
        raise QuotaError(f"This chat has said {A_DAY} times today what is wrong, the most.")
    work.remarks.add(scope, event, wrong, other, now)
    return event


def _visible(work: Work, scope: Scope, code: str) -> Event:
    event = work.events.visible(scope, code)
    if event is None:
        raise InputError(NO_EVENT)
    return event


def look_alikes(work: Work, scope: Scope, code: str) -> Sequence[Event]:
    """Return events that this one may be the same as, the nearest in time first.

    Raises:
        InputError: there is no such event here.

    """
    event = _visible(work, scope, code)
    wanted = EventFilter(
        since=event.first_seen_at - NEAR, until=event.first_seen_at + NEAR, kind=event.kind
    )
    others = [one for one in work.events.find(scope, wanted) if one.id != event.id]
    return sorted(others, key=lambda one: _distance(event, one))[:OFFERED]


def _distance(event: Event, other: Event) -> tuple[bool, bool, float]:
    """Tell how unlike two events are: another type, another place, how far apart in time."""
    apart = abs((event.first_seen_at - other.first_seen_at).total_seconds())
    return _types(event) != _types(other), _where(event) != _where(other), apart


def _types(event: Event) -> Sequence[str]:
    return event.incident.types if event.incident else event.policy.actions if event.policy else ()


def _where(event: Event) -> tuple[str | None, ...]:
    place = event.incident.place if event.incident else None
    return (place.country, place.admin1) if place else ()


_FIELDS = {
    Wrong.NO_EVENT: ("kind",),
    Wrong.PLACE: ("incident", "place"),
    Wrong.NUMBER: ("incident", "casualties"),
}
"""Where what is wrong stands in what ``khabardar extract --json`` prints of an incident."""
_POLICY_FIELDS = {Wrong.PLACE: ("policy", "places"), Wrong.NUMBER: ("policy", "figures")}


def case_json(remark: Remark) -> dict[str, Any]:
    """Return a remark as a case of evaluation: what is wrong, where, and all that was extracted.

    Who said it is not in it. ``right`` is there where it is known: that nothing happened.
    """
    event, other, wrong = remark.event, remark.other, remark.wrong
    told = event_json(event)
    path = (_POLICY_FIELDS if event.policy else _FIELDS).get(wrong) or _FIELDS.get(wrong, ())
    return {
        "id": f"{event.public_id}-{wrong.value}",
        "said": wrong.value,
        "said_at": remark.said_at.isoformat(),
        "field": ".".join(path) or None,
        "wrong": _at(told, path),
        **({"right": Kind.OTHER.value} if wrong is Wrong.NO_EVENT else {}),
        "same_as": {"id": other.public_id, "articles": _articles(other)} if other else None,
        "articles": _articles(event),
        "event": told,
    }


def _at(told: Any, path: Sequence[str]) -> Any:
    for key in path:
        told = told[key]
    return told if path else None


def _articles(event: Event) -> list[dict[str, str | None]]:
    return [
        {
            "title": one.title,
            "url": one.url,
            "source": one.publisher,
            "published": one.published_at.isoformat() if one.published_at else None,
        }
        for one in event.sources
    ]
