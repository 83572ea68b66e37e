"""The short crash test: 10 kills, and the two wrong policies that it must catch.

The long one is `./run.sh crash --kills 200`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.crash.harness import POINTS, Setting, crash_test

SEED = 11


@pytest.mark.parametrize("kills", [10])
def test_o3_u1_o2_s5_kills_lose_nothing_and_double_nothing_in_silence(tmp_path, kills):
    verdict, run = crash_test(Setting(kills, SEED, faulty=0.09), tmp_path)
    assert verdict.holds, (verdict, (tmp_path / "program.log").read_text()[-5000:])
    assert verdict.expected
    assert verdict.commands
    assert run.waits
    assert set(run.kills) & set(POINTS)


def test_o3_without_kills_and_faults_nothing_is_repeated_at_all(tmp_path):
    verdict, _ = crash_test(Setting(0, SEED), tmp_path)
    assert verdict.holds, verdict
    assert (verdict.marked_dup, verdict.marked_bound) == (0, 0)


def test_o3_marking_before_sending_is_caught_by_its_losses(tmp_path):
    verdict, _ = crash_test(Setting(2, SEED, mutant="mark_first", cruel=True), tmp_path)
    assert verdict.lost
    assert not verdict.holds


def test_o3_sending_before_marking_is_caught_by_its_silent_doubles(tmp_path):
    verdict, _ = crash_test(Setting(2, SEED, mutant="send_then_mark", cruel=True), tmp_path)
    assert verdict.unmarked_dup
    assert not verdict.holds


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="/proc shows no environments")
def test_o1_no_child_of_the_program_knows_token_or_database(program, telegram):
    program.start()
    program.wait_until(lambda: len(_children(program.pid)) >= 3, "tracker, reader, parser start")
    told = [Path(f"/proc/{child}/environ").read_bytes() for child in _children(program.pid)]
    assert any(b"PATH=" in environment for environment in told)
    assert not any(telegram.token.encode() in environment for environment in told)
    assert not any(b"crash.db" in environment for environment in told)


def _children(pid):
    """Return the processes that any thread of a process has started."""
    listed = (file.read_text().split() for file in Path(f"/proc/{pid}/task").glob("*/children"))
    return [child for children in listed for child in children]
