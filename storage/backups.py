"""Online copies of an SQLite file, and what makes a file one of ours."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.crashpoints import crash
from bot.errors import StorageError

_PAGES = 1000
"""Copied at a time, so that a writer is not kept waiting."""


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database in use; ``target`` appears whole or not at all.

    Raises:
        StorageError: a file cannot be read or written.

    """
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"file:{_quoted(source)}?mode=ro", uri=True)) as reader,
            closing(sqlite3.connect(part)) as writer,
        ):
            reader.backup(writer, pages=_PAGES)
            writer.execute("PRAGMA journal_mode=DELETE")
        crash("mid_backup")
        _sync(part)
        part.replace(target)
        _sync(target.parent)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"{source.name} cannot be copied to {target}: {error}") from error
    finally:
        part.unlink(missing_ok=True)


def revision_of(file: Path) -> str:
    """Return the schema revision of a Khabardar database file that is whole.

    Raises:
        StorageError: it is missing, damaged, or something else.

    """
    if not file.is_file():
        raise StorageError(f"there is no file {file}")
    try:
        with closing(sqlite3.connect(f"file:{_quoted(file)}?mode=ro", uri=True)) as database:
            damage = database.execute("PRAGMA integrity_check").fetchone()[0]
            database.execute("SELECT 1 FROM outbox, entry LIMIT 1")
            row = database.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.Error as error:
        raise StorageError(f"{file} is no Khabardar database: {error}") from error
    if damage != "ok":
        raise StorageError(f"{file} is damaged: {damage}")
    if row is None:
        raise StorageError(f"{file} is no Khabardar database: it has no schema version")
    return str(row[0])


def _quoted(file: Path) -> str:
    path = str(file.absolute())
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
