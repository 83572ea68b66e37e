from __future__ import annotations

from typing import Any

from bot.domain.feeds import EntryIdentity, NewFeed
from tests.storage.values import DAY, MINUTE, NOON, digest, feed_with, new_entry, signature, sourced


def waiting(write, now=NOON) -> Any:
    return list(write(lambda work: work.entries.claim_waiting(now, 10, 5 * MINUTE)))


def test_an_entry_is_stored_once(write):
    def job(work) -> Any:
        feed = feed_with(work, new_entry("a"), new_entry("b"))
        return work.entries.add(feed, [new_entry("a"), new_entry("c")], NOON), work.entries.count()

    assert write(job) == (1, 3)


def test_p7_the_same_key_twice_in_one_batch_is_one_entry(write):
    assert (
        write(lambda w: (feed_with(w, new_entry("a"), new_entry("a")), w.entries.count()))[1] == 1
    )


def test_what_is_stored_comes_back_for_extraction_oldest_first(write):
    write(
        lambda work: feed_with(work, new_entry("a", link="https://example.org/a"), new_entry("b"))
    )
    first, second = waiting(write)
    assert (first.key, first.title, first.text) == ("a", "Blast in Zarghun", "Two hurt.")
    assert (first.link, first.publisher) == ("https://example.org/a", "Example Post")
    assert (first.first_seen_at, first.revision, first.attempts) == (NOON, 1, 0)
    assert second.key == "b"


def test_a_claimed_entry_is_nobody_elses_until_the_lease_is_over(write):
    write(feed_with)
    assert len(waiting(write)) == 1
    assert waiting(write, NOON + 4 * MINUTE) == []
    assert len(waiting(write, NOON + 5 * MINUTE)) == 1


def test_a_processed_entry_does_not_wait_and_keeps_no_text(write, read):
    write(feed_with)
    (entry,) = waiting(write)
    write(lambda work: work.entries.done([entry]))
    assert read(lambda work: (work.entries.waiting(), work.entries.count())) == (0, 1)


def test_p11_a_rewritten_entry_waits_again_and_the_old_revision_is_not_done(write):
    feed = write(feed_with)
    (entry,) = waiting(write)
    rewritten = new_entry("k1", text="Three hurt.", revises=entry.id)
    assert write(lambda work: work.entries.add(feed, [rewritten], NOON + MINUTE)) == 0
    write(lambda work: work.entries.done([entry]))
    (again,) = waiting(write, NOON + MINUTE)
    assert (again.id, again.revision, again.text) == (entry.id, 2, "Three hurt.")


def test_p8_an_entry_with_a_new_key_but_the_same_text_is_only_known_by_the_new_key(write, read):
    feed = write(feed_with)
    (entry,) = waiting(write)
    write(lambda work: work.entries.done([entry]))
    rekeyed = new_entry("k2", revises=entry.id)
    assert write(lambda work: work.entries.add(feed, [rekeyed], NOON)) == 0
    assert waiting(write) == []
    (known,) = read(lambda work: work.entries.known(feed.id, [rekeyed.identity]))
    assert (known.id, known.key) == (entry.id, "k2")


def test_a_revision_does_not_take_another_entrys_key(write, read):
    feed = write(lambda work: feed_with(work, new_entry("a", title="One"), new_entry("b")))
    one, _ = waiting(write)
    write(lambda w: w.entries.add(feed, [new_entry("b", title="Two", revises=one.id)], NOON))
    known = read(lambda w: w.entries.known(feed.id, [new_entry("a").identity]))
    assert {entry.key for entry in known} == {"a", "b"}


def test_a_revision_of_a_vanished_entry_is_stored_as_new(write):
    feed = write(lambda work: feed_with(work, new_entry("a")))
    assert write(lambda w: w.entries.add(feed, [new_entry("b", revises=999)], NOON)) == 1


def test_entries_are_known_by_key_link_or_title_in_their_own_feed_only(write, read):
    def job(work) -> Any:
        return feed_with(work, new_entry("a", title="A", link="l")), feed_with(
            work, url="https://b"
        )

    feed, other = write(job)

    def known(feed_id, *identity) -> Any:
        found = read(lambda work: work.entries.known(feed_id, [EntryIdentity(*identity)]))
        return [entry.key for entry in found]

    assert known(feed.id, "a", None, "", "") == ["a"]
    assert known(feed.id, "x", "l", "", "") == ["a"]
    assert known(feed.id, "x", None, "", digest("A")) == ["a"]
    assert known(feed.id, "x", "m", "", digest("B")) == []
    assert known(other.id, "a", "l", "", digest("A")) == []


def test_p10_a_purged_entry_stays_known_and_is_not_new_again(write, read):
    feed = write(feed_with)
    (entry,) = waiting(write)

    def process(work) -> Any:
        work.reports.save(sourced(entry_id=entry.id, text="long text"), signature(), NOON)
        work.entries.done([entry])

    write(process)
    assert write(lambda work: work.entries.purge(NOON + DAY)) == 1
    (known,) = read(lambda work: work.entries.known(feed.id, [new_entry().identity]))
    assert (known.id, known.key) == (0, "k1")
    assert read(lambda work: work.entries.count()) == 0


def test_waiting_entries_are_not_purged(write):
    write(feed_with)
    assert write(lambda work: work.entries.purge(NOON + DAY)) == 0


def test_a_failing_entry_is_tried_five_times_ever_later_then_set_aside(write, read):
    write(feed_with)
    now = NOON
    for minutes in (1, 2, 4, 8, 0):
        (entry,) = waiting(write, now)
        write(lambda work, e=entry, at=now: work.entries.failed(e.id, "too odd", at))
        assert waiting(write, now + (minutes - 0.5) * MINUTE) == []
        now += minutes * MINUTE
    assert waiting(write, now + DAY) == []
    ((entry, why),) = read(lambda work: work.entries.set_aside())
    assert (entry.key, why, entry.attempts) == ("k1", "too odd", 5)


def test_nothing_is_stored_for_a_feed_that_was_removed_meanwhile(write):
    def job(work) -> Any:
        feed = work.feeds.add(NewFeed("https://example.org/x"), NOON)
        work.feeds.remove(feed.id)
        return work.entries.add(feed, [new_entry()], NOON), work.entries.count()

    assert write(job) == (0, 0)


def test_x4_nul_and_lone_surrogates_are_stored_as_text_that_every_database_holds(write):
    write(lambda work: feed_with(work, new_entry(title="a\0b\ud800c")))
    (entry,) = waiting(write)
    assert entry.title == "ab?c"


def test_a_thousand_entries_are_looked_up_in_one_call(write, read):
    many = [new_entry(f"k{n}", title=f"Title {n}") for n in range(1000)]
    feed = write(lambda work: feed_with(work, *many))
    identities = [entry.identity for entry in many]
    assert len(read(lambda work: work.entries.known(feed.id, identities))) == 1000
