"""A chat that comes in: known from now on, with the settings' defaults."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.config import Settings
from bot.domain.chats import ChatType
from bot.protocols import Work


def welcome(
    work: Work, chat_id: int, type_: ChatType, settings: Settings, now: dt.datetime
) -> None:
    """Make a chat known and active; a new one starts with the settings' defaults."""
    new = work.chats.get(chat_id) is None
    chat = work.chats.ensure(chat_id, type_, now)
    if new:
        zone, silent = settings.default_zone, settings.silent_below
        work.chats.save(replace(chat, zone=zone, silent_below=silent))
