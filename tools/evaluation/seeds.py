"""Scores the two reference articles: each expected value is one slot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.reports import Incident, Policy, Report
from tools.evaluation.names import overlaps, same_name
from tools.evaluation.tally import Score, Tally

NOTHING_HAPPENED = Incident(types=())
NOTHING_DECIDED = Policy(actions=())

Expected = Mapping[str, Any]
Check = tuple[Any, Any, bool]


def score(name: str, cases: Iterable[tuple[Expected, Report]]) -> Tally:
    """Return the tally of the reference articles; every slot of theirs is in the field ``all``."""
    tally = Tally(name)
    for row, report in cases:
        tally.articles += 1
        checks: dict[str, Check] = {
            "kind": (row["kind"], str(report.kind), row["kind"] == report.kind)
        }
        if row["kind"] == "incident":
            checks |= _incident(row["incident"], report.incident or NOTHING_HAPPENED)
            checks |= _background(row, report)
        else:
            checks |= _policy(row["policy"], report.policy or NOTHING_DECIDED)
            checks["no incident"] = (True, report.incident is None, report.incident is None)
        for field, (wanted, told, right) in checks.items():
            tally.add("all", Score(int(right), 1, 1), f"{row['id']}:{field}", wanted, told)
    return tally


def _incident(wanted: Expected, told: Incident) -> dict[str, Check]:
    day = told.occurred_on.start.isoformat() if told.occurred_on else None
    place = told.place
    name, admin1, country = (
        (place.name, place.admin1, place.country) if place else (None, None, None)
    )
    checks: dict[str, Check] = {
        "type": (wanted["types"], told.types, bool(set(told.types[:1]) & set(wanted["types"]))),
        "date": (wanted["occurred_on"], day, day == wanted["occurred_on"]),
        "place": (wanted["place"], name, same_name(name, wanted["place"])),
        "admin1": (wanted["admin1"], admin1, admin1 == wanted["admin1"]),
        "country": (wanted["country"], country, country == wanted["country"]),
        "claim": (wanted["claim"], told.claim, told.claim == wanted["claim"]),
        "no perpetrator": ([], told.perpetrators, not told.perpetrators),
        "targets": _any_name(wanted["targets"], told.targets),
    }
    for field in ("killed", "injured"):
        count = told.casualties.get(field)
        ends = [count.min, count.max] if count else None
        checks[field] = (wanted[field], ends, ends == wanted[field])
    return checks


def _any_name(wanted: list[str], told: tuple[str, ...]) -> Check:
    fits = any(same_name(name, wanted) or overlaps(name, wanted) for name in told)
    return wanted, list(told), fits


def _background(row: Expected, report: Report) -> dict[str, Check]:
    tolds = [(event.when, event.killed) for event in report.background]
    return {
        f"background {event['when']}": (
            (event["when"], event["killed"]),
            tolds,
            (event["when"], event["killed"]) in tolds,
        )
        for event in row["background"]
    }


def _policy(wanted: Expected, told: Policy) -> dict[str, Check]:
    deadline = told.deadline.isoformat() if told.deadline else None
    figures = {figure.value for figure in told.figures}
    actors = {(r.actor, str(r.stance)) for r in told.reactions}
    reactions = {(r["actor"], r["stance"]) for r in wanted["reactions"]}
    actions = set(map(str, told.actions[:1]))
    return {
        "action": (wanted["actions"], told.actions, bool(actions & set(wanted["actions"]))),
        "issuer": _any_name(wanted["issuers"], told.issuers[:2]),
        "subject": _any_name(wanted["subjects"], told.subjects[:2]),
        "country": (wanted["country"], told.country, told.country == wanted["country"]),
        "deadline": (wanted["deadline"], deadline, deadline == wanted["deadline"]),
        "figures": (wanted["figures"], sorted(figures), figures >= set(wanted["figures"])),
        "status": (wanted["status"], told.status, told.status == wanted["status"]),
        "reactions": (sorted(reactions), sorted(actors), reactions <= actors),
    }
