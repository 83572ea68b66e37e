import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.reports import Article
from bot.domain.values import Place, PlacePrecision
from bot.extraction import capitals
from bot.extraction.findings import findings
from bot.extraction.mentions import PlaceMention
from bot.extraction.places import places_of
from bot.extraction.whereabouts import main_place
from tests.extraction.reading import MONDAY, doc_of, extractor, report


def mentions(text: str) -> tuple[PlaceMention, ...]:
    return places_of(doc_of("", text))


def named(text: str) -> set[str]:
    return {mention.place.name for mention in mentions(text) if not mention.adjective}


def place_of(title: str, text: str) -> Place:
    incident = report(title, text).incident
    assert incident
    assert incident.place
    return incident.place


@pytest.mark.parametrize(
    ("text", "name", "admin1", "country"),
    [
        ("A bus crashed in Hyderabad, Sindh.", "Hyderabad", "Sindh", "PK"),
        ("A bus crashed in Hyderabad, Indian police said.", "Hyderabad", "Telangana", "IN"),
        ("A market burned in Lahore, the Punjab government said.", "Punjab", "Punjab", "PK"),
        ("A market burned in Amritsar, the Indian state of Punjab said.", "Punjab", "Punjab", "IN"),
        ("Shells fell in Khyber district.", "Khyber", "Khyber Pakhtunkhwa", "PK"),
        ("Shells fell in Khyber Pakhtunkhwa.", "Khyber Pakhtunkhwa", "Khyber Pakhtunkhwa", "PK"),
        ("Rain fell in Richmond, Virginia.", "Richmond", "Virginia", "US"),
        ("Rain fell in Tripoli, Lebanon.", "Tripoli", None, "LB"),
        ("Rain fell in Tripoli as Libyan troops left Benghazi.", "Tripoli", "Tripoli", "LY"),
        ("Rain fell in San Miguel, El Salvador.", "San Miguel", "San Miguel", "SV"),
    ],
)  # fmt: skip
def test_homonym_is_read_by_what_stands_around_it(text, name, admin1, country):
    found = [m.place for m in mentions(text) if m.place.name == name and not m.adjective]
    assert found, mentions(text)
    assert found[0].country == country
    assert admin1 in {None, found[0].admin1}


@pytest.mark.parametrize(
    ("place", "publisher", "country"),
    [
        ("Hyderabad", "", "PK"),
        ("Hyderabad", "IN", "IN"),
        ("Hangu", "", "PK"),
        ("Hangu", "CN", "CN"),
        ("Victoria", "", "AU"),
        ("Birmingham", "US", "US"),
        ("Birmingham", "GB", "GB"),
        ("Basra", "", "IQ"),
        ("Khost", "PK", "AF"),
    ],
)
def test_namesakes_without_context_are_of_the_publishers_country(place, publisher, country):
    article = Article("a", f"Fire in {place}", "Two people were hurt.", MONDAY, country=publisher)
    incident = extractor().extract(article).incident
    assert incident
    assert incident.place
    assert incident.place.country == country


def test_what_an_article_names_is_stronger_than_its_publishers_country():
    text = "Two people were hurt, police of Telangana said."
    article = Article("a", "Fire in Hyderabad", text, MONDAY, country="PK")
    incident = extractor().extract(article).incident
    assert incident
    assert incident.place
    assert incident.place.country == "IN"


def test_directions_before_a_name_are_part_of_it():
    assert place_of("", "A bomb hurt two men in West Ruritan Hills District.").name == (
        "West Ruritan Hills"
    )


def test_part_of_a_longer_name_and_a_faith_are_no_places():
    place = place_of(
        "Blast in Shia neighbourhood of Kabul",
        "It went off in Dasht-e-Khayal, west of Kabul, killing two.",
    )
    assert place.name == "Kabul"


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("He told the Lahore Times that nothing had happened.", "Lahore"),
        ("Fans of Peshawar Zalmi cheered.", "Peshawar"),
        ("Mr Sialkot left the room.", "Sialkot"),
        ("The Medellin cartel denied it.", "Medellin"),
        ("In March the rains came.", "March"),
        ("The police came in May.", "May"),
        ("It was a nice reading of the law.", "Nice"),
    ],
)
def test_what_only_sounds_like_a_place_is_none(text, never):
    assert never not in named(text)


def test_surname_stays_a_surname_when_it_returns_alone():
    text = "General Carlos Pizarro spoke. Later Pizarro left. Police in Cali arrested two men."
    assert "Pizarro" not in named(text)


def test_nationality_is_marked_as_adjective():
    assert [m.adjective for m in mentions("A Pakistani driver was hurt.")] == [True]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A mine exploded in the Zarkani area of Mastung.", "Zarkani"),
        ("A mine exploded in the village of Zarkani in Mastung.", "Zarkani"),
        ("A mine exploded near Zarkani Mosque in Mastung.", "Zarkani Mosque"),
    ],
)
def test_unlisted_place_is_kept_as_text_under_the_known_one(text, name):
    place = next(m.place for m in mentions(text) if m.place.name == name)
    assert (place.district, place.admin1, place.country) == ("Mastung", "Balochistan", "PK")
    assert place.precision is PlacePrecision.PLACE


