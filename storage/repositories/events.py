"""Events as they stand, their history and their ledger."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from bot.domain.chats import Scope
from bot.domain.events import Event, LedgerEntry
from bot.domain.references import event_id as id_of
from bot.errors import StorageError
from bot.protocols import EventFilter
from storage.mapping import (
    event_columns,
    event_json,
    event_value,
    figure_columns,
    figure_value,
    first_position,
    identified,
    past_event,
    position,
)
from storage.models import EVENT, FIGURE, HISTORY, REPORT
from storage.sql import add_new, chunks
from storage.words import EventWords, matching

_MOST_HOPS = 10
"""Merges of merges that a public id is followed through."""


class SqlEvents:
    """Implements ``bot.protocols.EventRepository``."""

    def __init__(self, connection: Connection, words: EventWords) -> None:
        self._connection = connection
        self._words = words

    def add(self, event: Event, now: dt.datetime) -> Event:  # noqa: ARG002 - the protocol's
        """Store a new event; return it with ``id`` and ``public_id``."""
        row = self._connection.execute(_INSERT, event_columns(event))
        stored = identified(event, row.scalar_one())
        self._write(stored)
        self._save_ledger(stored.id, stored.ledger)
        self._words.changed(stored.id)
        return stored

    def save(self, event: Event, now: dt.datetime) -> None:
        """Store an event's new state and keep the old revision in its history.

        History keeps one state a revision: changes within a revision only update it.

        Raises:
            StorageError: the event is not stored.

        """
        old = self.get(event.id)
        if old is None:
            raise StorageError(f"there is no event {event.id} to save")
        if old.revision != event.revision:
            self._remember(old, now)
        if old.first_seen_at != event.first_seen_at:  # the index knows it by its old position
            self._words.remove(select(EVENT.c.position).where(EVENT.c.id == event.id))
        self._write(identified(event, event.id))
        if old.ledger != event.ledger:
            self._save_ledger(event.id, event.ledger, old.ledger)
        self._words.changed(event.id)

    def _write(self, event: Event) -> None:
        values = event_columns(event) | {"position": position(event.id, event.first_seen_at)}
        self._connection.execute(_WRITE, values | {"its_id": event.id})

    def _remember(self, old: Event, now: dt.datetime) -> None:
        row = {
            "event_id": old.id,
            "revision": old.revision,
            "replaced_at": now,
            "data": event_json(old),
        }
        add_new(self._connection, HISTORY, [row])

    def _save_ledger(
        self, event_id: int, ledger: Sequence[LedgerEntry], old: Sequence[LedgerEntry] = ()
    ) -> None:
        """Append what is new; a split's shorter ledger is written anew."""
        kept = len(old)
        if tuple(ledger[:kept]) != tuple(old):
            self._connection.execute(delete(FIGURE).where(FIGURE.c.event_id == event_id))
            kept = 0
        rows = [figure_columns(event_id, n, ledger[n]) for n in range(kept, len(ledger))]
        if rows:
            self._connection.execute(_INSERT_FIGURE, rows)

    def get(self, event_id: int) -> Event | None:
        """Return an event, or None. For the application's own steps."""
        rows = self._connection.execute(_EVENT, {"its_id": event_id}).all()
        found = self._with_ledgers(rows)
        return found[0] if found else None

    def visible(self, scope: Scope, public_id: str) -> Event | None:
        """Return the event of this public id if this chat may see it.

        The id of a merged event leads to the event that took it over.
        """
        wanted = id_of(public_id)
        for _ in range(_MOST_HOPS):
            if wanted is None:
                return None
            mine = and_(EVENT.c.id == wanted, _seen_by(scope))
            found = self._events(_EVENTS.where(mine))
            if not found or found[0].merged_into is None:
                return found[0] if found else None
            wanted = found[0].merged_into
        return None

    def find(self, scope: Scope | None, wanted: EventFilter) -> Sequence[Event]:
        """Return events, newest first; ``None`` is the operator, who sees all.

        ``since`` and ``until`` are about when an event was first seen, so that each belongs to
        exactly one of two adjacent periods. Merged events are left out.
        """
        # Ids first: a page is found in the indexes alone, then only its rows are read.
        query = select(EVENT.c.id).where(EVENT.c.merged_into.is_(None), *_filters(wanted))
        if scope is not None:
            query = query.where(_seen_by(scope))
        query = (
            query.order_by(EVENT.c.position.desc())
            if wanted.text is None
            else matching(self._connection, query, wanted.text)
        )
        ids = list(self._connection.scalars(query.limit(wanted.limit)))
        found = {
            event.id: event
            for part in chunks(ids)
            for event in self._events(_EVENTS.where(EVENT.c.id.in_(part)))
        }
        return [found[event_id] for event_id in ids]

    def history(self, event_id: int) -> Sequence[Event]:
        """Return earlier states, oldest first."""
        query = select(HISTORY).where(HISTORY.c.event_id == event_id).order_by(HISTORY.c.revision)
        return [past_event(row) for row in self._connection.execute(query)]

    def texts(self, event_id: int) -> Sequence[str]:
        """Return titles and texts of the event's reports, for matching."""
        event = self.get(event_id)
        titles = [source.title for source in event.sources] if event else []
        query = select(REPORT.c.text).where(REPORT.c.event_id == event_id).order_by(REPORT.c.id)
        return [*titles, *self._connection.scalars(query.where(REPORT.c.text != ""))]

    def merged_into(self, event_id: int, into: int) -> None:
        """Turn an event into a pointer to another one."""
        self._connection.execute(
            update(EVENT).where(EVENT.c.id == event_id).values(merged_into=into)
        )

    def count(self) -> int:
        """Return how many events are stored."""
        return self._connection.scalar(select(func.count()).select_from(EVENT)) or 0

    def purge(self, before: dt.datetime) -> int:
        """Drop events last updated before, with their reports; return how many."""
        old = EVENT.c.updated_at < before
        self._words.remove(select(EVENT.c.position).where(old))
        theirs = REPORT.c.event_id.in_(select(EVENT.c.id).where(old))
        nobodys = and_(REPORT.c.event_id.is_(None), REPORT.c.seen_at < before)
        self._connection.execute(delete(REPORT).where(theirs))
        self._connection.execute(delete(REPORT).where(nobodys))
        return self._connection.execute(delete(EVENT).where(old)).rowcount

    def _events(self, query: Select[Any]) -> list[Event]:
        return self._with_ledgers(self._connection.execute(query).all())

    def _with_ledgers(self, rows: Sequence[Row[Any]]) -> list[Event]:
        ledgers = self._ledgers(rows)
        return [event_value(row, ledgers.get(row.id, ())) for row in rows]

    def _ledgers(self, rows: Sequence[Row[Any]]) -> dict[int, list[LedgerEntry]]:
        found: dict[int, list[LedgerEntry]] = {}
        for part in chunks(row.id for row in rows):
            for row in self._connection.execute(_LEDGERS, {"events": part}).all():
                found.setdefault(row.event_id, []).append(figure_value(row))
        return found


