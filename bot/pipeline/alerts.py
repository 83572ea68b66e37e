"""From matches to stored alerts and outbox rows, inside the transaction that stores the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.config import Settings
from bot.delivery.planning import Plan, Recipient, plan, recipients
from bot.delivery.reminding import follow
from bot.delivery.telling import store, told_of
from bot.domain.chats import Chat, ChatState, Match, Subscription
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
    told = list(told_of(work, revision.after.id))
    made = plan(revision, matching, told, settings, now, quiet=quiet)
    store(work, made, now)
    follow(work, revision, now)
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
    found = work.chats.by_ids(ids)
    return {i: chat for i, chat in found.items() if chat.state is ChatState.ACTIVE}
