"""What an operator does to the database: upgrade, check, back up, restore."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import StorageError
from storage import engines, migrate
from storage.backups import copy_sqlite, revision_of


def upgrade(database_url: str) -> str:
    """Bring the database to this program's schema; return what was done.

    Raises:
        StorageError: it is newer than this program, or not Khabardar's, or cannot be used.

    """
    return migrate.upgrade(database_url, dt.datetime.now(dt.UTC))


def integrity(database_url: str) -> str:
    """Check the file, its foreign keys and its schema; return one line that says so.

    Raises:
        StorageError: something is wrong; the text says what, and what to do.

    """
    url = engines.parse(database_url)
    file = engines.sqlite_file(url)
    if file is not None and not file.is_file():
        raise StorageError(f"there is no database {file}: `khabardar db upgrade` makes one")
    try:
        found = migrate.current(database_url)
        _check_current(found)
        if file is not None:
            _check_file(url)
        migrate.check(database_url)
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or error
        raise StorageError(f"the database cannot be read: {reason}") from error
    return f"the database is whole, its schema is {found}"


def _check_current(found: str | None) -> None:
    if found != migrate.head():
        raise StorageError(
            f"the schema is {found or 'missing'}, this program's is {migrate.head()}: "
            "run `khabardar db upgrade`"
        )


def _check_file(url: URL) -> None:
    engine = engines.reader(url)
    try:
        with engine.connect() as connection:
            damage = connection.execute(text("PRAGMA integrity_check")).scalars().all()
            broken = connection.execute(text("PRAGMA foreign_key_check")).first()
    finally:
        engine.dispose()
    if damage != ["ok"]:
        raise StorageError(f"the file is damaged ({damage[0]}): restore a backup")
    if broken is not None:
        raise StorageError(f"a row of {broken[0]} refers to nothing: restore a backup")


def backup(database_url: str, file: Path, *, force: bool = False) -> None:
    """Copy the database into a file while it is in use.

    Raises:
        StorageError: the file exists and ``force`` is not given, or cannot be written.

    """
    source = _file(database_url, "pg_dump --format=custom --file=FILE")
    if not source.is_file():
        raise StorageError(f"there is no database {source}")
    if file.exists() and not force:
        raise StorageError(f"{file} exists: name another file, or say --force")
    revision_of(source)
    copy_sqlite(source, file)


def restore(database_url: str, file: Path, *, force: bool = False) -> None:
    """Put a backup in the database's place; an older schema is upgraded on the next start.

    With ``force`` a database that is there is kept beside it, with ``.replaced`` added to its name.

    Raises:
        StorageError: the backup is damaged or not ours or newer than this program, or a database
            is there and ``force`` is not given, or it is in use.

    """
    target = _file(database_url, "pg_restore --clean --dbname=NAME FILE")
    found = revision_of(file)
    if found not in migrate.known():
        raise StorageError(f"{file} is newer than this program (schema {found}): update it first")
    if target.exists():
        if not force:
            raise StorageError(f"{target} exists: stop the service and say --force to replace it")
        _set_aside(target)
    copy_sqlite(file, target)


def _set_aside(target: Path) -> None:
    """Keep the database that is replaced; what only its write-ahead log holds goes along."""
    copy_sqlite(target, target.with_name(target.name + ".replaced"))
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)


def _file(database_url: str, postgres: str) -> Path:
    file = engines.sqlite_file(engines.parse(database_url))
    if file is None:
        raise StorageError(f"for PostgreSQL use its own tools: {postgres}")
    return file


def check_migrations() -> str:
    """Check that the migrations make just the tables of the models; return one line that says so.

    Raises:
        StorageError: they differ; the text says in what.

    """
    with TemporaryDirectory(prefix="khabardar-") as folder:
        url = f"sqlite:///{Path(folder) / 'migrations.db'}"
        upgrade(url)
        migrate.check(url)
    return f"the migrations make the tables of the models, up to {migrate.head()}"


if __name__ == "__main__":
    print(check_migrations())  # noqa: T201 - a verb of run.sh
