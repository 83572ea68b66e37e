"""What a named spaCy model adds: places and groups that no list knows, and vetoes."""

import pytest
import spacy
from spacy.pipeline import EntityRuler

from bot.domain.reports import Article, Claim
from bot.errors import ConfigError
from bot.extraction.extractor import SpacyExtractor
from tests.extraction.reading import MONDAY, extractor

NAMES = {
    "Zarbagh Heights": "GPE",
    "Dune Ridge": "LOC",
    "Green Dawn Front": "ORG",
    "Daily Lantern": "ORG",
    "Lahore": "PERSON",
}


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    assert isinstance(ruler, EntityRuler)
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in NAMES.items()])
    folder = tmp_path_factory.mktemp("model") / "names"
    nlp.to_disk(folder)
    return SpacyExtractor(str(folder))


def incidents(model, title, text):
    """Return the incident as read without and with the model."""
    article = Article("a", title, text, MONDAY)
    return extractor().extract(article).incident, model.extract(article).incident


def test_place_that_only_the_model_knows_is_found_under_the_known_one(model):
    plain, helped = incidents(
        model,
        "Blast kills two",
        "A bomb killed two people at Zarbagh Heights on Monday. Police in Quetta confirmed it.",
    )
    assert plain.place.name == "Quetta"
    places = {helped.place.name, *(place.name for place in helped.places)}
    assert "Zarbagh Heights" in places
    assert helped.place.country == "PK"


def test_known_place_stays_ahead_of_one_that_only_the_model_knows(model):
    _, helped = incidents(
        model, "Bomb kills two in Quetta", "A bomb killed two people in Quetta, near Dune Ridge."
    )
    assert helped.place.name == "Quetta"


def test_name_that_the_model_calls_a_person_is_no_place(model):
    plain, helped = incidents(
        model,
        "Gunmen kill two in Karachi",
        "Gunmen killed two men in Karachi on Monday. Lahore was among those who saw the attack.",
    )
    assert "Lahore" in {place.name for place in plain.places}
    assert "Lahore" not in {place.name for place in helped.places}


def test_preposition_of_place_is_stronger_than_the_model(model):
    _, helped = incidents(model, "Bomb kills two in Lahore", "A bomb killed two people in Lahore.")
    assert helped.place.name == "Lahore"


def test_organisation_that_only_the_model_knows_claims_the_attack(model):
    text = "A bomb killed two people in Quetta. The Green Dawn Front claimed responsibility."
    plain, helped = incidents(model, "Blast kills two in Quetta", text)
    assert [p.name for p in plain.perpetrators] != ["Green Dawn Front"]
    assert [p.name for p in helped.perpetrators] == ["Green Dawn Front"]
    assert helped.claim is Claim.CLAIMED


def test_organisation_that_only_the_model_knows_is_blamed(model):
    text = "A bomb killed two people in Quetta. Officials blamed the Green Dawn Front for it."
    _, helped = incidents(model, "Blast kills two in Quetta", text)
    assert [p.name for p in helped.perpetrators] == ["Green Dawn Front"]
    assert helped.claim is Claim.BLAMED


def test_paper_that_was_told_of_a_claim_makes_none(model):
    text = "A bomb killed two people. In a message to the Daily Lantern the men claimed the attack."
    _, helped = incidents(model, "Blast kills two in Quetta", text)
    assert "Daily Lantern" not in {p.name for p in helped.perpetrators}


def test_article_without_the_models_names_is_read_alike(model):
    text = "A bomb killed two people in Quetta. The TTP claimed it."
    plain, helped = incidents(model, "Blast kills two in Quetta", text)
    assert plain == helped


def test_model_that_is_not_installed_is_said_clearly():
    with pytest.raises(ConfigError, match="'no_such_model' is not installed"):
        SpacyExtractor("no_such_model")


def test_folder_without_a_model_is_said_clearly(tmp_path):
    with pytest.raises(ConfigError, match="cannot be loaded"):
        SpacyExtractor(str(tmp_path))
