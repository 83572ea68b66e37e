"""The real service against the fakes: a feed server and a Telegram, both on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape

from bot.config import Settings
from bot.domain.delivery import OutboxState
from bot.domain.feeds import Feed
from khabardar.service import Service
from storage.store import SqlStore
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram

PATIENCE = 30.0


def item(guid: str, title: str, text: str, minutes_ago: int = 5) -> str:
    when = dt.datetime.now(dt.UTC) - dt.timedelta(minutes=minutes_ago)
    return (
        f"<item><guid isPermaLink='false'>{guid}</guid><title>{escape(title)}</title>"
        f"<link>https://gazette.example/{guid}</link><pubDate>{format_datetime(when)}</pubDate>"
        f"<description>{escape(text)}</description></item>"
    )


def rss(*items: str, title: str = "Bannu Gazette") -> bytes:
    return (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>https://gazette.example/</link>{''.join(items)}</channel></rss>"
    ).encode()


def opml(*urls: str) -> str:
    outlines = "".join(f'<outline type="rss" text="Bannu Gazette" xmlUrl="{url}"/>' for url in urls)
    return f'<?xml version="1.0"?><opml version="2.0"><body>{outlines}</body></opml>'


@dataclass
class Running:
    """A running service and what tests do with it."""

    service: Service
    store: SqlStore
    telegram: FakeTelegram
    feeds: FeedServer

    async def until(self, condition: Callable[[], bool]) -> None:
        await self.telegram.until(condition, PATIENCE)

    async def eventually(self, condition: Callable[[], bool]) -> None:
        """Wait for something that no request of Telegram's announces."""
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - the database has no event to wait for
                await asyncio.sleep(0.02)

    def feed(self) -> Feed:
        return self.store.read_sync(lambda work: work.feeds.all()[0])

    async def poll_again(self, feed: Callable[[], Feed] | None = None) -> None:
        """Let a feed (the first) be due now, and wait until it was read and all is through."""
        look = feed or self.feed
        before = look()
        self.due(before)
        await self.eventually(lambda: look().polls > before.polls)
        await self.quiet()

    def due(self, feed: Feed) -> None:
        """Let a feed be due now."""
        due = replace(feed, next_poll_at=dt.datetime.now(dt.UTC))
        self.store.write_sync(lambda work: work.feeds.save(due))
        self.service.kick("poll")

    async def quiet(self) -> None:
        """Wait until no entry waits for extraction and no message waits to be sent."""
        await self.eventually(self._quiet)

    def _quiet(self) -> bool:
        waiting = self.store.read_sync(lambda work: work.entries.waiting())
        counts = self.store.read_sync(lambda work: work.outbox.counts())
        under_way = (OutboxState.PENDING, OutboxState.CLAIMED, OutboxState.SENDING)
        return not waiting and not any(counts.get(state) for state in under_way)

    async def says(self, chat: int, text: str, **fields: object) -> str:
        """Say something and return the bot's answer."""
        before = len(self.telegram.messages(chat))
        self.telegram.user_says(chat, text, **fields)  # type: ignore[arg-type]
        await self.until(lambda: len(self.telegram.messages(chat)) > before)
        return self.telegram.texts(chat)[-1]


@contextlib.asynccontextmanager
async def running(
    folder: Path,
    telegram: FakeTelegram,
    feeds: FeedServer,
    *,
    sign: str = "getUpdates",
    **settings: object,
) -> AsyncIterator[Running]:
    """Yield the service while it runs; what ended it early is raised.

    ``sign`` is the call by which Telegram knows that it has begun.
    """
    opml_file = folder / "feeds.opml"
    if not opml_file.exists():
        opml_file.write_text(opml(feeds.url("/news.xml")))
    given: dict[str, object] = {
        "telegram_token": telegram.token,
        "telegram_api_url": telegram.url,
        "database_url": f"sqlite:///{folder / 'test.db'}",
        "feeds_file": opml_file,
        "allow_private_feeds": True,
        "open": True,
        "alert_hold": 0,
        "edit_every": 0,
    }
    service = Service(Settings(_env_file=None, **(given | settings)))  # type: ignore[call-arg,arg-type]
    task = asyncio.create_task(service.run())
    try:
        await telegram.until(lambda: bool(telegram.calls(sign)) or task.done(), PATIENCE)
        if task.done():
            await task
        with SqlStore(str(given["database_url"])) as store:
            yield Running(service, store, telegram, feeds)
    finally:
        service.stop()
        await asyncio.wait_for(task, PATIENCE)
