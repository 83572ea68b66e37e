import pytest

from bot.extraction import event_types
from bot.extraction.findings import findings
from bot.extraction.phrases import Phrases, expand
from tests.extraction.reading import doc_of


def told(text: str) -> set[str]:
    return {trigger.type.value for trigger in findings(doc_of("", text)).triggers}


def first_type(title: str, text: str = "") -> str:
    return event_types.rank(doc_of(title, text))[0].value


def test_braces_stand_for_every_choice():
    assert list(expand("{car,truck} bomb{,s}")) == [
        "car bomb",
        "car bombs",
        "truck bomb",
        "truck bombs",
    ]


def test_longest_phrase_wins_and_none_overlap():
    phrases = Phrases([("bomb", "short"), ("bomb squad", "long")])
    doc = doc_of("", "The bomb squad found a bomb there.")
    found = [(f.end - f.start, f.values) for f in phrases.find(doc, 0, len(doc))]
    assert found == [(2, ("long",)), (1, ("short",))]


def test_gap_takes_up_to_four_words():
    phrases = Phrases([("set ... ablaze", "fire")])
    near = doc_of("", "They set the old town hall ablaze.")
    far = doc_of("", "They set the very old and empty town hall ablaze.")
    assert list(phrases.find(near, 0, len(near)))
    assert not list(phrases.find(far, 0, len(far)))


def test_hyphens_count_as_blanks():
    assert "bombing" in told("A suicide-bomber was seen near the gate.")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("A car bomb went off near the market.", "bombing"),
        ("Gunmen opened fire on a van and fled.", "shooting"),
        ("Two tribesmen were abducted on their way home.", "abduction"),
        ("A drone strike hit a house in the valley.", "airstrike"),
        ("Mortar shells landed in the village.", "shelling"),
        ("A passenger coach plunged into a deep gorge.", "transport_accident"),
        ("The roof of a shop caved in after rain.", "collapse"),
        ("A tremor was felt in the northern districts.", "earthquake"),
        ("Flash floods washed away two bridges.", "flood"),
        ("A dengue outbreak has been confirmed in the city.", "disease_outbreak"),
        ("Pilgrims were trampled at the gate.", "crowd_crush"),
        ("The ministry's servers were hit by ransomware.", "cyberattack"),
    ],
)
def test_word_tells_its_type(text, kind):
    assert kind in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "A price explosion has shaken the flour trade.",
        "The shooting star of the season signed on.",
        "The two leaders went on with their war of words.",
        "The minister suffered a heart attack at home.",
        "A storm of criticism met the plan.",
        "The result is a political earthquake.",
        "The stock market crash wiped out savings.",
        "She blasted a century off sixty balls.",
        "The hosts stormed into the final.",
        "The club fired its coach after the defeat.",
    ],
)
def test_metaphor_tells_nothing(text):
    assert told(text) == set()


def test_headline_outweighs_the_body():
    assert first_type("Fire guts market in Multan", "A year ago a bomb exploded there.") == "fire"


def test_blast_with_a_bomber_is_a_bombing():
    text = "The explosion was caused by a suicide bomber. The blast broke windows."
    assert first_type("Explosion rocks mosque", text) == "bombing"


def test_gas_blast_is_an_explosion():
    assert first_type("Gas cylinder explosion kills cook", "") == "explosion"


def test_raid_by_forces_is_an_operation():
    text = "Security forces killed four militants in an intelligence-based operation."
    assert first_type("Four militants killed in Tank operation", text) == "security_operation"
