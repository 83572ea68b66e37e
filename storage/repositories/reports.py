"""Reports, by entry and by event, and the block keys that merging looks candidates up by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from bot.domain.events import NEAREST, NEWEST, Candidate, Signature, SourcedReport
from bot.protocols import StoredReport
from storage.mapping import report_json, signature_json, signature_value, stored_report
from storage.models import BLOCK, ENTRY, REPORT, SEPARATION
from storage.sql import add_new, chunks
from storage.words import EventWords


class SqlReports:
    """Implements ``bot.protocols.ReportRepository``."""

    def __init__(self, connection: Connection, words: EventWords) -> None:
        self._connection = connection
        self._words = words
        self._signatures: dict[int, Signature] = {}
        """Those that this transaction has read; nobody else writes meanwhile."""

    def save(
        self,
        sourced: SourcedReport,
        signature: Signature,
        now: dt.datetime,  # noqa: ARG002 - the protocol's
    ) -> StoredReport:
        """Store a report; the report of the same entry is replaced (and keeps its id)."""
        entry_id, report_id, event_id = self._place(sourced)
        columns = _columns(sourced, signature) | {"entry_id": entry_id}
        if report_id is None:
            report_id = self._insert(columns)
        else:
            self._replace(report_id, columns)
            self._words.changed(event_id)
        self._signatures.pop(report_id, None)
        self._save_blocks(report_id, event_id, sourced, signature)
        return StoredReport(
            report_id,
            event_id,
            replace(sourced, report_id=report_id, entry_id=entry_id or 0),
            replace(signature, report_id=report_id),
        )

    def _place(self, sourced: SourcedReport) -> tuple[int | None, int | None, int | None]:
        """Return the entry (None where its feed was removed), the old report and its event."""
        if not sourced.entry_id:
            old = select(REPORT.c.id, REPORT.c.event_id).where(REPORT.c.id == sourced.report_id)
            found = self._connection.execute(old).one_or_none() if sourced.report_id else None
            return (None, *found) if found else (None, None, None)
        row = self._connection.execute(_PLACE, {"entry_id": sourced.entry_id}).one_or_none()
        return (None, None, None) if row is None else (row[0], row[1], row[2])

    def _insert(self, columns: dict[str, Any]) -> int:
        return int(self._connection.execute(_INSERT, columns).scalar_one())

    def _replace(self, report_id: int, columns: dict[str, Any]) -> None:
        self._connection.execute(update(REPORT).where(REPORT.c.id == report_id).values(**columns))
        self._connection.execute(delete(BLOCK).where(BLOCK.c.report_id == report_id))

    def _save_blocks(
        self, report_id: int, event_id: int | None, sourced: SourcedReport, signature: Signature
    ) -> None:
        rows = [
            {"report_id": report_id, "key": key, "event_id": event_id}
            for key in block_keys(signature, sourced.owner_chat_id)
        ]
        if rows:
            self._connection.execute(_INSERT_BLOCK, rows)

    def attach(self, report_id: int, event_id: int) -> None:
        """Make a report part of an event."""
        old = self._connection.scalar(_EVENT_OF, {"its_id": report_id})
        for statement in _ATTACH:
            self._connection.execute(statement, {"its_id": report_id, "event_id": event_id})
        self._words.changed(old)
        self._words.changed(event_id)

    def of_event(self, event_id: int) -> Sequence[StoredReport]:
        """Return an event's reports, oldest first."""
        rows = self._connection.execute(_OF_EVENT, {"its_id": event_id})
        return [stored_report(row) for row in rows]

    def of_entries(self, entry_ids: Sequence[int]) -> Mapping[int, StoredReport]:
        """Return the reports made of entries, by entry."""
        rows = (
            row
            for part in chunks(entry_ids)
            for row in self._connection.execute(_OF_ENTRIES, {"ids": part})
        )
        return {row.entry_id: stored_report(row) for row in rows}

    def candidates(
        self, signature: Signature, owner_chat_id: int | None, limit: int = NEAREST
    ) -> Sequence[Candidate]:
        """Return events that share a block key and the owner, most keys shared first.

        Of each event come its newest reports, up to 20, whether they share a key themselves or
        not: merging compares with the event as a whole. There are ``limit`` reports at most.
        """
        nearest = self._nearest(block_keys(signature, owner_chat_id), limit)
        signatures = self._read_signatures([report for _, report in nearest])
        found: dict[int, list[Signature]] = {}
        for event, report in nearest:
            found.setdefault(event, []).append(signatures[report])
        return [Candidate(event, tuple(theirs)) for event, theirs in found.items()]

    def _nearest(self, keys: Sequence[str], limit: int) -> list[tuple[int, int]]:
        """Return (event, report) ids, events with most shared keys first, their reports by age."""
        events = self._sharing(keys, limit)
        rank = {event_id: n for n, event_id in enumerate(events)}
        found = [pair for part in chunks(events) for pair in self._newest(part)]
        return sorted(found, key=lambda pair: (rank[pair[0]], pair[1]))[:limit]

    def _sharing(self, keys: Sequence[str], limit: int) -> list[int]:
        return list(self._connection.scalars(_SHARING, {"keys": list(keys), "most": limit}))

    def _newest(self, event_ids: Sequence[int]) -> list[tuple[int, int]]:
        """Return the (event, report) ids of events' newest reports: no more than an index holds."""
        found = self._connection.execute(_YOUNGEST, {"event_ids": list(event_ids)})
        return [(event, report) for event, report in found]

    def _read_signatures(self, report_ids: Sequence[int]) -> Mapping[int, Signature]:
        """Return signatures by report id: of a batch's look-ups most meet the same ones again."""
        missing = [one for one in report_ids if one not in self._signatures]
        for part in chunks(missing):
            for row in self._connection.execute(_SIGNATURES, {"ids": part}):
                self._signatures[row.id] = signature_value(row)
        return self._signatures

    def separated(self, report_id: int) -> frozenset[int]:
        """Return the events which an operator's split keeps this report out of."""
        query = select(SEPARATION.c.event_id).where(SEPARATION.c.report_id == report_id)
        return frozenset(self._connection.scalars(query))

    def separate(self, report_id: int, event_id: int) -> None:
        """Keep a report out of an event for ever."""
        add_new(self._connection, SEPARATION, [{"report_id": report_id, "event_id": event_id}])


