from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.events import Event
from bot.domain.references import event_id, public_id
from bot.domain.reports import Kind
from bot.errors import StorageError
from bot.protocols import EventFilter
from tests.storage.values import (
    ALICE,
    BOB,
    DAY,
    MINUTE,
    NOON,
    event,
    figure,
    signature,
    sourced,
    told_event,
)


def titles(found) -> list[str]:
    return [one.title for one in found]


def test_an_event_comes_back_as_it_was_stored_with_its_ids(write, read):
    stored = write(lambda work: work.events.add(event(), NOON))
    assert stored == replace(event(), id=stored.id, public_id=public_id(stored.id))
    assert read(lambda work: work.events.get(stored.id)) == stored


def test_a_new_revision_leaves_the_old_state_in_the_history(write, read):
    first = write(lambda work: work.events.add(event(), NOON))
    second = replace(first, revision=2, title="More", ledger=(*first.ledger, figure(5)))
    write(lambda work: work.events.save(second, NOON + MINUTE))
    assert read(lambda work: work.events.get(first.id)) == second
    assert read(lambda work: work.events.history(first.id)) == [first]


def test_a_change_within_a_revision_leaves_no_history(write, read):
    first = write(lambda work: work.events.add(event(), NOON))
    write(lambda work: work.events.save(replace(first, version=2, quote="Sad."), NOON))
    assert read(lambda work: work.events.history(first.id)) == []
    assert read(lambda work: work.events.get(first.id)).quote == "Sad."


def test_a_split_may_take_lines_out_of_a_ledger(write, read):
    first = write(lambda work: work.events.add(event(), NOON))
    longer = replace(first, ledger=(figure(1), figure(2), figure(3)))
    write(lambda work: work.events.save(longer, NOON))
    shorter = replace(first, ledger=(figure(1), figure(3)))
    write(lambda work: work.events.save(shorter, NOON))
    assert read(lambda work: work.events.get(first.id)).ledger == shorter.ledger


def test_saving_an_event_that_is_not_stored_is_an_error(write):
    with pytest.raises(StorageError, match="no event 5"):
        write(lambda work: work.events.save(replace(event(), id=5), NOON))


def test_events_come_newest_first_in_pages(write, read):
    def job(work) -> Any:
        for n in (3, 1, 2):
            work.events.add(event(f"e{n}", at=NOON + n * MINUTE), NOON)

    write(job)

    def page(after=None) -> Any:
        return read(lambda work: work.events.find(None, EventFilter(after=after, limit=2)))

    first = page()
    assert (titles(first), titles(page(first[-1]))) == (["e3", "e2"], ["e1"])


def test_of_two_adjacent_periods_each_event_belongs_to_one(write, read):
    def job(work) -> Any:
        for n in range(4):
            work.events.add(event(f"e{n}", at=NOON + n * DAY), NOON)

    write(job)

    def between(since, until) -> Any:
        wanted = EventFilter(since=NOON + since * DAY, until=NOON + until * DAY)
        return titles(read(lambda work: work.events.find(None, wanted)))

    assert between(0, 2) == ["e1", "e0"]
    assert between(2, 4) == ["e3", "e2"]


def test_events_are_found_by_country_and_kind(write, read):
    def job(work) -> Any:
        work.events.add(event("here"), NOON)
        work.events.add(event("there", country="IN"), NOON)

    write(job)

    def find(**wanted) -> Any:
        return titles(read(lambda work: work.events.find(None, EventFilter(**wanted))))

    assert find(country="IN") == ["there"]
    assert find(country="IN", kind=Kind.POLICY) == []
    assert sorted(find(kind=Kind.INCIDENT)) == ["here", "there"]


def test_a_private_feeds_event_is_seen_by_its_owner_and_the_operator_only(write, read):
    mine = write(lambda work: told_event(work, owner=ALICE.chat_id, text="quokka"))

    def seen(scope) -> Any:
        wanted = (EventFilter(), EventFilter(text="quokka"))
        return [len(read(lambda w, f=f: w.events.find(scope, f))) for f in wanted]

    assert (seen(ALICE), seen(BOB), seen(None)) == ([1, 1], [0, 0], [1, 1])
    assert read(lambda work: work.events.visible(ALICE, mine.public_id)) == mine
    assert read(lambda work: work.events.visible(BOB, mine.public_id)) is None


def test_a_public_id_is_read_as_people_type_it(write, read):
    stored = write(lambda work: work.events.add(event(), NOON))
    for typed in (stored.public_id, stored.public_id.lower(), f" {stored.public_id[3:]} "):
        assert read(lambda work, t=typed: work.events.visible(ALICE, t)) == stored
    for nonsense in ("", "KH-", "KH-!!!!", "9" * 40, "KH-0000"):
        assert read(lambda work, t=nonsense: work.events.visible(ALICE, t)) is None


