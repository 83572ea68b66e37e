"""An entry of a feed that a bench makes up, as RSS."""

from __future__ import annotations

import datetime as dt
from email.utils import format_datetime
from xml.sax.saxutils import escape


def item(word: str, title: str, text: str, now: dt.datetime) -> str:
    """Return the entry as an RSS item; ``word`` is its guid."""
    return (
        f"<item><guid isPermaLink='false'>{word}</guid>"
        f"<title>{escape(title)}</title>"
        f"<link>https://gazette.example/{word}</link>"
        f"<pubDate>{format_datetime(now)}</pubDate>"
        f"<description>{escape(text)}</description></item>"
    )
