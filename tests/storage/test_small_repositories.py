"""Subscriptions, alerts, the inbox and meta."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.chats import Scope
from bot.domain.delivery import UpdateState
from bot.errors import StorageError
from bot.protocols import IndexSnapshot
from storage.repositories.inbox import chat_of
from tests.storage.values import ALICE, BOB, MINUTE, NOON, chat, told_event

TOPIC = Scope(ALICE.chat_id, 7)


def test_the_same_query_twice_is_one_subscription_but_topics_have_their_own(write, read):
    def job(work) -> Any:
        chat(work)
        return [work.subscriptions.add(scope, "blast", NOON) for scope in (ALICE, ALICE, TOPIC)]

    first, again, topic = write(job)
    assert first == again != topic
    assert topic.thread_id == 7
    assert read(lambda w: (w.subscriptions.list(ALICE), w.subscriptions.list(TOPIC))) == (
        [first],
        [topic],
    )
    assert read(lambda work: work.subscriptions.count(ALICE.chat_id)) == 2


def test_nobody_touches_another_chats_or_topics_subscription(write, read):
    def job(work) -> Any:
        chat(work)
        return work.subscriptions.add(ALICE, "blast", NOON)

    mine = write(job)
    for other in (BOB, TOPIC):
        assert not write(lambda work, s=other: work.subscriptions.remove(s, mine.id))
        assert not write(lambda work, s=other: work.subscriptions.pause(s, mine.id, paused=True))
        assert write(lambda work, s=other: work.subscriptions.remove_all(s)) == 0
    assert read(lambda work: work.subscriptions.list(ALICE)) == [mine]


def watched(work) -> list[tuple[int, str]]:
    return list(work.subscriptions.watched(placeless=False))


def test_the_index_reads_equal_queries_together_and_chats_that_want_the_placeless_apart(
    write, read
):
    def job(work) -> Any:
        chat(work)
        work.chats.save(replace(chat(work, BOB), placeless=True))
        added = [(ALICE, "b"), (ALICE, "a"), (TOPIC, "b"), (BOB, "b")]
        return [work.subscriptions.add(scope, query, NOON).id for scope, query in added]

    b, a, again, theirs = write(job)
    assert read(watched) == [(a, "a"), (b, "b"), (again, "b")]
    assert read(lambda work: list(work.subscriptions.watched(placeless=True))) == [(theirs, "b")]


def test_an_index_is_kept_of_the_newest_state_only_and_known_by_its_stamp(write, read):
    def job(work) -> Any:
        chat(work)
        return work.subscriptions.add(ALICE, "blast", NOON)

    one = write(job)
    assert read(lambda work: work.subscriptions.census()) == (1, one.id)
    version = read(lambda work: work.subscriptions.version())
    old, new, newer = (
        IndexSnapshot("a", version - 1, b"\0old"),
        IndexSnapshot("a", version, b"\0\xff"),
        IndexSnapshot("b", version, b"newer"),
    )
    assert not write(lambda work: work.subscriptions.keep(old))
    assert write(lambda work: work.subscriptions.keep(new))
    assert read(lambda work: work.subscriptions.kept("a")) == new
    assert write(lambda work: work.subscriptions.keep(newer))
    assert read(lambda w: (w.subscriptions.kept("a"), w.subscriptions.kept("b"))) == (None, newer)
    write(lambda work: work.chats.forget(ALICE))
    assert read(lambda work: work.subscriptions.kept("b")) is None
    assert read(lambda work: work.subscriptions.census()) == (0, 0)


def test_paused_subscriptions_are_listed_but_not_in_the_index(write, read):
    def job(work) -> Any:
        chat(work)
        kept = [work.subscriptions.add(ALICE, query, NOON) for query in ("a", "b")]
        assert work.subscriptions.pause(ALICE, kept[0].id, paused=True)
        return kept

    paused, active = write(job)
    assert len(read(lambda work: work.subscriptions.list(ALICE))) == 2
    assert read(watched) == [(active.id, "b")]
    ids = [paused.id, active.id, 999]
    assert read(lambda work: work.subscriptions.by_ids(ids)) == {active.id: active}


def test_the_version_grows_with_every_change_and_only_then(write, read):
    def version() -> Any:
        return read(lambda work: work.subscriptions.version())

    def grows(job) -> Any:
        before = version()
        write(job)
        return version() > before

    assert version() == 0
    write(chat)
    assert grows(lambda work: work.subscriptions.add(ALICE, "blast", NOON))
    assert not grows(lambda work: work.subscriptions.add(ALICE, "blast", NOON))
    assert grows(lambda work: work.subscriptions.pause(ALICE, 1, paused=True))
    assert grows(lambda work: work.chats.suspend(ALICE.chat_id, "x", NOON))
    assert grows(lambda work: work.chats.resume(ALICE.chat_id))
    assert not grows(lambda work: work.subscriptions.remove(ALICE, 99))
    assert grows(lambda work: work.subscriptions.remove_all(ALICE))


def test_a_subscription_needs_a_chat(write):
    with pytest.raises(StorageError):
        write(lambda work: work.subscriptions.add(ALICE, "blast", NOON))


def test_a_chat_and_topic_is_told_of_a_revision_once(write, read):
    def job(work) -> Any:
        stored = told_event(work)
        told = [
            work.alerts.add(scope, stored.id, revision, f"key{n}", ["blast", "zarghun"], NOON)
            for n, (scope, revision) in enumerate(
                [(ALICE, 1), (ALICE, 1), (TOPIC, 1), (ALICE, 2), (BOB, 1)]
            )
        ]
        return stored, told

    stored, told = write(job)
    assert told == [True, False, True, True, True]
    newest = read(lambda work: work.alerts.of_event(stored.id))
    assert {(a.chat_id, a.thread_id, a.revision, a.outbox_key) for a in newest} == {
        (101, None, 2, "key3"),
        (101, 7, 1, "key2"),
        (202, None, 1, "key4"),
    }
    assert newest[0].reasons == ("blast", "zarghun")


def test_u3_an_update_is_stored_once_and_handled_in_order(write, read):
    assert write(lambda work: work.inbox.add([(7, "{}"), (5, "{}")], NOON)) == 2
    assert write(lambda work: work.inbox.add([(5, "{}"), (6, "{}")], NOON)) == 1
    assert write(lambda work: work.inbox.add([], NOON)) == 0
    waiting = read(lambda work: work.inbox.waiting())
    assert [update.update_id for update in waiting] == [5, 6, 7]


def test_a_done_update_keeps_no_text_and_is_not_new_again(write, read):
    write(lambda work: work.inbox.add([(5, '{"message": {}}')], NOON))
    write(lambda work: work.inbox.finish(5, UpdateState.DONE))
    assert read(lambda work: work.inbox.waiting()) == []
    assert read(lambda work: work.inbox.state(5)) is UpdateState.DONE
    assert write(lambda work: work.inbox.add([(5, '{"message": {}}')], NOON + MINUTE)) == 0
    assert read(lambda work: work.inbox.state(6)) is None


def test_u2_an_unreadable_update_is_quarantined_after_counted_attempts(write, read):
    write(lambda work: work.inbox.add([(5, "not json")], NOON))
    assert [write(lambda work: work.inbox.attempt(5)) for _ in range(3)] == [1, 2, 3]
    write(lambda work: work.inbox.finish(5, UpdateState.QUARANTINED, "unreadable"))
    assert read(lambda work: work.inbox.state(5)) is UpdateState.QUARANTINED


@pytest.mark.parametrize(
    ("raw", "chat_id"),
    [
        ('{"message": {"chat": {"id": 5}, "reply_to_message": {"chat": {"id": 6}}}}', 5),
        ('{"callback_query": {"from": {"id": 1}, "message": {"chat": {"id": -5}}}}', -5),
        ('{"my_chat_member": {"chat": {"id": 5}}}', 5),
        ('{"update_id": 3, "inline_query": {"from": {"id": 1}}}', None),
        ('{"message": {"chat": {"id": "5"}}}', None),
        ("[]", None),
        ("broken", None),
        ('{"a":' * 100_000, None),
    ],
)
def test_the_chat_of_an_update_is_found_wherever_it_stands(raw, chat_id):
    assert chat_of(raw) == chat_id


def test_facts_of_the_installation_are_kept_and_replaced(write, read):
    assert read(lambda work: work.meta.get("started")) is None
    write(lambda work: (work.meta.set("started", "1"), work.meta.set("started", "2")))
    assert read(lambda work: work.meta.get("started")) == "2"