def test_the_id_of_a_merged_event_leads_to_the_event_that_took_it_over(write, read):
    def job(work) -> Any:
        events = [work.events.add(event(f"e{n}"), NOON) for n in range(3)]
        work.events.merged_into(events[0].id, events[1].id)
        work.events.merged_into(events[1].id, events[2].id)
        return events

    first, second, last = write(job)
    assert read(lambda work: work.events.visible(ALICE, first.public_id)) == last
    assert titles(read(lambda work: work.events.find(None, EventFilter()))) == ["e2"]
    assert read(lambda work: work.events.get(second.id)).merged_into == last.id


def test_a_circle_of_merges_leads_nowhere(write, read):
    def job(work) -> Any:
        one, two = (work.events.add(event(), NOON) for _ in range(2))
        work.events.merged_into(one.id, two.id)
        work.events.merged_into(two.id, one.id)
        return one

    one = write(job)
    assert read(lambda work: work.events.visible(ALICE, one.public_id)) is None


def test_texts_are_the_titles_and_texts_of_the_reports(write, read):
    stored = write(lambda work: told_event(work, text="A handcart blew up."))
    assert read(lambda w: w.events.texts(stored.id)) == ["Blast in Zarghun", "A handcart blew up."]


def test_old_events_are_purged_with_reports_and_words(write, read):
    def job(work) -> Any:
        told_event(work, title="old", text="quokka")
        return told_event(work, title="new", text="quokka", at=NOON + DAY)

    new = write(job)
    assert write(lambda work: work.events.purge(NOON + MINUTE)) == 1
    assert read(lambda work: work.events.count()) == 1
    assert read(lambda w: titles(w.events.find(None, EventFilter(text="quokka")))) == ["new"]
    assert len(read(lambda work: work.reports.of_event(new.id))) == 1


def test_the_id_of_a_purged_event_is_not_used_again(write):
    old = write(lambda work: work.events.add(event(), NOON))
    write(lambda work: work.events.purge(NOON + DAY))
    assert write(lambda work: work.events.add(event(), NOON)).id > old.id


# --- search --------------------------------------------------------------------------------------


@pytest.fixture
def search(read) -> Any:
    def search(words) -> Any:
        return titles(read(lambda work: work.events.find(None, EventFilter(text=words))))

    return search


@pytest.mark.parametrize(
    "words",
    [
        "handcart",
        "HANDCARTS",  # stemmed
        "hand*",
        "cafe",  # accents fold, in the index as in the query
        "CAFÉ",
        "Zarghun bombing",  # a place and a type of the event, not in the text
        "example post",  # a publisher
        "دھماکہ",
    ],
)
def test_events_are_found_by_the_words_of_their_facts_and_articles(write, search, words):
    write(lambda w: told_event(w, title="e", text="A handcart blew up at the Café. دھماکہ"))
    assert search(words) == ["e"]


@pytest.mark.parametrize(
    "words",
    ["handcart missing", "hand", "!!!", "", "words:handcart x", "NEAR(handcart)", "(" * 2000],
)
def test_words_that_are_not_there_find_nothing(write, search, words):
    write(lambda work: told_event(work, text="A handcart blew up."))
    assert search(words) == []


@pytest.mark.parametrize(
    "words",
    ['"handcart', "handcart*", "(handcart", "handcart)", "-handcart", "^handcart", "'handcart'"],
)
def test_x6_the_indexs_own_syntax_is_read_as_words(write, search, words):
    write(lambda work: told_event(work, title="e", text="A handcart blew up."))
    assert search(words) == ["e"]


def test_search_results_come_newest_first_by_first_sight_not_by_storing(write, search):
    def job(work) -> Any:
        for n in (2, 3, 1):
            told_event(work, title=f"e{n}", text="quokka", at=NOON + n * DAY)

    write(job)
    assert search("quokka") == ["e3", "e2", "e1"]


def test_the_index_follows_changes_of_an_event(write, search):
    stored = write(lambda work: told_event(work, text="A handcart blew up."))
    earlier = replace(stored, title="Wombat", first_seen_at=NOON - DAY)
    write(lambda work: work.events.save(earlier, NOON))
    assert search("wombat") == search("handcart") == ["Wombat"]

    def add_report(work) -> Any:
        made = work.reports.save(sourced(text="A numbat ran."), signature(), NOON)
        work.reports.attach(made.id, stored.id)

    write(add_report)
    assert search("numbat wombat handcart") == ["Wombat"]


def test_purged_texts_are_not_found_any_more_but_facts_are(write, search):
    write(lambda work: told_event(work, title="Wombat", text="A numbat ran."))
    write(lambda work: work.entries.purge(NOON + DAY))
    assert search("numbat") == []
    assert search("wombat") == ["Wombat"]


def test_public_ids_are_one_to_one():
    ids = [*range(1, 2000), *range(2**20 - 500, 2**20 + 500), 2**40]
    public = [public_id(number) for number in ids]
    assert len(set(public)) == len(ids)
    assert [event_id(one) for one in public] == ids


def test_an_event_without_place_or_facts_is_stored_too(write, read):
    bare = Event(0, "", Kind.OTHER, "t", event().severity, NOON, NOON, NOON)
    stored = write(lambda work: work.events.add(bare, NOON))
    assert read(lambda work: work.events.get(stored.id)) == stored
