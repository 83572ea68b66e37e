"""``db upgrade``, ``db check``, ``db backup``, ``db restore``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from khabardar.commands.options import Database, database_url
from khabardar.output import say

app = typer.Typer(
    help="The database: migrations, integrity, backups.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

File = Annotated[Path, typer.Argument(metavar="FILE")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what is there.")]


@app.command()
def upgrade(db: Database = None) -> None:
    """Bring the database to this version's schema; makes a backup first where there is data."""
    from storage.maintenance import upgrade as run

    say(run(_url(db)))


@app.command()
def check(db: Database = None) -> None:
    """Check the file and that its schema is this version's."""
    from storage.maintenance import integrity

    say(integrity(_url(db)))


@app.command()
def backup(file: File, db: Database = None, force: Force = False) -> None:
    """Copy the database while it is in use."""
    from storage.maintenance import backup as run

    run(_url(db), file, force=force)
    say(f"written: {file}")


@app.command()
def restore(file: File, db: Database = None, force: Force = False) -> None:
    """Put a backup in the database's place; stop the service first."""
    from storage.maintenance import restore as run

    run(_url(db), file, force=force)
    say(f"restored from: {file}")


def _url(db: Path | None) -> str:
    from bot.config import load

    return database_url(db, load().database_url)
