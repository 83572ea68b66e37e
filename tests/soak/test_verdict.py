"""How the soak judges: a leak that passes, or a loss, would make the whole run worthless."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.soak.verdict import (
    GROWTH,
    REPLACED,
    Findings,
    Sample,
    is_long_enough,
    slopes,
    troubles,
)

MINUTES = 10
STEPS = 12
"""Samples a minute."""
STEADY_LAG = (13.0,) * 10


def run(sizes: Callable[[float], Mapping[str, float]], minutes: int = MINUTES) -> list[Sample]:
    """Return the samples of a run in which memory is ``sizes`` of the minute."""
    times = [n / STEPS for n in range(minutes * STEPS + 1)]
    return [Sample(at, sizes(at)) for at in times]


def found(memory: list[Sample], lags: tuple[float, ...] = STEADY_LAG) -> Findings:
    """Return the findings of a run that lost nothing."""
    return Findings(lost=0, unread=0, wrong=0, lags=lags, memory=memory)


STEADY = found(run(lambda _: {"service": 150.0, "child 7": 180.0}))


def test_steady_run_holds():
    assert troubles(STEADY) == []


def test_leak_in_the_service_fails():
    leaking = run(lambda at: {"service": 150 + at, "child 7": 180.0})
    assert troubles(found(leaking)) == ["memory of service grows by 1.00 MB a minute"]


def test_leak_in_a_child_fails_however_small_the_child_is():
    leaking = run(lambda at: {"service": 900.0, "child 7": 12 + at})
    assert troubles(found(leaking)) == ["memory of child 7 grows by 1.00 MB a minute"]


def test_leak_is_not_made_good_by_a_process_that_shrinks():
    leaking = run(lambda at: {"service": 150 + at, "child 7": 180 - at})
    assert len(troubles(found(leaking))) == 1


def test_leak_in_steps_fails():
    leaking = run(lambda at: {"service": 150.0 + 3 * int(at / 3)}, minutes=30)
    assert len(troubles(found(leaking))) == 1


def test_leak_that_stands_still_for_a_while_fails():
    leaking = run(lambda at: {"service": 150 + at if at < 6 else 147 + 1.5 * at})
    assert len(troubles(found(leaking))) == 1


def test_caches_that_fill_in_the_first_half_are_no_leak():
    filling = run(lambda at: {"service": 150 + 10 * min(at, MINUTES / 2)})
    assert troubles(found(filling)) == []


def test_memory_taken_for_a_moment_is_no_leak():
    peak = run(lambda at: {"service": 400.0 if 9 < at < 9.5 else 150.0})
    assert troubles(found(peak)) == []


def test_children_that_are_replaced_count_together():
    lives = run(lambda at: {"service": 150.0, f"child {int(at)}": 110.0})
    assert slopes(lives) == {"service": 0.0, REPLACED: 0.0}


def test_each_next_child_being_larger_is_a_leak():
    lives = run(lambda at: {"service": 150.0, f"child {int(at)}": 110.0 + 2 * int(at)})
    assert len(troubles(found(lives))) == 1


def test_short_run_says_nothing_about_growth():
    short = run(lambda at: {"service": 150 + 20 * at}, minutes=7)
    assert not is_long_enough(short)
    assert troubles(found(short)) == []


def test_run_without_samples_says_nothing_about_growth():
    assert not is_long_enough([])
    assert troubles(found([])) == []


@pytest.mark.parametrize("what", ["lost", "unread", "wrong"])
def test_one_loss_fails(what: str):
    findings: Findings = replace(STEADY, **{what: 1})  # type: ignore[arg-type]
    assert len(troubles(findings)) == 1


def test_lag_that_grows_fails():
    lags = (*STEADY_LAG[:6], 20.0, 26.0, 30.0, 34.0)
    assert len(troubles(found(STEADY.memory, lags))) == 1  # type: ignore[arg-type]


def test_lag_that_differs_by_chance_holds():
    lags = (*STEADY_LAG[:8], 15.0, 16.0)
    assert troubles(found(STEADY.memory, lags)) == []  # type: ignore[arg-type]


NOISE = st.lists(st.floats(-1, 1), min_size=MINUTES * STEPS + 1, max_size=MINUTES * STEPS + 1)


@given(NOISE, st.floats(150, 1000))
def test_leak_of_twice_the_bound_fails_whatever_the_noise(noise: list[float], size: float):
    leaking = run(lambda at: {"service": size + 2 * GROWTH * at + noise[round(at * STEPS)]})
    assert len(troubles(found(leaking))) == 1
