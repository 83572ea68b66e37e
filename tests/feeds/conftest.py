from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.feeds.fetcher import Fetcher, FetchLimits
from bot.feeds.parser import ChildParser
from tests.fakes.feed_server import FeedServer
from tests.feeds.twice import Runner


@pytest.fixture(scope="module")
def server() -> Iterator[FeedServer]:
    with FeedServer() as running:
        yield running


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    """One that may dial loopback, with a deadline tests can wait for."""
    limits = FetchLimits(deadline=dt.timedelta(seconds=1), max_bytes=300_000)
    async with Fetcher(limits, allow_private=True) as ready:
        yield ready


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """A loop and the one child that parses for a module's tests."""
    with asyncio.Runner() as running:
        parser = ChildParser(dt.timedelta(seconds=20))
        yield running, parser
        running.run(parser.__aexit__(None, None, None))
