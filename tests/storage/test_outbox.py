from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.chats import Scope
from bot.domain.delivery import (
    Act,
    Attachment,
    BadContent,
    Button,
    Message,
    Migrated,
    NotSent,
    OutboxState,
    Priority,
    Refused,
    Sent,
    TargetGone,
    ThreadGone,
    Unauthorised,
    Uncertain,
)
from storage.store import SqlStore
from tests.storage.values import ALICE, BOB, DAY, GROUP, MINUTE, NOON, chat, row

TOPIC = Scope(GROUP.chat_id, 7)
SECOND = MINUTE / 60


@pytest.fixture
def outbox(write) -> Any:
    return Outbox(write)


class Outbox:
    """The queue as a worker uses it, one transaction a step."""

    def __init__(self, write) -> None:
        self.write = write

    def put(self, *args, now=NOON, **more) -> Any:
        return self.write(lambda work: work.outbox.put(row(*args, **more), now))

    def claim(self, now=NOON, worker="w", limit=10) -> Any:
        return list(self.write(lambda work: work.outbox.claim(worker, now, limit, MINUTE)))

    def sending(self, claimed, now=NOON, worker="w") -> Any:
        return self.write(lambda work: work.outbox.sending(claimed, worker, now, MINUTE))

    def record(self, claimed, outcome, now=NOON, worker="w") -> Any:
        return self.write(lambda work: work.outbox.record(claimed, worker, outcome, now))

    def send(self, outcome, now=NOON, worker="w") -> Any:
        """Claim one row, send it, and record the outcome; return the row as claimed."""
        (claimed,) = self.claim(now, worker, limit=1)
        assert self.sending(claimed, now, worker)
        assert self.record(claimed, outcome, now, worker)
        return claimed

    def recover(self, now) -> Any:
        return self.write(lambda work: work.outbox.recover(now))

    def find(self, key) -> Any:
        return self.write(lambda work: work.outbox.find(key))

    def state(self, key) -> Any:
        return self.find(key).state

    def keys(self, now=NOON, **more) -> Any:
        return [claimed.dedupe_key for claimed in self.claim(now, **more)]


# --- enqueue -------------------------------------------------------------------------------------


def test_a_key_is_enqueued_once(outbox):
    assert outbox.put("a", words="first")
    assert not outbox.put("a", words="second")
    assert outbox.find("a").message.plain == "first"


def test_a_message_comes_back_whole(outbox, write):
    message = Message(
        "<b>x</b>",
        "x",
        buttons=((Button("Map", url="https://example.org"), Button("Mute", data="m:1")),),
        silent=True,
        attachment=Attachment("map.png", b"\x89PNG\x00\xff", picture=True),
    )
    new = replace(row("a"), message=message, reference="KH-7F3A", reply_to_message_id=5)
    write(lambda work: work.outbox.put(new, NOON))
    (claimed,) = outbox.claim()
    assert claimed.message == message
    assert (claimed.reference, claimed.reply_to_message_id) == ("KH-7F3A", 5)
    assert (claimed.attempts, claimed.uncertain, claimed.plain) == (0, False, False)


def test_a_row_that_nobody_has_claimed_can_be_replaced(outbox):
    outbox.put("a", words="first")
    assert not outbox.put("a", words="second", replace_pending=True)
    assert outbox.claim()[0].message.plain == "second"
    outbox.put("a", words="third", replace_pending=True)
    assert outbox.find("a").message.plain == "second"


def test_a_row_that_may_have_arrived_is_not_replaced(outbox):
    outbox.put("a", words="first")
    outbox.send(Uncertain("reset"))
    outbox.put("a", words="second", replace_pending=True)
    assert outbox.find("a").message.plain == "first"


def test_a_row_waits_for_its_time_and_holds_up_nobody(outbox):
    outbox.put("later", not_before=NOON + MINUTE)
    outbox.put("now")
    assert outbox.keys() == ["now"]
    outbox.record(outbox.find("now"), Sent(1))
    assert outbox.keys(NOON + MINUTE - SECOND) == []


# --- states --------------------------------------------------------------------------------------


def test_a_sent_row_is_sent_once(outbox):
    outbox.put("a")
    claimed = outbox.send(Sent(77))
    assert (outbox.state("a"), outbox.find("a").message_id) == (OutboxState.SENT, 77)
    assert outbox.claim(NOON + DAY) == []
    assert not outbox.record(claimed, Sent(78))


