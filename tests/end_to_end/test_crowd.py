"""A small `./run.sh bench crowd`: many chats match one event, in virtual time."""

from __future__ import annotations

from pathlib import Path

from bench.crowd import Ledger, crowd, most_within, p95


async def test_t19_when_many_chats_match_nothing_is_lost_and_no_limit_broken(tmp_path: Path):
    seen = await crowd(60, tmp_path)
    assert len(seen.messages) == 60 + 6 + 3 * 25
    assert (seen.lost, seen.twice, seen.refused) == (0, 0, 0)
    assert seen.busiest_second <= 30
    assert seen.busiest_second_of_a_chat == 1
    assert seen.busiest_minute_of_a_group <= 20
    assert seen.extreme_first
    assert seen.holds


def test_the_busiest_window_is_found_wherever_it_lies():
    assert most_within(1.0, [0.0, 0.4, 0.99, 1.0, 1.3]) == 4
    assert most_within(1.0, [0.0, 1.0, 2.0]) == 1
    assert most_within(1.0, []) == 0


def test_what_never_came_is_lost():
    nobody = Ledger({7: 2, 8: 1}, frozenset(), [], 0, 0.0)
    assert nobody.lost == 3
    assert nobody.twice == 0


def test_p95_is_what_95_of_100_do_not_exceed():
    assert p95(range(100)) == 94
    assert p95([]) == 0.0
