from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.feeds import ParsedEntry, Validators
from bot.feeds.decider import Poll, decide
from bot.feeds.urls import canonical
from tests.feeds.world import POLICY, START, FeedLife, dated, entry

HOUR = dt.timedelta(hours=1)
FRESH = START + dt.timedelta(minutes=5)


def many(*numbers: int, site: str = "https://herald.example") -> list[ParsedEntry]:
    return [entry(f"g{n}", f"Title {n}", f"Text {n}", f"{site}/{n}", FRESH) for n in numbers]


def test_p13_first_poll_stores_all_and_alerts_nobody() -> None:
    life = FeedLife()
    decision = life.poll(*many(1, 2, 3))
    assert decision.new == 3
    assert all(new.silent for new in decision.entries)
    assert life.feed.polls == 1


def test_second_identical_poll_adds_nothing() -> None:
    life = FeedLife()
    life.poll(*many(1, 2, 3))
    decision = life.poll(*many(3, 2, 1))
    assert decision.entries == ()
    assert decision.notices == ()


def test_new_entry_of_a_later_poll_alerts() -> None:
    life = FeedLife()
    life.poll(*many(1, 2))
    (new,) = life.poll(*many(3, 1, 2)).entries
    assert new.entry.title == "Title 3"
    assert not new.silent


def test_f11_empty_document_is_not_read_as_all_removed() -> None:
    life = FeedLife()
    life.poll(*many(1, 2, 3))
    assert life.poll().entries == ()
    assert life.poll(*many(1, 2, 3)).entries == ()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            entry(None, "T", "x", "https://a.example/1"),
            entry(None, "T", "x", "https://a.example/1"),
        ),
        (entry(None, "T", "x"), entry(None, "T", "x")),
        (entry(None, "", "only text"), entry(None, "", "only text")),
        (entry(None, ""), entry(None, "")),
    ],
)
def test_p6_entry_without_guid_is_known_again(first: ParsedEntry, second: ParsedEntry) -> None:
    life = FeedLife()
    assert life.poll(first).new == 1
    assert life.poll(second).entries == ()


def test_p6_entry_without_guid_and_link_is_known_by_its_title_when_edited() -> None:
    life = FeedLife()
    life.poll(entry(None, "Fire in market", "two hurt"))
    (revision,) = life.poll(entry(None, "Fire in market", "three hurt")).entries
    assert revision.revises == 1


def test_p7_two_items_under_one_guid_are_both_kept_whatever_their_order() -> None:
    one = entry("same", "One", "a", "https://a.example/one", FRESH)
    two = entry("same", "Two", "b", "https://a.example/two", FRESH)
    life = FeedLife()
    assert life.poll(one, two).new == 2
    for listing in ((two, one), (two,), (one,), (one, two)):
        assert life.poll(*listing).entries == ()


def test_p7_second_item_that_comes_later_is_new_and_takes_nobodys_place() -> None:
    one = entry("same", "One", "a", "https://a.example/one", FRESH)
    two = entry("same", "Two", "b", "https://a.example/two", FRESH)
    life = FeedLife()
    life.poll(one)
    decision = life.poll(two)  # the first is no longer listed
    assert (decision.new, decision.revised) == (1, 0)
    assert life.poll(one, two).entries == ()
    assert sorted(life.titles) == ["One", "Two"]


def test_p7_item_listed_twice_is_one() -> None:
    decision = FeedLife().poll(*many(1, 1, 2))
    assert (decision.new, decision.repeated) == (2, 1)


def test_p8_all_guids_changed_at_once_alerts_nobody_now_or_later() -> None:
    life = FeedLife()
    life.poll(*many(*range(10)))
    rebuilt = [replace(e, guid=f"new-{e.guid}") for e in many(*range(10))]
    assert life.poll(*rebuilt).entries == ()  # the links tell


def test_p8_all_guids_and_links_changed_at_once_are_adopted_silently() -> None:
    life = FeedLife()
    life.poll(*many(*range(10)))
    rebuilt = [
        replace(e, guid=f"new-{e.guid}", link=f"https://new.example/{e.guid}")
        for e in many(*range(10))
    ]
    decision = life.poll(*rebuilt)
    assert (decision.new, decision.adopted, decision.notices) == (0, 10, ())
    assert all(new.silent and new.revises for new in decision.entries)
    assert life.poll(*rebuilt[:2]).entries == ()  # known by their new keys, however few are left
    (new,) = life.poll(*many(77, site="https://new.example"), *rebuilt).entries
    assert not new.silent


