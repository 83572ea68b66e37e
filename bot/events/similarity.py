"""How alike two signatures are, and what forbids that they tell one event.

The likeness of a pair is a weighted sum of features, a logit: 0 is an even chance. The weights are
fitted by ``tools/fit_merging.py`` on pairs of reports that may be candidates of each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.events import Signature
from bot.domain.reports import Kind
from bot.events.words import hashed, words

EARTH_KM = 6371.0
FAR_KM = 150.0
INCIDENT_DAYS, POLICY_DAYS = 4.0, 7.0
SCENE_KM = 60.0
"""Towns farther apart are two scenes: a district is seldom as wide."""
STREETS_KM = 4.0
"""Places of a town farther apart are two scenes where the dead are not as many."""
SLACK_DAYS = 1
ENOUGH = 0.12
"""Texts that share so much beyond their places are not alike by place alone."""
TAIL = 0.15
"""What two texts share beyond their leads; more of it in one publisher's articles is the background
it prints under all of a kind."""
HURT = ("killed", "injured")
TELLING = 3
"""Equal figures of so many and more are hardly chance."""
AMENDING_DAYS = 90.0
AMENDING = frozenset({"extend", "suspend", "lift", "reject", "rule"})

BARE, BARE_OTHERWISE, UNLIKELY = 0.8, 0.4, -3.0
"""Texts barer than this share the names of their places and nothing else that tells; those of
other types have to share more."""
BIAS = -4.2
WEIGHTS: Mapping[str, float] = {
    "text": 7.5,
    "lead": 5.0,
    "tail": -4.0,
    "bare": -1.8,
    "numbers": 1.6,
    "gap": -2.4,
    "same_place": 1.7,
    "told_place": 1.6,
    "far": -1.3,
    "same_day": 0.8,
    "other_day": -1.1,
    "both_fresh": -0.5,
    "other_family": -1.0,
    "same_toll": 1.6,
    "other_toll": -0.5,
    "same_actor": 0.6,
    "other_actor": -0.6,
    "other_kind": -0.8,
    "no_event": -0.8,
}
"""Fitted, then rounded; the sign of what was too rare to fit was set by hand."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A signature made ready to be compared with many."""

    signature: Signature
    terms: Mapping[int, float]
    lead: Mapping[int, float]
    numbers: frozenset[int]


def subject(signature: Signature) -> Subject:
    """Make a signature ready to be compared with many."""
    numbers = frozenset(signature.numbers)
    return Subject(signature, dict(signature.terms), dict(signature.lead), numbers)


def likeness(a: Subject, b: Signature) -> float:
    """Return the logit that two reports tell one event; a place (and day) alone never does."""
    found = features(a, b)
    logit = BIAS + sum(WEIGHTS[name] * value for name, value in found.items() if value)
    scant = BARE_OTHERWISE if found["other_family"] else BARE
    bare = found["bare"] > scant and not found["same_toll"] and not found["same_actor"]
    return min(logit, UNLIKELY) if bare else logit


def features(one: Subject, b: Signature) -> dict[str, float]:
    """Return what of two signatures agrees or differs; what either does not tell is 0."""
    a = one.signature
    gap = abs((a.published_at - b.published_at).total_seconds()) / 86400
    shared = products(one.terms, b.terms)
    text, lead = sum(shared.values()), sum(products(one.lead, b.lead).values())
    return {
        "text": text,
        "lead": lead,
        "tail": max(0.0, text - lead - TAIL) if a.publisher == b.publisher else 0.0,
        "numbers": _common(one.numbers, b.numbers),
        "gap": min(gap / INCIDENT_DAYS, 0.5 if _amends(a, b) else 2.0),
        "bare": _bare(a, b, shared),
        **_place(a, b, shared),
        **_day(a, b),
        **_toll(a, b),
        **_names(a, b),
        "other_kind": float({a.kind, b.kind} == {Kind.INCIDENT, Kind.POLICY}),
        "no_event": float((a.kind is Kind.OTHER) != (b.kind is Kind.OTHER)),
    }


def products(a: Mapping[int, float], b: tuple[tuple[int, float], ...]) -> dict[int, float]:
    """Return the shared terms of two unit vectors, each with its part of their cosine."""
    return {term: value * a[term] for term, value in b if term in a}


def _common(a: frozenset[int], b: tuple[int, ...]) -> float:
    return len(a.intersection(b)) / (1 + min(len(a), len(b)))


