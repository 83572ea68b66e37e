"""How many commands one person may give: a flood is cut off before it costs anybody anything."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field

A_MINUTE = 30
"""Commands and presses a minute, for each person in each private chat."""
IN_A_GROUP = 15
"""The same in a group or channel, which gets 20 messages a minute: some are for its alerts."""
MINUTE = dt.timedelta(minutes=1)
_PRUNE_AT = 10_000


@dataclass(slots=True)
class Flow:
    """Counts commands by the time at which they were typed, so that a backlog is no flood."""

    _typed: dict[tuple[int, int | None], deque[dt.datetime]] = field(default_factory=dict)

    def takes(self, chat_id: int, user_id: int | None, typed_at: dt.datetime) -> bool:
        """Tell whether one more command is within bounds, and count it if so."""
        self._prune(typed_at)
        most = A_MINUTE if chat_id > 0 else IN_A_GROUP
        times = self._typed.setdefault((chat_id, user_id), deque(maxlen=most))
        if len(times) == most and typed_at - times[0] < MINUTE:
            return False
        times.append(typed_at)
        return True

    def _prune(self, now: dt.datetime) -> None:
        if len(self._typed) >= _PRUNE_AT:
            busy = {key: times for key, times in self._typed.items() if now - times[-1] < MINUTE}
            self._typed = busy
