"""From the reports of an event to its facts: what one article misses, the others correct."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from bot.domain.events import SourcedReport
from bot.domain.reports import (
    Casualties,
    Incident,
    IncidentType,
    Perpetrator,
    Policy,
    PolicyAction,
    PolicyStatus,
)
from bot.domain.values import DatePrecision, DateSpan, Place, PlacePrecision
from bot.events.ledger import told_at
from bot.events.statements import same_name, strongest
from bot.events.words import fold

T = TypeVar("T")
MOST = 8
"""So many targets, weapons, issuers … of all reports are kept."""
LIFTABLE = frozenset((PolicyAction.BAN, PolicyAction.RESTRICT, PolicyAction.SUSPEND))
FINENESS = tuple(PlacePrecision)


def by_time(reports: Iterable[SourcedReport]) -> list[SourcedReport]:
    """Return reports oldest first; arrival does not change the order of one moment."""
    return sorted(reports, key=lambda one: (told_at(one), one.report_id))


def newest(values: Iterable[T | None]) -> T | None:
    """Return the last value that is stated."""
    return next((value for value in reversed(list(values)) if value is not None), None)


def fuse_incident(reports: Sequence[SourcedReport], casualties: Casualties) -> Incident | None:
    """Return the fused incident of reports (oldest first), None where none tells one."""
    told = [one.report.incident for one in reports if one.report.incident]
    if not told:
        return None
    return Incident(
        types=_types(told),
        occurred_on=_days([one.occurred_on for one in told]),
        place=_place([one.place for one in told if one.place]),
        places=_distinct((p for one in told for p in one.places), lambda p: fold(p.name)),
        casualties=casualties,
        breakdown=newest(one.breakdown or None for one in told) or (),
        perpetrators=_perpetrators(told),
        claim=strongest(one.claim for one in told),
        targets=_most_said(one.targets for one in told),
        weapons=_most_said(one.weapons for one in told),
        victims=_most_said(one.victims for one in told),
        damage=_most_said(one.damage for one in told),
    )


def fuse_policy(reports: Sequence[SourcedReport]) -> Policy | None:
    """Return the fused policy of reports (oldest first), None where none tells one."""
    told = [one.report.policy for one in reports if one.report.policy]
    if not told:
        return None
    return Policy(
        actions=_voted(one.actions for one in told),
        issuers=_most_said(one.issuers for one in told),
        subjects=_most_said(one.subjects for one in told),
        country=_mode(one.country for one in told),
        effective_on=newest(one.effective_on for one in told),
        deadline=newest(one.deadline for one in told),
        status=_status(told),
        figures=newest(one.figures or None for one in told) or (),
        reactions=_distinct((r for one in told for r in one.reactions), lambda r: fold(r.actor)),
        places=_distinct((p for one in told for p in one.places), lambda p: fold(p.name)),
    )


def _status(told: Sequence[Policy]) -> PolicyStatus:
    """Return the newest status; a ban that was lifted is over, whoever tells of it again."""
    deeds = [one.actions[0] for one in told if one.actions]
    if deeds[:1] and deeds[0] in LIFTABLE and PolicyAction.LIFT in deeds:
        return PolicyStatus.OVERTURNED
    return newest(_stated(one.status) for one in told) or PolicyStatus.NONE


def _stated(status: PolicyStatus) -> PolicyStatus | None:
    return None if status is PolicyStatus.NONE else status


def _types(told: Sequence[Incident]) -> tuple[IncidentType, ...]:
    return _voted(one.types for one in told)[:3]


def _voted(lists: Iterable[Sequence[T]]) -> tuple[T, ...]:
    """Return all values by votes; the first of a list has two votes, any other one."""
    votes: Counter[T] = Counter()
    for values in lists:
        for position, value in enumerate(dict.fromkeys(values)):
            votes[value] += 1 if position else 2
    return tuple(value for value, _ in votes.most_common())


def _mode(values: Iterable[T | None]) -> T | None:
    counts = Counter(value for value in values if value is not None)
    return counts.most_common(1)[0][0] if counts else None


def _days(spans: Iterable[DateSpan | None]) -> DateSpan | None:
    """Return the span that most reports tell, whole days before vaguer ones."""
    known = [span for span in spans if span]
    exact = [span for span in known if span.precision is DatePrecision.DAY]
    return _mode(exact or known)


def _place(places: Sequence[Place]) -> Place | None:
    """Return the place most reports tell, as finely as any report that agrees knows it."""
    country = _mode(place.country for place in places)
    inside = [place for place in places if place.country == country]
    admin1 = _mode(place.admin1 for place in inside)
    agreeing = [place for place in inside if place.admin1 in (admin1, None)] or inside
    if not agreeing:
        return None
    votes = Counter(fold(place.name) for place in agreeing)
    return min(agreeing, key=lambda p: (FINENESS.index(p.precision), -votes[fold(p.name)]))


def _perpetrators(told: Sequence[Incident]) -> tuple[Perpetrator, ...]:
    found: list[Perpetrator] = []
    for who in (who for one in told for who in one.perpetrators):
        if not any(w.status is who.status and same_name(w.name, who.name) for w in found):
            found.append(who)
    return tuple(found[:MOST])


def _most_said(lists: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """Return the distinct strings of all lists, those of most reports first."""
    counts: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for values in lists:
        for value in values:
            spelled.setdefault(fold(value), value)
        counts.update({fold(value) for value in values})
    order = sorted(spelled, key=lambda key: -counts[key])
    return tuple(spelled[key] for key in order[:MOST])


def _distinct(values: Iterable[T], key: Callable[[T], Hashable]) -> tuple[T, ...]:
    found: dict[Hashable, T] = {}
    for value in values:
        found.setdefault(key(value), value)
    return tuple(found.values())[:MOST]


def occurred_at(incident: Incident | None, reports: Sequence[SourcedReport]) -> dt.datetime:
    """Return when it happened for sorting: the start of its day, else the first report's time."""
    span = incident.occurred_on if incident else None
    if span:
        return dt.datetime.combine(span.start, dt.time(), dt.UTC)
    return min(told_at(one) for one in reports)