def test_p8_titles_that_come_again_every_day_are_no_rebuild() -> None:
    life = FeedLife()
    bulletins = [entry(f"{n}", "Breaking News", f"{n}", f"https://a.example/{n}") for n in range(6)]
    life.poll(*bulletins)
    later = [entry(f"x{n}", "Breaking News", f"x{n}", f"https://a.example/x{n}") for n in range(6)]
    assert life.poll(*later).new == 6


def test_p8_rebuild_is_not_seen_where_old_entries_are_still_listed() -> None:
    life = FeedLife()
    life.poll(*many(1, 2, 3, 4))
    again = [replace(e, guid=f"x{e.guid}", link=f"{e.link}x") for e in many(1, 2, 3)]
    assert life.poll(*many(4), *again).new == 3


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://a.example/1", "https://a.example/1"),
        ("https://a.example/1", "https://www.a.example/1/"),
        ("https://a.example/1", "https://a.example:443/1?utm_source=rss&utm_medium=feed"),
        ("https://a.example/1?id=5", "https://a.example/1?id=5&fbclid=x#xtor=RSS-1"),
        ("https://a.example/1?ref=rss", "https://a.example/1?at_medium=RSS"),
    ],
)
def test_p9_scheme_and_tracking_make_no_new_item(before: str, after: str) -> None:
    assert canonical(before) == canonical(after)
    for as_guid in (True, False):
        life = FeedLife()
        life.poll(entry(before if as_guid else None, "T", "x", before))
        assert life.poll(entry(after if as_guid else None, "T", "x", after)).entries == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/1?id=5", "https://a.example/1?id=6"),
        ("https://a.example/live#post-1", "https://a.example/live#post-2"),
        ("https://a.example/1", "https://b.example/1"),
        ("https://a.example/1", "https://a.example/2"),
    ],
)
def test_p9_other_addresses_stay_other_items(one: str, other: str) -> None:
    life = FeedLife()
    life.poll(entry(None, "One", "a", one))
    assert life.poll(entry(None, "Two", "b", other)).new == 1


def test_link_that_all_entries_share_identifies_none() -> None:
    life = FeedLife()
    home = "https://a.example/quakes"
    life.poll(entry("1", "M 5", "a", home), entry("2", "M 6", "b", home))
    assert life.poll(entry("3", "M 7", "c", home), entry("1", "M 5", "a", home)).new == 1


@pytest.mark.parametrize("front", ["https://a.example", "https://a.example/map"])
def test_front_page_identifies_no_entry(front: str) -> None:
    life = FeedLife()
    life.poll(entry("1", "M 5", "a", front), home=front)
    assert life.poll(entry("2", "M 6", "b", front), home=front).new == 1


def test_guid_that_counts_revisions_of_one_address_is_one_entry() -> None:
    life = FeedLife()
    link = "https://bbc.example/articles/abc"
    life.poll(entry(f"{link}#0", "Blast kills two", "a", link, FRESH))
    (revision,) = life.poll(entry(f"{link}#1", "Blast kills five", "b", link, FRESH)).entries
    assert revision.revises == 1
    assert not revision.silent


def test_p10_tombstone_that_is_listed_again_is_not_new() -> None:
    life = FeedLife()
    life.poll(*many(1, 2, 3))
    life.bury()
    decision = life.poll(*many(1, 2, 3))
    assert decision.entries == ()
    edited = [replace(e, text="edited") for e in many(1, 2, 3)]
    assert life.poll(*edited).entries == ()  # there is no row left to revise


def test_p11_edited_entry_revises_the_stored_one() -> None:
    life = FeedLife()
    life.poll(*many(1, 2))
    edited = replace(many(1)[0], title="Title 1: toll rises")
    (revision,) = life.poll(edited, *many(2)).entries
    assert revision.revises == 1
    assert not revision.silent
    assert life.poll(edited, *many(2)).entries == ()
    assert len(life.stored) == 2


def test_p11_spacing_and_case_are_no_edit() -> None:
    life = FeedLife()
    life.poll(entry("1", "Blast  in Quetta", "Two  dead"))
    assert life.poll(entry("1", "BLAST in Quetta ", "Two dead")).entries == ()


def test_p11_correction_of_an_old_article_alerts_nobody() -> None:
    life = FeedLife()
    old = START - 30 * HOUR
    life.poll(entry("1", "Old story", "a", published_at=old), *many(2))
    (revision,) = life.poll(entry("1", "Old story", "b", published_at=old), *many(2)).entries
    assert revision.silent


@pytest.mark.parametrize(
    ("age", "silent"), [(dt.timedelta(0), False), (5 * HOUR, False), (7 * HOUR, True)]
)
def test_entry_older_than_six_hours_goes_to_digests(age: dt.timedelta, silent: bool) -> None:
    life = FeedLife()
    life.poll(*many(1, 2))
    when = life.now - age
    (new,) = life.poll(dated(many(3)[0], when), *many(1, 2)).entries
    assert new.silent is silent