# The other columns are there to be asked for; what they say is in the data too.
_EVENTS: Select[Any] = select(EVENT.c.id, EVENT.c.data, EVENT.c.merged_into)
_EVENT = _EVENTS.where(EVENT.c.id == bindparam("its_id"))
_INSERT_FIGURE = insert(FIGURE)
_INSERT = insert(EVENT).returning(EVENT.c.id)
_WRITE = update(EVENT).where(EVENT.c.id == bindparam("its_id"))
_LEDGERS = (
    select(FIGURE)
    .where(FIGURE.c.event_id.in_(bindparam("events", expanding=True)))
    .order_by(FIGURE.c.event_id, FIGURE.c.n)
)


def _seen_by(scope: Scope) -> ColumnElement[bool]:
    return or_(EVENT.c.owner_chat_id.is_(None), EVENT.c.owner_chat_id == scope.chat_id)


def _filters(wanted: EventFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(EVENT.c.position >= first_position(wanted.since))
    if wanted.until is not None:
        found.append(EVENT.c.position < first_position(wanted.until))
    if wanted.after is not None:
        found.append(EVENT.c.position < position(wanted.after.id, wanted.after.first_seen_at))
    if wanted.kind is not None:
        found.append(EVENT.c.kind == wanted.kind.value)
    if wanted.country is not None:
        found.append(EVENT.c.country == wanted.country)
    return found