def kilometres(a: Signature, b: Signature) -> float | None:
    """Return the distance of two places, None where either is unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat1, lon1, lat2, lon2 = map(math.radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


@lru_cache(maxsize=10_000)
def _hashes(name: str) -> frozenset[int]:
    return frozenset(hashed(word) for word in words(name))


def _bare(a: Signature, b: Signature, shared: Mapping[int, float]) -> float:
    """Return how little two texts share beyond the names of their places, from 0 to 1."""
    names = (a.place, a.admin1, b.place, b.admin1)
    places = {word for name in names if name for word in _hashes(name)}
    beyond = sum(part for word, part in shared.items() if word not in places)
    return max(0.0, 1 - beyond / ENOUGH)


def _place(a: Signature, b: Signature, shared: Mapping[int, float]) -> dict[str, float]:
    """Compare places; one that both texts tell is no other place, whatever their main one is."""
    same = a.place is not None and (a.place, a.country) == (b.place, b.country)
    told = not same and any(shared.keys() >= _hashes(name) for name in (a.place, b.place) if name)
    far = not same and not told and _apart(a, b)
    return {"same_place": float(same), "told_place": float(told), "far": float(far)}


def _apart(a: Signature, b: Signature) -> bool:
    distance = kilometres(a, b)
    if distance is not None:
        return distance > FAR_KM
    return _differ(a.country, b.country) or _differ(a.admin1, b.admin1)


def _tells(signature: Signature, place: str | None) -> bool:
    """Tell whether the heaviest words of a text hold all words of a place's name."""
    terms = {term for term, _ in signature.terms}
    return place is not None and terms.issuperset(hashed(word) for word in words(place))


def _differ(a: str | None, b: str | None) -> bool:
    return a is not None and b is not None and a != b


def _day(a: Signature, b: Signature) -> dict[str, float]:
    apart = abs((a.day - b.day).days) if a.day and b.day else None
    other = apart is not None and apart > SLACK_DAYS
    return {
        "same_day": float(apart == 0),
        "other_day": float(other),
        "both_fresh": float(other and _fresh(a) and _fresh(b)),
    }


def _fresh(signature: Signature) -> bool:
    """Tell whether a report tells of its own day or the day before."""
    day, told = signature.day, signature.published_at.date()
    return day is not None and 0 <= (told - day).days <= SLACK_DAYS


def _toll(a: Signature, b: Signature) -> dict[str, float]:
    """Compare the dead and injured: tolls rise with time, seldom fall, and are seldom equal."""
    earlier, later = sorted((a, b), key=lambda one: one.published_at)
    before = {name: (low, high) for name, low, high in earlier.tolls if name in HURT}
    same = fell = 0
    for name, low, high in later.tolls:
        if name in before:
            same += before[name] == (low, high) and high >= TELLING
            fell += name == "killed" and _other(before[name], (low, high))
    return {"same_toll": float(same), "other_toll": float(fell)}


def _other(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Tell whether one toll is more than three times the other and five more."""
    fewer, more = min(a[1], b[1]), max(a[0], b[0])
    return more > 3 * fewer and more >= fewer + 5


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
    if _other_occasion(a, b):
        return "date"
    if _other_scene(a, b):
        return "place"
    if _other_harm(a, b):
        return "type"
    return None if _in_time(a, b) else "time"


def _other_occasion(a: Signature, b: Signature) -> bool:
    """Tell whether both give the news of their own day, days apart, or set different deadlines.

    Two equal figures outweigh a day: one of the days was misread then.
    """
    if a.kind is Kind.POLICY and b.kind is Kind.POLICY:
        return _other_deadline(a, b)
    days = _day(a, b)
    return bool(days["both_fresh"]) and not _toll(a, b)["same_toll"]


def _other_scene(a: Signature, b: Signature) -> bool:
    """Tell whether two incidents are told of towns apart, neither of which the other text names."""
    if not (a.kind is b.kind is Kind.INCIDENT) or a.follow_up or b.follow_up:
        return False
    distance = kilometres(a, b) if a.place and b.place else None
    if distance is None or _names_place(a, b):
        return False
    return distance > (STREETS_KM if _other_dead(a, b) else SCENE_KM)


def _other_dead(a: Signature, b: Signature) -> bool:
    """Tell whether both say how many died, and not the same."""
    ours, theirs = _dead(a), _dead(b)
    return bool(ours and theirs) and ours != theirs


def _dead(signature: Signature) -> set[tuple[int, int]]:
    return {(low, high) for name, low, high in signature.tolls if name == "killed"}


def _names_place(a: Signature, b: Signature) -> bool:
    return _tells(a, b.place) or _tells(b, a.place)


def _other_harm(a: Signature, b: Signature) -> bool:
    """Tell whether two incidents are of types that no one takes for each other, nor the dead."""
    if not (a.families and b.families) or set(a.families) & set(b.families):
        return False
    ours = {name: (low, high) for name, low, high in a.tolls if name in HURT}
    theirs = {name: (low, high) for name, low, high in b.tolls if name in HURT}
    shared = ours.keys() & theirs.keys()
    return bool(shared) and all(ours[name] != theirs[name] for name in shared)


def _other_deadline(a: Signature, b: Signature) -> bool:
    """Tell whether two policies do the same by different days; an amendment moves the day."""
    ours, theirs = _facts(a, "deadline"), _facts(b, "deadline")
    doing = _facts(a, "action") & _facts(b, "action")
    apart = abs((a.published_at - b.published_at).total_seconds()) > SLACK_DAYS * 86400
    moved = (_facts(a, "action") | _facts(b, "action")) & AMENDING
    return apart and bool(ours and theirs and doing) and not moved and not ours & theirs


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
