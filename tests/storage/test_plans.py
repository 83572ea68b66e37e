"""Every query that a command or a tick makes finds its rows through an index."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event

from bot.domain.chats import Scope
from bot.domain.delivery import OutboxState, Priority, Sent
from bot.domain.remarks import Wrong
from bot.protocols import EventFilter
from tests.storage.values import (
    ALICE,
    DAY,
    MINUTE,
    NOON,
    chat,
    event,
    feed_with,
    new_entry,
    row,
    signature,
    sourced,
    told_event,
)

BIG = {
    "entry",
    "entry_tombstone",
    "event",
    "event_history",
    "figure",
    "report",
    "block",
    "alert",
    "outbox",
    "target",
    "other",
    "inbox",
    "subscription",
    "told",
}
FULL_SCAN = re.compile(r"\bSCAN (\w+)(?! USING INDEX)")
"""A walk along an index is fine (the newest first, up to a limit), a walk over all of it is not."""


@pytest.fixture
def plans(sqlite_url) -> Any:
    """Run jobs and return the plans of all their statements, as (statement, plan) pairs."""
    from storage.store import SqlStore

    with SqlStore(sqlite_url) as opened:
        opened.write_sync(lambda work: (chat(work), feed_with(work), told_event(work)))
        yield lambda job: explain(opened, job)


def explain(store, job) -> Any:
    seen = []

    def note(_connection, cursor, statement, parameters, _context, many) -> Any:
        if statement.split()[0] in ("SELECT", "UPDATE", "DELETE"):
            values = parameters[0] if many else parameters
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", values)
            seen.append((statement, [line[3] for line in rows]))

    sqlalchemy_event.listen(store._writer, "before_cursor_execute", note)
    store.write_sync(job)
    sqlalchemy_event.remove(store._writer, "before_cursor_execute", note)
    return seen


def scans(plans) -> list[str]:
    return [
        f"{line}: {statement}"
        for statement, plan in plans
        for line in plan
        if (found := FULL_SCAN.search(line)) and found[1] in BIG
    ]


def deliver(work) -> Any:
    work.outbox.put(row("a"), NOON)
    work.outbox.put(row("b", target_key="a", act=row("a").act), NOON)
    for claimed in work.outbox.claim("w", NOON, 10, MINUTE):
        work.outbox.sending(claimed, "w", NOON, MINUTE)
        work.outbox.record(claimed, "w", Sent(1), NOON)
    work.outbox.recover(NOON)
    work.outbox.next_due()
    work.outbox.find("a")
    work.outbox.in_state(OutboxState.DEAD)
    work.outbox.retry(1, NOON)
    work.outbox.waiting(Priority.REMINDER, "reminder:1:")
    work.outbox.withdraw("reminder:1:1")
    work.outbox.cancel(ALICE)


def ingest(work) -> Any:
    feed = work.feeds.claim_due(NOON, 10, MINUTE)[0]
    work.feeds.by_ids([feed.id])
    work.entries.known(feed.id, [new_entry(f"k{n}").identity for n in range(60)])
    work.entries.add(feed, [new_entry("k2"), new_entry("k1", revises=1, text="x")], NOON)
    for entry in work.entries.claim_waiting(NOON, 10, MINUTE):
        made = work.reports.save(sourced(entry_id=entry.id), signature(), NOON)
        work.reports.candidates(signature(), None)
        stored = work.events.add(event(), NOON)
        work.reports.attach(made.id, stored.id)
        work.events.save(stored, NOON)
        work.alerts.add(ALICE, stored.id, 1, "k", [], NOON)
        work.entries.done([entry])
        work.entries.failed(entry.id, "x", NOON)
    work.feeds.save(feed)
    work.entries.waiting()
    work.finish()


def ask(work) -> Any:
    for wanted in (
        EventFilter(limit=10),
        EventFilter(since=NOON - DAY, limit=10),
        EventFilter(since=NOON - DAY, until=NOON, country="PK"),
        EventFilter(text="handcart"),
        EventFilter(text="handcart", since=NOON - DAY),
    ):
        work.events.find(ALICE, wanted)
        work.events.find(None, wanted)
    work.events.visible(ALICE, "KH-EYDH")
    work.events.history(1)
    work.events.texts(1)
    work.reports.of_event(1)
    work.reports.of_entries([1])
    work.alerts.of_event(1)
    work.entries.set_aside()
    work.remarks.add(ALICE, work.events.get(1), Wrong.SAME, None, NOON)
    work.remarks.said(ALICE, NOON)


def talk(work) -> Any:
    work.inbox.add([(1, "{}")], NOON)
    work.inbox.waiting()
    work.inbox.attempt(1)
    kept = work.subscriptions.add(ALICE, "blast", NOON)
    work.subscriptions.list(ALICE)
    work.subscriptions.count(ALICE.chat_id)
    work.subscriptions.by_ids([kept.id])
    work.subscriptions.remove(ALICE, kept.id)
    work.chats.suspend(ALICE.chat_id, "x", NOON)
    work.chats.resume(ALICE.chat_id)
    work.chats.purge_suspended(NOON)
    work.chats.migrate(ALICE.chat_id, -5)
    work.chats.forget(Scope(-5))


def keep_up(work) -> Any:
    work.entries.purge(NOON - DAY)
    work.events.purge(NOON - DAY)
    work.outbox.purge(NOON - DAY)


@pytest.mark.parametrize("job", [deliver, ingest, ask, talk, keep_up])
def test_no_query_scans_a_big_table(plans, job):
    found = plans(job)
    assert len(found) > 2
    assert scans(found) == []


def test_the_check_sees_a_scan(plans):
    assert scans(plans(lambda work: work.entries.count())) != []


def test_many_subscriptions_are_read_by_their_numbers_not_by_chat(plans):
    found = plans(lambda work: work.subscriptions.by_ids(range(1, 201)))
    ((_, plan),) = (one for one in found if "subscription.id IN" in one[0])
    assert any("SEARCH subscription USING INTEGER PRIMARY KEY" in line for line in plan), plan


def test_search_and_lists_need_no_sorting(plans):
    def lists(work) -> Any:
        for wanted in (EventFilter(), EventFilter(country="PK"), EventFilter(text="handcart")):
            work.events.find(None, wanted)

    found = [plan for statement, plan in plans(lists) if "LIMIT" in statement]
    assert len(found) == 3
    assert "TEMP B-TREE" not in str(found)
