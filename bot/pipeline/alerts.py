"""From matches to stored alerts and outbox rows, inside the transaction that stores the event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from bot.config import Settings
from bot.delivery.planning import Plan, Recipient, plan, recipients
from bot.delivery.reminding import follow
from bot.delivery.telling import store, told_of
from bot.domain.chats import Chat, ChatState, Match, Mute, Subscription
from bot.domain.events import Event, Revision
from bot.domain.references import is_public_id
from bot.matching.document import Document, document_of_reports
from bot.matching.matcher import matches
from bot.matching.query import STORED, parse
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
    told = list(told_of(work, revision.after.id)) if revision.before else []
    chats = {one.chat.id for one in matching} | {one.chat.id for one in told}
    muted = muted_chats(work, revision.after, chats, now)
    made = plan(revision, matching, told, settings, now, quiet=quiet, muted=muted)
    store(work, made, now)
    follow(work, revision, now)
    return made


def muted_chats(
    work: Work, event: Event, chats: Collection[int], now: dt.datetime
) -> frozenset[int]:
    """Return which of these chats have muted the event: it, or a query that it matches."""
    mutes = [one for one in work.mutes.active(now) if one.chat_id in chats] if chats else []
    if not mutes:
        return frozenset()
    reports = (one.sourced for one in work.reports.of_event(event.id))
    document = document_of_reports(event, reports)
    return frozenset(one.chat_id for one in mutes if _is_muted(one, event, document))


def _is_muted(mute: Mute, event: Event, document: Document) -> bool:
    if is_public_id(mute.what):
        return mute.what == event.public_id
    return matches(parse(mute.what, limits=STORED), document) is not None


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
