"""RSS, Atom, RDF and CDF through feedparser; it neither cleans nor resolves, we do.

feedparser's sanitiser and URL resolver cost more than the parse, and what they give would have to
be turned into plain text all the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

import feedparser

from bot.domain.feeds import ParsedEntry, ParsedFeed
from bot.errors import ParseError
from bot.feeds import clean, dates, urls

_PLACES = re.compile(r"</?(?:georss|gml):[^<>]*>", re.IGNORECASE)
POLE, DATE_LINE = 90, 180

# feedparser tries to import an XML reader that hardly anybody has, at every document anew.
feedparser.api.PREFERRED_XML_PARSERS.clear()

Item = dict[str, Any]


def read(text: str, url: str) -> ParsedFeed:
    """Return what feedparser finds; ``format`` is empty where it knows none.

    Raises:
        ParseError: the document is so ill-formed that feedparser itself fails.

    """
    result = _parsed(text)
    head = result.get("feed", {})
    home = urls.absolute(_get(head, "link"), url)
    return ParsedFeed(
        format=result.get("version") or "",
        title=clean.one_line(_get(head, "title")),
        entries=tuple(_entry(item, home or url) for item in result["entries"]),
        language=_get(head, "language"),
        link=home,
        warning=_warning(result),
    )


def _parsed(text: str) -> Item:
    try:
        return _feedparser(text)
    except (KeyError, AttributeError, IndexError, TypeError, ValueError):
        # Its GeoRSS code fails on ill-formed places; the news is worth more than the place.
        text = _PLACES.sub("", text)
    try:
        return _feedparser(text)
    except Exception as error:
        raise ParseError("the feed could not be read: it is ill-formed") from error


def _feedparser(text: str) -> Item:
    result: Item = feedparser.parse(
        # A stream: plain bytes would be tried as a file's name first.
        io.BytesIO(text.encode("utf-8", "replace")),
        # With a charset from "the server", feedparser does not guess; the bytes are our own.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        agent="none",  # without one it looks for its own, though it asks nobody
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    return result


def _warning(result: Item) -> str | None:
    if not result.get("bozo"):
        return None
    error = result.get("bozo_exception")
    return f"ill-formed: {getattr(error, 'getMessage', lambda: error)()}"[:200]


def _entry(item: Item, base: str) -> ParsedEntry:
    latitude, longitude = _point(item)
    publisher = clean.one_line(_get(dict.get(item, "source"), "title")) or None
    return ParsedEntry(
        guid=_get(item, "id"),
        link=urls.absolute(_get(item, "link"), base),
        title=_own_title(clean.one_line(_get(item, "title")), publisher),
        text=clean.plain_text(_body(item)),
        # `dict.get`: feedparser's own would give one date for the other, with a warning.
        published_at=dates.from_struct(dict.get(item, "published_parsed"))
        or dates.from_struct(dict.get(item, "created_parsed")),
        updated_at=dates.from_struct(dict.get(item, "updated_parsed")),
        authors=tuple(_unique(_names(item))),
        categories=tuple(
            _unique(clean.one_line(_get(tag, "term")) for tag in _dicts(item, "tags"))
        ),
        publisher=publisher,
        latitude=latitude,
        longitude=longitude,
    )


def _own_title(title: str, publisher: str | None) -> str:
    """Return a headline without the publisher that an aggregator hangs on it."""
    bare = title.removesuffix(f" - {publisher}") if publisher else title
    return bare or title


def _body(item: Item) -> str:
    """Return the longest of the texts: many feeds give a teaser and the whole."""
    texts = [_get(part, "value") or "" for part in _dicts(item, "content")]
    return max([*texts, _get(item, "summary") or ""], key=len)


def _names(item: Item) -> Iterator[str]:
    for author in _dicts(item, "authors"):
        yield clean.one_line(_get(author, "name"))
    yield clean.one_line(_get(item, "author")) if not dict.get(item, "authors") else ""


def _point(item: Item) -> tuple[float | None, float | None]:
    """Return latitude and longitude of GeoRSS or W3C geo, where they are on Earth."""
    where = dict.get(item, "where")
    if isinstance(where, dict) and where.get("type") == "Point":
        longitude, latitude = where["coordinates"][:2]
    else:
        latitude, longitude = _get(item, "geo_lat"), _get(item, "geo_long")
    try:
        point = float(latitude or "nan"), float(longitude or "nan")
    except (TypeError, ValueError):
        return None, None
    on_earth = abs(point[0]) <= POLE and abs(point[1]) <= DATE_LINE
    return point if on_earth else (None, None)


def _get(item: object, name: str) -> str | None:
    # `dict.get`: feedparser's own looks for other names, and takes ten times as long.
    value = dict.get(item, name) if isinstance(item, dict) else None
    return value if isinstance(value, str) and value.strip() else None


def _dicts(item: Item, name: str) -> Iterator[Item]:
    values = dict.get(item, name)
    return (v for v in values if isinstance(v, dict)) if isinstance(values, list) else iter(())


def _unique(values: Iterable[str]) -> list[str]:
    return [value for value in dict.fromkeys(values) if value]
