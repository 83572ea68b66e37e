"""Sends what waits in a database, once: a program for strace."""

from __future__ import annotations

import asyncio
import datetime as dt

from bot.config import load
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.messenger import TelegramMessenger
from khabardar.service import build_application
from khabardar.wiring import open_store


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


async def main() -> None:
    settings = load(None)
    application = build_application(settings)
    await application.initialize()
    with open_store(settings.database_url) as store:
        dispatcher = Dispatcher(store, TelegramMessenger(application.bot), now)
        await dispatcher.recover(alone=True)
        await dispatcher.flush()
    await application.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
