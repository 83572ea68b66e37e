"""Scores reports against articles annotated as the guide says (``docs/evaluation.md``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.reports import CASUALTY_FIELDS, Claim, Incident, Kind, Policy, PolicyStatus, Report
from bot.domain.values import Count
from tools.evaluation.names import overlaps, same_name
from tools.evaluation.tally import Score, Tally

INCIDENT_FIELDS = (
    "type", "date", "place", "admin1", "country", *CASUALTY_FIELDS,
    "perpetrator", "claim", "targets", "weapons",
)  # fmt: skip
POLICY_FIELDS = (
    "action", "issuer", "subject", "jurisdiction", "effective_on", "deadline", "figures", "status",
)  # fmt: skip
NOTHING_HAPPENED = Incident(types=())
NOTHING_DECIDED = Policy(actions=())

Gold = Mapping[str, Any]


def score(name: str, cases: Iterable[tuple[Gold, Report]]) -> Tally:
    """Return the tally of a set of annotations, each with the report made of its article."""
    tally = Tally(name)
    right = leaks = 0
    for gold, report in cases:
        tally.articles += 1
        right += gold["kind"] == report.kind
        _score_kind(tally, gold, report)
        if gold["kind"] == Kind.INCIDENT:
            leaks += _score_incident(tally, gold, report.incident or NOTHING_HAPPENED)
        elif gold["kind"] == Kind.POLICY:
            _score_policy(tally, gold, report.policy or NOTHING_DECIDED)
    tally.scores["toll"] = tally.total("killed", "injured")
    tally.scores["INCIDENT"] = tally.total(*INCIDENT_FIELDS)
    tally.scores["POLICY"] = tally.total(*POLICY_FIELDS)
    tally.scores["ALL FACTS"] = tally.total(*INCIDENT_FIELDS, *POLICY_FIELDS)
    tally.figures["kind accuracy"] = right / max(1, tally.articles)
    tally.figures["background leaks"] = leaks
    return tally


def _score_kind(tally: Tally, gold: Gold, report: Report) -> None:
    wanted, told = (None if k == Kind.OTHER else str(k) for k in (gold["kind"], report.kind))
    tally.slot("kind", gold["id"], wanted, told, right=wanted == told)


def _score_incident(tally: Tally, gold: Gold, told: Incident) -> int:
    wanted, ident = gold["incident"], gold["id"]
    _first_of(tally, "type", ident, wanted["types"], told.types)
    day = told.occurred_on.start.isoformat() if told.occurred_on else None
    tally.slot("date", ident, wanted.get("date"), day, right=day == wanted.get("date"))
    _score_place(tally, ident, wanted.get("place") or {}, told)
    _score_actors(tally, ident, wanted, told)
    for field in ("targets", "weapons"):
        mine, theirs = getattr(told, field), wanted.get(field) or []
        fits = any(overlaps(m, theirs) or same_name(m, theirs) for m in mine)
        tally.slot(field, ident, theirs, list(mine[:1]), right=fits)
    return _score_counts(tally, gold, told)


def _first_of(
    tally: Tally, field: str, ident: str, wanted: list[str], told: tuple[str, ...]
) -> None:
    best = [str(value) for value in told[:1]]
    tally.slot(field, ident, wanted, best, right=bool(best) and best[0] in wanted)


def _score_place(tally: Tally, ident: str, wanted: Gold, told: Incident) -> None:
    place = told.place
    name, admin1, country = (
        (place.name, place.admin1, place.country) if place else (None, None, None)
    )
    names = wanted.get("names") or []
    tally.slot("place", ident, names, name, right=same_name(name, names))
    region = wanted.get("admin1")
    tally.slot("admin1", ident, region, admin1, right=same_name(admin1, [region]))
    code = wanted.get("country")
    tally.slot("country", ident, code, country, right=country == code)


def _score_actors(tally: Tally, ident: str, wanted: Gold, told: Incident) -> None:
    names = [who.name for who in told.perpetrators][:1]
    accepted = wanted.get("perpetrators") or []
    tally.slot(
        "perpetrator", ident, accepted, names, right=any(same_name(n, accepted) for n in names)
    )
    claim = wanted.get("claim") or Claim.NONE
    values = (None if value == Claim.NONE else str(value) for value in (claim, told.claim))
    tally.slot("claim", ident, *values, right=claim == told.claim)


def _score_counts(tally: Tally, gold: Gold, told: Incident) -> int:
    leaks = 0
    for field in CASUALTY_FIELDS:
        wanted, mine = _ends(gold["incident"].get(field)), _range(told.casualties.get(field))
        tally.slot(field, gold["id"], wanted, mine, right=wanted == mine)
        if mine and mine != wanted and mine[0] and _in_background(gold, field, mine[0]):
            leaks += 1
            tally.slot("leak", gold["id"], wanted, mine, right=False)
    return leaks


def _in_background(gold: Gold, field: str, value: int) -> bool:
    return any(value == event.get(field) for event in gold.get("background") or [])


def _ends(count: Gold | None) -> tuple[int, int] | None:
    return (count["min"], count["max"]) if count else None


def _range(count: Count | None) -> tuple[int, int] | None:
    return (count.min, count.max) if count else None


def _score_policy(tally: Tally, gold: Gold, told: Policy) -> None:
    wanted, ident = gold["policy"], gold["id"]
    _first_of(tally, "action", ident, wanted["actions"], told.actions)
    issuers, accepted = list(told.issuers), wanted.get("issuers") or []
    fits = any(same_name(name, accepted) for name in issuers[:2])
    tally.slot("issuer", ident, accepted, issuers[:1], right=fits)
    subjects, accepted = list(told.subjects), wanted.get("subjects") or []
    fits = any(overlaps(name, accepted) for name in subjects[:2])
    tally.slot("subject", ident, accepted, subjects[:1], right=fits)
    code = wanted.get("country")
    tally.slot("jurisdiction", ident, code, told.country, right=told.country == code)
    _score_measure(tally, ident, wanted, told)


def _score_measure(tally: Tally, ident: str, wanted: Gold, told: Policy) -> None:
    for field, day in (("effective_on", told.effective_on), ("deadline", told.deadline)):
        mine = day.isoformat() if day else None
        tally.slot(field, ident, wanted.get(field), mine, right=mine == wanted.get(field))
    values = {float(figure.value) for figure in told.figures}
    theirs = {float(f["value"]) for f in wanted.get("figures") or [] if f.get("value") is not None}
    found = len(values & theirs)
    # The annotation names only the figures that matter most: others are no mistake.
    tally.add("figures", Score(found, found, len(theirs)), ident, sorted(theirs), sorted(values))
    status = wanted.get("status") or PolicyStatus.NONE
    words = (None if value == PolicyStatus.NONE else str(value) for value in (status, told.status))
    tally.slot("status", ident, *words, right=status == told.status)
