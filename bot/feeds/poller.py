"""Polls due feeds: claims, fetches, parses, decides and stores. It holds no rules of its own.

Feeds are fetched at the same time, and what is ready is stored together in one transaction, in
which each feed's entries, validators and next poll stand or fall. Where that fails each feed is
stored alone, so that one takes no other with it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.crashpoints import crash
from bot.domain.feeds import Feed, FeedNotice, NewEntry
from bot.errors import FeedError, HostBusyError
from bot.feeds import schedule
from bot.feeds.decider import Poll, PollDecision, decide, decide_failure, identities
from bot.feeds.marks import Marks
from bot.feeds.schedule import PollPolicy
from bot.protocols import Clock, Fetcher, Parser, Store, Work

log = logging.getLogger(__name__)

LEASE = dt.timedelta(minutes=10)
"""Longer than a feed takes: a minute at its host's gate, the deadline, parsing, storing."""
BATCH = 100
AT_ONCE = 1000
"""Feeds that are under way at most."""


@dataclass(frozen=True, slots=True)
class PollSummary:
    """What a round of polling came to. ``new`` and ``revised`` count entries, the rest feeds."""

    polled: int = 0
    unchanged: int = 0
    failed: int = 0
    postponed: int = 0
    new: int = 0
    revised: int = 0
    adopted: int = 0
    repeated: int = 0
    under_way: int = 0
    """Slow feeds that go on in the background."""
    notices: tuple[FeedNotice, ...] = ()

    def __add__(self, other: PollSummary) -> PollSummary:
        """Return both together."""
        return PollSummary(
            *(getattr(self, name) + getattr(other, name) for name in PollSummary.__slots__)
        )


@dataclass(frozen=True, slots=True)
class _Result:
    """What fetching and parsing a feed came to; ``chance`` is drawn once, as jobs may run twice."""

    feed: Feed
    outcome: Poll | FeedError
    chance: float
    marks: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class _Judged:
    """What is to be stored of a feed, its new state and entries, and what that comes to."""

    feed: Feed
    entries: Sequence[NewEntry]
    summary: PollSummary


@dataclass(slots=True)
class _Round:
    """Results on their way to the store."""

    ready: list[_Result] = field(default_factory=list)
    summary: PollSummary = field(default_factory=PollSummary)


