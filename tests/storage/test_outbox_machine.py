"""The outbox under any order of steps: hypothesis plays two workers, Telegram, and a clock.

Telegram keeps the truth: what it was sent, marked or not. The promise: nothing is lost, nothing
comes twice without a mark unless the row itself said that nothing had arrived. What waits for long
leaves in bundles, whose alerts are told together.
"""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.domain.chats import Scope
from bot.domain.delivery import (
    BadContent,
    NotSent,
    OutboxRow,
    OutboxState,
    Priority,
    Refused,
    Sent,
    Uncertain,
)
from bot.protocols import Work
from storage.store import SqlStore
from tests.storage.values import MINUTE, NOON, alert

LEASE = MINUTE
WORKERS = st.sampled_from(["one", "two"])
CHATS = st.sampled_from([1, 2])


class OutboxMachine(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        shutil.copy(self.template, f"{self.folder}/t.db")
        self.store = SqlStore(f"sqlite:///{self.folder}/t.db").open()
        self.now: dt.datetime = NOON
        self.put: dict[str, int] = {}
        self.hands: dict[str, list[OutboxRow]] = {"one": [], "two": []}
        self.sending: dict[str, list[OutboxRow]] = {"one": [], "two": []}
        self.arrived: list[tuple[str, bool]] = []
        self.dead: set[str] = set()

    def teardown(self) -> None:
        self.drain()
        copies = Counter(key for key, _ in self.arrived)
        unmarked = Counter(key for key, marked in self.arrived if not marked)
        assert set(self.put) - self.dead == set(copies) - self.dead, "a message is lost"
        assert all(count == 1 for count in unmarked.values()), "a silent repeat"
        self.store.close()
        shutil.rmtree(self.folder)

    def drain(self) -> None:
        for _ in range(5 * len(self.put) + 5):
            self.now += 60 * MINUTE
            self.store.write_sync(lambda work: work.outbox.recover(self.now))
            self.claim("one")
            while self.hands["one"]:
                self.leave("one")
                self.answer("one", Sent(1))

    @rule(chat=CHATS, priority=st.sampled_from([Priority.REPLY, Priority.NORMAL]))
    def enqueue(self, chat: int, priority: Priority) -> None:
        key = f"alert:{len(self.put)}"
        new = alert(key, Scope(chat), priority=priority)
        assert self.store.write_sync(lambda work: work.outbox.put(new, self.now))
        assert not self.store.write_sync(lambda work: work.outbox.put(new, self.now))
        self.put[key] = chat

    @rule(worker=WORKERS)
    def claim(self, worker: str) -> None:
        def claim(work: Work) -> Sequence[OutboxRow]:
            rows = work.outbox.claim(worker, self.now, 3, LEASE)
            return work.outbox.coalesce(rows, worker, self.now, LEASE)

        rows = self.store.write_sync(claim)
        assert len({one.chat_id for one in rows}) == len(rows)
        self.hands[worker] = list(rows)

    @rule(worker=WORKERS)
    @precondition(lambda self: any(self.hands.values()))
    def leave(self, worker: str) -> None:
        if not self.hands[worker]:
            return
        mine = self.hands[worker].pop()
        if self.store.write_sync(lambda w: w.outbox.sending(mine, worker, self.now, LEASE)):
            self.sending[worker].append(mine)

    @rule(
        worker=WORKERS,
        outcome=st.sampled_from(
            [
                Sent(5),
                NotSent("no route"),
                Uncertain("hidden answer"),
                BadContent("markup"),
                Refused("odd", suspend=False),
            ]
        ),
    )
    def answer(self, worker: str, outcome: Any) -> None:
        if not self.sending[worker]:
            return
        mine = self.sending[worker].pop()
        if isinstance(outcome, Sent | Uncertain):
            self.arrived += self.told(mine)
        ours = self.store.write_sync(lambda w: w.outbox.record(mine, worker, outcome, self.now))
        if ours and isinstance(outcome, Refused | BadContent):
            found = self.store.read_sync(lambda work: work.outbox.find(mine.dedupe_key))
            assert found is not None
            if found.state is OutboxState.DEAD:
                self.dead |= {key for key, _ in self.told(mine)}

    def told(self, mine: OutboxRow) -> list[tuple[str, bool]]:
        """Return the keys of what a message tells, and whether it bears the mark."""
        return [(key, mine.uncertain) for key in mine.message.plain.split() if key in self.put]

    @rule(worker=WORKERS)
    def crash(self, worker: str) -> None:
        """Kill a worker; what it was sending may have arrived just before."""
        self.arrived += [copy for one in self.sending[worker] for copy in self.told(one)]
        self.hands[worker], self.sending[worker] = [], []

    @rule(seconds=st.sampled_from([1, 30, 61, 700]))
    def wait(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @rule()
    def recover(self) -> None:
        self.store.write_sync(lambda work: work.outbox.recover(self.now))

    @invariant()
    def one_row_of_a_chat_is_in_flight(self) -> None:
        def in_flight(work: Any) -> list[int]:
            states = (OutboxState.CLAIMED, OutboxState.SENDING)
            return [one.chat_id for state in states for one in work.outbox.in_state(state)]

        chats = self.store.read_sync(in_flight)
        assert len(chats) == len(set(chats))


def test_nothing_is_lost_and_nothing_repeated_in_silence(template):
    OutboxMachine.template = template
    machine: Any = OutboxMachine.TestCase
    machine.settings = settings(
        max_examples=15,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine("runTest").runTest()


@pytest.mark.parametrize("broken", ["uncertain is forgotten", "recovery forgets the mark"])
def test_the_machine_finds_broken_rules(template, broken, monkeypatch):
    """Prove that the machine above bites, with two usual mistakes."""
    from storage import outcomes
    from storage.repositories import outbox

    if broken == "uncertain is forgotten":
        right = outcomes.changes
        monkeypatch.setattr(
            outbox, "changes", lambda *arguments: right(*arguments) | {"uncertain": False}
        )
    else:
        monkeypatch.setattr(outbox.SqlOutbox, "recover", recover_silently)
    with pytest.raises(AssertionError, match="silent repeat"):
        scripted(template)


def recover_silently(outbox: Any, now: dt.datetime) -> int:
    from sqlalchemy import update

    from storage.models import OUTBOX

    pending = {"state": "pending", "worker": None, "lease_until": None}
    late = update(OUTBOX).where(OUTBOX.c.lease_until <= now, OUTBOX.c.state != "sent")
    return int(outbox._connection.execute(late.values(**pending)).rowcount)


def scripted(template: Path) -> None:
    """Send one message whose answer is lost, and one whose sender dies."""
    OutboxMachine.template = template
    machine = OutboxMachine()
    machine.enqueue(1, Priority.NORMAL)
    machine.enqueue(2, Priority.NORMAL)
    machine.claim("one")
    machine.leave("one")
    machine.answer("one", Uncertain("hidden answer"))
    machine.leave("one")
    machine.crash("one")
    machine.teardown()


def test_the_script_itself_keeps_the_promise(template):
    scripted(template)
