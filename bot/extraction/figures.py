"""Figures: one count for each field of an event, from what its sentences say (pure).

The newest explicit total wins, the headline over the lead over the body, totals over parts; counts
of different people in one sentence add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.reports import CASUALTY_FIELDS, Casualties, CasualtyPart
from bot.domain.values import Count
from bot.extraction.mentions import Toll, Zone


@dataclass(frozen=True, slots=True)
class Stated:
    """What one sentence says of one field: the sum of its counts and the tolls behind it."""

    sentence: int
    zone: Zone
    count: Count
    tolls: tuple[Toll, ...]

    @property
    def total(self) -> bool:
        """Tell whether the text calls it the whole toll."""
        return any(toll.total for toll in self.tolls)

    @property
    def vague(self) -> bool:
        """Tell whether it is words such as "dozens", which any number of the text makes exact."""
        return not self.count.exact

    @property
    def groups(self) -> frozenset[str]:
        """Return which kinds of people it counts; an empty one is anybody."""
        return frozenset(toll.group for toll in self.tolls)


def fused(tolls: Sequence[Toll], zones: Sequence[Zone]) -> dict[str, Stated]:
    """Return the figure of each field that is told; ``zones`` are those of the sentences."""
    found = {}
    for name in CASUALTY_FIELDS:
        stated = _stated([toll for toll in tolls if toll.field == name and not toll.part], zones)
        best = _best(stated) or _only_parts(tolls, name, zones)
        if best:
            found[name] = best
    killed, injured = found.get("killed"), found.get("injured")
    if killed and injured and killed.count.max and injured.count.text.lower() == "no":
        del found["injured"]  # "no casualties" beside dead people speaks of something else
    return found


def casualties(figures: dict[str, Stated]) -> Casualties:
    """Return the figures as the report's casualties."""
    return Casualties(**{name: stated.count for name, stated in figures.items()})


def _stated(tolls: Sequence[Toll], zones: Sequence[Zone]) -> list[Stated]:
    by_sentence: dict[int, list[Toll]] = {}
    for toll in tolls:
        by_sentence.setdefault(toll.sentence, []).append(toll)
    return [_one(index, zones[index], some) for index, some in by_sentence.items()]


def _one(index: int, zone: Zone, tolls: Sequence[Toll]) -> Stated:
    totals = [toll for toll in tolls if toll.total]
    counted = totals[-1:] if totals else list(tolls)
    return Stated(index, zone, _sum(counted), tuple(counted))


def _sum(tolls: Sequence[Toll]) -> Count:
    if len(tolls) == 1:
        return tolls[0].count
    text = " + ".join(toll.count.text for toll in tolls)
    return Count(sum(t.count.min for t in tolls), sum(t.count.max for t in tolls), text)


_ORDER = {Zone.TITLE: 0, Zone.LEAD: 1, Zone.BODY: 2, Zone.CAPTION: 3}
FAR = 3
"""A total so many times the headline's count is another event's, or a war's."""


def _best(stated: Sequence[Stated]) -> Stated | None:
    if not stated:
        return None
    ranked = sorted(stated, key=lambda one: (_ORDER.get(one.zone, 4), one.sentence))
    best = next((one for one in ranked if not one.vague), ranked[0])
    if ranked[0].vague and best.count.min < ranked[0].count.min:
        best = ranked[0]
    return _newest_total(best, stated) or _with_others(best, ranked)


def _newest_total(best: Stated, stated: Sequence[Stated]) -> Stated | None:
    totals = [one for one in stated if one.total and one.count.max]
    if best.total or not totals:
        return None
    newest = max(totals, key=lambda one: (one.count.min, one.sentence))
    fits = best.count.min <= newest.count.min <= FAR * max(best.count.max, FAR)
    return newest if fits else None


def _with_others(best: Stated, ranked: Sequence[Stated]) -> Stated:
    """Add people that the best statement leaves out: attackers beside victims."""
    if "" in best.groups or best.total:
        return best
    roles = {toll.role for toll in best.tolls}
    for one in ranked:
        others = tuple(t for t in one.tolls if t.role not in roles and not t.definite)
        if one is not best and others and "" not in one.groups:
            tolls = (*best.tolls, *others)
            return Stated(best.sentence, best.zone, _sum(tolls), tolls)
    return best


def _only_parts(tolls: Sequence[Toll], name: str, zones: Sequence[Zone]) -> Stated | None:
    """Return a figure told only as a part: "two of them died" of people who were shot."""
    return _best(_stated([toll for toll in tolls if toll.field == name], zones))


def breakdown(tolls: Sequence[Toll], figures: dict[str, Stated]) -> tuple[CasualtyPart, ...]:
    """Return who the killed and injured were, where groups are told; the largest count of each."""
    parts: dict[tuple[str, str], CasualtyPart] = {}
    for toll in tolls:
        limit = figures.get(toll.field)
        if not limit or toll.group in {"", "named", "others"} or toll.count.max > limit.count.max:
            continue
        key = (toll.field, toll.group)
        if key not in parts or parts[key].count.min < toll.count.min:
            parts[key] = CasualtyPart(toll.field, toll.group, toll.count)
    return tuple(parts.values())
