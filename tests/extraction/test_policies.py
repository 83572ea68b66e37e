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


@pytest.mark.parametrize(
    ("title", "text", "status"),
    [
        (
            "High court suspends ban on kites",
            "The high court on Monday suspended the ministry's ban on kites.",
            PolicyStatus.SUSPENDED,
        ),
        (
            "Judge blocks ferry fee",
            "A judge has blocked the port authority's new ferry fee.",
            PolicyStatus.SUSPENDED,
        ),
        (
            "Court upholds ban on kites",
            "The high court on Monday upheld the ministry's ban on kites.",
            PolicyStatus.IN_FORCE,
        ),
    ],
)
def test_what_a_court_stops_is_suspended(title, text, status):
    assert policy(title, text).status is status


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


SAID_AHEAD = [
    ("Punjab to send home 900 foreigners", "The government said it would deport 900 foreigners."),
    ("Oman to expel crews of banned ships", "Oman will expel the crews, the navy ministry said."),
    ("Nepal to ban single-use cups", "Nepal's government said on Monday it would ban such cups."),
    ("Bolivia to raise fuel price", "Bolivia is going to raise the price, its president said."),
    ('"We will fine litterers," mayor says', "The mayor of Izmir said the city would fine them."),
    ("Kerala to hire 400 nurses", "The government of Kerala said it would hire 400 nurses."),
    ("Malta vows to abolish boat levy", "Malta's government vowed on Monday to abolish the levy."),
]


@pytest.mark.parametrize(("title", "text"), SAID_AHEAD)
def test_measure_that_an_authority_says_will_come_is_announced(title, text):
    found = policy(title, text)
    assert "announce" in found.actions
    assert found.status in {PolicyStatus.ANNOUNCED, PolicyStatus.PROPOSED}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Club to send home two players", "The club said it would send two players home."),
        ("Brewer to raise prices", "The brewer said it would raise the price of its beer."),
        ("Minister to raise issue at summit", "The minister will raise the issue at the summit."),
        ("Governor to give prizes", "The governor will give a speech and hand over the prizes."),
        ("Would a ban help?", "Some say a ban would limit noise. Neighbours are not so sure."),
    ],
)
def test_what_others_say_they_will_do_is_no_measure(title, text):
    assert report(title, text).policy is None


def test_condition_is_no_measure():
    text = "The minister said he would expel nobody and would ban the game if he were king."
    assert report("Minister jokes at fair", text).policy is None


def test_province_that_says_so_is_the_issuer_by_its_full_name():
    text = "The government of Punjab said on Monday it would deport 250 foreigners by May 4."
    found = policy("Punjab to send home 250 foreigners", text)
    assert found.issuers == ("Government of Punjab",)
    assert found.actions == ("deport", "announce")
    assert found.country == "PK"
    assert found.deadline == dt.date(2025, 5, 4)


def test_issuer_is_told_once_and_in_full():
    text = "The interior ministry of Balochistan on Monday banned lorries from driving at night."
    found = policy("Interior ministry bans night driving", text)
    assert found.issuers == ("Interior ministry of Balochistan",)


def test_who_urges_those_that_decide_is_no_issuer():
    text = (
        "The government of Chad said it would expel 90 families. "
        "UNHCR urged Chad to halt the deportations."
    )
    found = policy("Chad to expel 90 families", text)
    assert "UNHCR" not in found.issuers
    assert "urge" not in found.actions
    assert [(r.actor, r.stance) for r in found.reactions] == [("UNHCR", Stance.OPPOSE)]


def test_subjects_are_short_nouns_without_days_counts_and_clauses():
    text = (
        "The interior ministry on Monday banned 300 passenger buses from travelling at night on "
        "the N-25 with effect from March 12, a notification said."
    )
    found = policy("Interior ministry bans night travel until further notice", text)
    assert found.subjects == ("night travel", "passenger buses")


def test_who_must_leave_is_the_subject():
    text = "Lebanon's government said on Monday that Syrians without permits would have to leave."
    assert "Syrians without permits" in policy("Lebanon says guests must leave", text).subjects


def test_figures_of_the_headline_lead_and_details_are_left_out():
    text = (
        "The ministry said that 90,000 people had returned. Police have been told to take those "
        "who stay to 14 holding centres, and eight crossing points are open.\n\nThe ministry "
        "expelled 250,000 foreigners."
    )
    figures = policy("Ministry expels 250,000 foreigners", text).figures
    assert [figure.value for figure in figures] == [250_000, 90_000]
