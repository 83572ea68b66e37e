"""One event, one message: who is told what of a new state."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.config import Settings
from bot.delivery.planning import Plan, Recipient, Told, edit_slot, plan, recipients
from bot.domain.chats import (
    Chat,
    ChatState,
    ChatType,
    Match,
    Reason,
    Scope,
    Subscription,
)
from bot.domain.delivery import Act, Priority
from bot.domain.events import Change, ChangeKind, Revision
from bot.domain.values import Severity
from tests.delivery.builders import NOW, blast

SETTINGS = Settings(_env_file=None)  # type: ignore[call-arg]
MINUTE = dt.timedelta(minutes=1)
RISE = (Change(ChangeKind.TOLL_UP, "Killed 3 → 8", "killed"),)


def chat(id_: int = 7, **changes) -> Chat:
    return Chat(id_, ChatType.PRIVATE, **changes)


def opened(**changes) -> Revision:
    return Revision(None, blast(**changes), (Change(ChangeKind.OPENED, "x"),))


def changed(material=(), *, quiet_for: dt.timedelta = 5 * MINUTE, **changes) -> Revision:
    before = blast(updated_at=NOW - quiet_for)
    return Revision(before, blast(revision=2, version=2, **changes), material)


def to(*chats: Chat, thread: int | None = None, why=("blast",)) -> list[Recipient]:
    return [Recipient(one, thread, why) for one in chats]


def told(one: Chat, *, pending: bool = False) -> list[Told]:
    return [Told(one, None, "alert:7::12:1:0", 1, ("blast",), pending)]


def planned(revision: Revision, matching=(), known=(), *, quiet: bool = False) -> Plan:
    return plan(revision, matching, known, SETTINGS, NOW, quiet=quiet)


def test_grave_alert_leaves_at_once():
    (row,) = planned(opened(severity=Severity.EXTREME), to(chat())).rows
    assert row.not_before is None
    assert row.priority is Priority.EXTREME
    assert not row.message.silent
    assert row.dedupe_key == "alert:7::12:1:0"
    assert row.reference == "KH-7F3A"


def test_lesser_alert_waits_a_minute_for_corrections_and_is_silent():
    (row,) = planned(opened(), to(chat())).rows
    assert row.not_before == NOW + MINUTE
    assert row.message.silent


def test_chat_may_want_sound_or_only_grave_events():
    loud = chat(silent_below=Severity.MINOR)
    strict = chat(8, min_severity=Severity.SEVERE)
    (row,) = planned(opened(), to(loud, strict)).rows
    assert (row.chat_id, row.message.silent) == (7, False)


def test_each_chat_is_shown_its_own_zone_reasons_and_sound():
    one = chat(1, zone="Asia/Karachi")
    other = chat(2, zone="America/New_York")
    loud = chat(3, zone="Asia/Karachi", silent_below=Severity.UNKNOWN)
    wants = [*to(one, other, loud), *to(chat(4, zone="Asia/Karachi"), why=("flood",))]
    rows = planned(opened(severity=Severity.MODERATE), wants).rows
    assert len({row.message for row in rows}) == 4
    assert [row.message.silent for row in rows] == [True, True, False, True]
    assert ["flood" in row.message.plain for row in rows] == [False, False, False, True]


def test_topic_is_a_place_of_its_own():
    rows = planned(opened(), [*to(chat(-1)), *to(chat(-1), thread=5)]).rows
    assert [row.dedupe_key for row in rows] == ["alert:-1::12:1:0", "alert:-1:5:12:1:0"]
    assert [row.thread_id for row in rows] == [None, 5]


def test_alert_is_remembered_with_its_reasons():
    (alert,) = planned(opened(), to(chat())).alerts
    assert (alert.scope, alert.event_id, alert.revision) == (Scope(7), 12, 1)
    assert (alert.outbox_key, alert.reasons) == ("alert:7::12:1:0", ("blast",))


def test_change_edits_the_live_message_without_a_reply():
    (row,) = planned(changed(), to(chat()), told(chat())).rows
    assert (row.act, row.target_key) == (Act.EDIT, "alert:7::12:1:0")
    assert row.not_before is None


def test_material_change_is_also_replied():
    edit, reply = planned(changed(RISE), to(chat()), told(chat())).rows
    assert edit.act is Act.EDIT
    assert (reply.act, reply.target_key) == (Act.SEND, "alert:7::12:1:0")
    assert reply.dedupe_key == "reply:7::12:2:0"
    assert "Killed 3 → 8" in reply.message.plain


def test_chat_whose_query_matches_no_more_still_hears_of_a_correction():
    rows = planned(changed(RISE), [], told(chat())).rows
    assert [row.act for row in rows] == [Act.EDIT, Act.SEND]


def test_alert_that_has_not_left_is_rewritten_instead_of_replied_to():
    (row,) = planned(changed(RISE), to(chat()), told(chat(), pending=True)).rows
    assert row.dedupe_key == "alert:7::12:1:0"
    assert row.replace_pending
    assert row.act is Act.SEND


def test_held_alert_leaves_at_once_when_the_event_becomes_severe():
    grave = changed(severity=Severity.SEVERE)
    (row,) = planned(grave, to(chat()), told(chat(), pending=True)).rows
    assert row.not_before is None


def test_edits_close_upon_each_other_share_one_row():
    first = planned(changed(quiet_for=MINUTE), to(chat()), told(chat())).rows[0]
    assert first.not_before is not None
    assert NOW < first.not_before <= NOW + 2 * MINUTE
    again = plan(changed(quiet_for=MINUTE), to(chat()), told(chat()), SETTINGS, NOW + MINUTE / 4)
    assert again.rows[0].dedupe_key == first.dedupe_key
    assert again.rows[0].replace_pending


def test_edits_share_no_row_across_spans():
    slots = [
        edit_slot(changed(quiet_for=MINUTE), 2 * MINUTE, NOW + n * MINUTE)[0] for n in range(8)
    ]
    assert len(set(slots)) >= 4


def test_without_a_pause_every_version_is_an_edit_of_its_own():
    assert edit_slot(changed(), dt.timedelta(0), NOW) == (2, None)


def test_chat_that_matches_only_now_gets_a_first_alert():
    rows = planned(changed(RISE), to(chat(8)), told(chat())).rows
    assert [(row.chat_id, row.dedupe_key) for row in rows][-1] == (8, "alert:8::12:2:0")


@pytest.mark.parametrize("known", [[], told(chat())])
def test_first_polls_old_entries_and_follow_ups_tell_nobody(known):
    assert planned(changed(RISE), to(chat()), known, quiet=True) == Plan()


def test_change_that_shows_nothing_sends_nothing():
    assert planned(replace(changed(), visible=False), to(chat()), told(chat())) == Plan()


def test_suspended_chat_gets_nothing():
    gone = chat(state=ChatState.SUSPENDED)
    assert planned(opened(), to(gone)) == Plan()
    assert planned(changed(RISE), to(gone), told(gone)) == Plan()


def test_withdrawn_event_alerts_nobody_new():
    assert planned(changed(RISE, retracted=True), to(chat())) == Plan()


def test_p14_five_matching_subscriptions_of_a_chat_make_one_recipient():
    subscriptions = {
        n: Subscription(n, 7, 5 if n == 9 else None, f"word{n}", NOW) for n in range(1, 10)
    }
    matches = [Match(n, (Reason(f"word{n % 2}"),)) for n in (1, 2, 3, 9, 77)]
    found = recipients(matches, subscriptions, {7: chat()})
    assert [(one.thread_id, one.reasons) for one in found] == [
        (None, ("word1", "word0")),
        (5, ("word1",)),
    ]
