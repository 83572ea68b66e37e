"""The walk with a real database, a clock of its own, and an extractor that is told what to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bot.config import Settings
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import OutboxRow, OutboxState, Sent
from bot.domain.events import Event, SourcedReport
from bot.domain.feeds import NewEntry, NewFeed, ParsedEntry
from bot.domain.reports import Article, Kind, Report
from bot.feeds.identity import identify
from bot.pipeline.walk import Pipeline
from bot.protocols import EventFilter, Work
from storage.store import SqlStore
from tests.events.builders import NOON

CHAT = 7
NOTHING = dt.timedelta(0)


@dataclass
class House:
    """What happens in one process: entries come in, and rows stand in the outbox."""

    store: SqlStore
    now: dt.datetime = NOON
    said: dict[str, Report] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = Settings(_env_file=None, alert_hold=NOTHING, edit_every=NOTHING)  # type: ignore[call-arg]
        self.settings = settings
        self.pipeline = Pipeline(self.store, self.extract, settings, lambda: self.now)

    async def extract(self, articles: Sequence[Article]) -> list[Report]:
        return [
            self.said.get(one.title) or Report(one.id, Kind.OTHER, one.title, one.published_at)
            for one in articles
        ]

    def subscribe(self, *queries: str, chat: int = CHAT, placeless: bool = False) -> None:
        def job(work: Work) -> None:
            known = work.chats.ensure(chat, ChatType.PRIVATE, self.now)
            work.chats.save(replace(known, placeless=placeless))
            for query in queries:
                work.subscriptions.add(Scope(chat), query, self.now)

        self.store.write_sync(job)

    def bring(self, sourced: SourcedReport, *, silent: bool = False) -> None:
        """Let an article arrive of which extraction says this report; same number, same entry."""
        report = sourced.report
        self.said[report.title] = report
        parsed = ParsedEntry(
            report.article_id, sourced.url, report.title, sourced.text, report.published_at
        )
        self.now = max(self.now, sourced.seen_at)

        def job(work: Work) -> None:
            url = f"https://example.org/{sourced.publisher.replace(' ', '-').lower()}.xml"
            feed = work.feeds.add(NewFeed(url, publisher=sourced.publisher), self.now)
            identity = identify(parsed)
            found = work.entries.known(feed.id, [identity])
            known = [one.id for one in found if one.key == identity.key]
            entry = NewEntry(identity, parsed, silent, revises=known[0] if known else None)
            work.entries.add(feed, [entry], self.now)

        self.store.write_sync(job)

    async def hear(self, sourced: SourcedReport, **how: Any) -> None:
        """Let an article arrive, and walk it to the outbox."""
        self.bring(sourced, **how)
        done = await self.pipeline.run()
        assert not done.failed

    def events(self) -> list[Event]:
        return list(self.store.read_sync(lambda work: work.events.find(None, EventFilter())))

    def rows(self) -> list[OutboxRow]:
        return list(self.store.read_sync(lambda work: work.outbox.in_state(OutboxState.PENDING)))

    def sends(self) -> None:
        """Let everything that waits be sent, without a Telegram."""

        def job(work: Work) -> None:
            for _ in range(100):
                rows = work.outbox.claim("w", self.now, 50, dt.timedelta(minutes=1))
                for row in rows:
                    work.outbox.sending(row, "w", self.now, dt.timedelta(minutes=1))
                    work.outbox.record(row, "w", Sent(row.seq), self.now)
                if not rows:
                    break

        self.store.write_sync(job)
