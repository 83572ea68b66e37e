"""The composition root: settings in, parts of a running application out."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Sequence
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import Settings
from bot.errors import InputError
from bot.protocols import Fetcher, Work
from khabardar import open_files

if TYPE_CHECKING:
    from bot.domain.feeds import NewFeed
    from bot.feeds.parser import ChildParser
    from storage.store import SqlStore

FEEDS_IMPORTED = "feeds_imported_at"
"""The key under which it is noted that the list of feeds was taken over: it happens once."""


def utc_now() -> dt.datetime:
    """Return now, aware UTC: the clock of everything that runs for real."""
    return dt.datetime.now(dt.UTC)


def open_store(database_url: str) -> SqlStore:
    """Return the store of a database, to be entered; its schema is upgraded then."""
    from storage.store import SqlStore

    return SqlStore(database_url)


@contextlib.asynccontextmanager
async def reading(
    settings: Settings, *, trusted: bool = False
) -> AsyncIterator[tuple[Fetcher, ChildParser]]:
    """Yield a fetcher and a parser.

    ``trusted`` addresses were typed by the operator: files and private addresses are read too.
    """
    from bot.feeds.fetcher import Fetcher as WebFetcher
    from bot.feeds.fetcher import FetchLimits
    from bot.feeds.local import FileFetcher
    from bot.feeds.parser import ChildParser

    limits = FetchLimits(
        deadline=settings.fetch_timeout,
        max_bytes=settings.fetch_max_bytes,
        connections=open_files.connections(settings.poll_connections),
    )
    private = trusted or settings.allow_private_feeds
    async with (
        WebFetcher(limits, allow_private=private) as web,
        ChildParser(settings.parse_timeout) as parser,
    ):
        yield (FileFetcher(web, max_bytes=limits.max_bytes) if trusted else web), parser


async def find_feed(settings: Settings, url: str, *, trusted: bool = False) -> NewFeed:
    """Return the feed at an address, or the one that the page there names.

    Raises:
        FeedError: nothing there can be read as a feed.

    """
    from bot.feeds.discover import discover

    async with reading(settings, trusted=trusted) as (fetcher, parser):
        return await discover(url, fetcher, parser)


def read_opml_file(path: Path) -> Sequence[NewFeed]:
    """Return the feeds of an OPML file. Raises ``InputError``."""
    from bot.feeds.opml import read_opml

    try:
        return read_opml(path.read_bytes())
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def default_feeds() -> Sequence[NewFeed]:
    """Return the feeds of the list that is shipped."""
    from bot.feeds.opml import read_opml

    return read_opml(resources.files("bot.feeds").joinpath("default.opml").read_bytes())


async def import_feeds_once(store: SqlStore, settings: Settings) -> int:
    """Take over the list of feeds on first start; return how many were added, 0 later on."""
    feeds = read_opml_file(settings.feeds_file) if settings.feeds_file else default_feeds()
    now = utc_now()

    def job(work: Work) -> int:
        if work.meta.get(FEEDS_IMPORTED) is not None:
            return 0
        for feed in feeds:
            work.feeds.add(feed, now)
        work.meta.set(FEEDS_IMPORTED, now.isoformat())
        return len(feeds)

    return await store.write(job)
