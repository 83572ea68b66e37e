"""From a report to its signature: what merging compares, and the keys candidates are found by."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from bot.domain.events import Signature, SourcedReport
from bot.domain.reports import CASUALTY_FIELDS, Claim, Incident, Policy, Report
from bot.domain.values import DatePrecision, Place, PlacePrecision
from bot.events.families import families
from bot.events.words import (
    RARE,
    fold,
    hashed,
    numbers,
    read,
    shingles,
    vector,
    weighed,
    weight,
    words,
)

BUCKET_DAYS = 4
"""Keys hold a time bucket and the next one: reports share a key only within 4 to 8 days."""
RARE_KEYS = 7
"""The heaviest words make keys: with so many, 99 % of the pairs of one event share a key."""
POLICY_BUCKET_DAYS, POLICY_KEYS = 60, 4
"""A policy is amended weeks later: its headline's rarest words are kept for 60 to 120 days."""
LEAD = 70
"""Words of a text that are its lead."""
FINE = (PlacePrecision.PLACE, PlacePrecision.TEHSIL, PlacePrecision.DISTRICT)
ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\s+([a-z]{4,})", re.IGNORECASE)
SERIES = frozenset(
    ("package", "round", "batch", "tranche", "phase", "edition", "session", "amendment", "review")
)
GENERIC = frozenset(
    (
        *("militant", "terrorist", "gunman", "gunmen", "attacker", "assailant", "suspect", "rebel"),
        *("unidentified", "unknown", "armed", "man", "men", "robber", "dacoit", "insurgent"),
        *("police", "security", "force", "guerila", "commando", "subversive", "extremist"),
        *("separatist", "fighter", "urban", "leftist", "rightist", "members", "member"),
    )
)


def sign(sourced: SourcedReport) -> Signature:
    """Return the signature of a report."""
    report = sourced.report
    place = report.incident.place if report.incident else _policy_place(report)
    day = _day(report.incident)
    at = report.published_at or sourced.seen_at
    title, body = words(report.title), read(sourced.text)
    terms = weighed(title, body)
    actors = _actors(report)
    located = place if place and place.precision in FINE else None
    return Signature(
        kind=report.kind,
        families=families(report.incident.types) if report.incident else (),
        country=_country(report),
        admin1=fold(place.admin1) if place and place.admin1 else None,
        place=fold(located.name) if located else None,
        latitude=located.latitude if located else None,
        longitude=located.longitude if located else None,
        day=day,
        published_at=at,
        tolls=_tolls(report.incident),
        actors=actors,
        terms=vector(terms),
        shingles=shingles([word for word, _ in body]),
        block_keys=tuple(sorted(_keys(report, place, actors, [w for w, _ in terms], at, day))),
        lead=vector(weighed(title, body[:LEAD], limit=60)),
        numbers=numbers(sourced.text),
        facts=tuple(sorted(set(_facts(report)))),
        report_id=sourced.report_id,
        publisher=sourced.publisher,
        owner_chat_id=sourced.owner_chat_id,
        follow_up=report.follow_up is not None,
    )


def _policy_place(report: Report) -> Place | None:
    return report.policy.places[0] if report.policy and report.policy.places else None


def _country(report: Report) -> str | None:
    if report.incident:
        return report.incident.place.country if report.incident.place else None
    return report.policy.country if report.policy else None


def _day(incident: Incident | None) -> dt.date | None:
    span = incident.occurred_on if incident else None
    exact = span and span.precision in (DatePrecision.DAY, DatePrecision.RANGE)
    return span.start if span and exact else None


def _tolls(incident: Incident | None) -> tuple[tuple[str, int, int], ...]:
    if incident is None:
        return ()
    counts = ((name, incident.casualties.get(name)) for name in CASUALTY_FIELDS)
    return tuple((name, count.min, count.max) for name, count in counts if count)


def _actors(report: Report) -> tuple[str, ...]:
    """Return the named groups that are said to have done it; "unidentified gunmen" names nobody."""
    perpetrators = report.incident.perpetrators if report.incident else ()
    named = {
        fold(_group(who.name))
        for who in perpetrators
        if who.status is not Claim.DENIED and not GENERIC.issuperset(words(who.name))
    }
    return tuple(sorted(named))


def _group(name: str) -> str:
    """Return the group of "guerrillas of the ELN", else the name itself."""
    people, _, group = name.partition(" of ")
    return group if group and GENERIC.issuperset(words(people)) else name


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield from _series(report.title)
    if report.policy:
        yield from _policy_facts(report.policy)
    if report.incident:
        for target in report.incident.targets[:6]:
            yield "target", " ".join(words(target))


def _series(title: str) -> Iterator[tuple[str, str]]:
    """Yield ordinals that number a series ("13th package"): another number is another event."""
    for match in ORDINAL.finditer(title):
        noun = words(match.group(2))[0]
        if noun in SERIES:
            yield f"ordinal:{noun}", match.group(1)


def _policy_facts(policy: Policy) -> Iterator[tuple[str, str]]:
    for action in policy.actions[:2]:
        yield "action", action.value
    for issuer in policy.issuers[:3]:
        yield "issuer", " ".join(words(issuer))
    for word in {word for subject in policy.subjects[:6] for word in words(subject)}:
        if weight(word) >= RARE:
            yield "subject", word
    if policy.deadline:
        yield "deadline", policy.deadline.isoformat()
    if policy.effective_on:
        yield "effective", policy.effective_on.isoformat()


def _keys(
    report: Report,
    place: Place | None,
    actors: tuple[str, ...],
    rare: list[str],
    at: dt.datetime,
    day: dt.date | None,
) -> set[str]:
    """Return the block keys: what two reports of one event share, within their time buckets."""
    stems = [f"t:{hashed(word):x}" for word in _key_words(report, rare)]
    stems += [f"g:{actor}" for actor in actors]
    if place and place.precision in FINE:
        stems.append(f"p:{place.country}:{fold(place.name)}")
    days = {at.date(), day or at.date()}
    keys = {f"{bucket}:{one}" for bucket in _buckets(days, BUCKET_DAYS) for one in stems}
    if report.policy:
        long = _buckets({at.date()}, POLICY_BUCKET_DAYS)
        keys |= {f"y{bucket}:{one}" for bucket in long for one in stems[:POLICY_KEYS]}
    return keys


def _buckets(days: set[dt.date], width: int) -> set[int]:
    return {day.toordinal() // width + step for day in days for step in (0, 1)}


def _key_words(report: Report, rare: list[str]) -> list[str]:
    """Return the heaviest words, those of the headline first."""
    title = frozenset(words(report.title))
    return sorted(rare, key=lambda word: word not in title)[: RARE_KEYS // 2] + rare[:RARE_KEYS]
