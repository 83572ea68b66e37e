"""What sentences say about casualties, and what they do not."""

import pytest

from bot.extraction.findings import findings
from tests.extraction.reading import doc_of, report


def told(text, field, *, parts=False):
    return [
        (t.count.min, t.count.max)
        for t in findings(doc_of("", text)).casualties
        if t.field == field and t.part == parts
    ]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Two men were killed on the road.", 2),
        ("The blast killed at least 11 people.", 11),
        ("A truck hit a bus, killing nine passengers.", 9),
        ("The fire left three workers dead.", 3),
        ("Flood kills 40", 40),
        ("Four dead, six hurt in a fire", 4),
        ("Five labourers lost their lives in the mine.", 5),
        ("The death toll has risen to 23.", 23),
        ("Rescuers recovered seven bodies.", 7),
        ("The bodies of two brothers were found.", 2),
        ("The crash claimed the lives of 12 pilgrims.", 12),
        ("A policeman was killed.", 1),
        ("A man stabbed a shopkeeper to death.", 1),
        ("Of the patients, 3 succumbed on Monday.", 3),
        ("4 nurses among 9 dead as clinic roof falls", 9),
        ("Four nurses among nine people killed in the clinic.", 9),
        ("Armed men shot dead a glazier in Model Colony.", 1),
        ("Militants abducted and killed a village council member.", 1),
        ("Seven passengers were taken off a coach and shot dead.", 7),
        ("Eight cooks from Multan were pulled off a truck and killed.", 8),
        ("Nine people, three children among them, were killed.", 9),
        ("Two siblings, aged 4 and 6, died in a manhole.", 2),
        ("Two guests, a 19-year-old man and a 23-year-old woman, died.", 2),
        ("Mother of five killed by husband", 1),
        ("Nearly 50 people are believed to have drowned.", 50),
        ("Three people in Sibi and Ziarat were killed.", 3),
        ("The toll in the tragedy rose to 18 with two more deaths.", 18),
        ("Truck runs over five sleeping masons, three die", 3),
        ("Both pilots were killed.", 2),
        ("Seven passengers offloaded, shot dead in Kalat", 7),
        ("Armed men took six passengers off a coach and shot them dead.", 6),
        ("Blast kills three-year-old", 1),
        ("An explosion tore through a bazaar, killing and wounding four people.", 4),
        ("Two guards laid down their lives in the raid.", 2),
    ],
)
def test_every_form_of_dying_is_read(text, count):
    assert told(text, "killed") == [(count, count)]


def test_those_found_among_the_missing_are_counted_not_all_who_are_missing():
    assert told("5 bodies found among 30 reported missing", "killed") == [(5, 5)]


def test_who_shoots_is_not_who_is_shot():
    assert told("Two assailants gunned down party chairman Aslam Shah.", "killed") == [(1, 1)]


def test_lost_animals_are_no_dead():
    assert not told("The flood washed away 80 huts and 2,000 livestock perished.", "killed")


def test_as_many_repeats_the_count_before():
    text = "Six people lost their lives while as many were hurt."
    assert (told(text, "killed"), told(text, "injured")) == ([(6, 6)], [(6, 6)])


def test_company_in_death_is_counted():
    text = "The commander was killed along with three associates."
    assert sum(least for least, _ in told(text, "killed")) == 4


def test_who_dies_of_wounds_is_not_counted_as_injured():
    assert not told("Two of the wounded later died in hospital.", "injured")


def test_staff_of_an_organisation_with_and_in_its_name_are_counted():
    text = "Five employees of the Roads and Bridges Authority (RBA) were injured in a blast."
    assert told(text, "injured") == [(5, 5)]


def test_no_deaths_or_injuries_says_both():
    told_none = report(
        "", "A tremor was felt in Skardu. There were no reports of deaths or injuries."
    )
    assert told_none.incident is not None
    assert told_none.incident.casualties.injured is not None
    assert told_none.incident.casualties.injured.max == 0


def test_his_gunman_is_a_guard():
    text = "A councillor and his gunman were martyred."
    assert sum(least for least, _ in told(text, "killed")) == 2


def test_lists_add_up():
    text = "The raid left four rebels, two soldiers and a driver dead."
    assert sum(least for least, _ in told(text, "killed")) == 7


@pytest.mark.parametrize(
    ("text", "killed"),
    [
        (
            "It led to the deaths of four pilgrims and a guard, as well as nine others injured.",
            [4, 1],
        ),
        ("It led to the “martyrdom of two nurses and a guard” and nine others injured.", [2, 1]),
        ("It led to the death of a guard and nine others injured.", [1]),
    ],
)
def test_others_who_were_hurt_are_not_of_the_dead_before_them(text, killed):
    assert told(text, "killed") == [(one, one) for one in killed]
    assert told(text, "injured") == [(9, 9)]


def test_named_people_joined_by_and_add_up():
    assert len(told("Jamil Khoso and Rafiq Bugti were shot dead.", "killed")) == 2


