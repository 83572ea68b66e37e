"""Events as RSS and CAP: what other programs read of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from bot.domain.events import Event, Source
from bot.domain.reports import (
    Casualties,
    Incident,
    IncidentType,
    Kind,
    Policy,
    PolicyAction,
)
from bot.domain.taxonomy import INCIDENTS, POLICIES
from bot.domain.values import Count, Place, PlacePrecision, Severity
from bot.feeds.document import parse_document
from bot.services.alerts_xml import CAP, as_cap, as_rss

AT = dt.datetime(2026, 3, 4, 5, 6, 7, 890, tzinfo=dt.UTC)
PLACE = Place("Domel", "Khyber Pakhtunkhwa", "PK", 32.9, 70.6, PlacePrecision.PLACE)
BLAST = Event(
    id=7,
    public_id="KH-CV8K",
    kind=Kind.INCIDENT,
    title="Blast & fire kill three\x0b in Bannu",
    severity=Severity.SEVERE,
    first_seen_at=AT,
    updated_at=AT,
    occurred_at=AT,
    incident=Incident(
        (IncidentType.BOMBING,),
        place=PLACE,
        casualties=Casualties(killed=Count(3, 5), injured=Count(0, 0)),
    ),
    sources=(
        Source(1, "Frontier Gazette", "https://gazette.example/1?a&b", "Blast", AT, AT),
        Source(2, "Example Post", "https://post.example/1", "Blast", AT, AT),
    ),
)
# The categories that CAP 1.2 knows.
CATEGORIES = {
    *("Geo", "Met", "Safety", "Security", "Rescue", "Fire"),
    *("Health", "Env", "Transport", "Infra", "CBRNE", "Other"),
}


def cap(event: Event, path: str) -> list[str | None]:
    root = ET.fromstring(as_cap(event))
    return [found.text for found in root.findall(path, {"": CAP})]


def test_rss_of_events_is_a_feed_that_our_own_reader_understands() -> None:
    feed = parse_document(as_rss([BLAST]).encode(), "https://bot.example/rss")
    assert (feed.format, feed.warning) == ("rss20", None)
    (entry,) = feed.entries
    assert entry.title == "Blast & fire kill three in Bannu"
    assert entry.link == "https://gazette.example/1?a&b"
    assert (entry.guid, entry.latitude, entry.longitude) == ("KH-CV8K", 32.9, 70.6)
    assert entry.published_at == AT.replace(microsecond=0)
    assert entry.categories == ("bombing", "Severe")
    assert "killed 3–5, injured 0" in entry.text


def test_cap_has_what_the_standard_demands_in_its_order() -> None:
    root = ET.fromstring(as_cap(BLAST))
    names = [child.tag.removeprefix(f"{{{CAP}}}") for child in root]
    assert names == ["identifier", "sender", "sent", "status", "msgType", "scope", "info"]
    info = [child.tag.removeprefix(f"{{{CAP}}}") for child in root[-1]]
    assert info[:6] == ["language", "category", "event", "urgency", "severity", "certainty"]
    assert cap(BLAST, "sent") == ["2026-03-04T05:06:07+00:00"]
    assert cap(BLAST, "info/severity") == ["Severe"]
    assert cap(BLAST, "info/certainty") == ["Observed"]
    assert cap(BLAST, "info/area/areaDesc") == ["Domel, Khyber Pakhtunkhwa, PK"]
    assert cap(BLAST, "info/area/circle") == ["32.9,70.6 0"]


def test_cap_is_one_line_an_event() -> None:
    assert "\n" not in as_cap(replace(BLAST, title="Two\nlines"))


def test_what_one_publisher_says_is_likely() -> None:
    assert cap(replace(BLAST, sources=BLAST.sources[:1]), "info/certainty") == ["Likely"]


def test_retracted_event_cancels_its_alert() -> None:
    gone = replace(BLAST, retracted=True, version=4)
    assert cap(gone, "msgType") == ["Cancel"]
    assert cap(gone, "references") == ["khabardar,KH-CV8K.1,2026-03-04T05:06:07+00:00"]


def test_policy_without_a_place_names_its_country() -> None:
    policy = Policy((PolicyAction.DEPORT,), country="PK")
    event = replace(BLAST, kind=Kind.POLICY, incident=None, policy=policy)
    assert cap(event, "info/area/areaDesc") == ["PK"]
    assert cap(event, "info/event") == ["deport"]
    assert cap(event, "info/urgency") == ["Unknown"]


@pytest.mark.parametrize("terms", [*INCIDENTS.values(), *POLICIES.values()])
def test_every_type_has_a_category_that_cap_knows(terms) -> None:
    assert terms.cap in CATEGORIES
