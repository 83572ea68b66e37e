"""A chat's own feeds: adding within its share, removing, listing with their health."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.config import Settings
from bot.domain.chats import Scope
from bot.domain.feeds import Feed, NewFeed
from bot.errors import FetchError, InputError, QuotaError
from bot.feeds.guard import check_url
from bot.protocols import Work

LONGEST_URL = 2000
LONGEST_NAME = 200
LONGEST_CODE = 20


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


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of a list of feeds."""

    added: tuple[Feed, ...] = ()
    known: int = 0
    """The chat has them already."""
    shared: int = 0
    """Everybody has them already."""
    refused: tuple[tuple[str, str], ...] = ()
    """Addresses that cannot be read, and why."""
    left_out: int = 0
    """More than the chat may have."""


def take_over(
    work: Work, scope: Scope, feeds: Sequence[NewFeed], settings: Settings, now: dt.datetime
) -> TakenOver:
    """Store the feeds of a list for this chat alone, as many as it may have.

    They are read when their turn comes, like all others; their first poll alerts nobody.
    """
    have = {feed.url for feed in work.feeds.owned(scope)}
    room = settings.max_feeds - len(have)
    added: list[Feed] = []
    refused: list[tuple[str, str]] = []
    known = shared = left_out = 0
    for feed in feeds:
        if work.feeds.find(feed.url, None) is not None:
            shared += 1
        elif feed.url in have:
            known += 1
        elif why := _unreadable(feed.url, settings):
            refused.append((feed.url, why))
        elif len(added) >= room:
            left_out += 1
        else:
            added.append(work.feeds.add(_owned(feed, scope), now))
    return TakenOver(tuple(added), known, shared, tuple(refused), left_out)


def _unreadable(url: str, settings: Settings) -> str:
    if len(url) > LONGEST_URL:
        return f"an address of more than {LONGEST_URL:,} characters"
    try:
        check_url(url, allow_private=settings.allow_private_feeds)
    except FetchError as error:
        return str(error)
    return ""


def _owned(feed: NewFeed, scope: Scope) -> NewFeed:
    """Return a feed of somebody's list as this chat's own; what it says of itself kept short."""
    country = feed.country or ""
    return NewFeed(
        url=feed.url,
        title=feed.title[:LONGEST_NAME],
        publisher=feed.publisher[:LONGEST_NAME],
        country=country if re.fullmatch("[A-Z]{2}", country) else None,
        language=feed.language[:LONGEST_CODE] if feed.language else None,
        owner_chat_id=scope.chat_id,
    )


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
