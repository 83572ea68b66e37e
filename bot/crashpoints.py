"""Places where the crash test kills the program; they do nothing unless it asks for it."""

from __future__ import annotations

import os
import signal
from collections import Counter

VARIABLE = "KHABARDAR_CRASH_AT"
"""``after_send:3`` kills the process the third time that it comes to that place."""

_visits: Counter[str] = Counter()


def crash(name: str) -> None:
    """Kill this process, as power loss would, if the environment names this place and visit."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    place, _, visit = wanted.partition(":")
    if place == name:
        _visits[name] += 1
        if _visits[name] == int(visit or 1):
            os.kill(os.getpid(), signal.SIGKILL)
