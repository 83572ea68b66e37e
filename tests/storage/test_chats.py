from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from sqlmodel import SQLModel

from bot.domain.chats import ChatState, ChatType, QuietHours, Scope
from bot.domain.delivery import OutboxState, Sent, ThreadGone, UpdateState
from bot.domain.feeds import NewFeed
from bot.domain.remarks import Wrong
from bot.domain.values import Severity
from bot.protocols import EventFilter
from tests.storage.values import (
    ALICE,
    BOB,
    DAY,
    GROUP,
    MINUTE,
    NOON,
    chat,
    feed_with,
    row,
    signature,
    slot,
    told_event,
)

NEW = Scope(-1000300)
NIGHT = QuietHours(dt.time(22), dt.time(7, 30))


def furnished(work, scope) -> Any:
    """Give a chat something in every table; return its private event."""
    chat(work, scope, ChatType.GROUP)
    work.subscriptions.add(scope, "blast", NOON)
    work.subscriptions.add(Scope(scope.chat_id, 7), "flood", NOON)
    work.digests.put(slot(scope))
    work.mutes.add(scope, "cricket", NOON + DAY)
    feed_with(work, url="https://example.org/private", owner=scope.chat_id)
    stored = told_event(work, owner=scope.chat_id, text=f"quokka {scope.chat_id}")
    work.remarks.add(scope, stored, Wrong.PLACE, None, NOON)
    work.alerts.add(scope, stored.id, 1, f"alert:{scope.chat_id}", ["blast"], NOON)
    work.outbox.put(row(f"alert:{scope.chat_id}", scope), NOON)
    update = f'{{"message": {{"chat": {{"id": {scope.chat_id}}}, "text": "/help"}}}}'
    work.inbox.add([(abs(scope.chat_id), update)], NOON)
    return stored


def test_many_chats_are_read_at_once_and_unknown_ones_left_out(store):
    store.write_sync(lambda work: [chat(work, one) for one in (ALICE, BOB)])
    found = store.read_sync(lambda work: work.chats.by_ids([ALICE.chat_id, BOB.chat_id, 99]))
    assert set(found) == {ALICE.chat_id, BOB.chat_id}
    assert found[BOB.chat_id] == store.read_sync(lambda work: work.chats.get(BOB.chat_id))


def test_a_new_chat_gets_default_settings_and_is_found_again(write, read):
    made = write(chat)
    assert (made.id, made.type, made.state) == (101, ChatType.PRIVATE, ChatState.ACTIVE)
    assert read(lambda work: work.chats.get(101)) == made == write(chat)
    assert read(lambda work: work.chats.get(1)) is None


def test_settings_are_kept_and_do_not_resume_a_suspended_chat(write, read):
    made = write(chat)
    write(lambda work: work.chats.suspend(101, "blocked", NOON))
    changed = replace(
        made, zone="Europe/London", min_severity=Severity.SEVERE, placeless=True, quiet=NIGHT
    )
    write(lambda work: work.chats.save(changed))
    stored = read(lambda work: work.chats.get(101))
    assert (stored.quiet, stored.bypass) == (NIGHT, Severity.EXTREME)
    assert (stored.zone, stored.min_severity, stored.placeless) == ("Europe/London", 3, True)
    assert (stored.state, stored.suspended_why) == (ChatState.SUSPENDED, "blocked")


def test_t10_a_suspended_chats_rows_wait_for_its_return(write, read):
    def job(work) -> Any:
        chat(work)
        work.outbox.put(row("before"), NOON)
        work.chats.suspend(101, "blocked", NOON)
        work.outbox.put(row("while"), NOON)

    write(job)
    assert read(lambda work: work.outbox.counts())[OutboxState.SUSPENDED] == 2
    assert write(lambda work: work.outbox.claim("w", NOON, 10, MINUTE)) == []
    resumed = write(chat)
    assert (resumed.state, resumed.suspended_at) == (ChatState.ACTIVE, None)
    assert write(lambda w: w.outbox.claim("w", NOON, 10, MINUTE))[0].dedupe_key == "before"


def test_a_suspended_chat_is_out_of_the_index_and_back_with_its_subscriptions(write, read):
    def job(work) -> Any:
        chat(work)
        return work.subscriptions.add(ALICE, "blast", NOON)

    kept = write(job)
    write(lambda work: work.chats.suspend(101, "blocked", NOON))
    assert read(lambda work: list(work.subscriptions.watched(placeless=False))) == []
    assert read(lambda work: work.subscriptions.by_ids([kept.id])) == {}
    write(lambda work: work.chats.resume(101))
    assert read(lambda work: list(work.subscriptions.watched(placeless=False))) == [
        (kept.id, "blast")
    ]


