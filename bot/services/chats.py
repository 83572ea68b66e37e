"""A chat that comes in, or comes back: known from now on, with the settings' defaults."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.config import Settings
from bot.delivery.html import text_message
from bot.delivery.phrases import counted
from bot.domain.chats import Chat, ChatState, ChatType
from bot.domain.delivery import NewOutboxRow, Priority
from bot.protocols import Work


def welcome(
    work: Work, chat_id: int, type_: ChatType, settings: Settings, now: dt.datetime
) -> Chat:
    """Make a chat known and active; a new one starts with the settings' defaults.

    One that was closed to us gets what waited no longer than an alert may be old. The rest would
    be a flood of old news: one line says how many there were.
    """
    known = work.chats.get(chat_id)
    if known is not None and known.state is ChatState.SUSPENDED:
        missed = work.chats.resume(chat_id, now - settings.alert_max_age)
        if missed:
            work.outbox.put(_missed(known, missed), now)
    chat = work.chats.ensure(chat_id, type_, now)
    if known is None:
        zone, silent = settings.default_zone, settings.silent_below
        chat = replace(chat, zone=zone, silent_below=silent)
        work.chats.save(chat)
    return chat


def _missed(chat: Chat, count: int) -> NewOutboxRow:
    since = f" since {chat.suspended_at:%d %b %H:%M} UTC" if chat.suspended_at else ""
    text = (
        f"While this chat was closed to the bot{since}, {counted(count, 'message')} grew old and "
        "will not be sent. /digest 7d sums up what happened."
    )
    return NewOutboxRow(
        dedupe_key=f"missed:{chat.id}:{chat.suspended_at}",
        chat_id=chat.id,
        thread_id=None,
        message=replace(text_message(text), silent=True),
        priority=Priority.NORMAL,
    )
