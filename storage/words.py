"""The full-text index over events: FTS5 on SQLite, ``tsvector`` with GIN on PostgreSQL.

Both are given the same plain tokens (folded here) and stem them with Porter's algorithm, so that
both find the same events. A row's key is the event's position: newest first needs no sorting.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Select, bindparam, column, delete, select, table, text

from bot.domain.events import Event
from bot.domain.reports import Incident, Policy
from storage.mapping import event_value
from storage.models import EVENT, REPORT
from storage.sql import chunks, is_sqlite

WORDS = table("event_words", column("rowid"), column("words"))
MOST_REPORTS = 20
MOST_LETTERS = 20_000
"""Of an article's text this much is indexed: all but the longest are indexed whole."""
MOST_TERMS = 50
_TOKEN = re.compile(r"([^\W_]+)(\*?)")
_STRANGE = re.compile(r"[^\x00-\x7f]")
_MATCHES = {
    "sqlite": text("event_words MATCH :words"),
    "postgresql": text("event_words.words @@ to_tsquery('khabardar', :words)"),
}
_INSERT = {
    "sqlite": text("INSERT INTO event_words (rowid, words) VALUES (:position, :words)"),
    "postgresql": text(
        "INSERT INTO event_words (rowid, words)"
        " VALUES (:position, to_tsvector('khabardar', :words))"
    ),
}


def fold(words: str) -> str:
    """Return text without case, accents and invisible characters."""
    if words.isascii():
        return words.lower()
    plain = unicodedata.normalize("NFKD", words.casefold())
    return _STRANGE.sub(_shown, plain)


def _shown(character: re.Match[str]) -> str:
    return "" if unicodedata.category(character[0]) in ("Mn", "Cf") else character[0]


def tokens(words: str) -> str:
    """Return the folded tokens of a text, as they are indexed."""
    return " ".join(match[1] for match in _TOKEN.finditer(fold(words)))


def match_query(words: str, *, sqlite: bool) -> str:
    """Return the index's query for all of these words, each quoted; ``derail*`` is a prefix.

    Empty where the text holds no word: nothing can match it.
    """
    found = list(_TOKEN.finditer(fold(words)))[:MOST_TERMS]
    if sqlite:
        return " AND ".join(f'"{token[1]}"{token[2]}' for token in found)
    return " & ".join(f"'{token[1]}'" + (":*" if token[2] else "") for token in found)


def matching(connection: Connection, query: Select[tuple[int]], words: str) -> Select[tuple[int]]:
    """Narrow a query on EVENT to events that have all these words, newest first."""
    sqlite = is_sqlite(connection)
    condition = _MATCHES[connection.dialect.name].bindparams(
        bindparam("words", match_query(words, sqlite=sqlite) or '""')
    )
    order = WORDS.c.rowid if sqlite else EVENT.c.position
    return (
        query.join(WORDS, WORDS.c.rowid == EVENT.c.position)
        .where(condition)
        .order_by(None)
        .order_by(order.desc())
    )


_IDS = select(EVENT.c.id).where(EVENT.c.id > bindparam("last")).order_by(EVENT.c.id).limit(500)
_STALE = EVENT.c.id.in_(bindparam("ids", expanding=True))
_EVENTS: Select[Any] = select(
    EVENT.c.id, EVENT.c.position, EVENT.c.data, EVENT.c.merged_into
).where(_STALE)
_REMOVE = delete(WORDS).where(WORDS.c.rowid.in_(select(EVENT.c.position).where(_STALE)))
_ARTICLES = (
    select(REPORT.c.event_id, REPORT.c.text)
    .where(REPORT.c.event_id.in_(bindparam("ids", expanding=True)))
    .order_by(REPORT.c.id)
)


class EventWords:
    """Notes which events a transaction changed and indexes each once, before the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._stale: set[int] = set()

    def changed(self, event_id: int | None) -> None:
        """Note that an event's words may have changed."""
        if event_id is not None:
            self._stale.add(event_id)

    def remove(self, positions: Select[tuple[int]]) -> None:
        """Drop the words of the events at these positions."""
        self._connection.execute(delete(WORDS).where(WORDS.c.rowid.in_(positions)))

    def reindex(self) -> None:
        """Index every event anew: for a database that was indexed by other rules."""
        last = 0
        while ids := self._connection.scalars(_IDS, {"last": last}).all():
            self._stale.update(ids)
            self.refresh()
            last = ids[-1]

    def refresh(self) -> None:
        """Index what was noted."""
        for part in chunks(sorted(self._stale)):
            rows = self._connection.execute(_EVENTS, {"ids": part}).all()
            articles = self._articles([row.id for row in rows])
            self._connection.execute(_REMOVE, {"ids": part})
            documents = [
                {
                    "position": row.position,
                    "words": tokens("\n".join(_words(event_value(row, ()), articles[row.id]))),
                }
                for row in rows
            ]
            if documents:
                self._connection.execute(_INSERT[self._connection.dialect.name], documents)
        self._stale.clear()

    def _articles(self, event_ids: list[int]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {event_id: [] for event_id in event_ids}
        for row in self._connection.execute(_ARTICLES, {"ids": event_ids}):
            if len(found[row.event_id]) < MOST_REPORTS:
                found[row.event_id].append(row.text[:MOST_LETTERS])
        return found


def _words(event: Event, articles: Iterable[str]) -> Iterator[str]:
    yield event.title
    yield from dict.fromkeys(source.title for source in event.sources)
    yield from dict.fromkeys(source.publisher for source in event.sources)
    yield from dict.fromkeys(statement.name for statement in event.statements)
    if event.incident is not None:
        yield from _incident_words(event.incident)
    if event.policy is not None:
        yield from _policy_words(event.policy)
    yield from articles


def _incident_words(incident: Incident) -> Iterator[str]:
    yield from (kind.value.replace("_", " ") for kind in incident.types)
    for place in (*((incident.place,) if incident.place else ()), *incident.places):
        yield " ".join(filter(None, (place.name, place.district, place.admin1)))
    yield from (one.name for one in incident.perpetrators)
    yield from (*incident.targets, *incident.weapons)


def _policy_words(policy: Policy) -> Iterator[str]:
    yield from (action.value.replace("_", " ") for action in policy.actions)
    yield from (*policy.issuers, *policy.subjects)
    yield from (place.name for place in policy.places)
