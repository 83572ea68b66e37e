"""Our types and actions in the words of others: ACLED, IPTC Media Topics, CAP 1.2.

ACLED has no words for accidents and disasters. Of IPTC's tree the top level is given
(https://cv.iptc.org/newscodes/mediatopic), of CAP the ``category`` of an alert
(https://docs.oasis-open.org/emergency/cap/v1.2/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.domain.reports import IncidentType as T
from bot.domain.reports import PolicyAction as A


@dataclass(frozen=True, slots=True)
class Topic:
    """An IPTC Media Topic: its code, as in ``medtop:16000000``, and its name."""

    code: str
    name: str

    def __str__(self) -> str:
        return f"medtop:{self.code}"


CRIME = Topic("02000000", "crime, law and justice")
DISASTER = Topic("03000000", "disaster, accident and emergency incident")
ECONOMY = Topic("04000000", "economy, business and finance")
ENVIRONMENT = Topic("06000000", "environment")
HEALTH = Topic("07000000", "health")
POLITICS = Topic("11000000", "politics and government")
TECHNOLOGY = Topic("13000000", "science and technology")
SOCIETY = Topic("14000000", "society")
CONFLICT = Topic("16000000", "conflict, war and peace")
WEATHER = Topic("17000000", "weather")


@dataclass(frozen=True, slots=True)
class Terms:
    """What others call one of our types: ACLED's sub-event type, IPTC's topic, CAP's category."""

    topic: Topic
    cap: str
    acled: str | None = None


INCIDENTS: Mapping[T, Terms] = MappingProxyType(
    {
        T.BOMBING: Terms(CONFLICT, "Security", "Remote explosive/landmine/IED"),
        T.SHOOTING: Terms(CONFLICT, "Security", "Attack"),
        T.ARMED_CLASH: Terms(CONFLICT, "Security", "Armed clash"),
        T.AIRSTRIKE: Terms(CONFLICT, "Security", "Air/drone strike"),
        T.SHELLING: Terms(CONFLICT, "Security", "Shelling/artillery/missile attack"),
        T.SECURITY_OPERATION: Terms(CONFLICT, "Security", "Armed clash"),
        T.ABDUCTION: Terms(CRIME, "Security", "Abduction/forced disappearance"),
        T.ASSAULT: Terms(CRIME, "Security", "Attack"),
        T.SABOTAGE: Terms(CONFLICT, "Security", "Looting/property destruction"),
        T.PROTEST: Terms(CONFLICT, "Security", "Peaceful protest"),
        T.RIOT: Terms(CONFLICT, "Security", "Violent demonstration"),
        T.ARREST: Terms(CRIME, "Security", "Arrests"),
        T.CRIME: Terms(CRIME, "Security"),
        T.EARTHQUAKE: Terms(DISASTER, "Geo"),
        T.FLOOD: Terms(DISASTER, "Met"),
        T.STORM: Terms(WEATHER, "Met"),
        T.LANDSLIDE: Terms(DISASTER, "Geo"),
        T.EXTREME_TEMPERATURE: Terms(WEATHER, "Met"),
        T.DROUGHT: Terms(DISASTER, "Met"),
        T.WILDFIRE: Terms(DISASTER, "Fire"),
        T.FIRE: Terms(DISASTER, "Fire"),
        T.EXPLOSION: Terms(DISASTER, "Safety"),
        T.TRANSPORT_ACCIDENT: Terms(DISASTER, "Transport"),
        T.COLLAPSE: Terms(DISASTER, "Infra"),
        T.INDUSTRIAL_ACCIDENT: Terms(DISASTER, "Safety"),
        T.DISEASE_OUTBREAK: Terms(HEALTH, "Health"),
        T.POISONING: Terms(HEALTH, "Health"),
        T.DROWNING: Terms(DISASTER, "Rescue"),
        T.CYBERATTACK: Terms(TECHNOLOGY, "Infra"),
        T.CROWD_CRUSH: Terms(DISASTER, "Safety"),
        T.OTHER_INCIDENT: Terms(DISASTER, "Other"),
    }
)
"""Every type of incident."""

POLICIES: Mapping[A, Terms] = MappingProxyType(
    {
        **dict.fromkeys(A, Terms(POLITICS, "Other")),
        A.RULE: Terms(CRIME, "Security"),
        A.RESTRICT: Terms(POLITICS, "Security"),
        A.DEPORT: Terms(SOCIETY, "Security"),
        A.SANCTION: Terms(POLITICS, "Security"),
        A.AGREE: Terms(POLITICS, "Other", "Agreement"),
        A.WARN: Terms(POLITICS, "Safety"),
        A.INVESTIGATE: Terms(CRIME, "Security"),
        A.SET_PRICE: Terms(ECONOMY, "Other"),
    }
)
"""Every action of a policy."""
