"""Thousands of chats match one event: what leaves when, in virtual time, and no limit broken.

`./run.sh bench crowd`. The event goes through the real walk, the messages through the real outbox,
dispatcher and python-telegram-bot to the strict fake Telegram, whose own ledger is judged here.
Time is virtual: it moves only when everybody sleeps, so hours take a minute.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from telegram import Bot

from bot.delivery.dispatcher import Dispatcher
from bot.delivery.html import text_message
from bot.delivery.messenger import TelegramMessenger, sending_request
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import NewOutboxRow, Priority
from bot.domain.values import Place, Severity
from bot.protocols import Work
from storage.store import SqlStore
from tests.delivery.rows import StillMessenger, StillStore, VirtualTime
from tests.events.builders import after, incident, sourced
from tests.fakes.telegram import Delivered, FakeTelegram
from tests.pipeline.house import House

START = after(hours=1)
BUSY = 3
"""Groups that besides get more messages than a minute holds."""
MORE = 25
EVERY = 10
"""Each tenth chat is a group; each tenth hears of the extreme event too."""
_ELSEWHERE = Place("Gwadar", "Balochistan", "PK", 25.1, 62.3)
_GRAVE_TEXT = "Fishermen of Gwadar pulled burning boats ashore after the fuel depot blew up."


@dataclass
class Ledger:
    """What the fake Telegram saw, and what was due. Times are virtual seconds after the event."""

    due: dict[int, int]
    """Messages by chat."""
    grave: frozenset[int]
    """Chats that the extreme event is for."""
    messages: Sequence[Delivered]
    refused: int
    """Requests that came over a limit."""
    began: float
    took: float = 0.0
    """Real seconds."""
    by_chat: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for message in self.messages:
            self.by_chat[message.chat_id].append(message.at - self.began)

    @property
    def lost(self) -> int:
        """Return how many messages never came."""
        return sum(max(0, n - len(self.by_chat[chat])) for chat, n in self.due.items())

    @property
    def twice(self) -> int:
        """Return how many came too often."""
        return len(self.messages) - sum(self.due.values()) + self.lost

    @property
    def busiest_second(self) -> int:
        """Return the most messages in any second."""
        return most_within(1.0, [at for times in self.by_chat.values() for at in times])

    @property
    def busiest_second_of_a_chat(self) -> int:
        """Return the most messages that any chat got in a second."""
        return max(most_within(1.0, times) for times in self.by_chat.values())

    @property
    def busiest_minute_of_a_group(self) -> int:
        """Return the most messages that any group got in a minute."""
        groups = (times for chat, times in self.by_chat.items() if chat < 0)
        return max((most_within(60.0, times) for times in groups), default=0)

    @property
    def extreme_first(self) -> bool:
        """Tell whether the extreme event was out before all but what was under way already."""
        ahead = [message.chat_id for message in self.messages[: len(self.grave)]]
        return len(self.grave - set(ahead)) <= UNDER_WAY

    @property
    def extreme_seconds(self) -> list[float]:
        """Return when each chat heard of the extreme event."""
        return [m.at - self.began for m in self.messages if "Gwadar" in m.text]

    @property
    def all_seconds(self) -> list[float]:
        """Return when each message came, those of the busy groups aside."""
        return [at for times in self.by_chat.values() if len(times) < MORE for at in times]

    @property
    def holds(self) -> bool:
        """Tell whether nothing was lost and no limit broken."""
        within = (
            self.busiest_second <= 30
            and self.busiest_second_of_a_chat <= 1
            and self.busiest_minute_of_a_group <= 20
        )
        return within and not (self.lost or self.twice or self.refused) and self.extreme_first


UNDER_WAY = 16
"""Rows that a dispatcher claims at once: they may be ahead of what comes later."""


def most_within(span: float, times: Iterable[float]) -> int:
    """Return the most times that lie in any window of this many seconds."""
    ordered, start, most = sorted(times), 0, 0
    for end, at in enumerate(ordered):
        while at - ordered[start] >= span:
            start += 1
        most = max(most, end - start + 1)
    return most


def p95(seconds: Iterable[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    ordered = sorted(seconds)
    return ordered[int(0.95 * (len(ordered) - 1))] if ordered else 0.0


async def crowd(chats: int, folder: Path) -> Ledger:
    """Let so many chats match one event, and some another; send it all; return what was seen."""
    virtual, real = VirtualTime(START), time.monotonic()
    ids = [-chat if chat % EVERY == 0 else chat for chat in range(1, chats + 1)]
    grave = frozenset(ids[EVERY - 1 :: EVERY] if chats >= EVERY else ())
    busy = [chat for chat in ids if chat < 0][:BUSY]
    with (
        FakeTelegram(limits=True, clock=virtual.seconds) as telegram,
        SqlStore(f"sqlite:///{folder / 'crowd.db'}", virtual) as store,
    ):
        await _prepare(store, telegram, ids, grave)
        await _happen(store, busy)
        began = virtual.seconds()
        await _send(store, telegram, virtual)
        due = {chat: 1 + (chat in grave) + MORE * (chat in busy) for chat in ids}
        refused = telegram.world.limits.broken
        took = time.monotonic() - real
        return Ledger(due, grave, telegram.messages(), refused, began, took)


async def _prepare(
    store: SqlStore, telegram: FakeTelegram, ids: Sequence[int], grave: frozenset[int]
) -> None:
    def job(work: Work) -> None:
        for chat in ids:
            kind = ChatType.PRIVATE if chat > 0 else ChatType.GROUP
            work.chats.ensure(chat, kind, START)
            work.subscriptions.add(Scope(chat), "zarghun", START)
            if chat in grave:
                work.subscriptions.add(Scope(chat), "gwadar", START)

    await store.write(job)
    for chat in ids:
        telegram.chat(chat)


async def _happen(store: SqlStore, busy: Sequence[int]) -> None:
    """Let the events happen, the extreme one last: it has to overtake the others."""
    house = House(store, START)

    def more(work: Work) -> None:
        for chat in busy:
            for number in range(MORE):
                text = text_message(f"Another alert, number {number}")
                row = NewOutboxRow(f"more:{chat}:{number}", chat, None, text, Priority.NORMAL)
                work.outbox.put(row, START)

    await store.write(more)
    await house.hear(sourced(incident(injured=4), number=1, severity=Severity.MODERATE))
    await house.hear(
        sourced(
            incident(place=_ELSEWHERE, killed=40),
            number=2,
            title="Fuel depot of Gwadar blows up",
            text=_GRAVE_TEXT,
            severity=Severity.EXTREME,
        )
    )


async def _send(store: SqlStore, telegram: FakeTelegram, virtual: VirtualTime) -> None:
    async with sending_request() as request:
        bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=request)
        dispatcher = Dispatcher(
            StillStore(store, virtual),
            StillMessenger(TelegramMessenger(bot), virtual),
            virtual,
            sleep=virtual.sleep,
        )
        sending = asyncio.create_task(dispatcher.run())
        still = StillStore(store, virtual)
        while await still.read(lambda work: work.outbox.next_due()):
            await virtual.sleep(5)
        dispatcher.stop()
        await sending


def main() -> int:
    """Print the figures; return 1 where a limit was broken or anything was lost."""
    parser = argparse.ArgumentParser(prog="./run.sh bench crowd", description=__doc__)
    parser.add_argument("--chats", type=int, default=5000, help="chats that match")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="khabardar-crowd-") as folder:
        seen = asyncio.run(crowd(arguments.chats, Path(folder)))
    lines = {
        "CHATS": len(seen.due),
        "MESSAGES": len(seen.messages),
        "LOST": seen.lost,
        "TWICE": seen.twice,
        "OVER_A_LIMIT": seen.refused,
        "MOST_A_SECOND": f"{seen.busiest_second} (30)",
        "MOST_A_SECOND_A_CHAT": f"{seen.busiest_second_of_a_chat} (1)",
        "MOST_A_MINUTE_A_GROUP": f"{seen.busiest_minute_of_a_group} (20)",
        "EXTREME_FIRST": seen.extreme_first,
        "EXTREME_P95": f"{p95(seen.extreme_seconds):.1f} s",
        "ALL_P95": f"{p95(seen.all_seconds):.1f} s",
        "TOOK": f"{seen.took:.1f} s of real time",
    }
    for name, value in lines.items():
        print(f"{name:24}{value}")
    return 0 if seen.holds else 1


if __name__ == "__main__":
    sys.exit(main())
