from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from telegram import Bot

from bot.delivery.messenger import TelegramMessenger, sending_request
from tests.delivery.rows import CHAT
from tests.fakes.telegram import FakeTelegram


@pytest.fixture(scope="module")
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def telegram(server: FakeTelegram) -> Iterator[FakeTelegram]:
    """A fake Telegram with one private chat; a request against the book fails the test."""
    server.reset()
    server.chat(CHAT)
    yield server
    assert server.complaints == []


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with Bot(
        telegram.token,
        base_url=f"{telegram.url}/bot",
        base_file_url=f"{telegram.url}/file/bot",
        request=sending_request(read_timeout=0.5),
    ) as made:
        yield made


@pytest.fixture
def messenger(bot: Bot) -> TelegramMessenger:
    return TelegramMessenger(bot)
