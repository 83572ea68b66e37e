"""The program of the soak: the real service, but that feeds are polled every ``SOAK_POLL`` seconds.

No setting allows less than five minutes, in which ten minutes of soak would see each feed twice.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
from typing import Any

from bot.config import load
from bot.feeds.schedule import PollPolicy
from bot.log import set_up
from khabardar import service

VARIABLE = "SOAK_POLL"


def _often(*, alert_max_age: dt.timedelta, **_: Any) -> PollPolicy:
    every = dt.timedelta(seconds=float(os.environ[VARIABLE]))
    return PollPolicy(every=every, minimum=every / 4, alert_max_age=alert_max_age)


def main() -> None:
    """Serve until told to stop, on the event loop that ``khabardar run`` uses."""
    changed: Any = service
    changed.PollPolicy = _often
    settings = load(None)
    set_up(settings.log_level)
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(service.serve(settings))


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


if __name__ == "__main__":
    main()
