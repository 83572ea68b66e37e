"""When a feed is polled next, and what its owner hears of failures. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bot.domain.feeds import Feed, FeedNotice, FeedStatus, Validators
from bot.errors import FeedError, FetchError

GONE = 410
GONE_AFTER = 3
"""Answers 410 in a row after which a feed is read no more: one may be a mistake."""
BACKOFF_FROM = 3
"""The error in a row from which pauses double."""
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class PollPolicy:
    """How often feeds are read, and how old an entry may be to alert."""

    every: dt.timedelta = dt.timedelta(minutes=10)
    minimum: dt.timedelta = dt.timedelta(minutes=5)
    jitter: float = 0.25
    max_backoff: dt.timedelta = dt.timedelta(hours=6)
    alert_max_age: dt.timedelta = dt.timedelta(hours=6)
    revision_max_age: dt.timedelta = dt.timedelta(hours=24)
    """Until this age a rewritten article may change an alert that went out."""
    unconditional_every: int = 20
    """Every so many polls ask for the whole, in case an ETag stays while the content changes."""
    postpone: dt.timedelta = dt.timedelta(minutes=1)
    """Pause of a feed that could not even be asked, as its host was busy with others."""
    notice_after: tuple[dt.timedelta, ...] = (dt.timedelta(hours=24), dt.timedelta(days=7))


def conditions(feed: Feed, policy: PollPolicy) -> Validators:
    """Return what to ask a feed's server with."""
    if feed.polls % policy.unconditional_every == policy.unconditional_every - 1:
        return Validators()
    return feed.validators


def after_success(
    feed: Feed, now: dt.datetime, chance: float, policy: PollPolicy, *, busy: bool = False
) -> Feed:
    """Return the feed after a poll that worked; ``busy`` ones are read twice as often."""
    every = policy.every / 2 if busy else policy.every
    return replace(
        feed,
        status=FeedStatus.ACTIVE if feed.status is FeedStatus.GONE else feed.status,
        polls=feed.polls + 1,
        errors=0,
        failing_since=None,
        last_error=None,
        last_polled_at=now,
        next_poll_at=now + _jittered(every, chance, policy),
    )


def after_failure(
    feed: Feed, error: FeedError, now: dt.datetime, chance: float, policy: PollPolicy
) -> Feed:
    """Return the feed after a poll that failed: its entries stay, its validators too."""
    errors = feed.errors + 1
    pause = _jittered(_backoff(errors, policy), chance, policy)
    asked = error.retry_after if isinstance(error, FetchError) else None
    gone = isinstance(error, FetchError) and error.status == GONE and errors >= GONE_AFTER
    return replace(
        feed,
        status=FeedStatus.GONE if gone else feed.status,
        errors=errors,
        failing_since=feed.failing_since or now,
        last_error=str(error)[:MAX_TEXT],
        next_poll_at=now + max(pause, asked or pause),
    )


def postponed(feed: Feed, now: dt.datetime, chance: float, policy: PollPolicy) -> Feed:
    """Return a feed that was not asked at all: nothing is known of it, good or bad."""
    return replace(feed, next_poll_at=now + policy.postpone * (1 + chance))


def failure_notice(feed: Feed, now: dt.datetime, policy: PollPolicy) -> FeedNotice | None:
    """Return what the owner should hear of a feed that has failed for long, if anything.

    The key stays the same from poll to poll, so that whoever tells it tells it once.
    """
    if feed.failing_since is None:
        return None
    if feed.status is FeedStatus.GONE:
        text = f"{name_of(feed)} is gone for good and is read no more."
        return FeedNotice(feed.id, feed.owner_chat_id, _notice_key(feed, "gone"), text)
    passed = [after for after in policy.notice_after if now - feed.failing_since >= after]
    if not passed:
        return None
    text = f"{name_of(feed)} has not been readable for {_words(passed[-1])}: {feed.last_error}"
    key = _notice_key(feed, _words(passed[-1]).replace(" ", ""))
    return FeedNotice(feed.id, feed.owner_chat_id, key, text)


def name_of(feed: Feed) -> str:
    """Return how to call a feed without its URL, which may be secret."""
    return feed.title or feed.publisher or f"Feed {feed.id}"


def _notice_key(feed: Feed, what: str) -> str:
    assert feed.failing_since is not None
    return f"feed:{feed.id}:{what}:{feed.failing_since:%Y%m%dT%H%M%S}"


def _words(span: dt.timedelta) -> str:
    hours = span // dt.timedelta(hours=1)
    return f"{span.days} days" if span.days > 1 else f"{hours} hours"


def _backoff(errors: int, policy: PollPolicy) -> dt.timedelta:
    factor = 1 << min(max(errors - BACKOFF_FROM + 1, 0), 16)
    return min(policy.every * factor, max(policy.max_backoff, policy.every))


def _jittered(every: dt.timedelta, chance: float, policy: PollPolicy) -> dt.timedelta:
    """Spread by a chance in [0, 1): polls of many feeds must not fall on one moment."""
    return max(every * (1 + policy.jitter * (2 * chance - 1)), policy.minimum)
