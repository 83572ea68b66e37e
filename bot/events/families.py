"""Which types of incident may be two names for one event."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.reports import IncidentType as Type

FAMILIES: Mapping[Type, tuple[str, ...]] = {
    Type.BOMBING: ("attack", "blast"),
    Type.SHOOTING: ("attack", "crime"),
    Type.ARMED_CLASH: ("attack", "unrest"),
    Type.AIRSTRIKE: ("attack", "blast"),
    Type.SHELLING: ("attack", "blast"),
    Type.SECURITY_OPERATION: ("attack", "crime"),
    Type.ABDUCTION: ("attack", "crime"),
    Type.ASSAULT: ("attack", "crime", "unrest"),
    Type.SABOTAGE: ("attack", "blast", "blaze", "unrest"),
    Type.PROTEST: ("unrest",),
    Type.RIOT: ("attack", "unrest"),
    Type.ARREST: ("attack", "crime", "unrest"),
    Type.CRIME: ("attack", "crime"),
    Type.EARTHQUAKE: ("earth",),
    Type.FLOOD: ("water", "weather"),
    Type.STORM: ("water", "weather"),
    Type.LANDSLIDE: ("earth", "fall", "weather"),
    Type.EXTREME_TEMPERATURE: ("weather",),
    Type.DROUGHT: ("weather",),
    Type.WILDFIRE: ("blaze", "weather"),
    Type.FIRE: ("accident", "blaze", "blast"),
    Type.EXPLOSION: ("accident", "blast", "blaze"),
    Type.TRANSPORT_ACCIDENT: ("accident", "blaze", "water", "fall"),
    Type.COLLAPSE: ("accident", "earth", "fall", "weather"),
    Type.INDUSTRIAL_ACCIDENT: ("accident", "blast", "blaze", "fall"),
    Type.DISEASE_OUTBREAK: ("health",),
    Type.POISONING: ("accident", "crime", "health"),
    Type.DROWNING: ("accident", "water"),
    Type.CYBERATTACK: ("cyber",),
    Type.CROWD_CRUSH: ("accident", "unrest"),
    Type.OTHER_INCIDENT: (),
}
"""An early report may call a bombing an explosion or a flood a drowning: types that share a word
here may be one event. A type without words is compatible with all."""


def families(types: tuple[Type, ...]) -> tuple[str, ...]:
    """Return the families of a report's first two types, sorted."""
    return tuple(sorted({family for type_ in types[:2] for family in FAMILIES[type_]}))
