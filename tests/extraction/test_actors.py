import pytest

from bot.domain.reports import Claim, Incident
from bot.extraction.actors import actors_of
from bot.extraction.lexicons import lines
from bot.extraction.mentions import ActorKind
from tests.extraction.reading import doc_of, report


def incident(text: str) -> Incident:
    found = report("", text).incident
    assert found, "no incident found"
    return found


def doers(text: str) -> list[str]:
    return [person.name for person in incident(text).perpetrators]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Tehreek-e-Taliban Pakistan", "Tehreek-e-Taliban Pakistan (TTP)"),
        ("Tehrik i Taliban", "Tehreek-e-Taliban Pakistan (TTP)"),
        ("TTP", "Tehreek-e-Taliban Pakistan (TTP)"),
        ("Baloch Liberation Army", "Balochistan Liberation Army (BLA)"),
        ("Fitna-al-Khwarij", "Fitna al-Khawarij"),
        ("al Shabab", "Al-Shabaab"),
        ("Islamic State", "Islamic State (ISIS)"),
        ("New People's Army", "New People's Army (NPA)"),
        ("Kurdistan Workers’ Party", "Kurdistan Workers' Party (PKK)"),
        ("Sendero Luminoso", "Shining Path (Sendero Luminoso)"),
        ("FMLN", "Farabundo Marti National Liberation Front (FMLN)"),
    ],
)
def test_group_has_one_name_in_all_spellings(written, name):
    actors = actors_of(doc_of("", f"Then the {written} spoke."))
    assert [a.name for a in actors if a.kind is ActorKind.ARMED_GROUP] == [name]


@pytest.mark.parametrize("text", ["They let the bird go.", "She wore a tak pin.", "An epr study."])
def test_acronym_in_small_letters_is_a_word(text):
    assert not [a for a in actors_of(doc_of("", text)) if a.kind is ActorKind.ARMED_GROUP]


def test_every_line_of_the_groups_has_a_name_and_a_spelling():
    for line in lines("armed_groups.txt"):
        name, colon, others = line.partition(": ")
        assert name, line
        assert colon, line
        assert others, line


@pytest.mark.parametrize(
    ("text", "claim", "names"),
    [
        ("A bomb killed two people in Turbat. The BLA claimed responsibility for it.",
         Claim.CLAIMED, ["Balochistan Liberation Army (BLA)"]),
        ("A bomb killed two people in Tank. The attack was claimed by the TTP.",
         Claim.CLAIMED, ["Tehreek-e-Taliban Pakistan (TTP)"]),
        ("A bomb killed two people in Tank. No group has claimed responsibility so far.",
         Claim.UNCLAIMED, []),
        ("A bomb killed two people in Tank. The TTP has not claimed responsibility for it.",
         Claim.UNCLAIMED, []),
        ("A bomb killed two people in Tank. Police blamed the TTP for the blast.",
         Claim.BLAMED, ["Tehreek-e-Taliban Pakistan (TTP)"]),
        ("A bomb killed two people in Tank. The TTP denied involvement in the blast.",
         Claim.DENIED, []),
        ("A bomb killed two people in Bama. Boko Haram is suspected of the attack.",
         Claim.SUSPECTED, ["Boko Haram"]),
        ("A bomb killed two people in Tank. The neighbours hold the TTP responsible for it.",
         Claim.BLAMED, ["Tehreek-e-Taliban Pakistan (TTP)"]),
        ("A bomb killed two people in Bama. Boko Haram is being held responsible.",
         Claim.BLAMED, ["Boko Haram"]),
        ("A bomb killed two people in Tank.", Claim.NONE, []),
    ],
)  # fmt: skip
def test_text_says_who_did_it(text, claim, names):
    found = incident(text)
    assert found.claim is claim
    assert [person.name for person in found.perpetrators] == names


def test_group_in_the_background_is_nobodys_perpetrator():
    text = (
        "A blast killed two guards near Sibi on Sunday. No group claimed responsibility."
        "\n\nIn March 2024 the Baloch Liberation Army claimed a similar attack."
    )
    assert incident(text).claim is Claim.UNCLAIMED
    assert doers(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gunmen opened fire on a bus in Kalat, killing three people.", ["Gunmen"]),
        ("Three people were killed by Boko Haram in Bama.", ["Boko Haram"]),
        ('Three people were killed by the "Shining Path" in Puno.',
         ["Shining Path (Sendero Luminoso)"]),
        ("Soldiers killed two reporters in Apopa on Monday.", ["Soldiers"]),
        ("TTP militants stormed a post in Tank and killed two guards.",
         ["Tehreek-e-Taliban Pakistan (TTP)"]),
        ("Unidentified assailants shot dead two men in Quetta.", []),
        ("Three people died when a bus overturned in Kalat. Police arrested the driver.", []),
        ("An Israeli airstrike killed four people in Rafah.", ["Israel"]),
    ],
)  # fmt: skip
def test_doer_is_who_acts_in_the_telling(text, names):
    assert doers(text) == names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Guerrillas of the FMLN burned two buses in Apopa, killing three people.",
         "guerrillas of Farabundo Marti National Liberation Front (FMLN)"),
        ("Four FMLN rebels killed three people in Apopa.",
         "rebels of Farabundo Marti National Liberation Front (FMLN)"),
        ("Three people died in Apopa when the FMLN burned two buses. The rebels fled.",
         "Farabundo Marti National Liberation Front (FMLN)"),
        ("A guerrilla attack killed three people in Apopa.", "guerrillas"),
    ],
)  # fmt: skip
def test_group_is_told_with_the_word_for_its_people(text, name):
    assert doers(text) == [name]


def test_soldiers_who_died_did_not_do_it():
    assert doers("Two soldiers martyred in a suicide blast in Tank. Two soldiers were hurt.") == []


@pytest.mark.parametrize(
    "sentence",
    [
        "Police identified the suspect as 45-year-old John Quill Doe.",
        "The attacker, John Quill Doe, was arrested.",
        "A gunman named John Quill Doe was arrested.",
    ],
)
def test_suspect_whom_the_text_names_is_blamed(sentence):
    found = incident(f"Four people were stabbed at a market in Leeds on Sunday. {sentence}")
    assert [person.name for person in found.perpetrators] == ["John Quill Doe"]
    assert found.claim is Claim.BLAMED


def test_victim_whom_the_text_names_did_nothing():
    assert doers("A man was stabbed in Leeds. The victim was identified as John Doe.") == []


def test_force_that_blames_is_told():
    found = incident("A bomb killed two people in Tank. Police blamed the TTP for the blast.")
    assert found.perpetrators[0].said_by == "Police"
