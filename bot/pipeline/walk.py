"""The walk of one entry: extracted, merged, matched, and its alerts enqueued.

Report, event, alerts and outbox rows are stored in the transaction that marks the entry done, so
that a crash anywhere leaves an entry that the next tick picks up.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.config import Settings
from bot.crashpoints import crash
from bot.domain.events import Candidate, Constraints, Event, Revision, SourcedReport
from bot.domain.feeds import Entry
from bot.domain.reports import Article, Kind, Report
from bot.domain.values import Place, PlacePrecision
from bot.errors import KhabardarError, StorageError
from bot.events.merger import choose
from bot.events.revising import join, open_event
from bot.events.rulings import Parts, merges, parted
from bot.events.signature import sign
from bot.pipeline.alerts import enqueue
from bot.pipeline.watchlist import Watchlist
from bot.protocols import Clock, Store, StoredReport, Work

log = logging.getLogger(__name__)

BATCH = 32
"""Entries a transaction: fewer pay for more commits, more hold up longer who sends meanwhile."""
LEASE = dt.timedelta(minutes=5)
KEEP_EVERY = dt.timedelta(hours=1)

Extract = Callable[[Sequence[Article]], Awaitable[list[Report]]]


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run did: entries read, and those that failed and are tried again later."""

    entries: int = 0
    failed: int = 0

    def __add__(self, other: Processed) -> Processed:
        return Processed(self.entries + other.entries, self.failed + other.failed)


class Pipeline:
    """Takes stored entries in batches through all rooms."""

    def __init__(
        self,
        store: Store,
        extract: Extract,
        settings: Settings,
        clock: Clock,
        enqueued: Callable[[], None] = lambda: None,
        *,
        loud: bool = False,
    ) -> None:
        """``loud`` alerts of silent entries too (first poll, old ones): for a look at a feed."""
        self._store = store
        self._extract = extract
        self._settings = settings
        self._clock = clock
        self._enqueued = enqueued
        self._loud = loud
        self._watchlist = Watchlist()
        self._keep_at = clock()

    async def run(self) -> Processed:
        """Process everything that waits."""
        done = Processed()
        entries = await self._store.write(self._claim)
        if entries:
            await self._store.read(self._watchlist.sync)  # the first is long: nobody waits for it
        while entries:
            did, entries = await self._process(entries)
            done += did
            self._enqueued()
        await self._keep_now_and_then(self._clock())
        return done

    def _claim(self, work: Work) -> Sequence[Entry]:
        return work.entries.claim_waiting(self._clock(), BATCH, LEASE)

    async def _keep_now_and_then(self, now: dt.datetime) -> None:
        if self._watchlist.is_large and now >= self._keep_at:
            self._keep_at = now + KEEP_EVERY
            await self.keep_index()

    async def keep_index(self) -> None:
        """Keep a large index in the database for the next start, if it has changed."""
        if not self._watchlist.is_large:
            return
        try:
            snapshot = await self._store.read(self._watchlist.snapshot)
            if snapshot is not None and await self._store.write(
                lambda work: work.subscriptions.keep(snapshot)
            ):
                self._watchlist.kept(snapshot)
        except StorageError as error:
            log.warning("the index is not kept for the next start", extra={"why": str(error)})

    async def _process(self, entries: Sequence[Entry]) -> tuple[Processed, Sequence[Entry]]:
        """Process a batch in one transaction; where that fails, each entry in its own.

        Returns the next batch too: it is claimed in that same transaction.
        """
        try:
            reports = await self._extract([article_of(entry) for entry in entries])
            crash("after_extraction")
            following = await self._store.write(
                lambda work: self._integrate_all(work, entries, reports)
            )
        except (KhabardarError, ValueError, LookupError, TypeError) as error:
            return await self._after_failure(entries, error)
        crash("after_commit")
        return Processed(len(entries)), following

    async def _after_failure(
        self, entries: Sequence[Entry], error: Exception
    ) -> tuple[Processed, Sequence[Entry]]:
        if len(entries) == 1:
            await self._fail(entries[0], error)
            return Processed(1, 1), ()
        log.warning("a batch failed; one by one then", extra={"why": repr(error)})
        total = Processed()
        for entry in entries:
            did, _ = await self._process([entry])
            total += did
        return total, await self._store.write(self._claim)

    async def _fail(self, entry: Entry, error: Exception) -> None:
        log.error("an entry failed", exc_info=error, extra={"entry": entry.id})
        now, why = self._clock(), f"{type(error).__name__}: {error}"
        await self._store.write(lambda work: work.entries.failed(entry.id, why, now))

    def _integrate_all(
        self, work: Work, entries: Sequence[Entry], reports: Sequence[Report]
    ) -> Sequence[Entry]:
        """Store what follows from a batch and claim the next, where this one was full.

        Otherwise nothing else waited; what comes meanwhile wakes the next run.
        """
        self._watchlist.sync(work)
        known = work.reports.of_entries([entry.id for entry in entries])
        parts = merges(work)
        for entry, report in zip(entries, reports, strict=True):
            self._integrate(work, entry, located(report, entry), known.get(entry.id), parts)
        work.entries.done(entries)
        following = self._claim(work) if len(entries) == BATCH else ()
        crash("before_commit")
        return following

    def _integrate(
        self,
        work: Work,
        entry: Entry,
        report: Report,
        known: StoredReport | None,
        parts: Parts,
    ) -> None:
        sourced = sourced_of(entry, report, known)
        merged = merge(work, sourced, known, parts, self._clock())
        if merged is None or not merged.revision.visible:
            return
        crash("after_event_insert")
        found = self._watchlist.match(work, merged.revision.after, merged.reports)
        quiet = (entry.silent and not self._loud) or report.follow_up is not None
        enqueue(work, merged.revision, found, self._settings, self._clock(), quiet=quiet)


