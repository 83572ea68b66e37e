"""Two wrong policies that the crash test must catch: proof that it bites.

They change the classes of the program in the child process only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.delivery import dispatcher, messenger
from bot.domain.delivery import NotSent, Sent, Uncertain
from storage.repositories.outbox import SqlOutbox


def mark_first() -> None:
    """Record a message as sent before it is sent, and never try again: it loses messages."""
    sending = SqlOutbox.sending
    record = SqlOutbox.record

    def recorded(self: SqlOutbox, row: Any, worker: str, now: Any, lease: Any) -> bool:
        return sending(self, row, worker, now, lease) and record(self, row, worker, Sent(None), now)

    def ignored(*_: Any) -> bool:
        return True

    changed: Any = SqlOutbox
    changed.sending, changed.record = recorded, ignored


def send_then_mark() -> None:
    """Send, then record, and try again without a mark after any error: it doubles messages."""
    changed_dispatcher: Any = dispatcher
    changed_messenger: Any = messenger
    settle = changed_dispatcher.settle

    def careless(row: Any, outcome: Any, policy: Any) -> Any:
        again = NotSent(outcome.why) if isinstance(outcome, Uncertain) else outcome
        return settle(row, again, policy)

    changed_dispatcher.settle = careless
    changed_messenger.marked = lambda row: row.message


MUTANTS: dict[str, Callable[[], None]] = {
    "mark_first": mark_first,
    "send_then_mark": send_then_mark,
}