def test_a_claimed_row_whose_lease_is_over_waits_again_without_mark(outbox):
    outbox.put("a")
    outbox.claim()
    assert outbox.recover(NOON + MINUTE - SECOND) == 0
    assert outbox.recover(NOON + MINUTE) == 1
    (again,) = outbox.claim(NOON + MINUTE)
    assert (again.uncertain, again.attempts) == (False, 0)


def test_a_row_whose_worker_died_while_sending_is_sent_again_with_a_mark(outbox):
    outbox.put("a")
    (claimed,) = outbox.claim()
    outbox.sending(claimed)
    assert outbox.recover(NOON + MINUTE) == 1
    (again,) = outbox.claim(NOON + MINUTE)
    assert (again.uncertain, again.attempts) == (True, 1)


def test_recovery_in_advance_does_not_put_off_what_it_frees(outbox):
    outbox.put("a")
    outbox.claim()
    outbox.recover(NOON + DAY)
    assert outbox.keys(NOON) == ["a"]


def test_a_row_that_was_taken_over_is_not_sent_by_its_old_worker(outbox):
    outbox.put("a")
    (old,) = outbox.claim(worker="old")
    outbox.recover(NOON + MINUTE)
    (new,) = outbox.claim(NOON + MINUTE, worker="new")
    assert not outbox.sending(old, NOON + MINUTE, worker="old")
    assert outbox.sending(new, NOON + MINUTE, worker="new")
    assert not outbox.record(old, Sent(1), worker="old")
    assert outbox.state("a") is OutboxState.SENDING


def test_a_late_answer_does_not_overwrite_the_same_workers_newer_attempt(outbox):
    outbox.put("a")
    (first,) = outbox.claim()
    outbox.sending(first)
    outbox.recover(NOON + MINUTE)
    (second,) = outbox.claim(NOON + MINUTE)
    outbox.sending(second, NOON + MINUTE)
    assert not outbox.record(first, Refused("late", suspend=False))
    assert outbox.record(second, Sent(2))


def test_a_row_not_claimed_cannot_be_recorded(outbox):
    outbox.put("a")
    (claimed,) = outbox.claim()
    assert not outbox.record(claimed, Sent(1))
    assert not outbox.sending(claimed, worker="somebody else")


def test_t1_what_was_surely_not_sent_is_tried_again_later_without_mark(outbox):
    outbox.put("a")
    outbox.send(NotSent("no route", retry_after=MINUTE))
    assert outbox.claim(NOON + MINUTE - SECOND) == []
    (again,) = outbox.claim(NOON + MINUTE)
    assert (again.uncertain, again.attempts, again.last_error) == (False, 1, "no route")


def test_without_a_waiting_time_attempts_are_put_off_ever_longer(outbox, write):
    outbox.put("a")
    now, waits = NOON, []
    for _ in range(4):
        outbox.send(NotSent("no route"), now)
        due = write(lambda work: work.outbox.next_due())
        waits.append(due - now)
        now = due
    assert waits == sorted(set(waits))


def test_t2_what_may_have_arrived_is_marked_from_then_on(outbox):
    outbox.put("a")
    outbox.send(Uncertain("reset", retry_after=MINUTE))
    again = outbox.send(NotSent("no route", retry_after=MINUTE), NOON + MINUTE)
    assert again.uncertain
    assert outbox.claim(NOON + 2 * MINUTE)[0].uncertain


def test_t8_refused_content_goes_once_more_as_plain_text_then_is_dead(outbox):
    outbox.put("a")
    outbox.send(BadContent("can't parse entities"))
    again = outbox.send(BadContent("still bad"))
    assert again.plain
    assert outbox.state("a") is OutboxState.DEAD


def test_t10_a_refusal_for_good_suspends_the_chat_with_all_that_waits(outbox, write):
    write(chat)
    outbox.put("a")
    outbox.put("b")
    outbox.send(Refused("bot was blocked", suspend=True))
    assert [outbox.state(key) for key in "ab"] == [OutboxState.SUSPENDED] * 2
    assert write(lambda work: work.chats.get(101)).suspended_why == "bot was blocked"


def test_t11_a_dead_row_can_be_retried_by_the_owner(outbox, write):
    outbox.put("a")
    outbox.send(Refused("who knows", suspend=False))
    (dead,) = write(lambda work: work.outbox.in_state(OutboxState.DEAD))
    assert (dead.dedupe_key, dead.last_error) == ("a", "who knows")
    assert write(lambda work: work.outbox.retry(dead.id, NOON + DAY))
    assert not write(lambda work: work.outbox.retry(dead.id, NOON + DAY))
    assert outbox.claim(NOON + DAY)[0].attempts == 0