class Poller:
    """Reads feeds whose time has come. ``chance`` gives numbers in [0, 1)."""

    def __init__(
        self,
        store: Store,
        fetcher: Fetcher,
        parser: Parser,
        clock: Clock,
        policy: PollPolicy = PollPolicy(),  # noqa: B008 — frozen
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._parser = parser
        self._clock = clock
        self._policy = policy
        self._chance = chance
        self._marks = Marks()
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading: set[int] = set()
        self._round = _Round()
        self._storing = asyncio.Lock()

    async def poll_due(
        self, limit: int = AT_ONCE, patience: dt.timedelta | None = None
    ) -> PollSummary:
        """Poll up to ``limit`` due feeds and return what came of them.

        With ``patience``, feeds that take longer go on in the background and are part of the next
        round's summary; ``limit`` counts them, so that they cannot pile up. With a limit of 0 no
        feed is asked, and what came of those that were is stored.
        """
        free = limit - len(self._tasks)
        if free > 0:
            now = self._clock()
            due = await self._store.write(lambda work: work.feeds.claim_due(now, free, LEASE))
            self._start(due)
        seconds = None if patience is None else patience.total_seconds()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        await self._flush()
        return self._take_summary()

    async def poll(self, feeds: Sequence[Feed]) -> PollSummary:
        """Poll these feeds now, due or not, and wait for all of them."""
        self._start(feeds)
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._flush()
        return self._take_summary()

    async def close(self) -> None:
        """Stop what is under way; those feeds come again when their leases end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, feeds: Sequence[Feed]) -> None:
        for feed in feeds:
            if feed.id in self._reading:
                continue  # claimed anew, as its lease ended before its answer came and was stored
            self._reading.add(feed.id)
            task = asyncio.create_task(self._poll_one(feed))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _take_summary(self) -> PollSummary:
        summary, self._round.summary = self._round.summary, PollSummary()
        return replace(summary, under_way=len(self._tasks))

    async def _poll_one(self, feed: Feed) -> None:
        result = await self._read(feed)
        self._round.ready.append(result)  # after the wait: a flush meanwhile took the old list
        if len(self._round.ready) >= BATCH:
            await self._flush()

    async def _read(self, feed: Feed) -> _Result:
        chance = self._chance()
        try:
            poll, marks = await self._ask(feed)
        except FeedError as error:
            return _Result(feed, error, chance)
        except Exception as error:
            # A feed that breaks what nobody thought of is one failing feed, not a stopped poller.
            log.exception("feed %d could not be read", feed.id)
            return _Result(feed, FeedError(f"unexpected: {type(error).__name__}"), chance)
        return _Result(feed, poll, chance, marks)

    async def _ask(self, feed: Feed) -> tuple[Poll, frozenset[bytes]]:
        asked = schedule.conditions(feed, self._policy)
        answer = await self._fetcher.fetch(feed.url, asked)
        seen = self._marks.of(feed)
        if answer.body is None or answer.validators.digest == feed.validators.digest:
            validators = replace(answer.validators, digest=feed.validators.digest)
            return Poll(None, validators, answer.moved_to), seen
        parsed = await self._parser.parse(answer.body, answer.url, answer.content_type, seen)
        return Poll.of(parsed, answer.validators, answer.moved_to), parsed.marks

    async def _flush(self) -> None:
        """Store what is ready."""
        async with self._storing:
            results, self._round.ready = self._round.ready, []
            for start in range(0, len(results), BATCH):
                part = results[start : start + BATCH]
                await self._store_together(part)
                self._reading.difference_update(result.feed.id for result in part)

    async def _store_together(self, results: Sequence[_Result]) -> None:
        try:
            await self._store_all(results)
        except Exception:
            if len(results) == 1:
                log.exception("feed %d could not be stored", results[0].feed.id)
                self._round.summary += PollSummary(polled=1, failed=1)
                return
            log.warning("%d feeds could not be stored together: storing each alone", len(results))
            for result in results:
                await self._store_together([result])

    async def _store_all(self, results: Sequence[_Result]) -> None:
        now = self._clock()
        summary = await self._store.write(lambda work: self._job(work, results, now))
        crash("after_poll")
        self._round.summary += summary
        for result in results:
            if isinstance(result.outcome, Poll):
                self._marks.keep(result.feed, result.marks)

    def _job(self, work: Work, results: Sequence[_Result], now: dt.datetime) -> PollSummary:
        feeds = work.feeds.by_ids([result.feed.id for result in results])
        # A feed that is not there any more was removed meanwhile.
        judged = [
            self._judge(work, feeds[result.feed.id], result, now)
            for result in results
            if result.feed.id in feeds
        ]
        new = work.entries.add_all([(one.feed, one.entries) for one in judged if one.entries], now)
        crash("mid_poll")
        work.feeds.save_all([one.feed for one in judged])
        summary = sum((one.summary for one in judged), PollSummary(new=new))
        if summary.notices and _most_fail(work):
            # Our own network, most likely: nobody needs to hear of each feed.
            summary = replace(summary, notices=())
        return summary

    def _judge(self, work: Work, feed: Feed, result: _Result, now: dt.datetime) -> _Judged:
        match result.outcome:
            case HostBusyError():
                feed = schedule.postponed(feed, now, result.chance, self._policy)
                return _Judged(feed, (), PollSummary(postponed=1))
            case FeedError() as error:
                decision = decide_failure(feed, error, now, result.chance, self._policy)
                failed = PollSummary(polled=1, failed=1, notices=decision.notices)
                return _Judged(decision.feed, (), failed)
            case Poll() as poll:
                return self._judge_poll(work, feed, poll, result.chance, now)

    def _judge_poll(
        self, work: Work, feed: Feed, poll: Poll, chance: float, now: dt.datetime
    ) -> _Judged:
        poll = _without_clash(work, feed, poll)
        wanted = identities(poll.items)
        known = work.entries.known(feed.id, wanted) if wanted else ()
        decision = decide(feed, poll, known, now, chance, self._policy)
        summary = _summary(decision, unchanged=poll.parsed is None)
        return _Judged(decision.feed, decision.entries, summary)


def _summary(decision: PollDecision, *, unchanged: bool) -> PollSummary:
    """Return what a poll comes to; how many entries are new shows when they are stored."""
    return PollSummary(
        polled=1,
        unchanged=int(unchanged),
        revised=decision.revised,
        adopted=decision.adopted,
        repeated=decision.repeated,
        notices=decision.notices,
    )


def _without_clash(work: Work, feed: Feed, poll: Poll) -> Poll:
    """Keep the old address where the new one is a feed of its own already."""
    if poll.moved_to is None or work.feeds.find(poll.moved_to, feed.owner_chat_id) is None:
        return poll
    return replace(poll, moved_to=None)


def _most_fail(work: Work) -> bool:
    feeds = work.feeds.census()
    return 2 * feeds.failing > feeds.active > 1
