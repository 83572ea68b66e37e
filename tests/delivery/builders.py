"""Events for the tests of rendering and planning."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.domain.events import Event, LedgerEntry, Source, Statement
from bot.domain.reports import (
    Casualties,
    Claim,
    Figure,
    Incident,
    IncidentType,
    Kind,
    Policy,
    PolicyAction,
    PolicyStatus,
    Reaction,
    Stance,
)
from bot.domain.values import Count, DateSpan, Place, Severity

NOW = dt.datetime(2026, 1, 26, 10, 5, tzinfo=dt.UTC)
ZONE = "Asia/Karachi"
DAY = dt.date(2026, 1, 26)


def exactly(number: int) -> Count:
    return Count(number, number, str(number))


def source(publisher: str = "Dawn", **changes: Any) -> Source:
    fields: dict[str, Any] = {
        "report_id": 1,
        "publisher": publisher,
        "url": f"https://{publisher.lower()}.example/story",
        "title": f"As {publisher} tells it",
        "published_at": NOW,
        "seen_at": NOW,
    }
    return Source(**fields | changes)


def figure(field: str, count: Count, publisher: str = "Dawn", report: int = 1) -> LedgerEntry:
    return LedgerEntry(field, count, publisher, NOW, f"{publisher} said so.", report)


def statement(name: str, status: Claim, said_by: str | None = None) -> Statement:
    return Statement(name, status, said_by, "Dawn", NOW, 1)


def event(**changes: Any) -> Event:
    fields: dict[str, Any] = {
        "id": 12,
        "public_id": "KH-7F3A",
        "kind": Kind.INCIDENT,
        "title": "Blast derails a train near the station",
        "severity": Severity.MODERATE,
        "first_seen_at": NOW,
        "updated_at": NOW,
        "occurred_at": NOW,
        "sources": (source(),),
    }
    return Event(**fields | changes)


def blast(**changes: Any) -> Event:
    """Return a bombing without casualties; ``casualties`` and other fields may be given."""
    incident: dict[str, Any] = {
        "types": (IncidentType.BOMBING, IncidentType.TRANSPORT_ACCIDENT),
        "occurred_on": DateSpan(DAY, DAY),
        "place": Place("Jacobabad", admin1="Sindh", country="PK"),
        "casualties": Casualties(killed=exactly(0), injured=exactly(0)),
        "claim": Claim.UNCLAIMED,
        "targets": ("Jaffar Express", "passenger train"),
        "weapons": ("planted bomb",),
        "damage": ("4 carriages derailed",),
    }
    inner = {name: changes.pop(name) for name in list(changes) if name in incident or name in _MORE}
    whole = {"quote": "Nobody was hurt this time.", "quote_by": "railway official"} | changes
    return event(incident=Incident(**incident | inner), **whole)


_MORE = ("breakdown", "perpetrators", "places")


def deportation(**changes: Any) -> Event:
    """Return a deportation drive with a deadline."""
    policy: dict[str, Any] = {
        "actions": (PolicyAction.DEPORT, PolicyAction.ANNOUNCE),
        "issuers": ("Government of Balochistan",),
        "subjects": ("undocumented Afghans",),
        "country": "PK",
        "effective_on": None,
        "deadline": dt.date(2026, 2, 18),
        "status": PolicyStatus.ANNOUNCED,
        "figures": (Figure(1_000_000, "people to be expelled"), Figure(2.5, "percent")),
        "reactions": (Reaction("UNHCR", Stance.OPPOSE), Reaction("a party", Stance.SUPPORT)),
    }
    inner = {name: changes.pop(name) for name in list(changes) if name in policy}
    whole = {"kind": Kind.POLICY, "title": "A drive against migrants is announced"} | changes
    return event(policy=Policy(**policy | inner), **whole)
