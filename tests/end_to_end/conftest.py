"""Telegram and the feeds of a story."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram


@pytest.fixture
def telegram() -> Iterator[FakeTelegram]:
    """A fake Telegram; a request against the book fails the test."""
    with FakeTelegram() as fake:
        yield fake
        assert fake.complaints == []


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server
