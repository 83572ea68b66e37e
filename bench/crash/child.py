"""The program under test: the real service from the real environment, only in more of a hurry.

What a killed process had taken comes free when its lease is over. That is minutes for feeds and
entries in earnest and seconds here, so that a test of 200 kills ends; messages need no shortening,
for a lone sender frees them when it starts.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from typing import Any

from bench.crash.mutants import MUTANTS
from bot.config import load
from bot.feeds import poller
from bot.feeds.schedule import PollPolicy
from bot.log import set_up
from bot.pipeline import walk
from khabardar import service

_TICK = dt.timedelta(seconds=0.5)
_LEASE = dt.timedelta(seconds=3)


def hurry() -> None:
    """Poll every second instead of every five minutes at least; leases last seconds."""
    changed: Any = service
    poller.LEASE = walk.LEASE = _LEASE
    changed.POLL_TICK = changed.WORK_TICK = _TICK
    changed.NETWORK_PAUSE = 0.5
    changed.PollPolicy = _every_second


def _every_second(*, alert_max_age: dt.timedelta, **_: Any) -> PollPolicy:
    """Return the service's policy, but for polls so frequent that no setting allows them."""
    second = dt.timedelta(seconds=1)
    return PollPolicy(every=second, minimum=second, jitter=0.0, alert_max_age=alert_max_age)


def main() -> None:
    """Serve until killed; an argument names a mutant."""
    for name in sys.argv[1:]:
        MUTANTS[name]()
    hurry()
    settings = load(None)
    set_up(settings.log_level)
    asyncio.run(service.serve(settings))


if __name__ == "__main__":
    main()