def article_of(entry: Entry) -> Article:
    """Return what extraction reads of an entry."""
    return Article(
        id=str(entry.id),
        title=entry.title,
        text=entry.text,
        published_at=entry.published_at or entry.first_seen_at,
        source=entry.publisher,
        url=entry.link or "",
        country=entry.feed_country or "",
    )


def located(report: Report, entry: Entry) -> Report:
    """Return the report with the coordinates that its feed gave, where the text gave none."""
    incident = report.incident
    if incident is None or entry.latitude is None or entry.longitude is None:
        return report
    place = incident.place or Place(name=entry.title, precision=PlacePrecision.UNKNOWN)
    if place.latitude is not None and incident.place is not None:
        return report
    here = replace(
        place,
        latitude=entry.latitude,
        longitude=entry.longitude,
        country=place.country or entry.feed_country,
    )
    return replace(report, incident=replace(incident, place=here))


def sourced_of(entry: Entry, report: Report, known: StoredReport | None) -> SourcedReport:
    """Return the report with where it came from; a rewritten article keeps its report's id."""
    return SourcedReport(
        report=report,
        publisher=entry.publisher,
        url=entry.link or "",
        seen_at=entry.first_seen_at,
        text=entry.text,
        entry_id=entry.id,
        report_id=known.id if known else 0,
        owner_chat_id=entry.owner_chat_id,
        silent=entry.silent,
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """The step that a report made of an event, and all reports that the event has now."""

    revision: Revision
    reports: Sequence[SourcedReport]


def merge(
    work: Work,
    sourced: SourcedReport,
    known: StoredReport | None,
    parts: Parts,
    now: dt.datetime,
) -> Merged | None:
    """Store the report and the step it makes of an event; ``None`` where it tells of none.

    ``parts`` are those of the events that the owner merged (``merges``).
    """
    report = sourced.report
    if known is None and report.kind is Kind.OTHER and report.follow_up is None:
        return None
    signature = sign(sourced)
    found = work.reports.candidates(signature, sourced.owner_chat_id)
    candidates = parted(found, parts)
    home = known.event_id if known else None
    decision = choose(signature, candidates, _ruled(work, known, candidates), home)
    if decision.event_id is None and report.kind is Kind.OTHER:
        return None
    stored = work.reports.save(sourced, signature, now)
    sourced = replace(sourced, report_id=stored.id)
    event = work.events.get(decision.event_id) if decision.event_id else None
    return _join(work, event, sourced, now) if event else _open(work, sourced, now)


def _ruled(work: Work, known: StoredReport | None, candidates: Sequence[Candidate]) -> Constraints:
    """Return what the owner ruled of a report: no event that it was split from takes it back."""
    if known is None:
        return Constraints()
    barred = work.reports.separated(known.id)
    foes = (
        signature.report_id
        for candidate in candidates
        if candidate.event_id in barred
        for signature in candidate.signatures
    )
    return Constraints(apart=frozenset((known.id, foe) for foe in foes))


def _open(work: Work, sourced: SourcedReport, now: dt.datetime) -> Merged:
    revision = open_event(sourced)
    event = work.events.add(revision.after, now)
    work.reports.attach(sourced.report_id, event.id)
    return Merged(replace(revision, after=event), (sourced,))


def _join(work: Work, event: Event, sourced: SourcedReport, now: dt.datetime) -> Merged:
    work.reports.attach(sourced.report_id, event.id)
    reports = [one.sourced for one in work.reports.of_event(event.id)]
    revision = join(event, reports, sourced)
    if revision.after == event:
        return Merged(revision, reports)
    # A rewritten article was first seen long ago, but the event changes now.
    after = replace(revision.after, updated_at=max(revision.after.updated_at, now))
    work.events.save(after, now)
    return Merged(replace(revision, after=after), reports)
