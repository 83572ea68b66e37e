"""From an address that a person typed to the feed there, or the one that the page there names."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from bot.domain.feeds import NewFeed, ParsedFeed, Validators
from bot.errors import FeedError, ParseError
from bot.feeds import charset, urls
from bot.protocols import Fetched, Fetcher, Parser

MOST_TRIED = 5
"""Feeds of one page that are tried: the first is nearly always the news."""
MAX_PAGE = 2_000_000

_TYPES = frozenset(
    ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
)


async def discover(url: str, fetcher: Fetcher, parser: Parser) -> NewFeed:
    """Return the feed at an address, or the first readable one that the page there names.

    Raises:
        FeedError: there is none; the text says why.

    """
    url = _completed(url)
    answer = await fetcher.fetch(url, Validators())
    try:
        return _found(answer, await _parsed(answer, parser))
    except ParseError as error:
        reason = error
    for candidate in named_feeds(answer)[:MOST_TRIED]:
        try:
            other = await fetcher.fetch(candidate, Validators())
            return _found(other, await _parsed(other, parser))
        except FeedError:
            continue  # the page's next feed may do; the page's own reason is what people see
    raise reason


def named_feeds(answer: Fetched) -> list[str]:
    """Return the addresses of the feeds that a page names in its head, in order."""
    text, _ = charset.decode((answer.body or b"")[:MAX_PAGE], answer.content_type)
    base = answer.moved_to or answer.url
    links = LexborHTMLParser(text).css('link[rel~="alternate"]')
    found = [
        urls.absolute(link.attributes.get("href"), base)
        for link in links
        if (link.attributes.get("type") or "").lower() in _TYPES
    ]
    return list(dict.fromkeys(address for address in found if address and address != answer.url))


def _completed(url: str) -> str:
    """Take ``dawn.com`` for an address, as people write them."""
    url = url.strip()
    is_bare = "://" not in url and not url.startswith((".", "/")) and "." in url.split("/")[0]
    return f"https://{url}" if is_bare else url


async def _parsed(answer: Fetched, parser: Parser) -> ParsedFeed:
    return await parser.parse(answer.body or b"", answer.url, answer.content_type)


def _found(answer: Fetched, parsed: ParsedFeed) -> NewFeed:
    return NewFeed(url=answer.moved_to or answer.url, title=parsed.title, language=parsed.language)
