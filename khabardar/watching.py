"""Watches over the running service: its health, its clock, and the ping that it is alive."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.config import Settings
from bot.domain.feeds import Validators
from bot.errors import FeedError, FetchError
from bot.protocols import Clock, Fetcher, Store
from bot.services import health
from bot.services.health import Trouble
from khabardar.clock import clock_offset

log = logging.getLogger(__name__)

COMPARE_EVERY = dt.timedelta(hours=1)
STALE = dt.timedelta(minutes=10)
PING_EVERY = dt.timedelta(minutes=5)


@dataclass
class Watch:
    """Looks at the service now and then; ``troubles`` is what it found last."""

    store: Store
    settings: Settings
    clock: Clock
    fetcher: Fetcher
    """For the ping: it may go to the operator's own network."""
    offset: Callable[[Settings], Awaitable[dt.timedelta]] = clock_offset
    troubles: tuple[Trouble, ...] = ()
    looked_at: dt.datetime | None = None
    _off: dt.timedelta | None = field(default=None, init=False)
    _compared_at: dt.datetime | None = field(default=None, init=False)
    _pinged_at: dt.datetime | None = field(default=None, init=False)

    @property
    def stale(self) -> bool:
        """Tell whether nobody has looked for long: then nothing is known."""
        return self.looked_at is None or self.clock() - self.looked_at >= STALE

    async def look(self) -> None:
        """Look once: repair after a jump of the clock, tell the owners what is new, ping."""
        now = self.clock()
        back = await self.store.write(lambda work: health.mind_the_clock(work, now))
        if back:
            log.warning("the clock went back", extra={"seconds": back.total_seconds()})
        await self._compare(now)
        vitals = await self.store.read(lambda work: health.look(work, now, self._off))
        self.troubles, self.looked_at = health.troubles(vitals), now
        owners = self.settings.owner_ids
        new = await self.store.write(lambda work: health.tell(work, self.troubles, owners, now))
        for trouble in new:
            log.error("not well: %s", trouble.text)
        await self._ping(now)

    async def _compare(self, now: dt.datetime) -> None:
        if not _due(self._compared_at, COMPARE_EVERY, now):
            return
        self._compared_at = now
        try:
            self._off = await self.offset(self.settings)
        except FetchError:
            self._off = None

    async def _ping(self, now: dt.datetime) -> None:
        """Tell somebody outside that all is well; where it is not, or nobody runs, it is missed."""
        url = self.settings.ping_url
        if url is None or self.troubles or not _due(self._pinged_at, PING_EVERY, now):
            return
        self._pinged_at = now
        try:
            await self.fetcher.fetch(url.get_secret_value(), Validators())
        except FeedError as error:
            log.warning("the ping did not arrive", extra={"why": str(error)})


def _due(last: dt.datetime | None, every: dt.timedelta, now: dt.datetime) -> bool:
    return last is None or abs(now - last) >= every