def test_t12_a_migrated_chat_takes_all_its_rows_along_and_the_attempt_does_not_count(outbox):
    outbox.put("a", GROUP)
    outbox.put("b", GROUP)
    outbox.send(Migrated(-1000300))
    (again,) = outbox.claim()
    assert (again.dedupe_key, again.chat_id, again.attempts) == ("a", -1000300, 0)
    assert outbox.find("b").chat_id == -1000300


def test_t13_rows_of_a_topic_that_is_gone_go_to_the_main_thread(outbox):
    outbox.put("a", TOPIC)
    outbox.put("b", TOPIC)
    outbox.put("c", Scope(GROUP.chat_id, 8))
    outbox.send(ThreadGone("message thread not found"))
    assert [outbox.find(key).thread_id for key in "abc"] == [None, None, 8]
    outbox.send(ThreadGone("closed"))
    assert outbox.state("a") is OutboxState.DEAD


def test_t16_a_refused_token_keeps_everything(outbox):
    outbox.put("a")
    outbox.send(Unauthorised("401"))
    assert outbox.claim()[0].attempts == 0


def test_a_reply_whose_target_is_deleted_is_sent_without_it(outbox):
    outbox.put("a", reply_to_message_id=5)
    outbox.send(TargetGone("message to be replied not found"))
    assert outbox.claim()[0].reply_to_message_id is None


def test_cancelled_rows_are_not_sent_even_if_claimed(outbox, write):
    outbox.put("a", TOPIC)
    outbox.put("b", GROUP, not_before=NOON + DAY)
    outbox.put("c", ALICE)
    claimed = {one.dedupe_key: one for one in outbox.claim()}
    assert write(lambda work: work.outbox.cancel(TOPIC)) == 1
    assert write(lambda work: work.outbox.cancel(GROUP)) == 1
    assert not outbox.sending(claimed["a"])
    assert outbox.sending(claimed["c"])
    assert outbox.state("b") is OutboxState.CANCELLED


# --- order ---------------------------------------------------------------------------------------


def test_one_row_of_a_chat_is_in_flight_at_a_time(outbox):
    for key in ("a1", "a2"):
        outbox.put(key, ALICE)
    outbox.put("b1", BOB)
    first, other = outbox.claim()
    assert (first.dedupe_key, other.dedupe_key) == ("a1", "b1")
    assert outbox.claim() == []
    outbox.sending(first)
    outbox.record(first, Sent(1))
    assert outbox.keys() == ["a2"]


def test_urgent_rows_go_first_and_replies_overtake_bulk(outbox):
    for priority in sorted(Priority, reverse=True):
        outbox.put(priority.name, ALICE, priority=priority)
        outbox.put(f"{priority.name} B", BOB, priority=priority)
    assert outbox.keys() == ["EXTREME", "EXTREME B"]


def test_a_chat_that_is_told_to_wait_holds_up_only_its_own_rows(outbox, write):
    outbox.put("a", ALICE)
    outbox.put("b", BOB)
    write(lambda work: work.outbox.hold_chat(101, NOON + MINUTE))
    write(lambda work: work.outbox.hold_chat(101, NOON + SECOND))
    assert outbox.keys() == ["b"]
    assert write(lambda work: work.outbox.next_due()) == NOON + MINUTE
    assert outbox.keys(NOON + MINUTE) == ["a"]


def test_t6_a_hold_of_the_whole_bot_holds_everybody(outbox, write):
    outbox.put("a", ALICE)
    write(lambda work: work.outbox.hold_all(NOON + MINUTE))
    assert outbox.keys() == []
    assert write(lambda work: work.outbox.next_due()) == NOON + MINUTE
    assert outbox.keys(NOON + MINUTE) == ["a"]


def test_t20_a_part_that_is_tried_again_keeps_its_place_before_the_next_part(outbox):
    for part in "123":
        outbox.put(part)
    outbox.send(Sent(1))
    outbox.send(Uncertain("reset", retry_after=MINUTE))
    assert outbox.keys() == []
    assert outbox.send(Sent(2), NOON + MINUTE).dedupe_key == "2"
    assert outbox.keys(NOON + MINUTE) == ["3"]


def test_what_is_more_urgent_passes_a_row_that_is_tried_again_later(outbox):
    outbox.put("bulk")
    outbox.send(NotSent("no route", retry_after=MINUTE))
    outbox.put("more bulk")
    outbox.put("answer", priority=Priority.REPLY)
    assert outbox.keys() == ["answer"]


