from __future__ import annotations

import shutil
import signal
import subprocess

import pytest

from bench.crash.databases import SqliteFile
from bench.crash.program import Program
from tests.fakes.feed_server import FeedServer, rss
from tests.fakes.telegram import FakeTelegram

_SLOW = 900
"""Seconds that these tests may take at most, where many others work beside them."""


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/crash/" in item.path.as_posix():
            item.add_marker(pytest.mark.timeout(_SLOW))
            item.add_marker(
                pytest.mark.skipif(
                    not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL"
                )
            )


@pytest.fixture
def telegram():
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def program(tmp_path, telegram):
    with FeedServer() as feeds:
        feeds.serve("/news.xml", rss([]))
        made = Program(
            tmp_path, SqliteFile(tmp_path / "crash.db"), telegram, feeds.url("/news.xml")
        )
        yield made
        made.kill()


@pytest.fixture
def strace():
    """Return the command, or skip where processes cannot be traced."""
    command = shutil.which("strace")
    if command is None:
        pytest.skip("strace is not installed: nothing shows the order of syncs and sends here")
    tried = subprocess.run([command, "-o", "/dev/null", "true"], check=False, capture_output=True)
    if tried.returncode:
        pytest.skip("strace may not trace processes here")
    return command
