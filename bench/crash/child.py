"""The program under test: the real service from the real environment, only in more of a hurry.

Two things are changed, so that a test of 200 kills ends. The feed is polled every second, where no
setting allows less than five minutes, and digests are looked for as often. Telegram's answer is
waited for 3 seconds instead of 40, so that answers can be too late. Where several processes share
the work nobody frees what a dead one had claimed: then leases end after half a minute.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import sys
from dataclasses import replace
from functools import partial
from typing import Any

from bench.crash.mutants import MUTANTS
from bot.config import load
from bot.delivery.dispatcher import manner_of
from bot.delivery.messenger import sending_request
from bot.feeds import poller
from bot.feeds.schedule import PollPolicy
from bot.log import set_up
from bot.pipeline import walk
from khabardar import service
from khabardar.service import Role

READ_TIMEOUT = 3.0
LEASE = dt.timedelta(seconds=30)
_SECOND = dt.timedelta(seconds=1)


def hurry(role: Role) -> None:
    """Poll every second; do not wait long for Telegram's answers, nor for who is dead."""
    changed: Any = service
    changed.POLL_TICK = changed.DIGEST_TICK = _SECOND / 2
    changed.PollPolicy = _every_second
    changed.sending_request = partial(sending_request, read_timeout=READ_TIMEOUT)
    if role is not Role.ALL:
        for module in (poller, walk):
            setattr(module, "LEASE", LEASE)  # noqa: B010 - of modules that mypy holds to be constant
        changed.manner_of = lambda *given: replace(manner_of(*given), lease=LEASE)


def _every_second(*, alert_max_age: dt.timedelta, **_: Any) -> PollPolicy:
    """Return the service's policy, but for polls so frequent that no setting allows them."""
    return PollPolicy(every=_SECOND, minimum=_SECOND, jitter=0.0, alert_max_age=alert_max_age)


def main() -> None:
    """Serve in a role until killed; a second argument names a mutant."""
    role = Role(sys.argv[1])
    for name in sys.argv[2:]:
        MUTANTS[name]()
    hurry(role)
    settings = load(None)
    set_up(settings.log_level)
    asyncio.run(service.serve(settings, role))


if __name__ == "__main__":
    main()
