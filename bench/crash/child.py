"""The program under test: the real service from the real environment, only in more of a hurry.

Two things are changed, so that a test of 200 kills ends. The feed is polled every second, where no
setting allows less than five minutes, and digests are looked for as often. Telegram's answer is
waited for 3 seconds instead of 40, so that answers can be too late.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from functools import partial
from typing import Any

from bench.crash.mutants import MUTANTS
from bot.config import load
from bot.delivery.messenger import sending_request
from bot.feeds.schedule import PollPolicy
from bot.log import set_up
from khabardar import service

READ_TIMEOUT = 3.0
_SECOND = dt.timedelta(seconds=1)


def hurry() -> None:
    """Poll every second; do not wait long for Telegram's answers."""
    changed: Any = service
    changed.POLL_TICK = changed.DIGEST_TICK = _SECOND / 2
    changed.PollPolicy = _every_second
    changed.sending_request = partial(sending_request, read_timeout=READ_TIMEOUT)


def _every_second(*, alert_max_age: dt.timedelta, **_: Any) -> PollPolicy:
    """Return the service's policy, but for polls so frequent that no setting allows them."""
    return PollPolicy(every=_SECOND, minimum=_SECOND, jitter=0.0, alert_max_age=alert_max_age)


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
