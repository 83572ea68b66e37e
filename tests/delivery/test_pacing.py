"""Pure arithmetic on times: limits, pauses, attempts."""

from __future__ import annotations

import datetime as dt

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.pacing import Pacer, Window
from bot.delivery.retry import backoff, settle
from bot.domain.delivery import BadContent, NotSent, Refused, ThreadGone, Uncertain
from tests.delivery.rows import START, claimed

SECOND = dt.timedelta(seconds=1)


@settings(max_examples=60)
@given(steps=st.lists(st.tuples(st.floats(0, 0.4), st.floats(0, 1.5)), max_size=60))
def test_t19_no_window_of_the_server_holds_more_than_the_limit(steps):
    """Requests leave when the window lets them; the server may see each any time before its
    answer.
    """
    window, now = Window(3, SECOND), START
    seen: list[dt.datetime] = []
    under_way: list[dt.datetime] = []
    for gap, delay in steps:
        now += dt.timedelta(seconds=gap)
        for answered in sorted(at for at in under_way if at <= now):
            window.done(answered)
            under_way.remove(answered)
        if window.free_at(now) == now:
            window.leave()
            under_way.append(now + dt.timedelta(seconds=delay))
            seen.append(now + dt.timedelta(seconds=delay))
    seen.sort()
    assert all(later - first >= SECOND for first, later in zip(seen, seen[3:], strict=False))


def test_t19_group_gets_twenty_a_minute_and_a_private_chat_one_a_second():
    pacer, now = Pacer(), START
    for _ in range(19):
        pacer.leave()
        assert pacer.done(-5, now) == now + SECOND
        now += SECOND
    pacer.leave()
    assert pacer.done(-5, now) == START + dt.timedelta(minutes=1)
    for _ in range(30):
        pacer.leave()
        assert pacer.done(5, now) == now + SECOND


def test_t6_flood_of_three_chats_at_once_holds_everybody():
    pacer, until = Pacer(), START + dt.timedelta(seconds=30)
    assert not pacer.flooded(1, until, START)
    assert not pacer.flooded(1, until, START + SECOND)
    assert not pacer.flooded(2, until, START + SECOND)
    assert pacer.free_at(START) == START
    assert not pacer.flooded(3, until, START + 60 * SECOND)
    assert pacer.flooded(4, until, START + 61 * SECOND) is False
    assert pacer.flooded(5, START + 90 * SECOND, START + 62 * SECOND)
    assert pacer.free_at(START + 62 * SECOND) == START + 90 * SECOND


def test_dead_network_is_probed_by_one_message_at_a_time_and_ever_more_rarely():
    pacer, now = Pacer(), START
    for _ in range(2):
        pacer.troubled(now)
    assert pacer.free_at(now) == now
    pauses = []
    for _ in range(9):
        pacer.troubled(now)
        free = pacer.free_at(now)
        assert free is not None
        pauses.append((free - now).total_seconds())
        now = free
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    pacer.leave()
    assert pacer.free_at(now) is None
    pacer.done(1, now)
    pacer.answered()
    assert pacer.free_at(now) == now


def test_waiting_grows_to_ten_minutes():
    waits = [backoff(n).total_seconds() for n in (0, 1, 2, 3, 9, 10, 1000)]
    assert waits == [2, 2, 4, 8, 512, 600, 600]


def test_t1_what_never_left_is_tried_for_ever():
    waited = settle(claimed(attempts=500), NotSent("refused"), "resend")
    assert waited == NotSent("refused", retry_after=dt.timedelta(minutes=10))


def test_t11_what_nobody_understands_is_given_up_after_six_attempts():
    puzzle = NotSent("BadRequest: new", retry_after=SECOND, give_up=True)
    assert settle(claimed(attempts=4), puzzle, "resend") == puzzle
    assert isinstance(settle(claimed(attempts=5), puzzle, "resend"), Refused)


def test_t8_plain_text_gets_one_chance():
    bad = BadContent("can't parse entities")
    assert settle(claimed(), bad, "resend") == bad
    assert isinstance(settle(claimed(plain=True), bad, "resend"), Refused)


def test_t13_main_thread_has_nothing_to_fall_back_to():
    gone = ThreadGone("message thread not found")
    assert settle(claimed(thread_id=5), gone, "resend") == gone
    assert isinstance(settle(claimed(), gone, "resend"), Refused)


def test_t2_policy_decides_about_the_uncertain():
    lost = Uncertain("ReadError")
    assert isinstance(settle(claimed(), lost, "resend"), Uncertain)
    assert isinstance(settle(claimed(), lost, "hold"), Refused)
    assert isinstance(settle(claimed(), lost, "skip"), Refused)
