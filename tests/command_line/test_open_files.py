"""Connections are open files: the limit is raised as far as it may, and the rest is made to fit."""

from __future__ import annotations

import subprocess
import sys

import pytest

from khabardar.open_files import connections

resource = pytest.importorskip("resource")

ASK = """
import resource, sys
from khabardar.open_files import connections
soft, hard, wanted = map(int, sys.argv[1:])
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
print(connections(wanted), resource.getrlimit(resource.RLIMIT_NOFILE)[0])
"""


def allowed(soft: int, hard: int, wanted: int) -> tuple[int, int]:
    """Return connections and soft limit in a process with these limits of its own."""
    command = [sys.executable, "-c", ASK, *map(str, (soft, hard, wanted))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    connections, limit = map(int, done.stdout.split())
    return connections, limit


def test_the_soft_limit_is_raised_for_a_thousand_connections() -> None:
    assert allowed(256, 2000, 1000) == (1000, 1200)


def test_a_limit_that_is_high_enough_stays() -> None:
    assert allowed(1500, 2000, 1000) == (1000, 1500)


def test_fewer_connections_are_made_where_the_hard_limit_is_low() -> None:
    assert allowed(256, 700, 1000) == (500, 700)


def test_one_connection_is_always_made() -> None:
    assert allowed(64, 64, 1000) == (1, 64)


def test_a_system_that_forbids_more_files_is_made_do_with(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(*_: object) -> None:
        raise ValueError("not allowed to raise maximum limit")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (500, 2000))
    monkeypatch.setattr(resource, "setrlimit", forbid)
    assert connections(1000) == 300
