"""Feeds and entries, in Atom's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class FeedStatus(StrEnum):
    """Whether a feed is read; failing feeds stay ACTIVE and back off."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask with next time."""

    etag: str | None = None
    last_modified: str | None = None
    digest: str | None = None
    """SHA-256 of the last body: an unchanged body is not parsed again."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as stored. ``owner_chat_id`` is ``None`` where the operator shares it with everybody;
    otherwise only that chat sees the feed and the events made of it.
    """

    id: int
    url: str
    title: str = ""
    publisher: str = ""
    country: str | None = None
    language: str | None = None
    owner_chat_id: int | None = None
    status: FeedStatus = FeedStatus.ACTIVE
    validators: Validators = Validators()
    polls: int = 0
    """Successful polls so far; 0 means that the next one alerts nobody."""
    errors: int = 0
    """Failed polls in a row."""
    failing_since: dt.datetime | None = None
    last_error: str | None = None
    last_polled_at: dt.datetime | None = None
    """The last poll that succeeded (304 included)."""
    next_poll_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NewFeed:
    """A feed about to be stored."""

    url: str
    title: str = ""
    publisher: str = ""
    country: str | None = None
    language: str | None = None
    owner_chat_id: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedEntry:
    """One item of a feed as parsed and cleaned: plain text, absolute http(s) link, aware UTC times.

    ``guid``, ``link`` and ``published_at`` may be missing or wrong: identity is the decider's.
    """

    guid: str | None
    link: str | None
    title: str
    text: str
    published_at: dt.datetime | None = None
    updated_at: dt.datetime | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    publisher: str | None = None
    """The original publisher where the feed names one (RSS ``source``, Google News)."""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A parsed document: what format it was, and its entries in document order."""

    format: str
    title: str
    entries: tuple[ParsedEntry, ...]
    language: str | None = None
    link: str | None = None
    warning: str | None = None
    """Why the document is ill-formed, if it is (feedparser's bozo)."""
    unchanged: int = 0
    """Entries that were left out because their bytes are those of the last poll."""
    marks: frozenset[bytes] = frozenset()
    """Digests of all entries' bytes: what to leave out next time. Empty where that is unsure."""


@dataclass(frozen=True, slots=True)
class EntryIdentity:
    """What an entry is known by: its key, and the digests by which a re-keyed one is recognised."""

    key: str
    link: str | None
    content_digest: str
    """SHA-256 of folded title and text: changes when the article is rewritten in place."""
    title_digest: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to store; ``silent`` entries (first poll, too old, undated) alert nobody."""

    identity: EntryIdentity
    entry: ParsedEntry
    silent: bool
    revises: int | None = None
    """The stored entry this one rewrites in place, if any."""


@dataclass(frozen=True, slots=True)
class FeedNotice:
    """Something about a feed that its owner should hear once; ``key`` is the same every time."""

    feed_id: int
    owner_chat_id: int | None
    """``None`` tells the bot's owners."""
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored entry, waiting for or past extraction."""

    id: int
    feed_id: int
    key: str
    title: str
    text: str
    link: str | None
    publisher: str
    published_at: dt.datetime | None
    first_seen_at: dt.datetime
    revision: int
    silent: bool
    owner_chat_id: int | None
    attempts: int = 0
    latitude: float | None = None
    longitude: float | None = None
    feed_country: str | None = None


@dataclass(frozen=True, slots=True)
class FeedCensus:
    """How many feeds are polled, how many of them fail, and which is due first."""

    active: int = 0
    failing: int = 0
    first_due: dt.datetime | None = None