def test_t18_a_poison_row_steps_aside_after_three_attempts(outbox):
    outbox.put("poison")
    outbox.put("next")
    now = NOON
    for _ in range(3):
        assert outbox.send(NotSent("odd refusal", retry_after=MINUTE), now).dedupe_key == "poison"
        assert outbox.keys(now) == []
        now += MINUTE
    outbox.send(NotSent("odd refusal", retry_after=MINUTE), now)
    assert outbox.keys(now) == ["next"]


def test_next_due_is_the_soonest_row_that_can_leave(outbox, write):
    def due() -> Any:
        return write(lambda work: work.outbox.next_due())

    assert due() is None
    outbox.put("later", ALICE, not_before=NOON + DAY)
    outbox.put("soon", BOB, not_before=NOON + MINUTE)
    assert due() == NOON + MINUTE
    outbox.put("edit", BOB, act=Act.EDIT, target_key="later")
    assert due() == NOON + MINUTE


def test_b4_three_workers_send_each_message_once_and_in_order(database_url):
    sent = []

    def work_off(worker) -> Any:
        with SqlStore(database_url) as store:
            outbox = Outbox(store.write_sync)
            while rows := outbox.claim(worker=worker, limit=3):
                for mine in rows:
                    assert outbox.sending(mine, worker=worker)
                    sent.append((mine.chat_id, mine.seq))
                    assert outbox.record(mine, Sent(mine.seq), worker=worker)

    def fill(work):
        for n in range(90):
            work.outbox.put(row(f"m{n}", Scope(n % 9 + 1)), NOON)

    with SqlStore(database_url) as store:
        store.write_sync(fill)
    with ThreadPoolExecutor(3) as workers:
        list(workers.map(work_off, ["one", "two", "three"]))
    work_off("last")  # a worker may have stopped while all other chats were in flight
    assert len(sent) == len(set(sent)) == 90
    for chat_id in range(1, 10):
        theirs = [seq for chat, seq in sent if chat == chat_id]
        assert theirs == sorted(theirs)


# --- edits and replies ---------------------------------------------------------------------------


def test_an_edit_and_a_reply_name_the_message_that_their_target_became(outbox):
    outbox.put("card")
    outbox.send(Sent(77))
    outbox.put("reply", target_key="card")
    outbox.put("edit", BOB, act=Act.EDIT, target_key="card")
    assert [one.target_message_id for one in outbox.claim()] == [77, 77]


def test_an_edit_of_a_message_that_has_not_left_replaces_it(outbox):
    outbox.put("card", words="killed 3", not_before=NOON + MINUTE)
    assert outbox.put("edit", words="killed 8", act=Act.EDIT, target_key="card")
    assert outbox.state("edit") is OutboxState.CANCELLED
    (card,) = outbox.claim(NOON + MINUTE)
    assert (card.dedupe_key, card.message.plain) == ("card", "killed 8")
    assert not outbox.put("edit", words="killed 3", act=Act.EDIT, target_key="card")


def test_an_edit_put_again_changes_nothing(outbox):
    outbox.put("card", words="killed 3", not_before=NOON + MINUTE)
    outbox.put("edit 1", words="killed 8", act=Act.EDIT, target_key="card")
    outbox.put("edit 2", words="killed 9", act=Act.EDIT, target_key="card")
    outbox.put("edit 1", words="killed 8", act=Act.EDIT, target_key="card")
    assert outbox.find("card").message.plain == "killed 9"


@pytest.mark.parametrize("outcome", [Sent(77), Uncertain("reset", retry_after=SECOND)])
def test_an_edit_of_a_message_on_its_way_waits_for_it(outbox, outcome):
    outbox.put("card", words="killed 3")
    (card,) = outbox.claim()
    outbox.sending(card)
    outbox.put("edit", words="killed 8", act=Act.EDIT, target_key="card")
    assert outbox.claim() == []
    outbox.record(card, outcome)
    if not isinstance(outcome, Sent):
        assert outbox.send(Sent(77), NOON + MINUTE).message.plain == "killed 3"
    (edit,) = outbox.claim(NOON + MINUTE)
    assert (edit.dedupe_key, edit.target_message_id) == ("edit", 77)