def test_p12_date_in_the_future_is_clamped_and_alerts() -> None:
    life = FeedLife()
    life.poll(*many(1, 2))
    (new,) = life.poll(dated(many(3)[0], START + 1000 * HOUR), *many(1, 2)).entries
    assert new.entry.published_at == life.now
    assert not new.silent


def test_p12_day_without_a_time_counts_from_its_end() -> None:
    life = FeedLife()
    life.poll(*many(1, 2))
    midnight = START.replace(hour=0)
    (new,) = life.poll(dated(many(3)[0], midnight), *many(1, 2)).entries
    assert not new.silent  # it is 12:20 of that day


def test_p12_undated_entry_alerts_where_the_last_poll_bounds_its_age() -> None:
    life = FeedLife()
    undated = [entry(str(n), f"Title {n}", "x", f"https://a.example/{n}") for n in range(5)]
    life.poll(*undated[1:])
    (new,) = life.poll(*undated).entries
    assert not new.silent


def test_p12_undated_entry_goes_to_digests_after_a_long_silence() -> None:
    life = FeedLife()
    undated = [entry(str(n), f"Title {n}", "x", f"https://a.example/{n}") for n in range(5)]
    life.poll(*undated[1:])
    (new,) = life.poll(*undated, after=7 * HOUR).entries
    assert new.silent


def test_p12_undated_entries_go_to_digests_where_nothing_listed_is_known() -> None:
    life = FeedLife()
    life.poll(*[entry(str(n), f"Title {n}") for n in range(5)])
    decision = life.poll(*[entry(str(n), f"Title {n}") for n in range(10, 15)])
    assert decision.new == 5
    assert all(new.silent for new in decision.entries)


def test_f15_window_that_moved_on_is_noticed_once() -> None:
    life = FeedLife()
    life.poll(*many(*range(20)))
    (notice,) = life.poll(*many(*range(40, 60)), after=20 * HOUR).notices
    assert "missed" in notice.text
    assert life.poll(*many(*range(50, 70))).notices == ()
    (again,) = life.poll(*many(*range(90, 99))).notices
    assert again.key == notice.key  # whoever tells it tells it once


def test_f15_entries_cut_out_as_unchanged_are_an_overlap() -> None:
    life = FeedLife()
    life.poll(*many(*range(5)))
    decision = life.poll(*many(6, 7, 8), unchanged=2)
    assert decision.notices == ()
    assert decision.new == 3


def test_f15_feed_whose_window_moves_fast_is_polled_twice_as_often() -> None:
    life = FeedLife()
    life.poll(*many(*range(10)))
    calm = life.poll(*many(10), *many(*range(9))).feed
    assert calm.next_poll_at == life.now + POLICY.every
    busy = life.poll(*many(*range(20, 26)), *many(0, 1, 2)).feed
    assert busy.next_poll_at == life.now + POLICY.every / 2


def test_unchanged_feed_counts_as_polled() -> None:
    life = FeedLife()
    life.poll(*many(1))
    later = life.now + HOUR
    decision = decide(life.feed, Poll(None, Validators(etag="x")), (), later, 0.5, POLICY)
    assert decision.feed.polls == 2
    assert decision.feed.last_polled_at == later
    assert decision.feed.validators.etag == "x"
    assert decision.entries == ()


def test_operators_title_stays_and_a_missing_one_is_filled_in() -> None:
    life = FeedLife()
    assert life.poll(*many(1)).feed.title == "Herald"
    life.work.feeds.save(replace(life.feed, title="Mine"))
    assert life.poll(*many(1)).feed.title == "Mine"


_entries = st.builds(
    entry,
    st.sampled_from([None, "a", "b", "c"]),
    st.sampled_from(["", "One", "Two", "Three"]),
    st.sampled_from(["", "x", "y"]),
    st.sampled_from(
        [None, "https://a.example", "https://a.example/1", "http://a.example/2?utm_x=1"]
    ),
    st.sampled_from([None, START, START - 100 * HOUR]),
)


@settings(max_examples=150)
@given(st.lists(st.lists(_entries, max_size=6), min_size=1, max_size=4))
def test_p7_no_document_polled_twice_adds_or_changes_anything(
    documents: list[list[ParsedEntry]],
) -> None:
    life = FeedLife()
    for document in documents:
        life.poll(*document)
        stored = len(life.stored)
        again = life.poll(*document)
        backwards = life.poll(*reversed(document))
        assert (again.new, backwards.new) == (0, 0)
        assert len(life.stored) == stored
