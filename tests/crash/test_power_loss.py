"""What the system calls show: a message leaves only after its row was synced to the disk.

SIGKILL alone cannot show it, for what a killed process wrote is in the system's cache and survives.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
from dataclasses import dataclass

import pytest

from bot.delivery.html import text_message
from bot.domain.delivery import NewOutboxRow, Priority
from storage.store import SqlStore

CHAT = 7
_CALL = re.compile(r"^(\d+) +(?:<\.\.\. \w+ resumed>)?(.*)$")


@dataclass(frozen=True)
class Call:
    """A system call as strace shows it, and the lines on which it began and ended."""

    text: str
    began: int
    ended: int


@pytest.fixture
def database(tmp_path, telegram):
    telegram.chat(CHAT)
    url = f"sqlite:///{tmp_path / 'test.db'}"
    with SqlStore(url) as store:
        row = NewOutboxRow("alert:1", CHAT, None, text_message("A blast"), Priority.NORMAL)
        store.write_sync(lambda work: work.outbox.put(row, dt.datetime.now(dt.UTC)))
    return tmp_path / "test.db"


@pytest.fixture
def sent_under(strace, database, telegram, tmp_path):
    """Return a function that sends what waits, traced, and returns calls and log."""

    def run(*options):
        trace = tmp_path / "trace"
        called = ["-f", "-y", "-s", "9000", "-e", "trace=fdatasync,fsync,pwrite64,sendto,write"]
        ran = subprocess.run(
            [strace, *called, *options, "-o", trace, sys.executable, "-m", "tests.crash.send_one"],
            env=os.environ
            | {
                "TELEGRAM_TOKEN": telegram.token,
                "TELEGRAM_API_URL": telegram.url,
                "DATABASE_URL": f"sqlite:///{database}",
            },
            capture_output=True,
            text=True,
            check=True,
        )
        return calls_of(trace.read_text(errors="replace")), ran.stderr

    return run


def calls_of(trace):
    """Return the calls in the order in which they began; a call of a thread may span lines."""
    open_calls, calls = {}, []
    for number, line in enumerate(trace.splitlines()):
        pid, text = _CALL.findall(line)[0]
        if text.endswith("<unfinished ...>"):
            open_calls[pid] = (text, number)
            continue
        head, began = open_calls.pop(pid, ("", number))
        calls.append(Call(head + text, began, number))
    return sorted(calls, key=lambda call: call.began)


def syncs(calls):
    return [call for call in calls if "sync(" in call.text and "-wal>" in call.text]


def marks_sending(calls):
    """Return the write to the log by which the row is about to leave."""
    return next(c for c in calls if "-wal>" in c.text and "sending" in c.text)


def leaves(calls):
    return next(c for c in calls if "/sendMessage" in c.text and "POST" in c.text)


def test_b3_the_row_is_on_the_disk_before_its_message_leaves(sent_under, telegram):
    calls, _ = sent_under()
    mark, leaving = marks_sending(calls), leaves(calls)
    between = [s for s in syncs(calls) if s.began > mark.ended and s.ended < leaving.began]
    assert between
    assert all("= 0" in sync.text for sync in between)
    assert telegram.texts(CHAT) == ["A blast"]


def test_b2_a_disk_that_errs_sends_nothing_and_loses_nothing(sent_under, telegram, database):
    """The sync that lets the message leave fails, and every later one too."""
    as_it_was = database.read_bytes()
    calls, _ = sent_under()
    good = sum(sync.ended < marks_sending(calls).began for sync in syncs(calls))
    telegram.reset()
    telegram.chat(CHAT)
    database.write_bytes(as_it_was)
    failing = f"inject=fdatasync:error=EIO:when={good + 1}+"
    _, log = sent_under("-P", f"{database}-wal", "-e", failing)
    assert telegram.texts(CHAT) == []
    assert "disk reports an error" in log
    sent_under()
    assert len(telegram.texts(CHAT)) == 1
