"""A feed's life without network: documents in, decisions and stored entries out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.domain.feeds import Feed, NewFeed, ParsedEntry, ParsedFeed, Validators
from bot.feeds.decider import Poll, PollDecision, decide, identities
from bot.feeds.schedule import PollPolicy
from tests.fakes.feed_store import MemoryWork, StoredEntry, Tables

START = dt.datetime(2026, 1, 26, 12, tzinfo=dt.UTC)
POLICY = PollPolicy()


def entry(
    guid: str | None,
    title: str,
    text: str = "",
    link: str | None = None,
    published_at: dt.datetime | None = None,
) -> ParsedEntry:
    return ParsedEntry(guid, link, title, text, published_at)


@dataclass
class FeedLife:
    """One feed, polled again and again; the clock runs ten minutes between polls."""

    tables: Tables = field(default_factory=Tables)
    now: dt.datetime = START

    def __post_init__(self) -> None:
        self.work = MemoryWork(self.tables)
        self.work.feeds.add(NewFeed("https://herald.example/feed"), self.now)

    @property
    def feed(self) -> Feed:
        return self.tables.feeds[1]

    def poll(
        self,
        *entries: ParsedEntry,
        after: dt.timedelta = dt.timedelta(minutes=10),
        unchanged: int = 0,
        home: str | None = None,
    ) -> PollDecision:
        """Poll a document that lists these entries; store and return what was decided."""
        self.now += after
        parsed = ParsedFeed("rss20", "Herald", entries, link=home, unchanged=unchanged)
        poll = Poll.of(parsed, Validators(digest=str(self.now)))
        known = self.work.entries.known(1, identities(poll.items))
        decision = decide(self.feed, poll, known, self.now, 0.5, POLICY)
        self.work.entries.add(self.feed, decision.entries, self.now)
        self.work.feeds.save(decision.feed)
        return decision

    def bury(self) -> None:
        """Turn every stored entry into a tombstone."""
        for row in self.tables.entries:
            row.buried = True

    @property
    def stored(self) -> Sequence[StoredEntry]:
        return self.tables.entries

    @property
    def titles(self) -> list[str]:
        return [row.new.entry.title for row in self.tables.entries]


def dated(item: ParsedEntry, when: dt.datetime) -> ParsedEntry:
    return replace(item, published_at=when)