def test_a_reply_waits_for_a_message_that_is_scheduled_and_holds_up_nobody(outbox):
    outbox.put("card", not_before=NOON + MINUTE)
    outbox.put("reply", target_key="card")
    outbox.put("other")
    assert outbox.send(Sent(1)).dedupe_key == "other"
    assert outbox.keys() == []
    outbox.send(Sent(77), NOON + MINUTE)
    assert outbox.claim(NOON + MINUTE)[0].target_message_id == 77


def test_when_a_message_dies_its_edits_end_and_its_replies_go_alone(outbox):
    outbox.put("card")
    (card,) = outbox.claim()
    outbox.sending(card)
    outbox.put("edit", act=Act.EDIT, target_key="card")
    outbox.put("reply", target_key="card")
    outbox.record(card, Refused("no", suspend=False))
    assert outbox.state("edit") is OutboxState.CANCELLED
    (reply,) = outbox.claim()
    assert (reply.dedupe_key, reply.target_message_id) == ("reply", None)


def test_nothing_is_edited_where_there_is_no_message(outbox):
    outbox.put("edit", act=Act.EDIT, target_key="never heard of")
    assert outbox.state("edit") is OutboxState.CANCELLED


def test_an_edit_of_a_deleted_message_is_over(outbox):
    outbox.put("card")
    outbox.send(Sent(77))
    outbox.put("edit", act=Act.EDIT, target_key="card")
    outbox.send(TargetGone("message to edit not found"))
    assert outbox.state("edit") is OutboxState.CANCELLED


def test_of_several_edits_only_the_newest_goes_at_the_time_of_the_first(outbox):
    outbox.put("card")
    outbox.send(Sent(77))
    for minutes in (2, 3, 4):
        due = NOON + minutes * MINUTE
        outbox.put(f"edit {minutes}", act=Act.EDIT, target_key="card", not_before=due)
    assert outbox.keys(NOON + 2 * MINUTE) == ["edit 4"]
    assert outbox.state("edit 2") is outbox.state("edit 3") is OutboxState.CANCELLED


def test_an_edit_whose_worker_died_is_made_again_without_mark(outbox):
    outbox.put("card")
    outbox.send(Sent(77))
    outbox.put("edit", act=Act.EDIT, target_key="card")
    (edit,) = outbox.claim()
    outbox.sending(edit)
    outbox.recover(NOON + MINUTE)
    assert not outbox.claim(NOON + MINUTE)[0].uncertain


# --- upkeep --------------------------------------------------------------------------------------


def test_messages_sent_long_ago_are_cleared_but_stay_known(outbox, write):
    outbox.put("a")
    outbox.send(Sent(77))
    outbox.put("b")
    assert write(lambda work: work.outbox.purge(NOON + MINUTE)) == 1
    assert write(lambda work: work.outbox.purge(NOON + MINUTE)) == 0
    assert outbox.find("a").message == Message("", "")
    assert not outbox.put("a")
    assert outbox.find("b").message.plain == "news"


def test_rows_are_counted_by_state(outbox, write):
    outbox.put("a", ALICE)
    outbox.put("b", BOB)
    outbox.send(Sent(1))
    counts = write(lambda work: work.outbox.counts())
    assert counts[OutboxState.SENT] == counts[OutboxState.PENDING] == 1
    assert sum(counts.values()) == 2


# --- what waits and can be withdrawn ---


def test_what_waits_is_found_by_priority_and_the_beginning_of_its_key(outbox, write):
    for key in ("reminder:1:a", "reminder:1:b", "reminder:12:a"):
        outbox.put(key, priority=Priority.REMINDER, not_before=NOON + DAY)
    outbox.put("reminder:1:news")
    found = write(lambda work: work.outbox.waiting(Priority.REMINDER, "reminder:1:"))
    assert [one.dedupe_key for one in found] == ["reminder:1:a", "reminder:1:b"]


def test_what_is_withdrawn_never_leaves_and_can_be_put_again(outbox, write):
    outbox.put("a")
    assert write(lambda work: work.outbox.withdraw("a"))
    assert not write(lambda work: work.outbox.withdraw("a"))
    assert outbox.claim() == []
    assert outbox.put("a")


def test_what_may_have_left_is_not_withdrawn(outbox, write):
    for key, scope, outcome in (("a", ALICE, Uncertain("timeout")), ("b", BOB, Sent(5))):
        outbox.put(key, scope, priority=Priority.REMINDER)
        outbox.send(outcome)
        assert not write(lambda work, key=key: work.outbox.withdraw(key))
    assert write(lambda work: work.outbox.waiting(Priority.REMINDER, "")) == []
