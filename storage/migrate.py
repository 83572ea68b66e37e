"""The schema: brought up to date on start, checked against the models, never downgraded."""

from __future__ import annotations

import datetime as dt
import logging
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, delete, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import SQLModel

from bot.crashpoints import crash
from bot.errors import StorageError
from storage import (
    engines,
    models,  # noqa: F401 - defines the tables that are compared
)
from storage.backups import copy_sqlite
from storage.models import SNAPSHOT
from storage.sql import is_sqlite, lock

logger = logging.getLogger(__name__)
_MIGRATIONS = Path(__file__).parent / "migrations"


def is_ours(
    _object: object, name: str | None, type_: str, _reflected: bool, _compared: object
) -> bool:
    """Tell whether a table is the models'; the full-text tables are the migrations' own."""
    return type_ != "table" or not (name or "").startswith("event_words")


def head() -> str:
    """Return the revision of this program's schema."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    assert newest is not None
    return newest


def upgrade(database_url: str, now: dt.datetime) -> str:
    """Bring a database to this program's schema; return what was done.

    All steps are one transaction, also on SQLite: it is upgraded, or as before. An SQLite database
    that holds data is copied first, beside its file.

    Raises:
        StorageError: it is newer than this program, or not Khabardar's, or cannot be used.

    """
    url = engines.parse(database_url)
    _check_directory(url)
    engine = engines.migrator(url)
    try:
        with engine.connect() as connection:
            return _upgrade(connection, url, now)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise StorageError(f"the database cannot be opened: {reason}") from error
    finally:
        engine.dispose()


def _upgrade(connection: Connection, url: URL, now: dt.datetime) -> str:
    with connection.begin():
        current = _current(connection)
    if current == head():
        return "the schema is up to date"
    if current is not None:
        _back_up(url, current, now)
    with connection.begin():
        lock(connection, "migrate")  # of two programs that start at once, one waits here
        if _current(connection) == head():
            return "the schema is up to date"
        command.upgrade(_config(connection), "head")
        connection.execute(delete(SNAPSHOT))  # a migration may have changed what it was made of
        _check_keys(connection)
        crash("mid_migration")
    return f"the schema was upgraded from {current or 'nothing'} to {head()}"


def check(database_url: str) -> None:
    """Compare a database with the models.

    Raises:
        StorageError: they differ; the error lists how.

    """
    engine = engines.reader(engines.parse(database_url))
    try:
        with engine.connect() as connection, connection.begin():
            options = {"include_object": is_ours}
            context = MigrationContext.configure(connection, opts=options)
            differences = compare_metadata(context, SQLModel.metadata)
    finally:
        engine.dispose()
    if differences:
        listed = "\n".join(f"  {difference}" for difference in differences)
        raise StorageError(f"models and migrations differ:\n{listed}")


def current(database_url: str) -> str | None:
    """Return the revision of a database's schema, None where it is empty."""
    engine = engines.reader(engines.parse(database_url))
    try:
        with engine.connect() as connection, connection.begin():
            return _current(connection)
    finally:
        engine.dispose()


def _current(connection: Connection) -> str | None:
    """Return a database's revision; refuse what this program does not understand."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if "alembic_version" not in tables or "outbox" not in tables:
        raise StorageError("this database is not Khabardar's: DATABASE_URL names another one")
    found = MigrationContext.configure(connection).get_current_revision()
    if found not in known():
        raise StorageError(
            f"the database is newer than this program (schema {found}): update the program, or "
            "restore the backup that was made before the upgrade"
        )
    return found


def known() -> set[str | None]:
    """Return the revisions that this program understands."""
    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _back_up(url: URL, revision: str, now: dt.datetime) -> None:
    file = engines.sqlite_file(url)
    if file is None:
        logger.warning("upgrading the schema: a backup of PostgreSQL is pg_dump's work")
        return
    copy = file.with_name(f"{file.name}.{revision}.{now:%Y%m%dT%H%M%S}.backup")
    copy_sqlite(file, copy)
    logger.info("the database was copied before the upgrade: %s", copy.name)


def _check_keys(connection: Connection) -> None:
    if not is_sqlite(connection):
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    if broken is not None:
        raise StorageError(f"the upgrade would break a foreign key of {broken[0]}: undone")


def _check_directory(url: URL) -> None:
    file = engines.sqlite_file(url)
    if file is not None and not file.absolute().parent.is_dir():
        raise StorageError(f"DATABASE_URL: there is no directory {file.absolute().parent}")


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes=_attributes(connection))
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _attributes(connection: Connection | None) -> dict[str, Any]:
    return {} if connection is None else {"connection": connection}
