"""What the owner of a feed hears about it: once each, through the outbox."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from bot.delivery.html import text_message
from bot.domain.delivery import NewOutboxRow, Priority
from bot.domain.feeds import FeedNotice
from bot.protocols import Work


def tell(
    work: Work, notices: Iterable[FeedNotice], owners: frozenset[int], now: dt.datetime
) -> None:
    """Enqueue notices: a chat's feed to that chat, a shared one to the bot's owners."""
    for notice in notices:
        chats = owners if notice.owner_chat_id is None else {notice.owner_chat_id}
        for chat_id in chats:
            row = NewOutboxRow(
                dedupe_key=f"notice:{chat_id}:{notice.key}",
                chat_id=chat_id,
                thread_id=None,
                message=replace(text_message(notice.text), silent=True),
                priority=Priority.BROADCAST,
            )
            work.outbox.put(row, now)
