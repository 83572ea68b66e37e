"""From matches to stored alerts and outbox rows, inside the transaction that stores the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bot.config import Settings
from bot.delivery.planning import Plan, Recipient, Told, plan, recipients
from bot.domain.chats import Chat, ChatState, Match, Subscription
from bot.domain.delivery import Alert, OutboxState
from bot.domain.events import Event, Revision
from bot.protocols import Work


def enqueue(
    work: Work,
    revision: Revision,
    found: Sequence[tuple[Subscription, Match]],
    settings: Settings,
    now: dt.datetime,
    *,
    quiet: bool,
) -> Plan:
    """Store who is told of a revision, and the rows that tell them; return what was planned."""
    matching = [] if quiet else _recipients(work, revision.after, found)
    told = list(_told(work, revision.after))
    made = plan(revision, matching, told, settings, now, quiet=quiet)
    for row in made.rows:
        work.outbox.put(row, now)
    for one in made.alerts:
        work.alerts.add(one.scope, one.event_id, one.revision, one.outbox_key, one.reasons, now)
    return made


def _recipients(
    work: Work, event: Event, found: Sequence[tuple[Subscription, Match]]
) -> list[Recipient]:
    """Return the chats to tell; an event of a chat's own feed is for that chat alone."""
    allowed = [
        (subscription, match)
        for subscription, match in found
        if event.owner_chat_id in (None, subscription.chat_id)
    ]
    chats = _chats(work, {subscription.chat_id for subscription, _ in allowed})
    subscriptions = {subscription.id: subscription for subscription, _ in allowed}
    return recipients([match for _, match in allowed], subscriptions, chats)


def _chats(work: Work, ids: set[int]) -> dict[int, Chat]:
    found = {chat_id: work.chats.get(chat_id) for chat_id in ids}
    return {i: chat for i, chat in found.items() if chat and chat.state is ChatState.ACTIVE}


def _told(work: Work, event: Event) -> Iterator[Told]:
    for alert in work.alerts.of_event(event.id):
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


def _pending(work: Work, alert: Alert) -> bool:
    row = work.outbox.find(alert.outbox_key)
    return row is not None and row.state is OutboxState.PENDING and not row.attempts
