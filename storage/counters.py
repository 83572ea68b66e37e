"""Numbers that only grow: they tell a reader that its copy is old."""

from __future__ import annotations

from sqlalchemy import Connection, select

from storage.models import COUNTER
from storage.sql import insert

SUBSCRIPTIONS = "subscriptions"


def grow(connection: Connection, name: str) -> None:
    """Add one."""
    statement = insert(connection, COUNTER).values(name=name, value=1)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"value": COUNTER.c.value + 1}
        )
    )


def value(connection: Connection, name: str) -> int:
    """Return the number, 0 before the first change."""
    return connection.scalar(select(COUNTER.c.value).where(COUNTER.c.name == name)) or 0
