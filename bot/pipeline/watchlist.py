"""The index over all subscriptions, kept in step with the database."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from bot.domain.chats import Match, Subscription
from bot.domain.events import Event
from bot.errors import QueryError
from bot.matching.document import document_of
from bot.matching.index import Index
from bot.matching.query import STORED, parse
from bot.protocols import Work

log = logging.getLogger(__name__)


class Watchlist:
    """Finds the subscriptions that an event matches. Used from the storing thread alone."""

    def __init__(self) -> None:
        self._index = Index()
        self._known: dict[int, Subscription] = {}
        self._version: int | None = None

    def __len__(self) -> int:
        return len(self._known)

    def sync(self, work: Work) -> None:
        """Take over what was added, removed, paused or resumed since the last time."""
        version = work.subscriptions.version()
        if version == self._version:
            return
        now = {one.id: one for one in work.subscriptions.every()}
        for gone in [i for i, one in self._known.items() if now.get(i) != one]:
            self._index.remove(gone)
            del self._known[gone]
        for one in now.values():
            if one.id not in self._known:
                self._add(one)
        self._version = version

    def _add(self, one: Subscription) -> None:
        try:
            self._index.add(one.id, parse(one.query, limits=STORED))
        except QueryError as error:
            log.error("a stored query cannot be read", extra={"id": one.id, "why": error.why})
        else:
            self._known[one.id] = one

    def match(self, event: Event, texts: Sequence[str]) -> list[tuple[Subscription, Match]]:
        """Return the subscriptions that the event matches, and why."""
        found = self._index.match(document_of(event, texts))
        return [(self._known[match.subscription_id], match) for match in found]
