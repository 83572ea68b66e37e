"""Feeds polled once: what is in them, and the alerts that subscriptions would get."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.config import Settings
from bot.domain.delivery import OutboxRow, Outcome, Sent
from bot.domain.feeds import NewFeed
from bot.protocols import Work
from khabardar.rehearsal import rehearsal
from khabardar.wiring import utc_now

CHAT = 1
EVERYTHING = ("kind:incident OR kind:policy",)


@dataclass(slots=True)
class Collecting:
    """A messenger that keeps what it is given."""

    texts: list[str] = field(default_factory=list)

    async def send(self, row: OutboxRow) -> Outcome:
        """Keep the message."""
        self.texts.append(row.message.plain)
        return Sent(len(self.texts))


@dataclass(frozen=True, slots=True)
class Once:
    """What polling once came to."""

    new: int
    revised: int
    repeated: int
    stored: int
    events: int
    errors: tuple[tuple[str, str], ...]
    alerts: tuple[str, ...]

    def rows(self) -> list[dict[str, Any]]:
        """Return one object an alert, and one that sums up."""
        summary = {
            "entries_new": self.new,
            "entries_revised": self.revised,
            "entries_repeated": self.repeated,
            "entries_stored": self.stored,
            "events": self.events,
            "errors": [{"feed": feed, "error": why} for feed, why in self.errors],
        }
        return [*({"alert": text} for text in self.alerts), summary]

    def in_words(self) -> str:
        """Return the alerts and a line that sums up."""
        parts = [f"{text}\n" for text in self.alerts]
        revised = f", {self.revised} rewritten" if self.revised else ""
        revised += f", {self.repeated} listed twice" if self.repeated else ""
        parts.append(
            f"{self.new} new entries{revised} ({self.stored} stored), "
            f"{self.events} events, {len(self.alerts)} alerts"
        )
        return "\n".join(parts)


async def read_once(
    sources: Sequence[str],
    queries: Sequence[str],
    settings: Settings,
    database_url: str | None,
) -> Once:
    """Poll these URLs and files once.

    Raises:
        QueryError: one of the queries does not parse.

    """
    messenger = Collecting()
    async with rehearsal(messenger, utc_now, settings, database_url) as house:
        await house.subscribe(CHAT, queries or EVERYTHING)
        polled = await house.poll([NewFeed(url=source) for source in sources])
        await house.process()
        await house.deliver()

        def sum_up(work: Work) -> Once:
            failed = [f for f in work.feeds.all() if f.url in sources and f.errors]
            return Once(
                new=polled.new,
                revised=polled.revised,
                repeated=polled.repeated,
                stored=work.entries.count(),
                events=work.events.count(),
                errors=tuple((feed.url, feed.last_error or "failed") for feed in failed),
                alerts=tuple(messenger.texts),
            )

        return await house.store.read(sum_up)
