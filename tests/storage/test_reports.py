from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.storage.values import (
    ALICE,
    NOON,
    event,
    feed_with,
    report,
    signature,
    sourced,
    told_event,
)


def attached(work, *keys, owner=None, event_id=None) -> Any:
    """Return a stored report of a (new) event with these block keys."""
    made = work.reports.save(sourced(owner_chat_id=owner), signature(*keys), NOON)
    into = event_id or work.events.add(event(owner_chat_id=owner), NOON).id
    work.reports.attach(made.id, into)
    return work.reports.of_event(into)[-1]


def near(work, *keys, owner=None, **limit) -> list[tuple[int, tuple[int, ...]]]:
    """Return the (event, reports) that are candidates of a report with these block keys."""
    found = work.reports.candidates(signature(*keys), owner, **limit)
    return [(one.event_id, tuple(s.report_id for s in one.signatures)) for one in found]


def test_a_report_comes_back_as_it_was_stored(write, read):
    made = write(lambda work: work.reports.save(sourced(), signature("k"), NOON))
    assert made.sourced == replace(sourced(), report_id=made.id)
    assert made.signature == replace(signature("k"), report_id=made.id)
    assert made.event_id is None


def test_the_report_of_a_revised_entry_replaces_the_old_one_and_stays_in_its_event(write, read):
    def job(work) -> Any:
        feed_with(work)
        first = work.reports.save(sourced(entry_id=1), signature("old"), NOON)
        stored = work.events.add(event(), NOON)
        work.reports.attach(first.id, stored.id)
        revised = replace(sourced(entry_id=1), report=report("Three hurt"))
        second = work.reports.save(revised, signature("new"), NOON)
        return first, second, stored

    first, second, stored = write(job)
    assert (second.id, second.event_id) == (first.id, stored.id)
    (found,) = read(lambda work: work.reports.of_event(stored.id))
    assert found.sourced.report.title == "Three hurt"
    assert read(lambda work: work.reports.of_entries([1, 2])) == {1: found}
    assert read(lambda work: near(work, "old")) == []
    assert read(lambda work: near(work, "new")) == [(stored.id, (found.id,))]


def test_a_revision_is_compared_as_it_now_reads_within_its_own_transaction(write):
    def job(work) -> Any:
        feed_with(work)
        first = work.reports.save(sourced(entry_id=1), signature("a"), NOON)
        work.reports.attach(first.id, work.events.add(event(), NOON).id)
        near(work, "a")
        revised = work.reports.save(sourced(entry_id=1), signature("a", "b"), NOON)
        ((candidate,),) = [work.reports.candidates(signature("b"), None)]
        return candidate.signatures, revised

    compared, revised = write(job)
    assert compared == (revised.signature,)


def test_candidates_share_a_key_those_that_share_most_come_first(write, read):
    def job(work) -> Any:
        return [attached(work, *keys) for keys in (("a", "x"), ("a", "b"), ("a", "b", "c"), ("z",))]

    made = write(job)
    found = read(lambda work: near(work, "a", "b", "c"))
    assert found == [(made[n].event_id, (made[n].id,)) for n in (2, 1, 0)]


def test_a_candidate_event_comes_whole_also_with_reports_that_share_no_key(write, read):
    def job(work) -> Any:
        first = attached(work, "a")
        return first, attached(work, "b", event_id=first.event_id)

    first, second = write(job)
    assert read(lambda work: near(work, "a")) == [(first.event_id, (first.id, second.id))]


def test_a_big_event_gives_its_newest_reports_and_leaves_room_for_others(write, read):
    def job(work) -> Any:
        big = attached(work, "a", "b")
        for _ in range(30):
            last = attached(work, "a", event_id=big.event_id)
        return last, attached(work, "a")

    last, other = write(job)
    (big, newest), beside = read(lambda work: near(work, "a", "b"))
    assert (big, len(newest), newest[-1]) == (last.event_id, 20, last.id)
    assert beside == (other.event_id, (other.id,))
    few = read(lambda work: near(work, "a", "b", limit=5))
    assert [len(reports) for _, reports in few] == [5]


def test_reports_without_an_event_and_of_other_owners_are_no_candidates(write, read):
    def job(work) -> Any:
        work.reports.save(sourced(), signature("a"), NOON)
        return attached(work, "a"), attached(work, "a", owner=ALICE.chat_id)

    shared, private = write(job)
    assert read(lambda work: near(work, "a")) == [(shared.event_id, (shared.id,))]
    mine = read(lambda work: near(work, "a", owner=ALICE.chat_id))
    assert mine == [(private.event_id, (private.id,))]
    assert read(lambda work: near(work, "a", owner=7)) == []


def test_a_signature_without_keys_has_no_candidates(write, read):
    write(lambda work: attached(work, "a"))
    bare = replace(signature(), block_keys=())
    assert read(lambda work: work.reports.candidates(bare, None)) == []


def test_a_split_keeps_a_report_out_of_an_event_for_ever(write, read):
    def job(work) -> Any:
        stored = told_event(work)
        made = work.reports.save(sourced(), signature(), NOON)
        for _ in range(2):
            work.reports.separate(made.id, stored.id)
        return made, stored

    made, stored = write(job)
    assert read(lambda work: work.reports.separated(made.id)) == {stored.id}
    assert read(lambda work: work.reports.separated(999)) == frozenset()


def test_a_report_of_an_entry_that_vanished_is_stored_without_it(write, read):
    made = write(lambda work: work.reports.save(sourced(entry_id=99), signature(), NOON))
    assert made.sourced.entry_id == 0
    assert read(lambda work: work.reports.of_entries([0, 99])) == {}
