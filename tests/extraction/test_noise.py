import pytest

from bot.extraction import cleaning
from tests.extraction.reading import report


@pytest.mark.parametrize("noise", ['"' * 200, "-=" * 40, "http://a/" * 200, "QUJD" * 300])
def test_noise_becomes_blanks_and_moves_nothing(noise):
    text = f"{noise} A bomb went off."
    cleaned = cleaning.cleaned("T", text).text
    assert cleaned == "T\n\n" + " " * len(noise) + " A bomb went off."


def test_ordinary_punctuation_stays():
    text = 'He said: "No!" (twice) -- and left...'
    assert cleaning.cleaned("T", text).text == f"T\n\n{text}"


@pytest.mark.parametrize(
    "noise", ["\x00", "((((", "[" * 5000, "\ufeff\u202e", "﷽" * 300, "{,} ..."]
)
def test_any_signs_are_readable(noise):
    assert report(noise, f"{noise} Police said.") is not None
