"""How the command line speaks: results on stdout, progress and errors on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import typer

from bot.errors import QueryError
from bot.log import redact


def say(text: str = "") -> None:
    """Print a line of the result."""
    typer.echo(text)


def note(text: str) -> None:
    """Tell the person something that is no result."""
    typer.echo(text, err=True)


def lines(rows: Iterable[Any]) -> None:
    """Print one JSON object a line, as they come."""
    for row in rows:
        sys.stdout.write(json.dumps(row, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def redacted(error: BaseException) -> str:
    """Return an error's text without secrets; its kind where it has no text."""
    text = str(error)
    if isinstance(error, QueryError):
        text += f" (at character {error.position + 1})"
        text += f"; did you mean: {error.suggestion}" if error.suggestion else ""
    return redact(text) or type(error).__name__
