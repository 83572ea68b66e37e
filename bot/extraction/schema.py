"""The JSON form of a report: the schema that ``khabardar extract --json`` prints."""

from __future__ import annotations

from typing import Any

from bot.domain.reports import (
    CASUALTY_FIELDS,
    BackgroundEvent,
    CasualtyPart,
    Incident,
    Policy,
    Report,
)
from bot.domain.values import Count, DateSpan, Evidence, Place


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as plain dicts, lists, strings and numbers, always with the same keys."""
    return {
        "id": report.article_id,
        "kind": report.kind.value,
        "title": report.title,
        "published_at": report.published_at.isoformat() if report.published_at else None,
        "severity": report.severity.word,
        "incident": incident_json(report.incident) if report.incident else None,
        "policy": policy_json(report.policy) if report.policy else None,
        "background": [_background(event) for event in report.background],
        "follow_up": report.follow_up,
        "evidence": {
            field: [_evidence(one) for one in found] for field, found in report.evidence.items()
        },
    }


def incident_json(incident: Incident) -> dict[str, Any]:
    """Return an incident as plain values."""
    figures = {name: incident.casualties.get(name) for name in CASUALTY_FIELDS}
    return {
        "types": [kind.value for kind in incident.types],
        "occurred_on": _span(incident.occurred_on),
        "place": _place(incident.place),
        "places": [_place(place) for place in incident.places],
        "casualties": {name: _count(figure) for name, figure in figures.items()},
        "breakdown": [_part(part) for part in incident.breakdown],
        "perpetrators": [
            {"name": one.name, "status": one.status.value, "said_by": one.said_by}
            for one in incident.perpetrators
        ],
        "claim": incident.claim.value,
        "targets": list(incident.targets),
        "weapons": list(incident.weapons),
        "victims": list(incident.victims),
        "damage": list(incident.damage),
    }


def policy_json(policy: Policy) -> dict[str, Any]:
    """Return a policy as plain values."""
    return {
        "actions": [action.value for action in policy.actions],
        "issuers": list(policy.issuers),
        "subjects": list(policy.subjects),
        "country": policy.country,
        "effective_on": policy.effective_on.isoformat() if policy.effective_on else None,
        "deadline": policy.deadline.isoformat() if policy.deadline else None,
        "status": policy.status.value,
        "figures": [
            {"value": _number(figure.value), "what": figure.what, "text": figure.text}
            for figure in policy.figures
        ],
        "reactions": [
            {"actor": one.actor, "stance": one.stance.value, "text": one.text}
            for one in policy.reactions
        ],
        "places": [_place(place) for place in policy.places],
    }


def _number(value: float) -> float:
    """Return a whole number as one: 1000000, not 1000000.0."""
    return int(value) if value.is_integer() else value


def _background(event: BackgroundEvent) -> dict[str, Any]:
    return {
        "when": event.when,
        "killed": event.killed,
        "injured": event.injured,
        "what": event.what,
    }


def _span(span: DateSpan | None) -> dict[str, str] | None:
    if span is None:
        return None
    return {
        "start": span.start.isoformat(),
        "end": span.end.isoformat(),
        "precision": span.precision.value,
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {
        "name": place.name,
        "admin1": place.admin1,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
        "precision": place.precision.value,
    }


def _count(count: Count | None) -> dict[str, Any] | None:
    return {"min": count.min, "max": count.max, "text": count.text} if count else None


def _part(part: CasualtyPart) -> dict[str, Any]:
    return {"field": part.field, "who": part.who, **(_count(part.count) or {})}


def _evidence(one: Evidence) -> dict[str, Any]:
    return {
        "sentence": one.sentence,
        "start": one.start,
        "end": one.end,
        "in_title": one.in_title,
    }
