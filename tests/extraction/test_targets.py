import pytest

from bot.domain.reports import Incident
from tests.extraction.reading import report


def incident(title: str, text: str = "") -> Incident:
    found = report(title, text).incident
    assert found, "no incident found"
    return found


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("A roadside bomb hit a police van in Tank, killing two.", "police van"),
        ("Gunmen attacked a checkpost in Bannu, killing two soldiers.", "checkpost"),
        ("Gunmen killed a polio worker in Dera Ismail Khan.", "polio worker"),
    ],
)
def test_what_was_hit_is_the_target(text, target):
    assert target in incident("Attack in northwest", text).targets


@pytest.mark.parametrize(
    ("text", "weapon"),
    [
        ("Two men died when a hand grenade was thrown at a shop in Quetta.", "hand grenade"),
        ("A car bomb killed two people in Quetta.", "car bomb"),
        ("An explosives-laden vehicle rammed the gate and killed two.", "explosives-laden vehicle"),
    ],
)
def test_means_is_the_weapon(text, weapon):
    assert weapon in incident("Two killed in attack", text).weapons


def test_seized_guns_are_no_weapons():
    text = "Police killed two robbers in Sukkur. A pistol was recovered from them."
    assert incident("Two robbers killed", text).weapons == ()


def test_accident_has_no_weapon():
    text = "Five people died when a bus carrying petrol overturned near Sibi."
    assert incident("Five die in bus crash", text).weapons == ()


def test_attackers_are_no_targets():
    text = "Militants attacked a bank in Kech and killed a guard, police said."
    assert not any("ilitants" in target for target in incident("Bank attacked", text).targets)


@pytest.mark.parametrize(
    "text",
    [
        "A bomb hit a bus near Sibi, killing three, said a deputy superintendent of police.",
        "A bomb hit a bus near Sibi. Three of the injured died in hospital, police said.",
    ],
)
def test_who_speaks_and_where_the_hurt_are_taken_are_no_targets(text):
    assert incident("Three killed in bomb attack", text).targets == ("bus",)


@pytest.mark.parametrize(
    "text",
    [
        "The director of the bank was kidnapped in Arlo on Monday.",
        "A teacher was shot dead near the bank in Arlo on Monday.",
        "A bomb killed two men from the embassy in Arlo on Monday.",
    ],
)
def test_where_somebody_works_or_stood_is_no_target(text):
    found = report("", text).incident
    assert found
    assert not {"bank", "embassy"} & set(found.targets)


def test_thing_that_was_attacked_beside_people_is_a_target():
    found = report("", "Gunmen attacked the bank in Arlo on Monday and shot two guards.").incident
    assert found
    assert found.targets == ("bank",)


def test_station_in_whose_limits_it_happened_is_no_target():
    told = report(
        "Man shot dead", "A man was shot in the limits of Sadiq police station on Monday."
    )
    assert told.incident
    assert not told.incident.targets
