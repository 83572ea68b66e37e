from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import references as ids
from bot.events.signature import sign
from bot.events.wires import copied, voices, wire
from bot.events.words import numbers, read, shingles, stem, weighed, words
from tests.events.builders import TEXT, incident, sourced


@pytest.mark.parametrize(
    ("publisher", "text", "agency"),
    [
        ("Reuters", "Anything.", "Reuters"),
        ("Valley Times", "ZARGHUN, May 3 (AFP) — A bomb went off.", "AFP"),
        ("Valley Times", "LONDON (Reuters) - A bomb went off.", "Reuters"),
        ("Valley Times", "A bomb went off on Monday. — APP", "APP"),
        ("Valley Times", "By Associated Press\nA bomb went off.", "AP"),
        ("Valley Times", "A bomb went off, officials told AFP by telephone on Monday.", None),
        ("Valley Times", "A bomb went off. With additional reporting by our staff.", None),
        ("Valley Times", "Spa - guests were led out of the hotel.", None),
        ("Valley Times", "BY REUTERS\nA bomb went off.", "Reuters"),
        ("agence france-presse", "Anything.", "AFP"),
        ("Valley Times", "", None),
    ],
)
def test_an_agency_is_known_by_its_dateline_or_byline(publisher, text, agency):
    assert wire(publisher, text) == agency


def test_a_near_identical_text_is_the_first_publisher_s_voice():
    copy = sourced(incident(), number=2, publisher="Herald", text=TEXT + " More follows.")
    own = sourced(incident(), number=3, publisher="Times", text="Quite another text. " * 20)
    found = voices([sourced(incident(), number=1), copy, own])
    assert found == {1: "Morning Post", 2: "Morning Post", 3: "Times"}


def test_a_text_cut_short_is_still_a_copy():
    whole = words(" ".join(f"word{i}" for i in range(800)))
    assert copied(shingles(whole), shingles(whole[:200]))
    assert not copied(shingles(whole), shingles(words(" ".join(f"other{i}" for i in range(800)))))


def test_headlines_alone_are_never_copies():
    assert not copied(shingles(words("Blast at Zarghun")), shingles(words("Blast at Zarghun")))


@given(st.integers(1, 2**40))
def test_a_public_id_leads_back_to_its_event(number):
    assert ids.event_id(ids.public_id(number)) == number


def test_a_public_id_is_read_as_people_type_it():
    code = ids.public_id(1234)
    assert len(code) == len("KH-7F3A")
    typed = code.lower().replace("0", "o").replace("1", "l")
    assert ids.event_id(typed) == ids.event_id(f" #{code} ") == 1234
    assert ids.event_id(code.removeprefix("KH-")) == 1234


@pytest.mark.parametrize("text", ["", "KH-", "KH-7F", "KH-7FU!", "KH-0000", "KH-00000"])
def test_what_is_no_public_id_is_none(text):
    assert ids.event_id(text) is None


def test_only_stored_events_have_one():
    with pytest.raises(ValueError, match="stored"):
        ids.public_id(0)


def test_words_are_folded_and_stemmed():
    assert words("The drivers’ drivers, Kārachi’s cities") == [
        "the",
        "driver",
        "driver",
        "karachi",
        "city",
    ]
    assert stem("crisis") == "crisis"


def test_names_weigh_more_than_rare_words_and_those_more_than_common_ones():
    found = dict(weighed([], read("On Monday people saw Tareen near a quincunx and a quarry.")))
    assert found["tarin"] > found["kuincunx"] > found["people"]
    assert "and" not in found
    assert sum(value * value for value in found.values()) == pytest.approx(1)


def test_numbers_are_those_of_two_digits_and_more():
    assert numbers("3 dead, 17 of 1,200 in house 17") == (17, 1200)


@given(st.text(max_size=300))
def test_any_text_can_be_signed(text):
    signature = sign(sourced(incident(), text=text, title=text[:50]))
    assert signature.terms == tuple(sorted(signature.terms))
