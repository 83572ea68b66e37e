import pytest

from tests.extraction.reading import doc_of, report


def victims(text: str) -> tuple[str, ...]:
    found = report("", text).incident
    assert found, "no incident found"
    return found.victims


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Gunmen killed two teachers near Arlo on Monday.", ("teachers",)),
        ("A bomb wounded ten people in Arlo on Monday.", ("people",)),
        ("The murder of Mayor Ilda Roca in Arlo on Monday shocked the town.", ("Mayor Ilda Roca",)),
        ("The murders of Ilda Roca and judge Teo Vane in Arlo shocked the town.",
         ("Ilda Roca", "judge Teo Vane")),
        ("Ilda Roca's murder in Arlo on Monday shocked the town. She was shot dead.",
         ("Ilda Roca",)),
        ("Rebels shot dead three teachers in Arlo. The dead were Ilda Roca, Teo Vane and Ana Mols.",
         ("teachers", "Ilda Roca", "Teo Vane", "Ana Mols")),
        ("Minister Teo Vane was attacked by gunmen in Arlo on Monday.", ("Minister Teo Vane",)),
        ("The murder in Arlo of judge Teo Vane shocked the town on Monday.", ("judge Teo Vane",)),
        ("Rebels attacked Arlo on Monday. Friends mourn Teo Vane, who was killed there.",
         ("Teo Vane",)),
        ("Police reported that Teo Vane, a leader of the farmers, was murdered in Arlo on Monday.",
         ("Teo Vane",)),
        ("A bomb exploded in Arlo on Monday. The wounded include a child and two nuns.",
         ("child", "nuns")),
        ("Judge Teo Vane escaped unhurt when a bomb exploded in Arlo.", ("Judge Teo Vane",)),
    ],
)  # fmt: skip
def test_victim_is_told_as_the_text_names_him(text, names):
    assert set(names) <= set(victims(text))


@pytest.mark.parametrize(
    "text",
    [
        "Gunmen shot dead two men in an attack on Arlo on Monday.",
        "Gunmen shot dead two men in an attack on Radio Centro on Monday.",
        "Two men were shot dead on Monday, and the murder of rebels went on in Arlo.",
    ],
)
def test_place_firm_or_rebel_is_no_victim(text):
    assert set(victims(text)) <= {"men"}


def test_one_victim_with_two_names_is_told_once():
    text = "Ilda Roca was shot dead in Arlo. The murder of Mayor Ilda Roca shocked the town."
    assert victims(text) == ("Mayor Ilda Roca",)


def test_acronym_that_a_shouted_text_explains_keeps_its_capitals():
    text = "THE FRONT OF VALLEY FARMERS [FVF] MET IN THE TOWN. THE FVF'S MEN THEN WENT HOME AGAIN."
    said = doc_of("", text).text
    assert "[FVF]" in said
    assert "The FVF's men" in said
