"""The main event's figures, and those of other events that must not be taken for them."""

import datetime as dt

import pytest

from bot.domain.values import Count
from tests.extraction.reading import report

TITLE = "Four killed in Zhob market blast"
LEAD = "ZHOB: A bomb killed four people and injured nine in a market on Sunday, police said."


def figures(title, *paragraphs):
    incident = report(title, "\n".join(paragraphs)).incident
    assert incident
    return incident.casualties


def ends(count):
    return (count.min, count.max) if isinstance(count, Count) else None


@pytest.mark.parametrize(
    "past",
    [
        "In March last year, a blast in the same market killed 64 people.",
        "The attack came weeks after 31 people were killed in a mosque.",
        "More than 700 people have been killed in the province so far this year.",
        "In 2019, gunmen killed 17 labourers and injured 30 in Mastung.",
        "In another incident, gunmen killed seven miners in Duki.",
        "The war, which has killed 54,000 people, goes on.",
        "At least 90 people died in similar attacks over the past two years.",
    ],
)
def test_figures_of_other_events_are_background(past):
    toll = figures(TITLE, LEAD, past)
    assert (ends(toll.killed), ends(toll.injured)) == ((4, 4), (9, 9))


def test_a_paragraph_that_goes_on_about_an_earlier_event_is_background_too():
    lead = "ZHOB: A bomb injured nine people in a market on Sunday, police said."
    past = "One such case was on February 9, when a mine blew up on a road. It leads to the coast."
    back = "A driver was killed in the incident and the road was shut."
    title = "Nine injured in Zhob market blast"
    assert figures(title, lead, past, back).killed is None
    assert ends(figures(title, lead, back).killed) == (1, 1)


def test_background_events_are_listed_apart():
    past = (
        "In March last year, fighters stormed a train. The siege left 33 militants, 23 soldiers,"
        " three railwaymen and five passengers dead."
    )
    found = report("No casualties as blast derails train", f"{LEAD_WITHOUT}\n{past}")
    assert found.incident
    assert ends(found.incident.casualties.killed) == (0, 0)
    assert [event.killed for event in found.background] == [64]


LEAD_WITHOUT = (
    "SUKKUR: A blast derailed a train on Sunday, officials said, with no casualties reported."
)


def test_newest_total_wins_over_the_headline():
    rising = "The death toll rose to six after two of the injured died, a doctor said on Monday."
    assert ends(figures(TITLE, LEAD, rising).killed) == (6, 6)


def test_exact_figure_wins_over_dozens():
    lead = "A fire killed 31 workers in a mill in Hub on Sunday, officials said."
    assert ends(figures("Dozens killed in mill fire", lead).killed) == (31, 31)


def test_separate_counts_of_one_event_add_up():
    lead = "A raid in Tank on Sunday killed 11 terrorists, while two soldiers embraced martyrdom."
    assert ends(figures("Raid in Tank", lead).killed) == (13, 13)


def test_dead_attackers_are_not_added_to_their_victims():
    lead = "Gunmen killed six guards at a bank in Hub on Sunday. Both attackers were killed later."
    assert ends(figures("Six killed in bank attack", lead).killed) == (6, 6)


def test_arrest_is_not_its_crime():
    lead = "Police on Sunday arrested the man suspected of the murder of a singer in Lahore."
    assert figures("Suspect who killed singer arrested in Lahore", lead).killed is None


def test_who_was_shot_and_lives_is_injured():
    lead = "Five people were shot, one fatally, outside a club in Memphis on Sunday."
    toll = figures("Shooting at a club", lead)
    assert (ends(toll.killed), ends(toll.injured)) == ((1, 1), (4, 4))


def test_casualties_are_split_by_who():
    lead = "Two soldiers, three policemen and four children were killed in a blast on Sunday."
    incident = report("Nine killed in blast", lead).incident
    assert incident
    assert {(p.who, p.count.min) for p in incident.breakdown} >= {("children", 4)}


def test_story_of_an_old_event_alone_keeps_it():
    found = report("Blast kills four", LEAD.replace("Sunday", "February 3"), published=None)
    assert found.incident


def test_published_day_is_no_date_of_the_event():
    found = report(
        "Bus crash", "A bus fell into a ravine.", dt.datetime(2025, 3, 10, tzinfo=dt.UTC)
    )
    assert found.incident is None or found.incident.occurred_on is None