def test_t12_everything_of_a_chat_moves_to_its_new_id(write, read):
    stored = write(lambda work: furnished(work, GROUP))
    for _ in range(2):  # by the error and by the service message: once is as twice
        write(lambda work: work.chats.migrate(GROUP.chat_id, NEW.chat_id))
    assert read(lambda work: work.chats.get(GROUP.chat_id)) is None
    assert read(lambda work: work.chats.get(NEW.chat_id)).type is ChatType.SUPERGROUP
    assert read(lambda w: [s.query for s in w.subscriptions.list(NEW)]) == ["blast"]
    assert read(lambda w: w.subscriptions.count(NEW.chat_id)) == 2
    assert read(lambda w: len(w.feeds.owned(NEW))) == 1
    assert read(lambda w: len(w.digests.list(NEW))) == 1
    assert read(lambda w: [one.what for one in w.mutes.list(NEW, NOON)]) == ["cricket"]
    assert read(lambda w: w.remarks.said(NEW, NOON)) == 1
    assert read(lambda w: w.events.visible(NEW, stored.public_id)).id == stored.id
    assert read(lambda w: w.alerts.of_event(stored.id))[0].chat_id == NEW.chat_id
    assert read(lambda w: len(w.reports.candidates(signature(), NEW.chat_id))) == 1
    (claimed,) = write(lambda work: work.outbox.claim("w", NOON, 10, MINUTE))
    assert claimed.chat_id == NEW.chat_id


def test_t12_what_both_ids_have_is_kept_once(write, read):
    def job(work) -> Any:
        shared = told_event(work)
        for scope in (GROUP, NEW):
            chat(work, scope, ChatType.GROUP)
            work.subscriptions.add(scope, "blast", NOON)
            work.feeds.add(NewFeed("https://example.org/x", owner_chat_id=scope.chat_id), NOON)
            work.alerts.add(scope, shared.id, 1, f"alert:{scope.chat_id}", [], NOON)
        work.subscriptions.add(GROUP, "flood", NOON)
        work.chats.migrate(GROUP.chat_id, NEW.chat_id)
        return shared

    shared = write(job)
    assert read(lambda w: [s.query for s in w.subscriptions.list(NEW)]) == ["blast", "flood"]
    assert read(lambda w: len(w.feeds.all())) == 1
    assert len(read(lambda w: w.alerts.of_event(shared.id))) == 1


def test_t12_messages_of_the_old_id_are_neither_edited_nor_replied_to(write, read):
    def job(work) -> Any:
        work.outbox.put(row("first", GROUP), NOON)
        (claimed,) = work.outbox.claim("w", NOON, 1, MINUTE)
        work.outbox.sending(claimed, "w", NOON, MINUTE)
        work.outbox.record(claimed, "w", Sent(55), NOON)
        work.outbox.put(row("second", GROUP, target_key="first"), NOON)
        work.chats.migrate(GROUP.chat_id, NEW.chat_id)
        return work.outbox.claim("w", NOON, 1, MINUTE)[0]

    assert write(job).target_message_id is None


def test_o2_forgetting_a_chat_leaves_nothing_of_it_and_all_of_the_others(write, read):
    def job(work) -> Any:
        furnished(work, GROUP)
        return furnished(work, NEW)

    others = write(job)
    claimed = write(lambda work: work.outbox.claim("w", NOON, 1, MINUTE))[0]

    def forget(work) -> Any:
        work.chats.forget(GROUP)
        work.outbox.put(row("bye", GROUP), NOON)

    write(forget)
    assert not write(lambda work: work.outbox.sending(claimed, "w", NOON, MINUTE))
    left = write(lambda work: work.outbox.claim("w", NOON, 10, MINUTE))
    assert sorted(r.dedupe_key for r in left) == [f"alert:{NEW.chat_id}", "bye"]
    assert read(lambda work: work.chats.get(GROUP.chat_id)) is None
    assert read(lambda work: work.subscriptions.count(GROUP.chat_id)) == 0
    assert read(lambda work: work.feeds.owned(GROUP)) == []
    assert read(lambda w: [e.id for e in w.events.find(None, EventFilter())]) == [others.id]
    found = read(lambda w: w.events.find(None, EventFilter(text="quokka")))
    assert [one.id for one in found] == [others.id]
    assert [u.update_id for u in read(lambda w: w.inbox.waiting())] == [abs(NEW.chat_id)]
    assert read(lambda work: work.inbox.state(abs(GROUP.chat_id))) is UpdateState.DONE


