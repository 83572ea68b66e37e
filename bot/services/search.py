"""Stored events that a query matches, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.chats import Reason, Scope
from bot.domain.events import Event
from bot.matching.document import Document, document_of_reports
from bot.matching.matcher import matches
from bot.matching.query import Query
from bot.matching.required import beginnings
from bot.protocols import EventFilter, Work
from bot.services.periods import Period

PAGE = 200
MOST = 5_000
"""Events looked at for one answer of the chat; where that is not all, the answer says so."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event and why it matched (no reasons where nothing was asked)."""

    event: Event
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found, newest first; ``note`` says how far the search went where not to the end."""

    found: tuple[Found, ...]
    note: str = ""

    @property
    def events(self) -> list[Event]:
        """Return the events alone."""
        return [one.event for one in self.found]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many events each query matches; ``note`` as in ``Answer``."""

    counts: tuple[int, ...]
    note: str = ""


def find(
    work: Work,
    scope: Scope | None,
    query: Query | None,
    period: Period,
    limit: int | None = None,
    most: int | None = MOST,
) -> Answer:
    """Return what happened in the period and matches, newest first, at most ``limit``.

    At most ``most`` events are looked at, ``None`` being all of the period.
    """
    looked = _Looking(work, scope, period, () if query is None else (query,), most)
    found: list[Found] = []
    for event in looked:
        reasons = () if query is None else _reasons(work, query, event)
        if reasons is not None:
            found.append(Found(event, reasons))
        if len(found) == limit:
            break
    return Answer(tuple(found), looked.note)


def tally(
    work: Work, scope: Scope | None, queries: Sequence[Query], period: Period, most: int = MOST
) -> Tally:
    """Return how many events of the period each query matches, read once for all."""
    looked = _Looking(work, scope, period, queries, most)
    found = [0] * len(queries)
    for event in looked:
        document = _document(work, event)
        for number, query in enumerate(queries):
            found[number] += query.root.holds(document)
    return Tally(tuple(found), looked.note)


@dataclass(slots=True)
class _Looking:
    """The events of a period that any of the queries may match, newest first."""

    work: Work
    scope: Scope | None
    period: Period
    queries: Sequence[Query]
    most: int | None
    note: str = ""

    def __iter__(self) -> Iterator[Event]:
        for looked, event in enumerate(self._paged()):
            if looked == self.most:
                self.note = _note(looked, event)
                return
            yield event

    def _paged(self) -> Iterator[Event]:
        wanted = EventFilter(
            since=self.period.since,
            until=self.period.until,
            text=_common(self.queries),
            limit=PAGE,
        )
        while page := self.work.events.find(self.scope, wanted):
            yield from page
            wanted = replace(wanted, after=page[-1])


def _note(looked: int, event: Event) -> str:
    return (
        f"This goes back to {event.first_seen_at:%d %b %Y %H:%M} UTC only: {looked:,} events were "
        "looked at, the most for one answer. A shorter period, or a word that must be there, "
        "narrows it."
    )


def _common(queries: Sequence[Query]) -> str | None:
    """Return what the full-text index is asked for: the words that all queries require."""
    required = [beginnings(query) for query in queries]
    words = [one for one in required[0] if all(one in few for few in required)] if required else []
    return " ".join(f"{one}*" for one in words) or None


def _reasons(work: Work, query: Query, event: Event) -> tuple[Reason, ...] | None:
    return matches(query, _document(work, event))


def _document(work: Work, event: Event) -> Document:
    return document_of_reports(event, [one.sourced for one in work.reports.of_event(event.id)])
