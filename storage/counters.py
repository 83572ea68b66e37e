"""Numbers that only grow: they tell a reader that its copy is old, and what of it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, and_, bindparam, delete, select

from storage.models import COUNTER, SNAPSHOT
from storage.sql import chunks, insert

SUBSCRIPTIONS = "subscriptions"
_ONE = "subscription:"
"""With an id: the number at which that subscription last changed."""
REMEMBERED = 1000
"""So many steps back it is known which subscriptions changed."""
_VALUE = select(COUNTER.c.value).where(COUNTER.c.name == bindparam("its_name"))


def subscriptions_changed(connection: Connection, ids: Iterable[int]) -> None:
    """Count a change of these subscriptions (or of none that is stored any more)."""
    _grow(connection, SUBSCRIPTIONS)
    now = value(connection, SUBSCRIPTIONS)
    for part in chunks(ids):
        rows = [{"name": f"{_ONE}{one}", "value": now} for one in part]
        statement = insert(connection, COUNTER).values(rows)
        newer = statement.on_conflict_do_update(index_elements=["name"], set_={"value": now})
        connection.execute(newer)
    long_ago = now - REMEMBERED
    old = and_(COUNTER.c.name.startswith(_ONE), COUNTER.c.value <= long_ago)
    connection.execute(delete(COUNTER).where(old))
    connection.execute(delete(SNAPSHOT).where(SNAPSHOT.c.version < long_ago))


def subscriptions_since(connection: Connection, version: int) -> frozenset[int] | None:
    """Return which subscriptions changed after a number; None where that is too long ago."""
    if version < value(connection, SUBSCRIPTIONS) - REMEMBERED:
        return None
    newer = and_(COUNTER.c.name.startswith(_ONE), COUNTER.c.value > version)
    names = connection.scalars(select(COUNTER.c.name).where(newer))
    return frozenset(int(name.removeprefix(_ONE)) for name in names)


def value(connection: Connection, name: str) -> int:
    """Return the number, 0 before the first change."""
    return connection.scalar(_VALUE, {"its_name": name}) or 0


def _grow(connection: Connection, name: str) -> None:
    statement = insert(connection, COUNTER).values(name=name, value=1)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": COUNTER.c.value + 1}
        )
    )
