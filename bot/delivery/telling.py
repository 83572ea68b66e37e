"""Who was told of an event, and how a plan is stored: in the transaction that stores the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from bot.delivery.planning import Plan, Told
from bot.domain.delivery import Alert, OutboxState
from bot.protocols import Work


def told_of(work: Work, event_id: int) -> Iterator[Told]:
    """Give each chat and topic that was told of an event, as far as it is still known."""
    for alert in work.alerts.of_event(event_id):
        chat = work.chats.get(alert.chat_id)
        if chat is not None:
            yield Told(
                chat=chat,
                thread_id=alert.thread_id,
                key=alert.outbox_key,
                revision=alert.revision,
                reasons=alert.reasons,
                pending=_pending(work, alert),
            )


def store(work: Work, plan: Plan, now: dt.datetime) -> None:
    """Store a plan's rows and alerts."""
    for row in plan.rows:
        work.outbox.put(row, now)
    for one in plan.alerts:
        work.alerts.add(one.scope, one.event_id, one.revision, one.outbox_key, one.reasons, now)


def _pending(work: Work, alert: Alert) -> bool:
    row = work.outbox.find(alert.outbox_key)
    return row is not None and row.state is OutboxState.PENDING and not row.attempts
