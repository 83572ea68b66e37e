"""A chat's own feeds: adding within its share, removing, listing with their health."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.config import Settings
from bot.domain.chats import Scope
from bot.domain.feeds import Feed, NewFeed
from bot.errors import InputError, QuotaError
from bot.protocols import Work


def check_share(work: Work, scope: Scope, settings: Settings) -> None:
    """Raise ``QuotaError`` where the chat has its share of feeds already."""
    if len(work.feeds.owned(scope)) >= settings.max_feeds:
        raise QuotaError(
            f"This chat has added {settings.max_feeds} feeds, which is the most. "
            "Remove one with /removefeed first."
        )


def add(work: Work, scope: Scope, feed: NewFeed, settings: Settings, now: dt.datetime) -> Feed:
    """Store a feed for this chat alone; a feed that everybody has is returned as it is.

    Raises:
        QuotaError: the chat has its share of feeds already.

    """
    shared = work.feeds.find(feed.url, None)
    if shared is not None:
        return shared
    known = work.feeds.find(feed.url, scope.chat_id)
    if known is None:
        check_share(work, scope, settings)
    return known or work.feeds.add(replace(feed, owner_chat_id=scope.chat_id), now)


def remove(work: Work, scope: Scope, wanted: str) -> Feed:
    """Remove a feed that this chat added, by its number in /feeds or its URL; return it.

    Raises:
        InputError: the chat has added no such feed.

    """
    own = list(work.feeds.owned(scope))
    number = wanted.strip().lstrip("#")
    chosen: Feed | None
    if number.isascii() and number.isdigit():
        chosen = own[int(number) - 1] if 1 <= int(number) <= len(own) else None
    else:
        chosen = work.feeds.find(wanted.strip(), scope.chat_id)
    if chosen is None:
        raise InputError(
            "This chat has added no such feed; /feeds numbers the ones it has. "
            "Feeds that everybody shares are the owner's to remove."
        )
    work.feeds.remove(chosen.id)
    return chosen


def health(feed: Feed, now: dt.datetime) -> str:
    """Return a feed's state in a few words."""
    if feed.failing_since is not None and feed.errors:
        hours = int((now - feed.failing_since).total_seconds() // 3600)
        since = f"{hours // 24} days" if hours >= 48 else f"{hours} hours"  # noqa: PLR2004 - two days
        return f"failing for {since}: {feed.last_error or 'no reason known'}"
    if feed.last_polled_at is None:
        return "not read yet"
    minutes = int((now - feed.last_polled_at).total_seconds() // 60)
    return f"ok, read {minutes} min ago" if minutes else "ok, read just now"
