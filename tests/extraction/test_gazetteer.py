import pytest

from bot.domain.values import PlacePrecision
from bot.extraction.gazetteer import Level, gazetteer
from bot.extraction.lexicons import sections
from bot.extraction.words import words_of
from tests.extraction.reading import doc_of


def readings(name: str) -> list[int]:
    doc = doc_of("", name)
    starts = range(len(doc))
    return next((found for _, _, found in gazetteer().find(words_of(doc).hashes, starts)), [])


def test_shipped_file_fits_the_tokenizer_that_reads_articles():
    for name in ("Khyber Pakhtunkhwa", "Khyber-Pakhtunkhwa", "Dera Ismail Khan", "D.I. Khan"):
        assert readings(name), name


@pytest.mark.parametrize(
    ("name", "country"),
    [
        ("Kurram", "PK"), ("Mir Ali", "PK"), ("Deir ez-Zor", "SY"), ("Usulután", "SV"),
        ("Usulutan", "SV"), ("Chittagong", "BD"), ("Türkiye", "TR"), ("Turkiye", "TR"),
        ("خیبر پختونخوا", "PK"), ("Maidan Wardak", "AF"), ("N. Waziristan", "PK"),
    ],
)  # fmt: skip
def test_place_is_known_by_any_of_its_spellings(name, country):
    assert country in {gazetteer().text(number, "country") for number in readings(name)}


def test_every_district_of_pakistan_is_found_with_its_province():
    for header in sections("pakistan.txt"):
        province, district = (part.strip() for part in header.split("|")[:2])
        name = district.partition("=")[0].strip()
        homes = {gazetteer().text(number, "admin1") for number in readings(name)}
        assert province in homes, name


def test_hand_kept_coordinates_lie_in_pakistan():
    for header in sections("pakistan.txt"):
        latitude, longitude = map(float, header.split("|")[1].partition("=")[2].split(","))
        assert 23.5 < latitude < 37.1
        assert 60.8 < longitude < 77.2


def test_town_without_own_coordinates_has_those_of_its_district():
    (abad,) = readings("Abad")
    place = gazetteer().place(abad)
    assert (place.district, place.precision) == ("Jacobabad", PlacePrecision.PLACE)
    assert place.latitude == pytest.approx(28.28)


def test_nationality_tells_a_country_but_is_no_place():
    (number,) = readings("Pakistani")
    assert gazetteer().level[number] == Level.DEMONYM


def test_unknown_name_is_not_found():
    assert readings("Qwertystan") == []
