"""The plugin that searches the suite's output for secrets catches what it shall catch."""

from __future__ import annotations

import pytest

from tests.fakes.telegram import TOKEN
from tests.secrecy import leaks

ADDRESS = "https://gazette.example/rss?key=topsecret"
SUITE = f"""
import logging, sys, pytest

@pytest.fixture
def late():
    yield
    sys.stderr.write("{ADDRESS}")

@pytest.mark.parametrize("secret", ["POST /bot{TOKEN}/sendMessage", "{ADDRESS}"], ids="ab")
def test_that_prints(secret): print(secret)

def test_that_logs(): logging.getLogger("bot.feeds.poller").debug("polled %s", "{ADDRESS}")

def test_that_leaves_it_to_a_fixture(late): pass

def test_that_is_discreet(): print("POST /bot[redacted]/sendMessage ?key=[redacted]&page=2")
"""


def test_o1_a_test_that_leaves_a_secret_in_its_output_fails(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
):
    pytester.makepyfile(SUITE)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    run = pytester.runpytest_subprocess("-p", "tests.secrecy", "-p", "no:xdist")
    capsys.readouterr()  # what pytester echoes would fail this very test
    run.assert_outcomes(passed=2, failed=3, errors=1)


def test_o1_what_is_said_of_a_leak_is_not_the_secret():
    (found,) = leaks([("Captured stdout call", f"token {TOKEN}")])
    assert found == "a bot token stands in the Captured stdout call"
    assert leaks([("Captured log call", "https://reader:sesame@gazette.example/rss")])
