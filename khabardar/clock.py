"""How right this machine's clock is, beside the one of Telegram's server."""

from __future__ import annotations

import datetime as dt
from email.utils import parsedate_to_datetime

from bot.config import Settings
from bot.errors import FetchError


async def clock_offset(settings: Settings) -> dt.timedelta:
    """Return how far this machine's clock is ahead of Telegram's, to the second.

    Raises:
        FetchError: Telegram cannot be asked.

    """
    import httpx

    try:
        async with httpx.AsyncClient(timeout=10) as client:
            answer = await client.head(settings.telegram_api_url)
        there = parsedate_to_datetime(answer.headers["Date"])
    except (httpx.HTTPError, KeyError, ValueError):
        raise FetchError(
            "could not be compared with Telegram's; check that this machine keeps time (NTP)"
        ) from None
    return dt.datetime.now(dt.UTC) - there
