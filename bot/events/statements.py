"""Statements about who did it: suspected, blamed, claimed and denied are kept apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from bot.domain.events import SourcedReport, Statement
from bot.domain.reports import Claim, Perpetrator
from bot.events.words import WORD, fold

STRENGTH = (
    Claim.CLAIMED,
    Claim.DENIED,
    Claim.BLAMED,
    Claim.SUSPECTED,
    Claim.UNCLAIMED,
    Claim.NONE,
)
"""Which statement stands for an event that has several: the strongest first."""


def extended(
    statements: Sequence[Statement], sourced: SourcedReport, at: dt.datetime
) -> tuple[Statement, ...]:
    """Return the statements with those of a report; the first to say a thing stays its source."""
    found = list(statements)
    for who in _said(sourced):
        one = Statement(
            name=who.name,
            status=who.status,
            said_by=who.said_by,
            publisher=sourced.publisher,
            at=at,
            report_id=sourced.report_id,
        )
        if not any(same(one, other) for other in found):
            found.append(one)
    return tuple(sorted(found, key=lambda s: (s.at, s.report_id, s.name, s.status)))


def _said(sourced: SourcedReport) -> Iterable[Perpetrator]:
    incident = sourced.report.incident
    silent = (Claim.NONE, Claim.UNCLAIMED)
    return [who for who in incident.perpetrators if who.status not in silent] if incident else []


def same(a: Statement, b: Statement) -> bool:
    """Tell whether two statements say the same of the same group, by name or by initials."""
    return a.status is b.status and same_name(a.name, b.name)


def same_name(a: str, b: str) -> bool:
    """Tell whether two names are one group's: equal, initials, or one inside the other."""
    ours, theirs = fold(a).strip(), fold(b).strip()
    if ours == theirs or _initials(a) == theirs or _initials(b) == ours:
        return True
    short, long = sorted((set(ours.split()), set(theirs.split())), key=len)
    return bool(short) and short <= long


def _initials(name: str) -> str:
    return "".join(match.group()[0] for match in WORD.finditer(fold(name)))


def strongest(claims: Iterable[Claim]) -> Claim:
    """Return the strongest of some claims, NONE of no claims."""
    return min(claims, key=STRENGTH.index, default=Claim.NONE)