def test_o2_no_table_holds_a_forgotten_chats_id(write):
    write(lambda work: furnished(work, GROUP))
    write(lambda work: work.chats.forget(GROUP))

    def where(work) -> Any:
        return [
            table.name
            for table in SQLModel.metadata.sorted_tables
            for line in work.meta._connection.execute(table.select()).all()
            if str(GROUP.chat_id) in " ".join(map(str, line))
        ]

    assert write(where) == []


def test_chats_suspended_long_ago_are_erased(write, read):
    def job(work) -> Any:
        for scope, at in ((ALICE, NOON), (BOB, NOON + DAY)):
            chat(work, scope)
            work.subscriptions.add(scope, "blast", NOON)
            work.chats.suspend(scope.chat_id, "blocked", at)
        chat(work, GROUP)
        return work.chats.purge_suspended(NOON + MINUTE)

    assert write(job) == 1
    assert read(lambda w: [w.chats.get(i.chat_id) is None for i in (ALICE, BOB, GROUP)]) == [
        True,
        False,
        False,
    ]


# --- coming back ---

HOUR = DAY / 24


def suspended_for_a_day(work) -> None:
    """Leave old and new rows, one for later, and an answer to an old one."""
    chat(work)
    work.chats.suspend(101, "blocked", NOON - MINUTE)
    work.outbox.put(row("old"), NOON)
    work.outbox.put(row("answer", target_key="old"), NOON + DAY - HOUR)
    work.outbox.put(row("later", not_before=NOON + 3 * DAY), NOON)
    work.outbox.put(row("new"), NOON + DAY - HOUR)


def test_t10_a_chat_that_comes_back_is_not_flooded_with_old_news(write, read):
    write(suspended_for_a_day)
    assert write(lambda work: work.chats.resume(101, NOON + DAY - 6 * HOUR)) == 1
    states = {
        key: read(lambda work, key=key: work.outbox.find(key)).state
        for key in ("old", "answer", "later", "new")
    }
    assert states == {
        "old": OutboxState.CANCELLED,
        "answer": OutboxState.CANCELLED,
        "later": OutboxState.PENDING,
        "new": OutboxState.PENDING,
    }
    assert read(lambda work: work.outbox.find("old")).message.plain == ""


def test_t10_without_a_limit_everything_that_waited_is_sent(write, read):
    write(suspended_for_a_day)
    assert write(lambda work: work.chats.resume(101)) == 0
    assert read(lambda work: work.outbox.counts())[OutboxState.SUSPENDED] == 0


# --- a topic that is gone ---


def test_t13_what_a_topic_had_is_the_main_threads_from_now_on(write, read):
    topic = Scope(GROUP.chat_id, 7)

    def job(work) -> Any:
        chat(work, GROUP, ChatType.SUPERGROUP)
        for scope, queries in ((topic, ("flood", "blast")), (GROUP, ("blast",))):
            for query in queries:
                work.subscriptions.add(scope, query, NOON)
            work.digests.put(slot(scope))
        stored = told_event(work)
        work.alerts.add(topic, stored.id, 1, "told", ["flood"], NOON)
        version = work.subscriptions.version()
        work.outbox.put(row("a", topic), NOON)
        (mine,) = work.outbox.claim("w", NOON, 1, MINUTE)
        work.outbox.sending(mine, "w", NOON, MINUTE)
        work.outbox.record(mine, "w", ThreadGone("message thread not found"), NOON)
        assert work.subscriptions.version() > version
        return stored

    stored = write(job)
    assert read(lambda w: sorted(s.query for s in w.subscriptions.list(GROUP))) == [
        "blast",
        "flood",
    ]
    assert read(lambda w: w.subscriptions.list(topic)) == []
    assert read(lambda w: len(w.digests.of_chat(GROUP.chat_id))) == 1
    assert read(lambda w: w.alerts.of_event(stored.id))[0].thread_id is None


def test_t13_another_topic_keeps_what_it_has(write, read):
    other = Scope(GROUP.chat_id, 8)

    def job(work) -> Any:
        chat(work, GROUP, ChatType.SUPERGROUP)
        work.subscriptions.add(other, "flood", NOON)
        work.chats.fold_topic(GROUP.chat_id, 7)

    write(job)
    assert read(lambda w: [s.query for s in w.subscriptions.list(other)]) == ["flood"]
