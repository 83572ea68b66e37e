import datetime as dt

import pytest

from bot.domain.reports import Policy, PolicyStatus, Stance
from bot.extraction import authorities
from tests.extraction.reading import doc_of, report


def policy(title: str, text: str = "") -> Policy:
    found = report(title, text).policy
    assert found, "no policy found"
    return found


@pytest.mark.parametrize(
    ("title", "action"),
    [
        ("Government bans plastic bags", "ban"),
        ("Government lifts ban on kites", "lift"),
        ("Ministry extends deadline for permits", "extend"),
        ("Cabinet suspends visas for tourists", "suspend"),
        ("Assembly passes bill on water", "legislate"),
        ("President signs decree on fuel", "decree"),
        ("Supreme Court rules against mine", "rule"),
        ("Central bank raises interest rate", "set_price"),
        ("Iran deports thousands of migrants", "deport"),
        ("US imposes sanctions on shipping firms", "sanction"),
        ("Government orders inquiry into crash", "investigate"),
        ("Prime minister appoints new army chief", "appoint"),
        ("UN Security Council calls for truce", "urge"),
    ],
)
def test_headline_tells_the_action(title, action):
    assert policy(title, f"{title} on Monday, officials said.").actions[0] == action


def test_deed_done_to_a_ban_outranks_the_ban():
    actions = policy("Punjab government lifts ban on kite flying").actions
    assert actions[0] == "lift"


def test_who_decides_is_the_issuer():
    text = "The Federal Board of Revenue extended the deadline for returns on Monday."
    assert "Federal Board of Revenue" in policy("FBR extends deadline for returns", text).issuers


def test_agent_of_a_passive_is_the_issuer():
    text = "A curfew was imposed by the Home Department in two towns on Sunday."
    assert "Home Department" in policy("Curfew imposed in two towns", text).issuers[0]


def test_denied_measure_is_none():
    assert report("Minister denies plan", "The government did not ban the party.").policy is None


def test_debate_of_a_ban_is_none():
    text = "Lawmakers debated a petition on Monday. A poll suggests that many want a ban."
    assert report("Lawmakers debate petition", text).policy is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The ministry ordered them to leave by the end of March.", dt.date(2025, 3, 31)),
        ("The ministry ordered them to leave by end of January.", dt.date(2026, 1, 31)),
        ("The ministry ordered them to leave by April 15.", dt.date(2025, 4, 15)),
        ("The ministry extended the deadline to May 2, 2025.", dt.date(2025, 5, 2)),
    ],
)
def test_deadline_is_the_last_day_to_act(text, day):
    assert policy("Ministry orders migrants to leave", text).deadline == day


def test_day_a_ban_expires_is_no_deadline():
    text = "The government extended the airspace ban until April 24."
    assert policy("Government extends airspace ban", text).deadline is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The government banned plastic bags with effect from June 5.", dt.date(2025, 6, 5)),
        (
            "The government banned plastic bags. The ban takes effect on June 5.",
            dt.date(2025, 6, 5),
        ),
        ("The government banned plastic bags from June 5.", dt.date(2025, 6, 5)),
    ],
)
def test_effective_day_is_when_it_begins(text, day):
    assert policy("Government bans plastic bags", text).effective_on == day


def test_measure_ahead_is_announced():
    text = "The government will ban plastic bags from June 5."
    assert policy("Government to ban plastic bags", text).status is PolicyStatus.ANNOUNCED


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("The government approved a grant of Rs2.5 billion.", 2.5e9),
        ("The government approved aid for 340,000 families.", 340_000),
        ("The government approved aid for one million people.", 1e6),
        ("The government approved a rise of 11 per cent.", 11),
        ("The government approved a loan of Rs3 lakh.", 300_000),
    ],
)
def test_figure_is_read_in_full(text, value):
    figures = policy("Government approves grant", text).figures
    assert value in {figure.value for figure in figures}


def test_years_and_days_are_no_figures():
    text = "The government approved the plan of 2023 on March 7 under section 144."
    values = {figure.value for figure in policy("Government approves plan", text).figures}
    assert not values & {2023.0, 7.0, 144.0}


def test_critic_opposes_and_friend_supports():
    text = (
        "The government banned the party on Monday. Rights activists condemned the decision. "
        "Traders welcomed the move."
    )
    stances = {r.stance for r in policy("Government bans party", text).reactions}
    assert stances == {Stance.OPPOSE, Stance.SUPPORT}


def test_every_detail_has_its_evidence():
    text = "The ministry ordered them to leave by April 15."
    found = report("Ministry orders migrants to leave", text)
    assert found.evidence["deadline"][0].sentence == text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The Peshawar High Court met.", "Peshawar High Court"),
        ("A notice by the Ministry of Water and Power.", "Ministry of Water and Power"),
        ("Prime Minister Amna Khan spoke.", "Prime Minister Amna Khan"),
        ("The federal cabinet met.", "federal cabinet"),
    ],
)
def test_authority_is_named_in_full(text, name):
    doc = doc_of("", text)
    assert name in {authority.name for authority in authorities.find(doc, 0, len(doc))}


def test_bank_without_a_name_is_no_authority():
    doc = doc_of("", "He went to the bank and to the office.")
    assert authorities.find(doc, 0, len(doc)) == []
