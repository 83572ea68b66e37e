"""Stored events that a query matches, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
"""Events looked at for one answer: beyond, the answer says that it is not complete."""


@dataclass(frozen=True, slots=True)
class Found:
    """An event and why it matched (no reasons where nothing was asked)."""

    event: Event
    reasons: tuple[Reason, ...] = ()


def find(
    work: Work, scope: Scope | None, query: Query | None, period: Period, limit: int = MOST
) -> list[Found]:
    """Return what happened in the period and matches, newest first, at most ``limit``."""
    found: list[Found] = []
    for event in _events(work, scope, period, () if query is None else (query,)):
        reasons = () if query is None else _reasons(work, query, event)
        if reasons is not None:
            found.append(Found(event, reasons))
        if len(found) >= limit:
            break
    return found


def tally(
    work: Work, scope: Scope | None, queries: Sequence[Query], period: Period
) -> tuple[int, ...]:
    """Return how many events of the period each query matches, read once for all."""
    found = [0] * len(queries)
    for event in _events(work, scope, period, queries):
        document = _document(work, event)
        for number, query in enumerate(queries):
            found[number] += query.root.holds(document)
    return tuple(found)


def _events(
    work: Work, scope: Scope | None, period: Period, queries: Sequence[Query]
) -> Iterator[Event]:
    """Yield the events of a period that any of the queries may match, newest first."""
    words = _common(queries)
    for offset in range(0, MOST, PAGE):
        wanted = EventFilter(
            since=period.since, until=period.until, text=words, limit=PAGE, offset=offset
        )
        page = work.events.find(scope, wanted)
        yield from page
        if len(page) < PAGE:
            return


def _common(queries: Sequence[Query]) -> str | None:
    """Return what the full-text index is asked for: the words that all queries require."""
    required = [beginnings(query) for query in queries]
    words = [one for one in required[0] if all(one in few for few in required)] if required else []
    return " ".join(f"{one}*" for one in words) or None


def _reasons(work: Work, query: Query, event: Event) -> tuple[Reason, ...] | None:
    return matches(query, _document(work, event))


def _document(work: Work, event: Event) -> Document:
    return document_of_reports(event, [one.sourced for one in work.reports.of_event(event.id)])
