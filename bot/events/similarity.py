"""How alike two signatures are, and what forbids that they tell one event."""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.domain.events import Signature
from bot.domain.reports import Kind

EARTH_KM = 6371.0
NEAR_KM, FAR_KM = 40.0, 150.0
INCIDENT_DAYS, POLICY_DAYS = 4.0, 7.0
SLACK_DAYS = 1


@dataclass(frozen=True, slots=True)
class Likeness:
    """One pair compared: ``text`` is a cosine, ``slots`` what facts add, ``veto`` what forbids."""

    text: float
    slots: float
    veto: str | None = None

    @property
    def score(self) -> float:
        """Return text and slots together. Slots alone never reach the threshold."""
        return self.text + min(self.slots, self.text)


def compare(a: Signature, b: Signature) -> Likeness:
    """Return how alike two signatures are."""
    text = cosine(a.terms, b.terms)
    return Likeness(text, _slots(a, b), _veto(a, b))


def cosine(a: tuple[tuple[int, float], ...], b: tuple[tuple[int, float], ...]) -> float:
    """Return the inner product of two unit vectors given as sorted pairs."""
    other = dict(b)
    return sum(value * other.get(term, 0.0) for term, value in a)


def kilometres(a: Signature, b: Signature) -> float | None:
    """Return the distance of two places, None where either is unknown."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    lat1, lon1, lat2, lon2 = map(math.radians, (a.latitude, a.longitude, b.latitude, b.longitude))
    h = math.sin((lat2 - lat1) / 2) ** 2
    h += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, h)))


def _slots(a: Signature, b: Signature) -> float:
    return _place(a, b) + _day(a, b) + _family(a, b) + _actor(a, b) + _toll(a, b)


def _place(a: Signature, b: Signature) -> float:
    if a.place and a.place == b.place:
        return 0.08
    distance = kilometres(a, b)
    if distance is not None:
        return 0.06 if distance <= NEAR_KM else -0.1 if distance > FAR_KM else 0.0
    if a.country and b.country and a.country != b.country:
        return -0.1
    if a.admin1 and b.admin1:
        return 0.03 if a.admin1 == b.admin1 else -0.08
    return 0.0


def _day(a: Signature, b: Signature) -> float:
    if a.day is None or b.day is None:
        return 0.0
    apart = abs((a.day - b.day).days)
    return 0.05 if apart == 0 else 0.0 if apart <= SLACK_DAYS else -0.12


def _family(a: Signature, b: Signature) -> float:
    if not a.families or not b.families:
        return 0.0
    return 0.02 if set(a.families) & set(b.families) else -0.06


def _actor(a: Signature, b: Signature) -> float:
    return 0.03 if set(a.actors) & set(b.actors) else 0.0


def _toll(a: Signature, b: Signature) -> float:
    ours = {name: (low, high) for name, low, high in a.tolls}
    value = 0.0
    for name, low, high in b.tolls:
        if name not in ours or high == 0:
            continue
        same = low <= ours[name][1] and ours[name][0] <= high
        value += 0.03 if same else -0.02
    return value


def _veto(a: Signature, b: Signature) -> str | None:
    if a.owner_chat_id != b.owner_chat_id:
        return "owner"
    if not _in_time(a, b):
        return "time"
    if _other_number(a, b):
        return "ordinal"
    return None


def _in_time(a: Signature, b: Signature) -> bool:
    """Tell whether the reports, or what they report, lie within the window."""
    both = Kind.POLICY in (a.kind, b.kind)
    window = POLICY_DAYS if both else INCIDENT_DAYS
    apart = abs((a.published_at - b.published_at).total_seconds()) / 86400
    if apart <= window:
        return True
    return a.day is not None and b.day is not None and abs((a.day - b.day).days) <= SLACK_DAYS


def _other_number(a: Signature, b: Signature) -> bool:
    """Tell whether both number the same series and differ: the 12th and the 13th package."""
    ours = {name: value for name, value in a.facts if name.startswith("ordinal:")}
    return any(name in ours and ours[name] != value for name, value in b.facts)
