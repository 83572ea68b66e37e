"""Options that several commands share."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Coroutine

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
Database = Annotated[
    Path | None, typer.Option("--db", help="SQLite file to use instead of DATABASE_URL.")
]
Since = Annotated[str, typer.Option("--since", help="How far back: 24h, 7d, 4w.")]


def database_url(path: Path | None, configured: str) -> str:
    """Return the URL of a SQLite file, or the configured one."""
    return configured if path is None else f"sqlite:///{path}"


def length(text: str) -> dt.timedelta:
    """Return a span such as ``7d``. Raises ``InputError``."""
    from bot.services.periods import span

    found = span(text)
    if not found:
        raise InputError(f"{text!r} is no span of time; write it as 24h, 7d or 4w")
    return found


def in_loop(job: Coroutine[Any, Any, Any]) -> Any:
    """Run a job on uvloop where it exists, on asyncio's own loop elsewhere.

    Jobs start child processes that read what strangers wrote, so meanwhile the environment holds no
    secret: a job that needs one is given the settings.
    """
    import asyncio  # here, as --help needs no loop

    from bot.config import secrets_withheld

    with secrets_withheld():
        try:
            import uvloop
        except ImportError:
            return asyncio.run(job)
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(job)
