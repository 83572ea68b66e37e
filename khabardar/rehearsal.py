"""The whole application in one process without Telegram: what ``demo`` and ``once`` run."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import Settings
from bot.delivery.dispatcher import Dispatcher, Manner
from bot.delivery.pacing import Pacer
from bot.domain.chats import ChatType, Scope
from bot.domain.feeds import NewFeed
from bot.domain.reports import Article, Report
from bot.extraction.extractor import SpacyExtractor
from bot.feeds.poller import Poller, PollSummary
from bot.feeds.schedule import PollPolicy
from bot.matching.query import canonical
from bot.pipeline.walk import Pipeline, Processed
from bot.protocols import Clock, Messenger, Work
from bot.services.subscriptions import understand
from khabardar.wiring import open_store, reading
from storage.store import SqlStore

NOW = dt.timedelta(0)


class Unhurried(Pacer):
    """A terminal has no limits: everything may leave at once."""

    def free_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return now."""
        return now

    def done(self, chat_id: int, now: dt.datetime) -> dt.datetime:
        """Return now: the chat may get its next message."""
        super().done(chat_id, now)
        return now


@dataclass(slots=True)
class Rehearsal:
    """The rooms, connected; each step is called when wanted instead of by the scheduler."""

    store: SqlStore
    settings: Settings
    clock: Clock
    poller: Poller
    pipeline: Pipeline
    dispatcher: Dispatcher

    async def subscribe(self, chat: int, queries: Sequence[str]) -> None:
        """Let a chat watch for these queries. Raises ``QueryError``."""
        scope, now = Scope(chat), self.clock()
        texts = [canonical(understand(text, self.settings)) for text in queries]

        def job(work: Work) -> None:
            work.chats.ensure(chat, ChatType.PRIVATE, now)
            for text in texts:
                work.subscriptions.add(scope, text, now)

        await self.store.write(job)

    async def poll(self, feeds: Sequence[NewFeed]) -> PollSummary:
        """Poll these feeds now; a feed that is new is stored first."""
        now = self.clock()
        known = await self.store.write(lambda work: [work.feeds.add(feed, now) for feed in feeds])
        return await self.poller.poll(known)

    async def process(self) -> Processed:
        """Extract, merge, match and enqueue all that waits."""
        return await self.pipeline.run()

    async def deliver(self) -> None:
        """Send all that is due."""
        await self.dispatcher.flush()


@contextlib.asynccontextmanager
async def rehearsal(
    messenger: Messenger, clock: Clock, settings: Settings, database_url: str | None = None
) -> AsyncIterator[Rehearsal]:
    """Yield the application on a database (a temporary one where none is named)."""
    settings = settings.model_copy(update={"alert_hold": NOW, "edit_every": NOW})
    extractor = SpacyExtractor(settings.spacy_model)

    async def extract(articles: Sequence[Article]) -> list[Report]:
        return await asyncio.to_thread(extractor.extract_many, articles)

    async with contextlib.AsyncExitStack() as stack:
        if database_url is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="khabardar-"))
            database_url = f"sqlite:///{Path(folder) / 'rehearsal.db'}"
        store = stack.enter_context(open_store(database_url))
        fetcher, parser = await stack.enter_async_context(reading(settings, trusted=True))
        poller = Poller(store, fetcher, parser, clock, PollPolicy())
        stack.push_async_callback(poller.close)
        pipeline = Pipeline(store, extract, settings, clock, loud=True)
        manner = Manner(worker="rehearsal", bundles=False)
        dispatcher = Dispatcher(store, messenger, clock, manner, pacer=Unhurried())
        yield Rehearsal(store, settings, clock, poller, pipeline, dispatcher)
