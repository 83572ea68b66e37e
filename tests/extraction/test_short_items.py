"""Headline and summary are all that most feeds hold: what such an item says, and what not."""

import pytest

from bot.domain.reports import Claim, IncidentType, Kind
from tests.extraction.reading import report

PAST_AND_TALK = [
    (
        "More than 70,000 of its soldiers are missing in action",
        "Lost in the fighting of half a century, most will never be accounted for.",
    ),
    (
        "Prosecutors To Charge Suspects In Airliner Downing",
        "Three men face murder charges over the 2014 downing, in which 298 people were killed.",
    ),
    (
        "How to survive a drone strike",
        "A list of tips tells fighters how to lower the number of people killed in American raids.",
    ),
    (
        "Allies line up to do battle over shrinking of parks",
        "Opponents of the plan gear up for a legal battle.",
    ),
    (
        "Rescuers conduct mock drill on bomb blast at Nowshera station",
        "A dummy bomb went off and ten 'injured' were carried away to test the response time.",
    ),
    (
        "March deadliest month in years, says monitor",
        "At least 121 people were killed in 79 attacks across the country in March.",
    ),
    (
        "Rain, snow expected in upper parts from Friday",
        "Heavy rain may trigger landslides in Chitral and Dir, the weather office said.",
    ),
    ("Deserting troops crash through border barrier", "They crossed with their families."),
]


@pytest.mark.parametrize(("title", "text"), PAST_AND_TALK)
def test_what_is_long_past_or_only_talk_is_no_incident(title, text):
    assert report(title, text).kind is Kind.OTHER


def test_toll_of_the_attack_that_a_measure_answers_is_not_told_as_new():
    told = report(
        "Government Launches Buyback Of Rifles After Mosque Attacks",
        "The measure comes months after the shooting in which 51 people were killed.",
    )
    assert told.incident is None or told.incident.casualties.killed is None


def test_toll_of_a_remembered_massacre_is_not_told_as_new():
    told = report(
        "Governor deplores 'shameful' killing of dock workers",
        "Wreaths were laid to mark 60 years since a massacre of striking workers. "
        "Between 120 and 300 of them were killed, historians say.",
    )
    assert told.incident is None or told.incident.casualties.killed is None


def test_suspect_of_a_shooting_is_not_shot():
    told = report("Airport shooting suspect heard voices, family says", "He was held on Friday.")
    assert told.incident is None or told.incident.casualties.injured is None


def test_headline_with_capitals_throughout_still_tells_who_was_killed():
    told = report(
        "Ministry Says Several Senior Officers Were Killed In Thwarted Coup Attempt In Ethiopia",
        "Fighting was heard in the capital overnight.",
    )
    killed = told.incident and told.incident.casualties.killed
    assert killed
    assert killed.min == 3  # several


@pytest.mark.parametrize(
    "title",
    ["Ridge Fire grows past 70,000 acres, 5% contained", "Ridge Fire explodes in size"],
)
def test_fire_that_grows_by_acres_is_a_wildfire_and_no_explosion(title):
    incident = report(title, f"{title} as winds rise.").incident
    types = incident.types if incident else ()
    assert types[0] is IncidentType.WILDFIRE
    assert IncidentType.EXPLOSION not in types


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Pakistan's new ban on plastic bags takes effect", Kind.POLICY),
        ("Egypt's opposition activists call for vote boycott", Kind.OTHER),
        ("Egypt's Almasri calls for vote boycott", Kind.OTHER),
    ],
)
def test_what_a_state_owns_is_its_deed_but_not_its_people(title, kind):
    assert report(title, f"{title}.").kind is kind


def test_deaths_for_which_the_dead_were_wanted_are_not_todays():
    told = report(
        "Police kill three bandits in Kashmore raid",
        "Police killed three bandits on Sunday. The men were wanted in 17 cases of attacks "
        "that had left 23 constables dead.",
    )
    assert told.incident
    assert told.incident.casualties.killed
    assert told.incident.casualties.killed.max == 3


def test_victim_of_a_suspects_crime_is_not_killed_again():
    told = report(
        "Suspect killed in shootout in Kasur",
        "A suspect in the rape and murder of a young girl was killed on Monday in Kasur.",
    )
    assert told.incident
    assert told.incident.casualties.killed
    assert told.incident.casualties.killed.max == 1


def test_place_of_commemoration_is_no_sign_of_the_past():
    told = report(
        "", "At least 12 mourners were killed by a bomb at the hall (a place of commemoration)."
    )
    assert told.incident
    assert told.incident.casualties.killed


def test_no_group_including_one_that_is_named_has_claimed():
    told = report(
        "Blast in Kabul kills four",
        "Four people died. No individual or group, including the ISIS-K, has claimed "
        "responsibility yet.",
    )
    assert told.incident
    assert told.incident.claim is Claim.UNCLAIMED
    assert not told.incident.perpetrators


def test_crime_that_is_judged_is_a_follow_up():
    told = report(
        "Man found guilty of killing three girls at dance class",
        "A teenager was found guilty on Monday of murdering three girls in Southport in July.",
    )
    assert told.follow_up == "verdict"


@pytest.mark.parametrize(
    "title",
    [
        "Foreign office summons Ruritanian envoy over border attack",
        "Chief justice takes suo motu notice of child's murder",
        "Minister decries killing of miners",
    ],
)
def test_what_answers_an_attack_is_a_follow_up(title):
    assert report(title, "It was carried out by gunmen last week.").follow_up


def test_where_a_bus_was_bound_for_is_not_where_it_was_shot_at():
    told = report(
        "Firing on Rawalpindi-bound coaster kills two in Chilas",
        "Two passengers died when gunmen opened fire on a Rawalpindi-bound coaster on Saturday.",
    )
    assert told.incident
    assert told.incident.place
    assert told.incident.place.name == "Chilas"


def test_who_died_along_with_somebody_known_is_counted_with_him():
    told = report(
        "Explosion kills provincial minister in Kabul",
        "Karim Shah, the minister, was killed along with six others in a blast on Monday.",
    )
    assert told.incident
    assert told.incident.casualties.killed
    assert told.incident.casualties.killed.max == 7
