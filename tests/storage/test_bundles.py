"""A chat that fell behind gets its alerts in one message, and later news of each finds it there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.delivery.bundling import BEHIND, MOST
from bot.domain.chats import Scope
from bot.domain.delivery import Act, Message, NotSent, OutboxState, Priority, Sent
from tests.storage.values import ALICE, BOB, DAY, GROUP, MINUTE, NOON, alert, row

LATE = NOON + BEHIND
KEYS = ("alert:a", "alert:b", "alert:c")


@pytest.fixture
def queue(write) -> Any:
    return Queue(write)


class Queue:
    """The queue as the dispatcher uses it, one transaction a step."""

    def __init__(self, write) -> None:
        self.write = write

    def put(self, *rows, now=NOON) -> Any:
        return [self.write(lambda work, one=one: work.outbox.put(one, now)) for one in rows]

    def claim(self, now=LATE) -> Any:
        def claim(work):
            rows = work.outbox.claim("w", now, 20, MINUTE)
            return list(work.outbox.coalesce(rows, "w", now, MINUTE))

        return self.write(claim)

    def send(self, message_id=77, now=LATE, outcome=None) -> Any:
        (mine,) = self.claim(now)
        self.answer(mine, outcome or Sent(message_id), now)
        return mine

    def answer(self, mine, outcome, now=LATE) -> None:
        assert self.write(lambda work: work.outbox.sending(mine, "w", now, MINUTE))
        assert self.write(lambda work: work.outbox.record(mine, "w", outcome, now))

    def find(self, key) -> Any:
        return self.write(lambda work: work.outbox.find(key))


def edit(key, words) -> Any:
    message = Message(f"<i>{words}</i>", words, brief=f"<i>{words}</i>")
    return replace(
        row(f"edit:{words}", act=Act.EDIT, target_key=key, replace_pending=True), message=message
    )


def words_of(mine) -> Any:
    return [word for word in mine.message.plain.split() if word.startswith(("alert:", "new:"))]


def test_alerts_that_wait_for_long_leave_as_one_message(queue):
    queue.put(*map(alert, KEYS))
    bundle = queue.send()
    assert words_of(bundle) == list(KEYS)
    assert not queue.claim(LATE + DAY)


def test_each_alert_of_a_bundle_knows_the_message_it_became(queue):
    queue.put(*map(alert, KEYS))
    queue.send(message_id=77)
    found = [queue.find(key) for key in KEYS]
    assert {one.state for one in found} == {OutboxState.BUNDLED}
    assert {one.target_message_id for one in found} == {77}


def test_alerts_that_came_just_now_leave_one_by_one(queue):
    queue.put(*map(alert, KEYS))
    (first,) = queue.claim(LATE - BEHIND / 2)
    assert first.dedupe_key == "alert:a"


def test_more_alerts_than_a_bundle_holds_are_bundled_at_once(queue):
    keys = [f"alert:{number:02}" for number in range(MOST + 1)]
    queue.put(*map(alert, keys))
    assert words_of(queue.send(now=NOON)) == keys[:MOST]
    assert queue.send(now=NOON + MINUTE).dedupe_key == keys[MOST]


def test_only_alerts_of_one_topic_and_urgency_are_bundled(queue):
    topic = Scope(GROUP.chat_id, 7)
    queue.put(
        alert("alert:a", GROUP),
        alert("alert:b", topic),
        alert("alert:c", GROUP, priority=Priority.EXTREME),
        alert("alert:d", BOB),
        row("reply:1:1", GROUP),
        alert("alert:e", GROUP, not_before=LATE + MINUTE),
    )
    keys = [mine.dedupe_key for mine in queue.claim()]
    assert keys == ["alert:c", "alert:d"]


def test_an_alert_that_was_tried_is_not_bundled(queue):
    queue.put(alert("alert:a"))
    queue.send(outcome=NotSent("no route"))
    queue.put(alert("alert:b"), alert("alert:c"))
    (again,) = queue.claim(LATE + DAY)
    assert again.dedupe_key == "alert:a"


def test_a_second_put_of_a_bundled_alert_changes_nothing(queue):
    queue.put(*map(alert, KEYS))
    queue.send()
    assert queue.put(alert("alert:b")) == [False]
    assert not queue.claim(LATE + DAY)


def test_an_edit_says_all_alerts_of_the_bundle_anew(queue):
    queue.put(*map(alert, KEYS))
    queue.send(message_id=77)
    queue.put(edit("alert:b", "new:b"), now=LATE)
    change = queue.send(now=LATE + MINUTE)
    assert (change.act, change.target_message_id) == (Act.EDIT, 77)
    assert words_of(change) == ["alert:a", "new:b", "alert:c"]


def test_a_later_edit_of_another_alert_keeps_the_earlier_one(queue):
    queue.put(*map(alert, KEYS))
    queue.send()
    queue.put(edit("alert:a", "new:a"), edit("alert:c", "new:c"), now=LATE)
    assert words_of(queue.send(now=LATE + MINUTE)) == ["new:a", "alert:b", "new:c"]
    assert not queue.claim(LATE + DAY)


def test_an_edit_is_folded_into_a_bundle_that_has_not_left(queue):
    queue.put(*map(alert, KEYS))
    queue.claim()
    queue.write(lambda work: work.outbox.recover(LATE + DAY))
    queue.put(edit("alert:a", "new:a"), now=LATE + DAY)
    assert words_of(queue.send(now=LATE + DAY)) == ["new:a", "alert:b", "alert:c"]


def test_a_reply_waits_for_the_bundle_and_answers_it(queue):
    queue.put(*map(alert, KEYS))
    (bundle,) = queue.claim()
    queue.put(row("reply:b", target_key="alert:b"), now=LATE)
    assert not queue.claim()
    queue.answer(bundle, Sent(77))
    assert queue.send(now=LATE + MINUTE).target_message_id == 77


def test_a_bundle_whose_sender_died_leaves_later_as_it_was(queue):
    queue.put(*map(alert, KEYS))
    (bundle,) = queue.claim()
    queue.write(lambda work: work.outbox.recover(LATE + DAY))
    again = queue.send(now=LATE + DAY)
    assert (again.dedupe_key, again.message) == (bundle.dedupe_key, bundle.message)


def test_an_alert_for_which_an_edit_waits_is_not_bundled(queue):
    queue.put(alert("alert:a"))
    queue.claim()
    queue.put(edit("alert:a", "new:a"))
    queue.write(lambda work: work.outbox.recover(NOON + DAY))
    queue.put(alert("alert:b"), alert("alert:c"))
    (alone,) = queue.claim(NOON + DAY)
    assert alone.dedupe_key == "alert:a"


def test_an_old_bundle_whose_words_are_cleared_is_not_edited(queue):
    queue.put(*map(alert, KEYS))
    queue.send()
    queue.write(lambda work: work.outbox.purge(LATE + DAY))
    assert not any(queue.find(key).message.plain for key in KEYS)
    queue.put(edit("alert:a", "new:a"), now=LATE + DAY)
    assert not queue.claim(LATE + DAY)
    assert queue.find("edit:new:a").state is OutboxState.CANCELLED


def test_a_blocked_chat_gets_its_bundle_when_it_lets_us_in(queue):
    from tests.storage.values import chat

    queue.write(chat)
    queue.put(*map(alert, KEYS))
    (bundle,) = queue.claim()
    queue.write(lambda work: work.chats.suspend(ALICE.chat_id, "blocked", LATE))
    assert not queue.claim(LATE + MINUTE)
    queue.write(lambda work: work.chats.resume(ALICE.chat_id))
    assert queue.send(now=LATE + MINUTE).dedupe_key == bundle.dedupe_key
