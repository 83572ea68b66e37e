"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), which feedparser cannot read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.domain.feeds import ParsedEntry, ParsedFeed
from bot.errors import ParseError
from bot.feeds import clean, dates, urls


def read(text: str, url: str) -> ParsedFeed:
    """Return the feed.

    Raises:
        ParseError: the text is no JSON Feed.

    """
    document = _document(text)
    entries = tuple(_entry(item, url) for item in _dicts(document["items"]))
    return ParsedFeed(
        format="json1",
        title=clean.one_line(_text(document.get("title"))),
        entries=entries,
        language=_text(document.get("language")),
        link=urls.absolute(_text(document.get("home_page_url")), url),
        warning=None if len(entries) == len(document["items"]) else "some items are no objects",
    )


def _document(text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError("this begins like JSON, but cannot be read as such") from error
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise ParseError("this is JSON, but no JSON Feed (it has no list of items)")
    return document


def _entry(item: Mapping[str, Any], url: str) -> ParsedEntry:
    link = _text(item.get("url")) or _text(item.get("external_url"))
    body = _text(item.get("content_html")) or _text(item.get("content_text"))
    return ParsedEntry(
        guid=_text(item.get("id")),
        link=urls.absolute(link, url),
        title=clean.one_line(_text(item.get("title"))),
        text=clean.plain_text(body or _text(item.get("summary"))),
        published_at=dates.from_rfc3339(item.get("date_published")),
        updated_at=dates.from_rfc3339(item.get("date_modified")),
        authors=tuple(_authors(item)),
        categories=tuple(clean.one_line(tag) for tag in _strings(item.get("tags"))),
    )


def _authors(item: Mapping[str, Any]) -> Iterator[str]:
    listed = item.get("authors")
    people = listed if isinstance(listed, list) else [item.get("author")]
    for person in _dicts(people):
        if name := clean.one_line(_text(person.get("name"))):
            yield name


def _text(value: object) -> str | None:
    """Return a string, also where an id was written as a number; anything else is nothing."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None


def _dicts(values: Iterable[object]) -> Iterator[Mapping[str, Any]]:
    return (value for value in values if isinstance(value, dict))


def _strings(values: object) -> Iterator[str]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, str) and value.strip())
