from __future__ import annotations

import dataclasses

import pytest

from bot.domain.chats import Reason
from bot.domain.values import Place, PlacePrecision
from bot.matching.document import Document, document_of, text_document
from bot.matching.matcher import matches
from bot.matching.query import parse, placeless
from tests.matching.builders import deportation, train_blast


def wants(text: str, document: Document) -> bool:
    return matches(parse(text), document) is not None


TRAIN = document_of(train_blast(), ["Four carriages left the rails near Shikarpur."], ["en"])
ORDER = document_of(deportation(), ["They have until the end of the year."], ["en", "ur"])


@pytest.mark.parametrize(
    "text",
    [
        "blast sindh",
        "shikarpur carriage",
        "pakistan",
        "jacobabad",
        "kind:incident",
        "type:bombing",
        "type:sabotage",
        "place:Sindh",
        "place:سندھ",
        "place:Abad",
        "place:Jacobabad",
        'place:"Jacobabad District"',
        "place:Pakistan",
        "country:PK",
        "near:28.3,68.4~20km",
        "near:Jacobabad~20km",
        "killed>=50",
        "killed<=30",
        "killed:24..99",
        "injured:3",
        "severity>=severe",
        "severity:severe",
        "actor:BLA",
        'actor:"Baloch Liberation Army"',
        "actor:militants",
        "actor:BRG",
        "claim:suspected",
        "claim:claimed",
        "claim:unclaimed",
        "target:train",
        'target:"jaffar express"',
        "weapon:ied",
        "date:2026-01-26",
        "date>=2026-01",
        "source:dawn.com",
        "source:dawn",
        'source:"arab news"',
        "source:arabnews.pk",
        "sources>=2",
        "sources:2",
        "lang:en",
    ],
)
def test_a_field_of_an_incident_matches(text):
    assert wants(text, TRAIN)


@pytest.mark.parametrize(
    "text",
    [
        "kind:policy",
        "type:flood",
        "place:KP",
        "place:none",
        "country:IN",
        "near:Karachi~50km",
        "killed>=100",
        "killed<20",
        "missing>=0",
        "severity:extreme",
        "actor:TTP",
        "claim:denied",
        "target:express.",
        "issuer:ministry",
        "deadline>2026",
        "date<2026-01-26",
        "source:awn.com",
        "source:com",
        "sources>=3",
        "lang:ur",
        '"station four"',
    ],
)
def test_a_field_of_an_incident_does_not_match_another_value(text):
    assert wants(text, TRAIN) == (text == "target:express.")


@pytest.mark.parametrize(
    "text",
    [
        "kind:policy",
        "action:deport",
        "action:expel",
        'issuer:"interior ministry"',
        "issuer:ministry",
        "subject:afghan",
        'subject:"afghan migrant"',
        "status:announced",
        "deadline<2027-01-01",
        "deadline:2026-12",
        "effective:2026-02-01",
        "country:PK",
        "place:Pakistan",
        "place:none",
        "lang:ur",
        "sources:1",
    ],
)
def test_a_field_of_a_policy_matches(text):
    assert wants(text, ORDER)


def moved(place: Place | None) -> Document:
    event = train_blast()
    assert event.incident
    return document_of(
        dataclasses.replace(event, incident=dataclasses.replace(event.incident, place=place))
    )


@pytest.mark.parametrize("name", ["KP", "KPK", "Khyber Pakhtunkhwa", "خیبر پختونخوا", "NWFP"])
def test_every_name_of_a_province_means_it(name):
    document = moved(Place("Peshawar", "Khyber Pakhtunkhwa", "PK"))
    assert wants(f'place:"{name}"', document)
    assert wants(name, document)
    assert not wants("place:Sindh", document)


def test_a_place_that_a_source_writes_its_own_way_is_the_same():
    assert wants("place:KP", moved(Place("Tirah", "KPK", "PK")))


def test_sudan_is_not_south_sudan():
    document = moved(Place("Juba", None, "SS"))
    assert wants('place:"South Sudan"', document)
    assert not wants("place:Sudan", document)


def test_the_middle_of_a_province_is_near_nothing():
    document = moved(Place("Sindh", "Sindh", "PK", 26.0, 68.5, PlacePrecision.ADMIN1))
    assert not wants("near:26,68.5~100km", document)
    assert wants("place:sindh", document)


def test_an_event_without_a_place_matches_only_where_the_chat_says_so():
    document = moved(None)
    query = parse("blast place:sindh")
    assert matches(query, document) is None
    assert matches(placeless(query), document) is not None
    assert matches(placeless(query), moved(Place("Lahore", "Punjab", "PK"))) is None


def test_reasons_are_the_terms_and_fields_that_held():
    query = parse("blast type:bombing killed>=50 near:Jacobabad~20km -cricket (flood OR sindh)")
    assert matches(query, TRAIN) == (
        Reason("blast"),
        Reason("bombing", "type"),
        Reason("killed>=50", "killed"),
        Reason("within 20 km of jacobabad", "near"),
        Reason("sindh"),
    )


def test_a_query_that_only_denies_is_its_own_reason():
    assert matches(parse("-cricket"), TRAIN) == (Reason("-cricket"),)


def test_a_phrase_never_reaches_from_one_text_into_the_next():
    document = text_document("a blast", "karachi burns")
    assert wants("blast karachi", document)
    assert not wants('"blast karachi"', document)
    assert text_document("").words == {}
