"""An event's updates under kill -9: its message is edited, what changed is told once, or marked."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys

import pytest

from bot.crashpoints import VARIABLE
from bot.delivery.html import text_message
from bot.delivery.mark import MARK
from bot.domain.delivery import Act, NewOutboxRow, Priority
from storage.store import SqlStore

CHAT = 7
FIRST = NewOutboxRow("alert:1", CHAT, None, text_message("Blast, 3 killed"), Priority.NORMAL)
EDIT = NewOutboxRow(
    "edit:1",
    CHAT,
    None,
    text_message("Blast, 8 killed"),
    Priority.NORMAL,
    act=Act.EDIT,
    target_key=FIRST.dedupe_key,
)
REPLY = NewOutboxRow(
    "reply:1",
    CHAT,
    None,
    text_message("Killed 3 → 8"),
    Priority.SEVERE,
    target_key=FIRST.dedupe_key,
    reference="KH-7F3A",
)
PLACES = ("before_send", "after_send", "after_mark", "after_send")
"""Where the program dies: three times with the reply, which is more urgent, then with the edit."""

EDITS, TRIES = 2, 20
"""Edits made, as one is killed; starts at most: one may find nothing due again yet, and end."""


@pytest.fixture
def run(tmp_path, telegram):
    """Return a function that puts rows, then sends what waits and is killed where it is told."""
    telegram.chat(CHAT)
    url = f"sqlite:///{tmp_path / 'test.db'}"
    settings = {
        "TELEGRAM_TOKEN": telegram.token,
        "TELEGRAM_API_URL": telegram.url,
        "DATABASE_URL": url,
    }

    def call(*rows, at=""):
        with SqlStore(url) as store:
            store.write_sync(lambda work: [work.outbox.put(row, now()) for row in rows])
        return subprocess.run(
            [sys.executable, "-m", "tests.crash.send_one"],
            env=os.environ | settings | {VARIABLE: at},
            check=False,
        ).returncode

    return call


def edits(telegram):
    return telegram.calls("editMessageText")


def now():
    return dt.datetime.now(dt.UTC)


def test_o3_edits_and_replies_that_are_killed_everywhere_end_right(run, telegram):
    assert run(FIRST) == 0
    assert run(EDIT, REPLY, at=PLACES[0]) == -signal.SIGKILL
    for place in PLACES[1:]:
        assert any(run(at=place) == -signal.SIGKILL for _ in range(TRIES))
    assert any(run() == 0 and len(edits(telegram)) == EDITS for _ in range(TRIES))
    first, *replies = telegram.messages(CHAT)
    assert first.text == "Blast, 8 killed"
    assert {reply.text for reply in replies} == {f"Killed 3 → 8\n{MARK} · KH-7F3A"}
    assert len(replies) == 2
    assert {reply.reply_to for reply in replies} == {first.message_id}
