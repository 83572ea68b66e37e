import pytest

from bot.domain.reports import Kind, PolicyAction
from tests.extraction.reading import report


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Two killed as wall collapses", "Two labourers died when a wall collapsed in Kasur."),
        ("Gunmen attack convoy", "Gunmen attacked a convoy in Tank on Sunday, killing one driver."),
        ("", "Three farmers were shot dead by robbers near Larkana on Friday, police said."),
    ],
)
def test_something_that_happened_is_an_incident(title, text):
    assert report(title, text).kind is Kind.INCIDENT


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Government bans toy guns", "The government on Monday banned the sale of toy guns."),
        ("Court rules against dam", "The Supreme Court ruled on Friday that the dam was illegal."),
        (
            "Ministry orders refugees to leave",
            "The interior ministry ordered them to leave by May 1.",
        ),
    ],
)
def test_something_decided_is_a_policy(title, text):
    assert report(title, text).kind is Kind.POLICY


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Keeper saves late penalty", "The goalkeeper saved a penalty as the league season began."),
        ("Profit soars at bank", "Quarterly profit at the bank rose by a fifth, analysts said."),
        ("New film opens", "The actress said the film was fun to make. Fans loved the trailer."),
        ("Garden show draws crowds", "Roses were on show in the park. Visitors liked the music."),
        ("", ""),
    ],
)
def test_other_news_is_other(title, text):
    found = report(title, text)
    assert found.kind is Kind.OTHER
    assert found.incident is None
    assert found.policy is None


def test_verdict_on_an_attack_is_a_policy():
    text = "A court sentenced two men to death on Monday for a bombing that killed nine in 2019."
    assert report("Court sentences two to death for bombing", text).kind is Kind.POLICY


def test_report_holds_what_its_kind_says():
    incident = report("Bomb kills two in Quetta", "A bomb killed two men in Quetta on Sunday.")
    assert incident.incident
    assert incident.policy is None


@pytest.mark.parametrize(
    ("title", "what"),
    [
        ("Thousands attend funeral of blast victims", "funeral"),
        ("President condemns Quetta bombing", "condemnation"),
        ("Suspect arrested in mosque attack", "arrest"),
        ("City marks anniversary of deadly quake", "anniversary"),
    ],
)
def test_follow_up_names_what_it_reports(title, what):
    text = "The attack killed eleven people on Friday. Police said so on Sunday."
    assert report(title, text).follow_up == what


@pytest.mark.parametrize(
    "title",
    [
        "Bomb kills two in Quetta",
        "At least 12 killed in suicide blast outside court",
        "Blast at funeral kills 20 in Mardan",
        "Suicide bomber kills 20 mourners in Mardan",
        "Seven hurt in drive-by after funeral",
        "Three dead, one hurt in house party shooting; suspect arrested",
        "Child killed; teenager charged",
        "Gunmen attack funeral, four killed",
    ],
)
def test_headline_that_tells_its_own_toll_is_no_follow_up(title):
    assert report(title, "A bomb killed two in Quetta.").follow_up is None


@pytest.mark.parametrize(
    "title",
    [
        "Man shot by officer charged with robbery",
        "Man suspected of killing four charged with murder",
        "Suspect in five killings arrested after manhunt",
        "Court jails three over blast that killed 20",
        "Funeral of five killed in blast held",
        "Five killed in mine blast laid to rest",
    ],
)
def test_toll_of_those_who_are_charged_or_buried_leaves_it_a_follow_up(title):
    assert report(title, "The attack was on Friday. Police said so on Sunday.").follow_up


@pytest.mark.parametrize("title", ["Larkana buries victims of bus crash", "Town buries its dead"])
def test_headline_that_buries_the_dead_tells_of_a_funeral(title):
    assert report(title, "A bus fell into a canal on Friday and 21 died.").follow_up == "funeral"


def test_landslide_that_buries_people_is_no_funeral():
    told = report("Landslide buries 12 in Larkana", "A landslide buried 12 people on Sunday.")
    assert told.follow_up is None


def test_fresh_attack_is_no_follow_up():
    assert report("Bomb kills two in Quetta", "A bomb killed two in Quetta.").follow_up is None


FILLER = (
    "The town lies in a valley. Its market opens at noon. Rain fell. Buses ran as usual."
    " A new hall stands there. It is green. People like it."
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Mayor Ilda Roca was murdered in Arlo last night by rebels who threw a bomb at her car.",
         Kind.INCIDENT),
        ("Rebels kidnapped two engineers in Arlo last night.", Kind.INCIDENT),
        ("We in our party know what war and attacks mean, and we want our people to live in peace.",
         Kind.OTHER),
    ],
)  # fmt: skip
def test_long_text_without_headline_is_what_it_tells(text, kind):
    assert report("", f"{text} {FILLER}").kind is kind


def test_column_is_no_incident_and_alerts_nobody():
    told = report(
        "Why our markets burn",
        "Every few months a fire kills dozens in our plazas. In the latest one 12 weavers died. "
        "The building authority must be held to account. We need to enforce the code.",
    )
    assert told.kind is Kind.OTHER
    assert told.follow_up == "opinion"


def test_who_is_sent_home_is_sent_by_an_authority():
    told = report(
        "2,300 more families repatriated via Torkham",
        "As many as 2,300 undocumented migrants were repatriated through the crossing on Sunday.",
    )
    assert told.kind is Kind.POLICY
    assert told.policy
    assert told.policy.actions[0] is PolicyAction.DEPORT


@pytest.mark.parametrize("opening", ["Separately, ", "In another incident, ", ""])
def test_item_without_headline_is_about_what_it_begins_with(opening):
    text = f"{opening}three watchmen of a market were injured when a grenade was thrown at them."
    assert report("", text).kind is Kind.INCIDENT
