"""A document parsed by the child that parsed the one before it, as at the second poll of a feed."""

from __future__ import annotations

import asyncio

from bot.domain.feeds import ParsedFeed
from bot.errors import ParseError
from bot.feeds.parser import ChildParser

Runner = tuple[asyncio.Runner, ChildParser]


def polled_twice(runner: Runner, first: bytes, second: bytes, url: str) -> ParsedFeed | None:
    """Return what the second poll gives, without what the first has seen; None if refused."""
    loop, parser = runner
    try:
        marks = loop.run(parser.parse(first, url, None)).marks
    except ParseError:
        marks = frozenset()
    try:
        return loop.run(parser.parse(second, url, None, marks))
    except ParseError:
        return None
