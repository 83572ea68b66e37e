"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml), read leniently and written strictly.

Country and publisher stand in a namespace of our own, as the specification asks of extensions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html.parser import HTMLParser
from xml.sax.saxutils import escape, quoteattr

from bot.domain.feeds import Feed, NewFeed
from bot.errors import InputError
from bot.feeds import charset, clean

NAMESPACE = "urn:khabardar:opml"


class _Outlines(HTMLParser):
    """Collects feeds from outlines, ill-formed ones too; it knows no entities that expand."""

    def __init__(self) -> None:
        super().__init__()
        self.feeds: dict[str, NewFeed] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an outline that has a feed's address."""
        given = {name: value.strip() for name, value in attrs if value and value.strip()}
        url = given.get("xmlurl")
        if tag == "outline" and url:
            self.feeds.setdefault(url, _feed(url, given))


def read_opml(document: bytes) -> Sequence[NewFeed]:
    """Return the feeds of an OPML document, each address once.

    Raises:
        InputError: it lists none.

    """
    text, _ = charset.decode(document, None)
    outlines = _Outlines()
    outlines.feed(text)
    outlines.close()
    if not outlines.feeds:
        raise InputError("This is no OPML list: no <outline> in it has an xmlUrl.")
    return list(outlines.feeds.values())


def write_opml(feeds: Iterable[Feed | NewFeed], title: str = "Khabardar's feeds") -> str:
    """Return an OPML 2.0 document."""
    lines = "".join(f"    <outline {_attributes(feed)}/>\n" for feed in feeds)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<opml version="2.0" xmlns:khabardar="{NAMESPACE}">\n'
        f"  <head><title>{escape(title)}</title></head>\n"
        f"  <body>\n{lines}  </body>\n</opml>\n"
    )


def _feed(url: str, given: dict[str, str]) -> NewFeed:
    country = given.get("khabardar:country", "").upper()
    return NewFeed(
        url=url,
        title=clean.one_line(given.get("title") or given.get("text")),
        publisher=given.get("khabardar:publisher", ""),
        country=country or None,
        language=given.get("language"),
    )


def _attributes(feed: Feed | NewFeed) -> str:
    title = feed.title or feed.publisher or feed.url
    values = {
        "type": "rss",
        "text": title,
        "title": title,
        "xmlUrl": feed.url,
        "language": feed.language,
        "khabardar:country": feed.country,
        "khabardar:publisher": feed.publisher,
    }
    return " ".join(f"{name}={quoteattr(value)}" for name, value in values.items() if value)
