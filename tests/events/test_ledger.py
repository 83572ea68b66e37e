from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import LedgerEntry
from bot.domain.values import Count
from bot.events import ledger
from tests.events.builders import after, incident, sourced


def entry(
    killed: int | tuple[int, int], publisher="Morning Post", *, hours=0.0, number=1, says="so"
) -> LedgerEntry:
    low, high = killed if isinstance(killed, tuple) else (killed, killed)
    return LedgerEntry("killed", Count(low, high), publisher, after(hours), says, number)


def standing(*entries: LedgerEntry) -> tuple[int, int]:
    found = ledger.current(entries, "killed")
    assert found is not None
    return found.count.min, found.count.max


def test_nothing_told_is_no_figure():
    assert ledger.current((), "killed") is None


def test_a_rising_figure_is_believed_from_anybody():
    assert standing(entry(3), entry(8, "Herald", hours=1, number=2)) == (8, 8)


def test_a_late_article_with_an_old_figure_is_no_correction():
    assert standing(entry(12), entry(8, "Herald", hours=1, number=2)) == (12, 12)


def test_the_article_that_gave_a_figure_may_lower_it_and_another_of_its_publisher_may_not():
    assert standing(entry(12), entry(8, hours=1)) == (8, 8)
    assert standing(entry(12), entry(8, hours=1, number=2)) == (12, 12)


def test_a_sentence_that_corrects_is_believed():
    says = "The toll was revised to eight, the clinic said."
    assert standing(entry(12), entry(8, "Herald", hours=1, number=2, says=says)) == (8, 8)


def test_two_voices_that_both_say_less_are_believed():
    lower = entry(8, "Herald", hours=1, number=2), entry(9, "Times", hours=2, number=3)
    assert standing(entry(12), *lower) == (9, 9)


def test_one_wire_copy_twice_is_one_voice():
    lower = entry(8, "Herald", hours=1, number=2), entry(8, "Times", hours=2, number=3)
    found = ledger.current((entry(12), *lower), "killed", {1: "Post", 2: "AFP", 3: "AFP"})
    assert found is not None
    assert found.count.max == 12


def test_several_never_replaces_twelve():
    assert standing(entry(12), entry((3, 9), "Herald", hours=1, number=2)) == (12, 12)
    assert standing(entry(12), entry((3, 40), "Herald", hours=1, number=2)) == (12, 12)


def test_dozens_replace_twelve():
    assert standing(entry(12), entry((24, 99), "Herald", hours=1, number=2)) == (24, 99)


def test_an_exact_figure_replaces_dozens_that_hold_it():
    assert standing(entry((24, 99)), entry(31, "Herald", hours=1, number=2)) == (31, 31)


def test_a_funeral_s_figure_is_kept_but_never_stands():
    book = ledger.extended((), sourced(incident(killed=9), number=1))
    book = ledger.extended(book, sourced(incident(killed=12), number=2, follow_up="funeral"))
    assert [e.count.max for e in book] == [9, 12]
    assert ledger.casualties(book).killed == Count(9, 9)


def test_the_same_figure_of_the_same_report_is_written_once():
    one = sourced(incident(killed=9))
    assert ledger.extended(ledger.extended((), one), one) == ledger.extended((), one)


def test_a_revision_that_kept_its_publication_time_is_told_when_it_was_seen():
    first = sourced(incident(killed=9), hours=1)
    book = ledger.extended((), first)
    book = ledger.extended(book, sourced(incident(killed=7), hours=1))
    assert [e.count.max for e in book] == [9, 7]
    assert book[1].at > book[0].at


def test_every_figure_has_its_sentence_or_the_headline():
    says = "Nine people died, said the clinic."
    told = ledger.extended((), sourced(incident(killed=9, injured=4), sentence=says))
    assert {e.field: e.sentence for e in told} == {
        "killed": says,
        "injured": "Blast at Zarghun vegetable market",
    }


tolls = st.lists(st.integers(0, 40), min_size=2, max_size=4)


@given(tolls)
@settings(max_examples=30, deadline=None)
def test_the_order_of_reports_of_one_moment_loses_no_entry_and_changes_no_figure(counts):
    reports = [
        sourced(incident(killed=n), number=i, publisher=f"Paper {i}")
        for i, n in enumerate(counts, 1)
    ]
    books = set()
    for order in itertools.permutations(reports):
        book: tuple[LedgerEntry, ...] = ()
        for one in order:
            book = ledger.extended(book, one)
        assert len(book) == len(counts)
        books.add(book)
    assert len(books) == 1


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 30)), min_size=1, max_size=8))
@settings(max_examples=50, deadline=None)
def test_the_standing_figure_is_one_that_somebody_told(told):
    book: tuple[LedgerEntry, ...] = ()
    for hours, (number, killed) in enumerate(told):
        one = sourced(incident(killed=killed), number=number, hours=hours, publisher=f"P{number}")
        book = ledger.extended(book, one)
    standing_now = ledger.casualties(book).killed
    assert standing_now is not None
    assert standing_now.max in {killed for _, killed in told}
    assert list(book) == sorted(book, key=lambda e: e.at)


@pytest.mark.parametrize("says", ["Police corrected the toll.", "The figure was lowered to two."])
def test_words_of_correction_are_known(says):
    assert ledger.CORRECTS.search(says)


def test_words_that_are_none_are_not():
    assert not ledger.CORRECTS.search("The correctional facility is two miles away.")


def test_a_part_under_a_headline_that_repeats_the_toll_is_no_correction():
    book = ledger.extended((), sourced(incident(killed=6), title="Six die in floods"))
    again = sourced(incident(killed=4), hours=1, title="Deaths from floods rise to 6")
    assert ledger.casualties(ledger.extended(book, again)).killed == Count(6, 6)
    fewer = sourced(incident(killed=4), hours=1, title="Toll lowered from six to four")
    assert ledger.casualties(ledger.extended(book, fewer)).killed == Count(4, 4)


def test_several_after_an_exact_figure_is_no_correction():
    assert standing(entry(38), entry((3, 9), hours=1)) == (38, 38)


@pytest.mark.parametrize("words", ["Mayor, two others killed", "A mayor and 2 more people died"])
def test_others_counted_beside_somebody_are_a_part_and_no_correction(words):
    first = ledger.extended((), sourced(incident(killed=3), number=1, title="Three killed"))
    later = ledger.extended(first, sourced(incident(killed=2), number=1, hours=1, title=words))
    assert ledger.casualties(later).killed == Count(3, 3)


def test_a_lower_figure_of_the_same_article_without_others_is_a_correction():
    first = ledger.extended((), sourced(incident(killed=3), number=1, title="Three killed"))
    later = ledger.extended(
        first, sourced(incident(killed=2), number=1, hours=1, title="Two killed")
    )
    assert ledger.casualties(later).killed == Count(2, 2)