# Built once: with 15 statements an entry, building them anew takes as long as running them.
_PLACE = (
    select(ENTRY.c.id, REPORT.c.id, REPORT.c.event_id)
    .outerjoin(REPORT, REPORT.c.entry_id == ENTRY.c.id)
    .where(ENTRY.c.id == bindparam("entry_id"))
)
_OF_EVENT = select(REPORT).where(REPORT.c.event_id == bindparam("its_id")).order_by(REPORT.c.id)
_OF_ENTRIES = select(REPORT).where(REPORT.c.entry_id.in_(bindparam("ids", expanding=True)))
_INSERT_BLOCK = insert(BLOCK)
_INSERT = insert(REPORT).returning(REPORT.c.id)
_EVENT_OF = select(REPORT.c.event_id).where(REPORT.c.id == bindparam("its_id"))
_ATTACH = tuple(
    update(table).where(column == bindparam("its_id"))
    for table, column in ((REPORT, REPORT.c.id), (BLOCK, BLOCK.c.report_id))
)
_SHARING = (
    select(BLOCK.c.event_id)
    .where(BLOCK.c.key.in_(bindparam("keys", expanding=True)), BLOCK.c.event_id.is_not(None))
    .group_by(BLOCK.c.event_id)
    .order_by(func.count(BLOCK.c.key.distinct()).desc(), BLOCK.c.event_id.desc())
    .limit(bindparam("most"))
)
_AGED = (
    select(
        REPORT.c.event_id,
        REPORT.c.id,
        func.row_number()
        .over(partition_by=REPORT.c.event_id, order_by=REPORT.c.id.desc())
        .label("age"),
    )
    .where(REPORT.c.event_id.in_(bindparam("event_ids", expanding=True)))
    .subquery()
)
_YOUNGEST = select(_AGED.c.event_id, _AGED.c.id).where(_AGED.c.age <= NEWEST)
_SIGNATURES = select(REPORT.c.id, REPORT.c.signature).where(
    REPORT.c.id.in_(bindparam("ids", expanding=True))
)


def block_keys(signature: Signature, owner_chat_id: int | None) -> list[str]:
    """Return the stored keys: an owner's begin with the owner, so they meet nobody else's."""
    return [f"{owner_prefix(owner_chat_id)}{key}" for key in dict.fromkeys(signature.block_keys)]


def owner_prefix(owner_chat_id: int | None) -> str:
    """Return what the stored block keys of an owner begin with."""
    return "|" if owner_chat_id is None else f"{owner_chat_id}|"


def _columns(sourced: SourcedReport, signature: Signature) -> dict[str, Any]:
    return {
        "publisher": sourced.publisher,
        "url": sourced.url,
        "seen_at": sourced.seen_at,
        "owner_chat_id": sourced.owner_chat_id,
        "silent": sourced.silent,
        "text": sourced.text,
        "report": report_json(sourced.report),
        "signature": signature_json(signature),
    }
