"""Small facts about this installation."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, select

from storage.models import META
from storage.sql import insert


class SqlMeta:
    """Implements ``bot.protocols.MetaRepository``."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str) -> str | None:
        """Return a value, or None."""
        return self._connection.scalar(_VALUE, {"its_key": key})

    def set(self, key: str, value: str) -> None:
        """Store a value."""
        statement = insert(self._connection, META).values(key=key, value=value)
        self._connection.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
        )


_VALUE = select(META.c.value).where(META.c.key == bindparam("its_key"))
