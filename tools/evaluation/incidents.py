"""Scores the main incident of each article against sets annotated in the manner of MUC-4.

An annotation holds ``{"slots": [...], "gold": {"incidents": [...]}}``; only the main incident of an
article counts. The words of each set (types, countries) are translated by ``words.json``.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.domain.reports import Claim, Incident, Report
from bot.domain.values import Count
from tools.evaluation.names import equal, similar
from tools.evaluation.tally import Score, Tally

WORDS = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
COUNTS = ("killed", "injured", "abducted")
NAMES = ("perp_group", "perp_ind", "victim", "target", "weapon")
FIELDS = ("type", "date", "country", "place", *COUNTS, *NAMES, "claimed")
SAME_EVENT = dt.timedelta(days=7)
"""How long before the last possible day a told date may lie."""

Filler = dict[str, Any]


def filler(incident: Incident) -> Filler:
    """Return an incident as the slots of these sets."""
    place, when = incident.place, incident.occurred_on
    places = [place.name, place.admin1] if place else []
    people = [who.name for who in incident.perpetrators]
    country = place.country if place else None
    return {
        "type": sorted({w for t in incident.types for w in WORDS["types"].get(t, [str(t)])}),
        "date": (when.start, when.end) if when else None,
        "country": WORDS["countries"].get(country, country),
        "place": [*filter(None, places), *(other.name for other in incident.places)],
        **{field: _pair(incident.casualties.get(field)) for field in COUNTS},
        "perp_group": people,
        "perp_ind": people,
        "victim": list(incident.victims),
        "target": list(incident.targets),
        "weapon": list(incident.weapons),
        "claimed": {Claim.CLAIMED: True, Claim.UNCLAIMED: False}.get(incident.claim),
    }


def score(name: str, cases: Iterable[tuple[Mapping[str, Any], Report]]) -> Tally:
    """Return the tally of a set of annotations, each with the report made of its article."""
    tally = Tally(name)
    relevant = alarms = quiet = 0
    for row, report in cases:
        wanted = row["gold"]["incidents"]
        needed = [incident for incident in wanted if not incident.get("optional")]
        if wanted and not needed:
            continue  # only optional incidents: either answer is right
        tally.articles += 1
        told = filler(report.incident) if report.incident else None
        relevant += bool(needed and told)
        quiet += not needed
        alarms += bool(told and not needed)
        _score_article(tally, row, _main(wanted, needed), told)
    tally.add("relevant", Score(relevant, relevant + alarms, tally.articles - quiet))
    tally.scores["micro"] = tally.total(*FIELDS)
    if quiet:
        tally.figures["false alerts"] = alarms / quiet
    return tally


def _main(wanted: list[Filler], needed: list[Filler]) -> Filler | None:
    return next((i for i in wanted if i.get("main")), needed[0] if needed else None)


def _score_article(
    tally: Tally, row: Mapping[str, Any], gold: Filler | None, told: Filler | None
) -> None:
    slots = [slot for slot in FIELDS if slot in (row.get("slots") or FIELDS)]
    scores = {slot: _compare(slot, told or {}, gold) for slot in slots} if gold else {}
    if not any(score.right for score in scores.values()):
        # Another event altogether: what was told is all spurious, what was wanted all missed.
        missed = {slot: Score(0, 0, score.wanted) for slot, score in scores.items()}
        scores = {
            slot: missed.get(slot, Score()) + Score(0, _told(slot, told or {}), 0) for slot in slots
        }
    for slot, score in scores.items():
        wanted = gold.get("places" if slot == "place" else slot) if gold else None
        tally.add(slot, score, row["id"], wanted, (told or {}).get(slot))


def _told(slot: str, told: Filler) -> int:
    if slot in NAMES:
        return len(told.get(slot) or [])
    if slot == "claimed":
        return 0  # only sets that annotate claims count them
    return int(told.get(slot) not in (None, [], ""))


def _compare(slot: str, told: Filler, gold: Filler) -> Score:
    if slot in NAMES:
        return _names(told.get(slot) or [], gold[slot]) if slot in gold else Score()
    if slot == "claimed":
        return _claimed(bool(told.get(slot)), gold.get(slot))
    key = "places" if slot == "place" else slot
    if key not in gold:
        return Score()
    right, wanted = _MATCH[slot](told.get(slot), gold[key])
    return Score(int(right), _told(slot, told), int(wanted))


def _claimed(told: bool, gold: bool | None) -> Score:
    return Score() if gold is None else Score(int(told and gold), int(told), int(gold))


def _names(told: list[str], gold: list[Any]) -> Score:
    fillers = [item if isinstance(item, dict) else {"alts": item} for item in gold]
    open_fillers = list(fillers)
    right = free = 0
    for name in told:
        match = next((f for f in open_fillers if similar(name, _alternatives(f["alts"]))), None)
        if match:
            open_fillers.remove(match)
            free += bool(match.get("optional"))
            right += not match.get("optional")
    wanted = sum(not item.get("optional") for item in fillers)
    return Score(right, len(told) - free, wanted)


def _alternatives(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else list(value)


def _number(told: tuple[int, int] | None, gold: Any) -> tuple[bool, bool]:
    if gold is None:
        return False, False
    low, high = gold if isinstance(gold, list) else (gold, gold)
    right = told is not None and told[0] >= (low or 0) and (high is None or told[1] <= high)
    return right, True


def _type(told: list[str] | None, gold: Any) -> tuple[bool, bool]:
    mine = told or []
    return any(equal(word, _alternatives(gold)) for word in mine), bool(gold)


def _country(told: str | None, gold: str | None) -> tuple[bool, bool]:
    return bool(told and gold and equal(told, [gold])), bool(gold)


def _place(told: list[str] | None, gold: list[str] | None) -> tuple[bool, bool]:
    return bool(told and similar(told[0], gold or [])), bool(gold)


def _date(told: tuple[dt.date, dt.date] | None, gold: Any) -> tuple[bool, bool]:
    spans = [span for span in (gold if isinstance(gold, list) else [gold]) if span]
    spans = [span for span in spans if span.get("start") or span.get("end")]
    return bool(told) and any(_within(told[0], span) for span in spans if told), bool(spans)


def _within(day: dt.date, span: Mapping[str, str | None]) -> bool:
    start, end = (
        dt.date.fromisoformat(d) if d else None for d in (span.get("start"), span.get("end"))
    )
    if start and end:
        return start <= day <= end
    return end is not None and dt.timedelta() <= end - day <= SAME_EVENT


def _pair(count: Count | None) -> tuple[int, int] | None:
    return (count.min, count.max) if count else None


_MATCH: dict[str, Callable[[Any, Any], tuple[bool, bool]]] = {
    "type": _type,
    "date": _date,
    "country": _country,
    "place": _place,
    **dict.fromkeys(COUNTS, _number),
}
