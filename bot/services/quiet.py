"""Quiet hours as people type them: ``22-07``, ``22:30-06:00 Asia/Karachi``, ``off``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from bot.delivery.quiet import wakes_at
from bot.domain.chats import Chat, QuietHours, Scope
from bot.domain.delivery import Priority
from bot.domain.values import Severity
from bot.errors import InputError
from bot.protocols import Work
from bot.services.digests import move_zone
from bot.services.preferences import read_zone
from bot.services.slots import read_time

USAGE = "Say from when to when, such as /quiet 22-07, /quiet 22-07 Asia/Karachi, or /quiet off"
DEPENDS_ON = ("zone", "bypass")
"""The settings that say, with the hours, what is held until when."""
_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_HOURS = re.compile(rf"{_TIME}\s*(?:-|–|to)\s*{_TIME}(?:\s+(\S.*))?", re.IGNORECASE)


def read(text: str) -> tuple[QuietHours | None, str | None]:
    """Return the hours that were typed (None for ``off``), and the zone if one was named.

    Raises:
        InputError: it is neither hours nor ``off``, or no zone.

    """
    words = text.strip()
    if words.lower() == "off":
        return None, None
    found = _HOURS.fullmatch(words)
    if found is None:
        raise InputError(USAGE)
    start, end = read_time(found[1], found[2] or "0"), read_time(found[3], found[4] or "0")
    if start == end:
        raise InputError("Quiet hours begin and end at different times.")
    return QuietHours(start, end), read_zone(found[5]) if found[5] else None


def release(work: Work, chat_id: int, now: dt.datetime) -> int:
    """Let what was held under other hours leave when the present ones let it; return how many."""
    chat = work.chats.get(chat_id)
    if chat is None:
        return 0
    return sum(
        work.outbox.hasten(Scope(chat.id), Priority.of(one), wakes_at(chat, one, now) or now)
        for one in (Severity.SEVERE, Severity.UNKNOWN)  # of each priority that is ever held, one
    )


def set_hours(work: Work, scope: Scope, text: str, now: dt.datetime) -> Chat:
    """Store a chat's quiet hours as typed; return the chat as it is now. Raises ``InputError``."""
    hours, zone = read(text)
    chat = work.chats.get(scope.chat_id)
    if chat is None:
        raise InputError(USAGE)
    changed = replace(chat, quiet=hours, zone=zone or chat.zone)
    if zone:
        move_zone(work, changed, zone, now)
    else:
        work.chats.save(changed)
    if chat.quiet is not None:
        release(work, chat.id, now)
    return changed


def in_words(chat: Chat) -> str:
    """Return what a chat's quiet hours are."""
    if chat.quiet is None:
        return "none"
    return f"{chat.quiet.start:%H:%M} to {chat.quiet.end:%H:%M} ({chat.zone})"
