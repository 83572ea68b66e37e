"""The index over all subscriptions, kept in step with the database."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.domain.chats import Match, Subscription
from bot.domain.events import Event, SourcedReport
from bot.errors import QueryError
from bot.matching.document import document_of_reports
from bot.matching.index import Index
from bot.matching.query import STORED, parse
from bot.protocols import EventFilter, Work

log = logging.getLogger(__name__)

OBSERVED = 100
"""Stored events that a new index learns from which words are common, before it is filled."""


class Watchlist:
    """Finds the subscriptions that an event matches. Not for several threads at once."""

    def __init__(self) -> None:
        self._index = Index()
        self._version: int | None = None

    def __len__(self) -> int:
        return len(self._index)

    def sync(self, work: Work) -> None:
        """Take over what was added, removed, paused or resumed since the last time."""
        version = work.subscriptions.version()
        if version == self._version:
            return
        changed = None
        if self._version is not None:
            changed = work.subscriptions.changed_since(self._version)
        if changed is None:
            self._fill(work)
        else:
            self._renew(changed, work.subscriptions.by_ids(changed).values())
        self._version = version

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

    def _renew(self, changed: Iterable[int], now: Iterable[Subscription]) -> None:
        for one in changed:
            self._index.remove(one)
        for subscription in now:
            self._add(subscription)

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
