"""The few places where the two databases differ, each with both its sides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar, cast

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    bindparam,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect

T = TypeVar("T")
NOW: BindParameter[Any] = bindparam("now")
CHUNK = 500
"""Values in one IN list: far below SQLite's 32,766 variables a statement."""


def is_sqlite(connection: Connection) -> bool:
    """Tell whether this is SQLite; otherwise it is PostgreSQL."""
    return connection.dialect.name == "sqlite"


def insert(connection: Connection, table: Table) -> postgresql.Insert:
    """Return an INSERT that understands ON CONFLICT (both databases word it the same)."""
    return _insert(table, sqlite=is_sqlite(connection))


def _insert(table: Table, *, sqlite: bool) -> postgresql.Insert:
    if sqlite:
        return cast("postgresql.Insert", sqlite_dialect.insert(table))
    return postgresql.insert(table)


def add_new(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Insert rows, passing over those whose unique key is taken; return how many are new."""
    if not rows:
        return 0
    statement = _insert_new(table, sqlite=is_sqlite(connection))
    counted = {"preserve_rowcount": True}
    return connection.execute(statement, rows, execution_options=counted).rowcount


@cache
def _insert_new(table: Table, *, sqlite: bool) -> postgresql.Insert:
    return _insert(table, sqlite=sqlite).on_conflict_do_nothing()


def lock(connection: Connection, name: str) -> None:
    """Let one transaction at a time pass here; SQLite's BEGIN IMMEDIATE does it anyway."""
    if not is_sqlite(connection):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": name})


class Claim:
    """Takes rows that are due, oldest first, and sets a column of them; built once.

    ``wanted`` may ask for the parameter NOW. Rows that another transaction is claiming are passed
    over.
    """

    def __init__(
        self,
        table: Table,
        wanted: ColumnElement[bool],
        column: str,
        first: Sequence[ColumnElement[Any]] = (),
    ) -> None:
        due = select(table.c.id).where(wanted).order_by(*first, table.c.id)
        self._due = due.limit(bindparam("most")).with_for_update(skip_locked=True)
        theirs = table.c.id.in_(bindparam("ids", expanding=True))
        self._take = update(table).where(theirs).values({column: bindparam("value")})

    def take(
        self, connection: Connection, now: dt.datetime, limit: int, value: object
    ) -> list[int]:
        """Set the column of up to ``limit`` rows to a value, and return their ids."""
        ids = list(connection.scalars(self._due, {"now": now, "most": limit}))
        for part in chunks(ids):
            connection.execute(self._take, {"ids": part, "value": value})
        return ids


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Yield the values in lists that fit a statement."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def past(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return the condition that an instant is absent or not after NOW."""
    return or_(column.is_(None), column <= NOW)
