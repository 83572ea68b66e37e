"""Reports as the tests of merging need them; every sentence here is our own."""

from __future__ import annotations

import datetime as dt

from bot.domain.events import SourcedReport
from bot.domain.reports import (
    CASUALTY_FIELDS,
    Casualties,
    Claim,
    Incident,
    IncidentType,
    Kind,
    Perpetrator,
    Policy,
    PolicyAction,
    PolicyStatus,
    Report,
)
from bot.domain.values import Count, DateSpan, Evidence, Place, PlacePrecision, Severity

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
TODAY = NOON.date()
TOWN = Place("Zarghun", "Balochistan", "PK", 30.2, 67.3, PlacePrecision.PLACE)
TEXT = (
    "A bomb hidden in a handcart went off beside the vegetable market of Zarghun on Wednesday. "
    "Shopkeeper Mirwais Tareen said the windows of the Akbari hotel broke. "
    "Rescuers from Killi Paind took the wounded to the Bolan clinic."
)


def after(hours: float = 0) -> dt.datetime:
    return NOON + dt.timedelta(hours=hours)


def incident(
    *,
    types=(IncidentType.BOMBING,),
    place: Place | None = TOWN,
    day: dt.date | None = TODAY,
    who: tuple[Perpetrator, ...] = (),
    claim: Claim = Claim.NONE,
    **counts: int | tuple[int, int],
) -> Incident:
    assert set(counts) <= set(CASUALTY_FIELDS)
    figures = {f: Count(*(c if isinstance(c, tuple) else (c, c))) for f, c in counts.items()}
    return Incident(
        types=types,
        occurred_on=DateSpan(day, day) if day else None,
        place=place,
        casualties=Casualties(**figures),
        perpetrators=who,
        claim=claim,
    )


def policy(
    action: PolicyAction = PolicyAction.BAN,
    *,
    deadline: dt.date | None = None,
    status: PolicyStatus = PolicyStatus.ANNOUNCED,
) -> Policy:
    return Policy(
        actions=(action,),
        issuers=("Interior Ministry",),
        subjects=("rickshaws",),
        country="PK",
        deadline=deadline,
        status=status,
    )


def sourced(  # noqa: PLR0913 - a builder names all that a test may set
    fact: Incident | Policy | None,
    *,
    number: int = 1,
    hours: float = 0,
    title: str = "Blast at Zarghun vegetable market",
    text: str = TEXT,
    publisher: str = "Morning Post",
    severity: Severity = Severity.SEVERE,
    follow_up: str | None = None,
    sentence: str | None = None,
    owner_chat_id: int | None = None,
) -> SourcedReport:
    kind = Kind.OTHER if fact is None else Kind.INCIDENT
    kind = Kind.POLICY if isinstance(fact, Policy) else kind
    evidence = {"killed": (Evidence(sentence, 0, len(sentence)),)} if sentence else {}
    report = Report(
        article_id=f"a{number}",
        kind=kind,
        title=title,
        published_at=after(hours),
        severity=severity,
        incident=fact if isinstance(fact, Incident) else None,
        policy=fact if isinstance(fact, Policy) else None,
        evidence=evidence,
        follow_up=follow_up,
    )
    return SourcedReport(
        report=report,
        publisher=publisher,
        url=f"https://example.org/{number}",
        seen_at=after(hours + 0.05),
        text=text,
        report_id=number,
        owner_chat_id=owner_chat_id,
    )
