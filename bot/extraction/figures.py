"""Figures: one count for each field of an event, from what its sentences say (pure).

The newest explicit total wins, the headline over the lead over the body, totals over parts; counts
of different people in one sentence add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.domain.reports import CASUALTY_FIELDS, Casualties, CasualtyPart
from bot.domain.values import Count
from bot.extraction.mentions import Toll, Zone
from bot.extraction.people import ATTACKERS


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
    found, told = {}, {toll.field for toll in tolls}
    for name in (field for field in CASUALTY_FIELDS if field in told):
        whole = [t for t in tolls if t.field == name and not t.part and not _known(t, zones)]
        best = _best(_stated(whole, zones)) or _only_parts(tolls, name, zones)
        if best:
            found[name] = best
    hurt = found.get("injured")
    if hurt is None or hurt.vague:
        exact = _hurt(tolls, zones, found.get("killed"))
        hurt = exact if exact and (not hurt or exact.count.min >= hurt.count.min) else hurt
    hurt = _still_treated(tolls, zones, found.get("killed")) or hurt
    if hurt:
        found["injured"] = hurt
    for name, other in (("injured", "killed"), ("killed", "injured")):
        if _is_nobody(found.get(name)) and other in found and found[other].count.max:
            del found[name]  # "no casualties" beside dead people speaks of something else
    return found


def _hurt(tolls: Sequence[Toll], zones: Sequence[Zone], dead: Stated | None) -> Stated | None:
    """Return who was shot and lives, or was taken to hospital, where the text counts no injured."""
    shot = _best(_stated([t for t in tolls if t.field == "shot" and not t.part], zones))
    if shot:
        others = all(toll.additional for toll in shot.tolls)
        lost = dead.count if dead and not others else Count(0, 0)
        least, most = shot.count.min - lost.max, shot.count.max - lost.min
        return replace(shot, count=Count(least, most, shot.count.text)) if least > 0 else None
    taken = _best(_stated([t for t in tolls if t.field == "hospital" and not t.part], zones))
    return taken if taken and taken.count.min > 1 else None


def _still_treated(
    tolls: Sequence[Toll], zones: Sequence[Zone], dead: Stated | None
) -> Stated | None:
    """Return the injured who are left beside the dead: "four others are still being treated"."""
    others = [t for t in tolls if t.field == "treated" and t.additional and not t.part]
    left = _best(_stated(others, zones))
    return left if left and not left.vague and dead and dead.count.max else None


def _is_nobody(stated: Stated | None) -> bool:
    return stated is not None and stated.count.max == 0


def _known(toll: Toll, zones: Sequence[Zone]) -> bool:
    """Tell whether a toll only refers to somebody known ("his wife"), far down in the text."""
    return toll.definite and zones[toll.sentence] is Zone.BODY


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
    counted = totals[-1:] if totals else _added(tolls)
    return Stated(index, zone, _sum(counted), tuple(counted))


def _added(tolls: Sequence[Toll]) -> list[Toll]:
    """Return the tolls of a sentence that add up: one verb's, and other verbs' of other people."""
    verbs: dict[int, list[Toll]] = {}
    for toll in tolls:
        verbs.setdefault(toll.statement, []).append(toll)
    ordered = sorted(verbs.values(), key=lambda some: -sum(t.count.min for t in some))
    base, *rest = ordered
    whole = any(not toll.group and not toll.additional for toll in base)
    added, groups = list(base), {toll.group for toll in base}
    for some in rest:
        others = {toll.group for toll in some}
        more = all(toll.additional for toll in some)
        if more or not (whole or others & groups):
            added += some
            groups |= others
    return _without_attackers(added)


def _without_attackers(tolls: list[Toll]) -> list[Toll]:
    """Leave out the dead among who attacked, where the text counts their victims."""
    victims = [toll for toll in tolls if toll.group != ATTACKERS]
    return victims or tolls


def _sum(tolls: Sequence[Toll]) -> Count:
    if len(tolls) == 1:
        return tolls[0].count
    text = " + ".join(toll.count.text for toll in tolls)
    return Count(sum(t.count.min for t in tolls), sum(t.count.max for t in tolls), text)


_ORDER = {Zone.TITLE: 0, Zone.LEAD: 1, Zone.BODY: 2, Zone.CAPTION: 3}
FAR = 20
"""A total so many times the headline's count is another event's, or a war's."""


def _best(stated: Sequence[Stated]) -> Stated | None:
    if not stated:
        return None
    victims = [one for one in stated if one.groups != {ATTACKERS}]
    ranked = sorted(victims or stated, key=lambda one: (_ORDER.get(one.zone, 4), one.sentence))
    best = next((one for one in ranked if not one.vague), ranked[0])
    if ranked[0].vague and best.count.min < ranked[0].count.min:
        best = ranked[0]
    best = _newest_total(best, stated) or _whole_of(best, ranked) or best
    return _exact(best, ranked) or _with_others(best, ranked)


AT_LEAST = ("at least", "more than", "over")
CLOSE = 1.1


def _exact(best: Stated, ranked: Sequence[Stated]) -> Stated | None:
    """Return the exact count that "at least 150" was said for, if the text tells it."""
    if not best.count.text.lower().startswith(AT_LEAST):
        return None
    most = best.count.min * CLOSE
    for one in ranked:
        exact = "" in one.groups and not one.vague and not any(t.additional for t in one.tolls)
        if exact and best.count.min < one.count.min <= most:
            return one
    return None


def _newest_total(best: Stated, stated: Sequence[Stated]) -> Stated | None:
    totals = [one for one in stated if one.total and one.count.max]
    if best.total or not totals:
        return None
    newest = max(totals, key=lambda one: (one.count.min, one.sentence))
    fits = best.count.min <= newest.count.min <= FAR * max(best.count.max, FAR)
    return newest if fits else None


FEW = 2
"""People of one kind up to whom a headline may tell a part for the whole: "girl killed"."""
MOST = 12
"""The largest whole that such a part is taken to belong to."""


def _whole_of(best: Stated, ranked: Sequence[Stated]) -> Stated | None:
    """Return how many people died, where the best statement tells of one kind among them."""
    if "" in best.groups or best.count.max > FEW or best.total:
        return None
    for one in ranked:
        people = one.groups == {""} and not any(t.additional or t.definite for t in one.tolls)
        people = people or _with_company(one)
        if people and not one.vague and best.count.max < one.count.min <= MOST:
            return one
    return None


def _with_company(one: Stated) -> bool:
    """Tell "the minister was killed along with six others", where both make the whole."""
    more = {toll.additional for toll in one.tolls}
    return more == {True, False} and len({t.statement for t in one.tolls}) == 1


def _with_others(best: Stated, ranked: Sequence[Stated]) -> Stated:
    """Add people that the best statement leaves out and headline or lead tell: other roles."""
    if "" in best.groups or best.total:
        return best
    roles = {toll.role for toll in best.tolls}
    for one in ranked:
        others = tuple(t for t in one.tolls if _adds(t, roles))
        if one is not best and one.zone is not Zone.BODY and others and "" not in one.groups:
            tolls = (*best.tolls, *others)
            return Stated(best.sentence, best.zone, _sum(tolls), tolls)
    return best


def _adds(toll: Toll, roles: set[str]) -> bool:
    return toll.role not in roles and not toll.definite and toll.group != ATTACKERS


def _only_parts(tolls: Sequence[Toll], name: str, zones: Sequence[Zone]) -> Stated | None:
    """Return a figure told only as a part: "two of them died" of people who were shot."""
    parts = [t for t in tolls if t.field == name and t.part]
    return _best(_stated(parts, zones))


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
