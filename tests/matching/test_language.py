"""What counts as the same word; docs/query-language.md shows this table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matching.document import text_document
from bot.matching.folding import fold, spelled, units
from bot.matching.lemma import lemma
from bot.matching.matcher import matches
from bot.matching.query import parse
from tests.matching.language_cases import FOUND, NOT_FOUND


@pytest.mark.parametrize(("query", "text"), [(query, text) for _, query, text in FOUND])
def test_the_word_is_found(query, text):
    assert matches(parse(query), text_document(text)) is not None


@pytest.mark.parametrize(("query", "text"), [(query, text) for _, query, text in NOT_FOUND])
def test_another_word_is_not(query, text):
    assert matches(parse(query), text_document(text)) is None


def test_the_document_for_users_shows_every_case():
    from pathlib import Path

    page = (Path(__file__).parents[2] / "docs" / "query-language.md").read_text(encoding="utf-8")
    for what, query, _ in (*FOUND, *NOT_FOUND):
        assert f"| {what} | `{query}` |" in page


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_spelled_text_holds_the_same_words(text):
    assert list(units(spelled(text))) == list(units(text))


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", max_size=12))
def test_the_key_of_a_word_is_never_empty(word):
    assert bool(lemma(word)) == bool(word)


def test_marks_that_texts_hold_between_words_divide_them():
    text = "“fire”—smoke… north_gate\uff3fwest 2025–26"
    assert [part for unit in units(text) for part in unit] == (
        ["fire", "smoke", "north", "gate", "west", "2025", "26"]
    )
