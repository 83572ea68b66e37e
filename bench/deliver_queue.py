"""Who waits how long for a message, in virtual time: the real dispatcher over a real database."""

from __future__ import annotations

import asyncio
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench import virtual_time
from bench.virtual_time import START, VirtualLoop
from bot.delivery.dispatcher import Dispatcher, Manner
from bot.domain.delivery import Message, NewOutboxRow, OutboxRow, Outcome, Priority, Sent
from bot.protocols import Work
from storage.store import SqlStore

Alert = tuple[int, int]
"""An event and a chat."""
LEASE = dt.timedelta(days=1)
MEMORY = Path("/dev/shm")
"""Where no disk is waited for: what is measured here is virtual time."""


@dataclass(frozen=True, slots=True)
class Burst:
    """Alerts that are put at once, ``at`` seconds after the start: events by chats."""

    events: range
    chats: range
    priority: Priority = Priority.NORMAL
    at: float = 0.0

    @property
    def alerts(self) -> list[Alert]:
        """Return each, event by event."""
        return [(event, chat) for event in self.events for chat in self.chats]

    def rows(self) -> Iterator[NewOutboxRow]:
        """Yield the rows of the outbox; a message's words are its event's name."""
        for event, chat in self.alerts:
            words = f"e{event}"
            message = Message(words, words, brief=words)
            yield NewOutboxRow(f"alert:{chat}::{event}", chat, None, message, self.priority)


@dataclass(slots=True)
class Telegram:
    """Answers after ``latency`` virtual seconds and notes when it saw what."""

    loop: VirtualLoop
    latency: float
    wanted: set[Alert]
    seen: list[tuple[float, int]] = field(default_factory=list)
    told: dict[Alert, float] = field(default_factory=dict)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, row: OutboxRow) -> Outcome:
        """Note a message, which may tell of several events."""
        await asyncio.sleep(self.latency / 2)
        now = self.loop.time()
        self.seen.append((now, row.chat_id))
        names = [word for word in row.message.plain.split() if word[1:].isdigit()]
        alerts = [(int(name[1:]), row.chat_id) for name in names]
        self.told.update(dict.fromkeys(alerts, now))
        self.wanted.difference_update(alerts)
        if not self.wanted:
            self.over.set()
        await asyncio.sleep(self.latency / 2)
        return Sent(len(self.seen))


def played(bursts: Sequence[Burst], latency: float = 0.0, until: Burst | None = None) -> Telegram:
    """Play bursts until all (or one of them) are told; return what Telegram saw."""
    with (
        tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder,
        SqlStore(f"sqlite:///{Path(folder) / 'bench.db'}", lambda: START) as store,
    ):
        return virtual_time.run(lambda loop: _play(loop, store, bursts, latency, until))


async def _play(
    loop: VirtualLoop,
    store: SqlStore,
    bursts: Sequence[Burst],
    latency: float,
    until: Burst | None,
) -> Telegram:
    wanted = {alert for burst in ([until] if until else bursts) for alert in burst.alerts}
    telegram = Telegram(loop, latency, wanted)
    dispatcher = Dispatcher(store, telegram, loop.clock, Manner(lease=LEASE))
    sending = asyncio.create_task(dispatcher.run())
    for burst in bursts:
        await asyncio.sleep(burst.at - loop.time())
        await store.write(_putting(burst, loop.clock()))
        dispatcher.wake()
    await telegram.over.wait()
    dispatcher.stop()
    await sending
    return telegram


def _putting(burst: Burst, now: dt.datetime) -> Callable[[Work], None]:
    def job(work: Work) -> None:
        for row in burst.rows():
            work.outbox.put(row, now)

    return job


def waits(telegram: Telegram, burst: Burst) -> list[float]:
    """Return the seconds that each alert of a burst waited."""
    return [telegram.told[alert] - burst.at for alert in burst.alerts]


def most_within(seen: Sequence[tuple[float, int]], span: float = 1.0) -> int:
    """Return the most messages that Telegram saw within any span of time."""
    times = [at for at, _ in seen]
    most, first = 0, 0
    for last, at in enumerate(times):
        while times[first] <= at - span:
            first += 1
        most = max(most, last - first + 1)
    return most
