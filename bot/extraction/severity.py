"""Severity in the words of CAP 1.2, from what happened and how many it hit (docs/severity.md)."""

from __future__ import annotations

from spacy.tokens import Doc

from bot.domain.reports import Casualties, Incident, IncidentType, Kind, Policy, PolicyAction
from bot.domain.values import Count, Severity
from bot.extraction import people
from bot.extraction.findings import findings

DEAD = ((10, Severity.EXTREME), (3, Severity.SEVERE), (1, Severity.MODERATE))
"""Killed from which an event is at least so grave."""
MISSING = ((50, Severity.EXTREME), (3, Severity.SEVERE), (1, Severity.MODERATE))
"""Missing people may be found alive: only very many of them make an event extreme."""
HURT = ((50, Severity.EXTREME), (10, Severity.SEVERE), (1, Severity.MODERATE))
TAKEN = ((10, Severity.SEVERE), (1, Severity.MODERATE))
DRIVEN_OUT = ((100_000, Severity.EXTREME), (1_000, Severity.SEVERE), (1, Severity.MODERATE))
T, A = IncidentType, PolicyAction
BY_TYPE = {
    **dict.fromkeys((T.BOMBING, T.AIRSTRIKE, T.SHELLING), Severity.SEVERE),
    **dict.fromkeys((T.ARMED_CLASH, T.ABDUCTION, T.SHOOTING, T.CROWD_CRUSH), Severity.MODERATE),
    **dict.fromkeys((T.EARTHQUAKE, T.FLOOD, T.STORM, T.WILDFIRE), Severity.MODERATE),
    **dict.fromkeys((T.DISEASE_OUTBREAK, T.COLLAPSE, T.SECURITY_OPERATION), Severity.MODERATE),
    **dict.fromkeys((T.EXPLOSION, T.RIOT, T.INDUSTRIAL_ACCIDENT, T.SABOTAGE), Severity.MODERATE),
}
"""How grave an event of a type is where the text states no toll; others are minor."""
BY_ACTION = {
    **dict.fromkeys((A.DEPORT, A.RESTRICT, A.BAN, A.SANCTION), Severity.MODERATE),
    **dict.fromkeys((A.SUSPEND, A.WARN), Severity.MODERATE),
}
MANY_CONCERNED = 100_000
"""People concerned from which a policy counts as severe."""


def read(doc: Doc) -> Severity:
    """Return the severity of what the article mainly reports; unknown where it is neither kind."""
    told = findings(doc)
    if told.kind is Kind.INCIDENT and told.incident:
        return of_incident(told.incident.incident)
    if told.kind is Kind.POLICY and told.policy:
        return of_policy(told.policy.policy)
    return Severity.UNKNOWN


def of_incident(incident: Incident) -> Severity:
    """Return the gravest of what the figures and, where there are none, the type tell.

    An explicit toll of nobody takes an attack down to moderate and an accident to minor.
    """
    by_type = max(
        (BY_TYPE.get(kind, Severity.MINOR) for kind in incident.types[:1]), default=Severity.MINOR
    )
    told = _by_figures(incident.casualties)
    if told is not None:
        return told
    if _nobody(incident.casualties):
        return min(by_type, Severity.MODERATE) if by_type >= Severity.SEVERE else Severity.MINOR
    return by_type


def _by_figures(toll: Casualties) -> Severity | None:
    found = [
        level
        for count, steps in (
            (toll.killed, DEAD),
            (toll.missing, MISSING),
            (toll.injured, HURT),
            (toll.abducted, TAKEN),
            (toll.displaced, DRIVEN_OUT),
        )
        if (level := _level(count, steps))
    ]
    return max(found, default=None)


def _level(count: Count | None, steps: tuple[tuple[int, Severity], ...]) -> Severity | None:
    return next((level for least, level in steps if count and count.min >= least), None)


def _nobody(toll: Casualties) -> bool:
    return bool(toll.killed and toll.killed.max == 0) or bool(
        toll.injured and toll.injured.max == 0
    )


def of_policy(policy: Policy) -> Severity:
    """Return the severity of a decision: by its action, raised by how many it concerns."""
    people = [f.value for f in policy.figures if _people(f.what)]
    level = max(
        (BY_ACTION.get(a, Severity.MINOR) for a in policy.actions[:1]), default=Severity.MINOR
    )
    if level is Severity.MODERATE and max(people, default=0) >= MANY_CONCERNED:
        return Severity.SEVERE
    return level


def _people(what: str) -> bool:
    words = what.lower().split()
    return any(word in people.nouns() for word in words)
