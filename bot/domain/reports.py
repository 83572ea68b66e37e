"""Articles and the reports made of them: what one article says happened or was decided.

The meaning of every field is the annotation guide's; ``docs/extraction.md`` restates it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.values import Count, DateSpan, Evidence, Place, Severity


class Kind(StrEnum):
    """What an article mainly is about."""

    INCIDENT = "incident"
    POLICY = "policy"
    OTHER = "other"


class IncidentType(StrEnum):
    """What happened."""

    BOMBING = "bombing"
    SHOOTING = "shooting"
    ARMED_CLASH = "armed_clash"
    AIRSTRIKE = "airstrike"
    SHELLING = "shelling"
    SECURITY_OPERATION = "security_operation"
    ABDUCTION = "abduction"
    ASSAULT = "assault"
    SABOTAGE = "sabotage"
    PROTEST = "protest"
    RIOT = "riot"
    ARREST = "arrest"
    CRIME = "crime"
    EARTHQUAKE = "earthquake"
    FLOOD = "flood"
    STORM = "storm"
    LANDSLIDE = "landslide"
    EXTREME_TEMPERATURE = "extreme_temperature"
    DROUGHT = "drought"
    WILDFIRE = "wildfire"
    FIRE = "fire"
    EXPLOSION = "explosion"
    TRANSPORT_ACCIDENT = "transport_accident"
    COLLAPSE = "collapse"
    INDUSTRIAL_ACCIDENT = "industrial_accident"
    DISEASE_OUTBREAK = "disease_outbreak"
    POISONING = "poisoning"
    DROWNING = "drowning"
    CYBERATTACK = "cyberattack"
    CROWD_CRUSH = "crowd_crush"
    OTHER_INCIDENT = "other_incident"


class PolicyAction(StrEnum):
    """What an authority did."""

    ANNOUNCE = "announce"
    LEGISLATE = "legislate"
    DECREE = "decree"
    RULE = "rule"
    BAN = "ban"
    RESTRICT = "restrict"
    LIFT = "lift"
    DEPORT = "deport"
    SANCTION = "sanction"
    APPROVE = "approve"
    REJECT = "reject"
    EXTEND = "extend"
    SUSPEND = "suspend"
    AGREE = "agree"
    URGE = "urge"
    WARN = "warn"
    INVESTIGATE = "investigate"
    SET_PRICE = "set_price"
    APPOINT = "appoint"
    REFORM = "reform"


class PolicyStatus(StrEnum):
    """How far a measure has come."""

    PROPOSED = "proposed"
    ANNOUNCED = "announced"
    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    OVERTURNED = "overturned"
    NONE = "none"


class Claim(StrEnum):
    """What is said about who did it."""

    CLAIMED = "claimed"
    BLAMED = "blamed"
    SUSPECTED = "suspected"
    DENIED = "denied"
    UNCLAIMED = "unclaimed"
    NONE = "none"


class Stance(StrEnum):
    """How somebody takes a measure."""

    SUPPORT = "support"
    OPPOSE = "oppose"
    NEUTRAL = "neutral"


CASUALTY_FIELDS = ("killed", "injured", "missing", "abducted", "arrested", "displaced")
"""The figures of an incident, in the order in which a card shows them."""


@dataclass(frozen=True, slots=True)
class Article:
    """What extraction reads. ``published_at`` is aware; ``text`` may hold HTML already cleaned.

    ``country`` is the ISO code of the publisher's, empty where it writes for the world: it decides
    between namesakes that nothing else tells apart.
    """

    id: str
    title: str
    text: str
    published_at: dt.datetime | None = None
    source: str = ""
    url: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Casualties:
    """The main event's latest figures; ``None`` means not stated, 0..0 means explicitly none."""

    killed: Count | None = None
    injured: Count | None = None
    missing: Count | None = None
    abducted: Count | None = None
    arrested: Count | None = None
    displaced: Count | None = None

    def get(self, name: str) -> Count | None:
        """Return the figure of one of ``CASUALTY_FIELDS``."""
        value: Count | None = getattr(self, name)
        return value


@dataclass(frozen=True, slots=True)
class CasualtyPart:
    """A part of a figure: of ``field``, ``count`` were ``who`` (civilians, militants …)."""

    field: str
    who: str
    count: Count


@dataclass(frozen=True, slots=True)
class Perpetrator:
    """Somebody said to have done it, and by which kind of statement."""

    name: str
    status: Claim = Claim.NONE
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that harmed or endangered people, property or order."""

    types: tuple[IncidentType, ...]
    occurred_on: DateSpan | None = None
    place: Place | None = None
    places: tuple[Place, ...] = ()
    casualties: Casualties = Casualties()
    breakdown: tuple[CasualtyPart, ...] = ()
    perpetrators: tuple[Perpetrator, ...] = ()
    claim: Claim = Claim.NONE
    targets: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()
    victims: tuple[str, ...] = ()
    damage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that matters in a policy: people, money (in ``what``), percent."""

    value: float
    what: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody else says of a measure."""

    actor: str
    stance: Stance
    text: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """A decision, order, rule or formal demand of a public authority."""

    actions: tuple[PolicyAction, ...]
    issuers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    country: str | None = None
    effective_on: dt.date | None = None
    deadline: dt.date | None = None
    status: PolicyStatus = PolicyStatus.NONE
    figures: tuple[Figure, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class BackgroundEvent:
    """An earlier or unrelated event that the article mentions; never part of the main figures."""

    what: str
    when: str | None = None
    killed: int | None = None
    injured: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What one article says. Exactly one of ``incident`` and ``policy`` is set, none for OTHER.

    ``evidence`` maps a field's name (``killed``, ``place``, ``deadline`` …) to its sentences.
    ``follow_up`` is set where the article reports on an earlier event (funeral, arrest, verdict,
    condemnation, anniversary, opinion): it joins or links to its event and alerts nobody.
    """

    article_id: str
    kind: Kind
    title: str
    published_at: dt.datetime | None
    severity: Severity = Severity.UNKNOWN
    incident: Incident | None = None
    policy: Policy | None = None
    background: tuple[BackgroundEvent, ...] = ()
    evidence: Mapping[str, tuple[Evidence, ...]] = field(default_factory=dict)
    language: str | None = None
    follow_up: str | None = None
