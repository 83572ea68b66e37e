"""Articles from files and stdin: plain text, HTML, or JSON Lines, for the command line."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.domain.reports import Article
from bot.errors import InputError
from bot.feeds.clean import plain_text

_FIRST_LINE_MOST = 200


def read_articles(paths: list[str], published: dt.datetime | None = None) -> Iterator[Article]:
    """Yield the articles of files, in order; ``-`` is stdin.

    Raises:
        InputError: a file cannot be read, or a JSON line is not an article (says which line).

    """
    for path in paths or ["-"]:
        name = "stdin" if path == "-" else Path(path).name
        text = _readable(_text(path), name)
        if _is_json_lines(text):
            yield from _from_lines(text, name, published)
        else:
            yield _from_text(text, name, published)


def when(text: str | None) -> dt.datetime | None:
    """Read a date or time as people write ISO 8601; a date alone is midnight UTC.

    Partial dates (``2019-11``) are unknown: no day can be resolved against them.
    """
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)


def _text(path: str) -> str:
    if path == "-":
        return sys.stdin.buffer.read().decode("utf-8", errors="replace")
    try:
        return Path(path).read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _readable(text: str, name: str) -> str:
    """Return a text that is one. Raises ``InputError`` where there is nothing, or no text."""
    if not text.strip():
        raise InputError(f"{name}: there is nothing to read")
    strange = sum(text.count(sign) for sign in ("\0", "\ufffd"))
    if strange * 20 > len(text):
        raise InputError(f"{name}: this is not text")
    return text


def _is_json_lines(text: str) -> bool:
    first = next((line for line in text.splitlines() if line.strip()), "")
    if not first.lstrip().startswith("{"):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def _from_lines(text: str, name: str, published: dt.datetime | None) -> Iterator[Article]:
    # splitlines() would also cut at U+2028 and its like, which JSON allows inside strings
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield article_from(row_from(line, name, number), f"{name}, line {number}", published)


def row_from(line: str, name: str, number: int) -> dict[str, Any]:
    """Return a JSON line's object. Raises ``InputError``, which says which line it is."""
    try:
        row = json.loads(line)
    except ValueError as error:
        why = getattr(error, "msg", error)
        raise InputError(f"{name}, line {number}: not JSON ({why})") from error
    if not isinstance(row, dict):
        raise InputError(f"{name}, line {number}: an article is a JSON object")
    return row


def article_from(row: dict[str, Any], name: str, published: dt.datetime | None = None) -> Article:
    """Return the article of a JSON object or CSV row. Raises ``InputError`` where it is empty."""
    title, text = str(row.get("title") or ""), str(row.get("text") or "")
    if not title and not text:
        raise InputError(f"{name}: an article needs a title or a text")
    return Article(
        id=str(row.get("id") or name.replace(", line ", ":")),
        title=title,
        text=plain_text(text) if _is_html(text) else text,
        published_at=when(row.get("published")) or published,
        source=str(row.get("source") or ""),
        url=str(row.get("url") or ""),
        country=str(row.get("country") or "").upper(),
    )


def _from_text(text: str, name: str, published: dt.datetime | None) -> Article:
    """Read a text whose first line is the headline, if it is short; HTML is cleaned first."""
    if _is_html(text):
        text = plain_text(text)
    head, _, rest = text.strip().partition("\n")
    if len(head) > _FIRST_LINE_MOST or not rest.strip():
        head, rest = "", text.strip()
    return Article(id=name, title=head.strip(), text=rest.strip(), published_at=published)


def _is_html(text: str) -> bool:
    start = text.lstrip()[:200].lower()
    return start.startswith(("<!doctype html", "<html", "<p", "<div", "<article", "<body"))
