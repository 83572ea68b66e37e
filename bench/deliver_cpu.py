"""One process that sends messages and prints the CPU of each: ``WAY PORT MESSAGES``.

Negative numbers of messages go to groups. Neither way waits for Telegram's limits here: their
book-keeping is done, with limits that nobody reaches. Both run on the service's event loop.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from telegram.ext import AIORateLimiter, Application, ExtBot

from bot.delivery.brief import brief
from bot.delivery.card import render_alert
from bot.delivery.dispatcher import Dispatcher, Manner
from bot.delivery.messenger import TelegramMessenger, sending_request
from bot.delivery.pacing import Pacer
from bot.domain.delivery import Message, NewOutboxRow, OutboxState, Priority
from bot.domain.events import Event, Source
from bot.domain.reports import Casualties, Incident, IncidentType, Kind
from bot.domain.values import Count, DateSpan, Place, Severity
from bot.protocols import Work
from khabardar.commands.options import in_loop
from storage.store import SqlStore

TOKEN = "424242:" + "A" * 35
NOW = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
UNREACHED = 100_000


def event(number: int) -> Event:
    """Return a made-up event."""
    killed = Count(number % 9, number % 9, str(number % 9))
    source = Source(number, "Herald", "https://herald.example/1", "Blast", NOW, NOW)
    return Event(
        id=number,
        public_id="KH-7F3A",
        kind=Kind.INCIDENT,
        title=f"Blast near a market of the old town, number {number}",
        severity=Severity.SEVERE,
        first_seen_at=NOW,
        updated_at=NOW,
        occurred_at=NOW,
        sources=(source,),
        incident=Incident(
            (IncidentType.BOMBING,),
            occurred_on=DateSpan(NOW.date(), NOW.date()),
            place=Place("Zarghun", "Balochistan", "PK"),
            casualties=Casualties(killed=killed),
        ),
    )


def card(number: int) -> Message:
    """Render an alert."""
    return render_alert(event(number), ("zarghun",), "Asia/Karachi", NOW)


def alert(number: int, chat: int) -> NewOutboxRow:
    """Return the row of an alert, rendered with its line for bundles."""
    shown = replace(card(number), brief=brief(event(number), "Asia/Karachi", NOW))
    key = f"alert:{chat}::{number}:1:0"
    return NewOutboxRow(key, chat, None, shown, Priority.SEVERE, reference="KH-7F3A")


async def ours(port: int, chats: list[int]) -> float:
    """Render, enqueue, claim, send and record, as the service does; return seconds of CPU."""

    def put(work: Work) -> None:
        for number, chat in enumerate(chats):
            work.outbox.put(alert(number, chat), _now())

    bot = _bot(port)
    await bot.initialize()
    with (
        tempfile.TemporaryDirectory() as folder,
        SqlStore(f"sqlite:///{Path(folder) / 'bench.db'}") as store,
    ):
        messenger, pacer = TelegramMessenger(bot), Pacer(UNREACHED)
        begin = time.process_time()
        await store.write(put)
        await Dispatcher(store, messenger, _now, Manner(), pacer=pacer).flush()
        spent = time.process_time() - begin
        sent = await store.read(lambda work: work.outbox.counts())
        assert sent[OutboxState.SENT] == len(chats)
    await bot.shutdown()
    return spent


async def limiter(port: int, chats: list[int]) -> float:
    """Render and send through python-telegram-bot's own rate limiter; nothing is stored."""
    bot = _bot(port, AIORateLimiter(overall_max_rate=UNREACHED, max_retries=3))
    await bot.initialize()
    begin = time.process_time()
    for number, chat in enumerate(chats):
        shown = card(number)
        await bot.send_message(chat, shown.html, parse_mode="HTML")
    spent = time.process_time() - begin
    await bot.shutdown()
    return spent


def _bot(port: int, limits: AIORateLimiter | None = None) -> ExtBot[Any]:
    builder = Application.builder().token(TOKEN).base_url(f"http://127.0.0.1:{port}/bot")
    builder = builder.request(sending_request()).updater(None)
    return (builder.rate_limiter(limits) if limits else builder).build().bot


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


WAYS: dict[str, Callable[[int, list[int]], Awaitable[float]]] = {"ours": ours, "limiter": limiter}


async def main() -> None:
    """Send, and print the milliseconds of CPU a message; what is opened once is not counted."""
    way, port, messages = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sign = 1 if messages > 0 else -1
    chats = [sign * number for number in range(1000, 1000 + abs(messages))]
    await WAYS[way](port, chats[:20])  # warm
    spent = await WAYS[way](port, chats)
    print(json.dumps({"ms": spent * 1000 / len(chats)}))


if __name__ == "__main__":
    in_loop(main())