def test_acronym_of_a_province_is_its_name():
    assert "Khyber Pakhtunkhwa" in named("Two shops burned in KP.")
    assert "Khyber Pakhtunkhwa" not in named("Two shops burned, kp.")


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        (
            "Bomb kills two in Pakistan",
            "QUETTA: A bomb killed two people in Mastung district of Balochistan on Sunday.",
            "Mastung",
        ),
        (
            "Two killed in blast",
            "A blast killed two people in Turbat on Sunday. It hit a bus from Quetta.",
            "Turbat",
        ),
        (
            "Gunmen kill three in Nigeria",
            "Gunmen killed three people in Maiduguri on Sunday. A similar raid hit Kano in 2019.",
            "Maiduguri",
        ),
    ],
)
def test_event_is_where_its_own_sentence_says(title, text, name):
    assert place_of(title, text).name == name


def test_most_specific_known_place_comes_first_with_all_that_contains_it():
    place = place_of("", "Gunmen killed two people in Mir Ali, North Waziristan, on Sunday.")
    assert (place.name, place.district) == ("Mir Ali", "North Waziristan")
    assert (place.admin1, place.country) == ("Khyber Pakhtunkhwa", "PK")
    assert place.latitude is not None


def test_article_that_names_only_a_nationality_still_has_its_country():
    place = place_of("", "Afghan soldiers were killed when gunmen attacked their post on Sunday.")
    assert (place.country, place.precision) == ("AF", PlacePrecision.COUNTRY)


def test_armed_group_tells_the_country_of_an_article_without_places():
    place = place_of("", "Gunmen of the BLA killed two drivers on a road on Sunday.")
    assert place.country == "PK"


def test_article_without_any_place_has_none():
    doc = doc_of("", "Two men were hurt when a wall fell.")
    assert main_place(doc, [s.index for s in findings(doc).sentences]) == (None, ())


@settings(max_examples=40)
@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_places(text):
    for mention in mentions(text):
        assert 0 <= mention.start < mention.end


def test_town_behind_a_first_name_is_a_surname():
    text = "Judge Carlos Valencia was shot dead in Bogota on Monday. Valencia was 40 years old."
    assert "Valencia" not in {mention.place.name for mention in mentions(text)}


def test_adjective_of_a_church_is_no_place():
    names = {
        mention.place.name for mention in mentions("Men burned the Catholic church in Bogota.")
    }
    assert "Catholic" not in names


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("A bomb killed 12 people in the Afghan capital on Sunday.", "Kabul"),
        ("Gunmen killed four people in Somalia's capital on Sunday.", "Mogadishu"),
        ("Two people died when a wall fell in the Kenyan capital.", "Nairobi"),
    ],
)
def test_capital_of_a_country_is_its_city(text, city):
    place = place_of("", text)
    assert (place.name, place.precision) == (city, PlacePrecision.PLACE)


def test_capital_that_is_money_or_a_penalty_is_no_city():
    text = "Swiss capital gains and Egyptian capital punishment were discussed."
    assert all(mention.adjective for mention in mentions(text))


def test_every_listed_capital_is_in_the_gazetteer():
    vocab = doc_of("", "Kabul")[0].vocab
    assert [code for code in capitals.names() if capitals.capital_of(code, vocab) is None] == []


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("A man was stabbed to death in Manchester on Sunday.", "GB"),
        ("A Jamaican man was stabbed to death in Manchester on Sunday.", "GB"),
        ("Two people were killed when a storm hit Manchester, Jamaica, on Sunday.", "JM"),
        ("Four people were killed in a fire in Portland on Sunday.", "US"),
    ],
)
def test_big_city_is_meant_before_a_far_division_of_its_name(text, country):
    assert place_of("", text).country == country


@pytest.mark.parametrize(
    "text",
    [
        "Three Indian tourists were killed when a boat capsized on Sunday.",
        "Four soldiers were killed in a raid in a town bordering Iran on Sunday.",
        "Two men were killed in a fire near the border with Ghana on Sunday.",
    ],
)
def test_nationality_of_travellers_and_the_far_side_of_a_border_tell_no_place(text):
    incident = report("", text).incident
    assert incident
    assert incident.place is None


def test_organisations_letters_are_no_town():
    assert named("An OSU student was shot near the campus in Columbus, Ohio.") == {
        "Columbus", "Ohio",
    }  # fmt: skip


def test_short_town_in_capitals_that_an_article_is_sent_from_stays_a_town():
    assert "Uch" in named("UCH: Two people were killed in a fire on Sunday in Punjab.")


@pytest.mark.parametrize(
    ("where", "country"),
    [("Islamabad", "PK"), ("the US", "US"), ("the UK", "GB"), ("Delhi", "IN")],
)
def test_short_item_needs_no_other_name_to_tell_its_country(where, country):
    text = f"A bomb killed five people in {where} on Monday, officials said."
    assert [mention.place.country for mention in mentions(text)] == [country]
