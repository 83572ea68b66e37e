"""One document to one feed, or a clear reason why it is none. Pure; the parser's child runs it."""

from __future__ import annotations

import re

from bot.domain.feeds import ParsedFeed
from bot.errors import ParseError
from bot.feeds import charset, jsonfeed, xmlfeed

_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?([\w.-]+)")
_HTML = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*){0,9}<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHALLENGE = re.compile(
    r"just a moment|attention required|cf-chl|captcha|are you human", re.IGNORECASE
)
_LOGIN = re.compile(r"""type=["']?password""", re.IGNORECASE)
_ITEM = re.compile(r"<(/?)(?:[\w.-]+:)?(item|entry)\b(?![^<>]*/>)", re.IGNORECASE)
_SKIPPED = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)", re.DOTALL)

TAIL = 2000
"""Characters at the end in which a document's last tag is looked for."""

_OTHER_ROOTS = {
    "opml": "this is an OPML list of feeds, not a feed: import it instead",
    "urlset": "this is a sitemap, not a feed",
    "sitemapindex": "this is a sitemap, not a feed",
    "svg": "this is a picture, not a feed",
}


def parse_document(body: bytes, url: str, content_type: str | None = None) -> ParsedFeed:
    """Return the feed in a document: RSS, Atom, RDF, CDF or JSON Feed.

    Raises:
        ParseError: it is none; the text says what it is instead.

    """
    if not body.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise ParseError("the answer is empty")
    if body.startswith(b"\x1f\x8b"):
        raise ParseError("the answer is compressed twice")
    text, warning = charset.decode(body, content_type)
    text = text.lstrip()
    feed = jsonfeed.read(text, url) if text.startswith(("{", "[")) else _read_xml(text, url)
    return feed if not warning or feed.warning else _with_warning(feed, warning)


def _with_warning(feed: ParsedFeed, warning: str) -> ParsedFeed:
    return ParsedFeed(feed.format, feed.title, feed.entries, feed.language, feed.link, warning)


def _read_xml(text: str, url: str) -> ParsedFeed:
    _refuse_page(text)
    whole = _without_cut_entry(text)
    feed = xmlfeed.read(whole, url)
    if whole is not text:
        if not feed.entries:
            raise ParseError("the document ends in the middle")
        return _with_warning(feed, "the document ends in the middle; its last entry waits")
    if not feed.format and not feed.entries:
        raise ParseError(_why_no_feed(text))
    return feed


def _refuse_page(text: str) -> None:
    if not _HTML.match(text):
        return
    if _CHALLENGE.search(text[:20_000]):
        raise ParseError("the site shows a check for browsers instead of the feed")
    if _LOGIN.search(text):
        raise ParseError("the site shows a login page instead of the feed")
    raise ParseError("this is a web page, not a feed")


def _without_cut_entry(text: str) -> str:
    """Return the text up to an entry that begins and never ends.

    Half an entry would be stored, and told, with half its words; the next poll brings the whole.
    """
    root = _ROOT.search(text)
    if root is None or _ends(text[-TAIL:], root[1]):
        return text
    tags = list(_ITEM.finditer(_SKIPPED.sub(lambda skipped: " " * len(skipped[0]), text)))
    return text[: tags[-1].start()] if tags and not tags[-1][1] else text


def _ends(tail: str, root: str) -> bool:
    if tail.rstrip().endswith(f"</{root}>"):
        return True  # nearly always, and sooner
    end = rf"</(?:[\w.-]+:)?{re.escape(root)}\s*>"
    return re.search(end, tail, re.IGNORECASE) is not None


def _why_no_feed(text: str) -> str:
    root = _ROOT.search(text)
    if root is None:
        return "this is neither XML nor JSON, so it is no feed"
    name = root[1].lower()
    return _OTHER_ROOTS.get(name, f"this XML is no feed (it is a <{name[:40]}> document)")
