"""How alike two signatures are, and what forbids that they tell one event.

The likeness of a pair is a weighted sum of features, a logit: 0 is an even chance. The weights are
fitted by ``tools/fit_merging.py`` on pairs of reports that may be candidates of each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bot.domain.events import Signature
from bot.domain.reports import Kind

EARTH_KM = 6371.0
NEAR_KM, FAR_KM = 40.0, 150.0
INCIDENT_DAYS, POLICY_DAYS = 4.0, 7.0
SLACK_DAYS = 1
HURT = ("killed", "injured")
TELLING = 3
"""Equal figures of so many and more are hardly chance."""
AMENDING_DAYS = 90.0
AMENDING = frozenset({"extend", "suspend", "lift", "reject", "rule"})

BIAS = -5.0
WEIGHTS: Mapping[str, float] = {
    "text": 12.0,
    "lead": 6.0,
    "numbers": 2.0,
    "gap": -4.0,
    "same_place": 0.8,
    "near": 0.4,
    "far": -1.2,
    "same_day": 0.6,
    "other_day": -1.8,
    "other_family": -0.8,
    "same_toll": 0.5,
    "lower_toll": -0.6,
    "same_actor": 0.5,
    "other_actor": -0.5,
    "other_kind": -0.4,
}


def likeness(a: Signature, b: Signature) -> float:
    """Return the logit that two reports tell one event."""
    return BIAS + sum(WEIGHTS[name] * value for name, value in features(a, b).items())


def features(a: Signature, b: Signature) -> dict[str, float]:
    """Return what of two signatures agrees or differs; what either does not tell is 0."""
    gap = abs((a.published_at - b.published_at).total_seconds()) / 86400
    return {
        "text": cosine(a.terms, b.terms),
        "lead": cosine(a.lead, b.lead),
        "numbers": _shared(a.numbers, b.numbers),
        "gap": min(gap / INCIDENT_DAYS, 0.5 if _amends(a, b) else 2.0),
        **_place(a, b),
        **_day(a, b),
        **_toll(a, b),
        **_names(a, b),
        "other_kind": float({a.kind, b.kind} == {Kind.INCIDENT, Kind.POLICY}),
    }


def cosine(a: tuple[tuple[int, float], ...], b: tuple[tuple[int, float], ...]) -> float:
    """Return the inner product of two unit vectors given as sorted pairs."""
    other = dict(b)
    return sum(value * other.get(term, 0.0) for term, value in a)


def _shared(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    return len(set(a) & set(b)) / (1 + min(len(a), len(b)))


def kilometres(a: Signature, b: Signature) -> float | None:
    """Return the distance of two places, None where either is unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat1, lon1, lat2, lon2 = map(math.radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def _place(a: Signature, b: Signature) -> dict[str, float]:
    same = bool(a.place) and a.place == b.place and a.country == b.country
    distance = kilometres(a, b)
    if same or distance is not None:
        near = not same and distance is not None and distance <= NEAR_KM
        far = not same and distance is not None and distance > FAR_KM
    else:
        near, far = False, _differ(a.country, b.country) or _differ(a.admin1, b.admin1)
    return {"same_place": float(same), "near": float(near), "far": float(far)}


def _differ(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b


def _day(a: Signature, b: Signature) -> dict[str, float]:
    apart = abs((a.day - b.day).days) if a.day and b.day else None
    return {
        "same_day": float(apart == 0),
        "other_day": float(apart is not None and apart > SLACK_DAYS),
    }


def _toll(a: Signature, b: Signature) -> dict[str, float]:
    """Compare the dead and injured: tolls rise with time, seldom fall, and are seldom equal."""
    earlier, later = sorted((a, b), key=lambda one: one.published_at)
    before = {name: (low, high) for name, low, high in earlier.tolls if name in HURT}
    same = fell = 0
    for name, low, high in later.tolls:
        if name in before:
            same += before[name] == (low, high) and high >= TELLING
            fell += high < before[name][0]
    return {"same_toll": float(same), "lower_toll": float(fell)}


def _names(a: Signature, b: Signature) -> dict[str, float]:
    actors = bool(a.actors) and bool(b.actors)
    families = bool(a.families) and bool(b.families)
    shared = bool(set(a.actors) & set(b.actors))
    return {
        "same_actor": float(shared),
        "other_actor": float(actors and not shared),
        "other_family": float(families and not set(a.families) & set(b.families)),
    }


def veto(a: Signature, b: Signature) -> str | None:
    """Return what forbids that two reports are merged, None where nothing does."""
    if a.owner_chat_id != b.owner_chat_id:
        return "owner"
    if _other_number(a, b):
        return "ordinal"
    return None if _in_time(a, b) else "time"


def _in_time(a: Signature, b: Signature) -> bool:
    """Tell whether the reports, or what they report, lie within the window."""
    window = POLICY_DAYS if Kind.POLICY in (a.kind, b.kind) else INCIDENT_DAYS
    apart = abs((a.published_at - b.published_at).total_seconds()) / 86400
    if apart <= (AMENDING_DAYS if _amends(a, b) else window):
        return True
    return a.day is not None and b.day is not None and abs((a.day - b.day).days) <= SLACK_DAYS


def _amends(a: Signature, b: Signature) -> bool:
    """Tell whether the later of two policies undoes or moves the earlier.

    The monthly notice that extends a ban again is an event of its own: it does what the one before
    did.
    """
    if a.kind is not Kind.POLICY or b.kind is not Kind.POLICY or a.country != b.country:
        return False
    earlier, later = sorted((a, b), key=lambda one: one.published_at)
    doing, done = _facts(later, "action"), _facts(earlier, "action")
    same_matter = bool(_facts(a, "subject") & _facts(b, "subject"))
    return same_matter and bool(doing & AMENDING) and not doing & done


def _facts(signature: Signature, name: str) -> set[str]:
    return {value for fact, value in signature.facts if fact == name}


def _other_number(a: Signature, b: Signature) -> bool:
    """Tell whether both number the same series and differ: the 12th and the 13th package."""
    ours = {name: value for name, value in a.facts if name.startswith("ordinal:")}
    return any(name in ours and ours[name] != value for name, value in b.facts)