def test_apposition_does_not_add():
    assert told("Jamil Khoso, a policeman, was shot dead.", "killed") == [(1, 1)]


def test_names_of_the_counted_do_not_add():
    text = "Two men, identified as Jamil Khoso and Rafiq Bugti, were shot dead."
    assert told(text, "killed") == [(2, 2)]


def test_including_makes_parts():
    text = "Nine people, including two children, were killed."
    assert told(text, "killed") == [(9, 9)]
    assert told(text, "killed", parts=True) == [(2, 2)]


def test_killed_and_injured_are_kept_apart():
    text = "Three people were killed and 14 others injured."
    assert told(text, "killed") == [(3, 3)]
    assert told(text, "injured") == [(14, 14)]


def test_killed_is_active_before_an_object():
    text = "Two gunmen killed five villagers."
    assert told(text, "killed") == [(5, 5)]


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("No casualties were reported.", {"killed", "injured"}),
        ("Nobody was hurt.", {"injured"}),
        ("There was no loss of life.", {"killed"}),
        ("No one was killed.", {"killed"}),
    ],
)
def test_explicit_nobody_is_zero(text, fields):
    found = {t.field: t.count.max for t in findings(doc_of("", text)).casualties}
    assert found == dict.fromkeys(fields, 0)


@pytest.mark.parametrize(
    "text",
    [
        "He planned to kill three people.",
        "The blast could have killed dozens of people.",
        "Nobody else was hurt.",
        "The bomb destroyed three vehicles.",
        "Two people were not killed.",
        "Police said the market was closed.",
        "The team killed off the game with two late goals.",
    ],
)
def test_what_did_not_happen_to_people_is_nothing(text):
    assert told(text, "killed") == told(text, "injured") == []


def test_attackers_are_told_from_victims():
    roles = {
        t.who: t.role
        for t in findings(doc_of("", "Two soldiers and six militants died.")).casualties
    }
    assert roles == {"soldiers": "victim", "militants": "attacker"}


@pytest.mark.parametrize(
    ("text", "field", "count"),
    [
        ("Nine villagers were abducted.", "abducted", 9),
        ("Police arrested five suspects.", "arrested", 5),
        ("Sixteen fishermen are missing.", "missing", 16),
        ("Over 300 families and 1,200 people were displaced.", "displaced", 1200),
    ],
)
def test_other_figures_are_read(text, field, count):
    assert told(text, field)[-1] == (count, count)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Father, two daughters shot to death in Hilltown", 3),
        ("Landlord killed tenant, baker, 3-month-old baby", 3),
        ("The bodies of 54-year-old Mark Mott and 6-year-old Hank Mott were found.", 2),
        ("A 15-year-old was killed.", 1),
        ("Four of five dead in a Belton fire named", 5),
        ("Two of the four people killed in the crash were nurses.", 4),
        ("Two of the four people were killed.", 2),
        ("One of four children injured has died.", 1),
        ("Town shaken by four slayings", 4),
        ("Police look into the fatal stabbing of one man.", 1),
    ],
)
def test_people_of_a_list_an_age_or_a_part_are_counted(text, count):
    assert sum(least for least, _ in told(text, "killed")) == count


def test_an_age_of_a_thing_is_nobody():
    assert told("The 15-year-old war killed trade.", "killed") == []


def test_one_kind_in_the_headline_is_part_of_the_people_of_the_text():
    told_of = report(
        "Girl killed in market blast", "Police said three people were killed in the blast."
    )
    assert told_of.incident is not None
    killed = told_of.incident.casualties.killed
    assert killed is not None
    assert (killed.min, killed.max) == (3, 3)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Some 450 families were displaced by the river.", 450),
        ("The fire made 60 households homeless.", 60),
        ("Landslide leaves 25 families homeless", 25),
    ],
)
def test_families_who_lost_their_homes_are_counted_as_the_text_counts_them(text, count):
    assert told(text, "displaced") == [(count, count)]


def test_families_are_no_count_of_the_dead():
    assert told("Nine people of three families were killed.", "killed") == [(9, 9)]
    assert told("Three families were killed.", "killed") == []


def test_others_who_are_still_treated_are_the_injured_that_are_left():
    incident = report(
        "Toll of Bannu market blast rises to eight",
        "Five wounded traders died overnight, raising the death toll of Sunday's blast in Bannu to "
        "eight. Three people were killed at once and nine injured, police said. "
        "Four others are still being treated.",
    ).incident
    assert incident
    assert incident.casualties.injured
    assert incident.casualties.injured.max == 4


def test_treatment_without_any_dead_leaves_the_injured_as_they_were():
    incident = report(
        "Nine hurt as bus overturns",
        "Nine people were injured when a bus overturned. Two others are still in hospital.",
    ).incident
    assert incident
    assert incident.casualties.injured
    assert incident.casualties.injured.max == 9
