"""Numbers of people and things, and what is none."""

import pytest

from bot.extraction.mentions import Modality
from bot.extraction.numbers import numbers_of
from tests.extraction.reading import doc_of


def numbers(text):
    return [(n.min, n.max) for n in numbers_of(doc_of("", text))]


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("12 men", 12, 12),
        ("1,200 homes", 1200, 1200),
        ("1,20,000 people", 120_000, 120_000),
        ("twenty-five men", 25, 25),
        ("two hundred and six people", 206, 206),
        ("3.5 million people", 3_500_000, 3_500_000),
        ("two lakh people", 200_000, 200_000),
        ("a dozen men", 12, 12),
        ("two dozen men", 24, 24),
        ("10 to 12 men", 10, 12),
        ("10-12 men", 10, 12),
        ("two or three men", 2, 3),
        ("between five and seven men", 5, 7),
        ("dozens of men", 24, 99),
        ("scores of men", 40, 99),
        ("hundreds of men", 200, 999),
        ("several men", 3, 9),
        ("a number of men", 3, 9),
        ("a couple of men", 2, 2),
        ("tens of thousands of men", 20_000, 99_000),
    ],
)
def test_number_means_what_the_guide_says(text, least, most):
    assert numbers(f"There were {text} there.") == [(least, most)]


@pytest.mark.parametrize(
    "text",
    [
        "It was on May 3, 2021.",
        "It was on 3 May.",
        "It began at 10:30 pm.",
        "Amina Khan, 25, was there.",
        "A man aged 45 was there.",
        "A 17-year-old was there.",
        "It cost $5 million.",
        "It cost 20 rupees.",
        "It was 30 km away.",
        "It weighed 12 kg.",
        "It took five days.",
        "Section 144 was imposed.",
        "It grew by 12 percent.",
        "Route 66 was closed.",
    ],
)
def test_age_date_money_measure_and_name_are_no_numbers(text):
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "modality"),
    [
        ("at least 10 men", Modality.AT_LEAST),
        ("more than 10 men", Modality.AT_LEAST),
        ("as many as 10 men", Modality.AT_MOST),
        ("about 10 men", Modality.ABOUT),
        ("10 men", Modality.EXACT),
    ],
)
def test_words_before_tell_how_exact(text, modality):
    assert numbers_of(doc_of("", f"There were {text} there."))[0].modality is modality


def test_change_from_one_to_another_is_no_range():
    assert numbers("The toll rose from 3 to 8.") == [(3, 3), (8, 8)]
