"""Our own annotated articles hold the quality: a rule that breaks one shows here."""

import pytest

from bot.extraction.extractor import SpacyExtractor
from tools.evaluation import board, sets


@pytest.fixture(scope="module")
def tally():
    own = sets.own_set()
    return own.scorer(own.name, own.cases(SpacyExtractor().extract))


def test_every_goal_of_our_own_set_is_met(tally):
    assert board.unmet(tally) == []


def test_no_background_event_leaks_into_the_toll(tally):
    assert tally.figures["background leaks"] == 0


def test_our_own_set_has_every_kind(tally):
    kinds = [row["kind"] for row in sets.own_set().rows()]
    assert tally.articles == len(kinds)
    assert set(kinds) == {"incident", "policy", "other"}
