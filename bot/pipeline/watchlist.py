"""The index over all subscriptions, kept in step with the database."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.domain.chats import Match, Subscription
from bot.domain.events import Event, SourcedReport
from bot.errors import QueryError, SnapshotError
from bot.matching.document import document_of_reports
from bot.matching.index import Index
from bot.matching.query import STORED, parse
from bot.matching.snapshot import pack, stamp, unpack
from bot.protocols import EventFilter, IndexSnapshot, Work

log = logging.getLogger(__name__)

OBSERVED = 100
"""Stored events that a new index learns from which words are common, before it is filled."""

LARGE = 10_000
"""Subscriptions that take a tenth of a second to file; fewer are not worth a snapshot."""


class Watchlist:
    """Finds the subscriptions that an event matches. Not for several threads at once."""

    def __init__(self) -> None:
        self._index = Index()
        self._version: int | None = None
        self._kept: int | None = None

    def __len__(self) -> int:
        return len(self._index)

    @property
    def is_large(self) -> bool:
        """Tell whether there are so many that a snapshot makes a difference."""
        return len(self) >= LARGE

    def sync(self, work: Work) -> None:
        """Take over what was added, removed, paused or resumed since the last time."""
        version = work.subscriptions.version()
        if version == self._version:
            return
        known = self._restore(work) if self._version is None else self._follow(work, self._version)
        if not known:
            self._fill(work)
        self._version = version

    def _restore(self, work: Work) -> bool:
        """Take over the index that was kept and what changed since; tell whether that is all."""
        kept = work.subscriptions.kept(stamp())
        if kept is None:
            return False
        try:
            self._index = unpack(kept.data)
        except SnapshotError as error:
            log.warning("the kept index is damaged, it is made anew", extra={"why": str(error)})
            return False
        if not self._follow(work, kept.version):
            return False
        if self._index.census() != work.subscriptions.census():
            log.warning("the kept index lacks subscriptions or has too many, it is made anew")
            return False
        self._kept = kept.version
        return True

    def snapshot(self, work: Work) -> IndexSnapshot | None:
        """Return the index as it is now, where it is worth keeping for the next start.

        None where it is small, was kept already, or lacks a subscription that cannot be read, which
        each start is to say.
        """
        if not self.is_large:
            return None
        self.sync(work)
        if self._version in (None, self._kept):
            return None
        if self._index.census() != work.subscriptions.census():
            return None
        assert self._version is not None
        return IndexSnapshot(stamp(), self._version, pack(self._index))

    def kept(self, snapshot: IndexSnapshot) -> None:
        """Note that a snapshot was stored."""
        self._kept = snapshot.version

    def _fill(self, work: Work) -> None:
        """Read everything into a new index, which has seen what documents are like."""
        self._index = Index()
        for event in work.events.find(None, EventFilter(limit=OBSERVED)):
            reports = (one.sourced for one in work.reports.of_event(event.id))
            self._index.observe(document_of_reports(event, reports))
        for anywhere in (False, True):
            self._load(work.subscriptions.watched(placeless=anywhere), anywhere=anywhere)

    def _load(self, rows: Iterable[tuple[int, str]], *, anywhere: bool) -> None:
        while True:
            try:
                self._index.load(rows, anywhere=anywhere)  # goes on after a damaged query
            except QueryError as error:
                log.error("a stored query cannot be read", extra={"why": error.why})
            else:
                break

    def _follow(self, work: Work, since: int) -> bool:
        """Take over what changed since a version; False where that is too long ago."""
        changed = work.subscriptions.changed_since(since)
        if changed is None:
            return False
        now = work.subscriptions.by_ids(changed)
        for one in changed:
            self._index.remove(one)
        for subscription in now.values():
            self._add(subscription)
        return True

    def _add(self, one: Subscription) -> None:
        try:
            query = parse(one.query, limits=STORED)
        except QueryError as error:
            log.error("a stored query cannot be read", extra={"id": one.id, "why": error.why})
        else:
            self._index.add(one.id, query, anywhere=one.placeless)

    def match(
        self, work: Work, event: Event, reports: Iterable[SourcedReport]
    ) -> list[tuple[Subscription, Match]]:
        """Return the subscriptions that the event of these reports matches, and why."""
        found = {
            one.subscription_id: one
            for one in self._index.match(document_of_reports(event, reports))
        }
        known = work.subscriptions.by_ids(found)
        return [(known[one], found[one]) for one in sorted(known)]
