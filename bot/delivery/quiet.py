"""Quiet hours: what is not grave waits until they end. Pure; nothing is ever dropped."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from bot.domain.chats import Chat
from bot.domain.values import Severity

_DAY = dt.timedelta(days=1)


def wakes_at(chat: Chat, severity: Severity, at: dt.datetime) -> dt.datetime | None:
    """Return when the quiet hours end that hold what would leave at a moment; None without any."""
    hours = chat.quiet
    if hours is None or severity >= chat.bypass:
        return None
    here = at.astimezone(ZoneInfo(chat.zone))
    now, over_midnight = here.time(), hours.start > hours.end
    before_end, after_start = now < hours.end, now >= hours.start
    if not ((before_end or after_start) if over_midnight else (before_end and after_start)):
        return None
    day = here.date() if before_end else here.date() + _DAY
    return dt.datetime.combine(day, hours.end, tzinfo=ZoneInfo(chat.zone)).astimezone(dt.UTC)
