"""Telegram's limits, kept exactly: 30 messages a second, 1 a second a chat, 20 a minute a group.

Everything here is arithmetic on times that are given. A message counts from the moment it leaves
until a window's span after its answer came: whenever in between Telegram saw it, no window of the
server's ever holds more than the limit. Within one chat only one message is under way at a time.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field

OVERALL = 30
SECOND = dt.timedelta(seconds=1)
A_GROUP_A_MINUTE = 20
MINUTE = dt.timedelta(minutes=1)

FLOODED_CHATS = 3
"""So many chats told to wait within ``FLOOD_SPAN`` mean that the whole bot must wait."""
FLOOD_SPAN = dt.timedelta(seconds=10)

TROUBLES = 3
"""So many failures of the network in a row mean that it is down: one message at a time probes."""
_LONGEST_OUTAGE_PAUSE = dt.timedelta(seconds=60)

_START = dt.datetime.min.replace(tzinfo=dt.UTC)
_PRUNE_AT = 10_000


@dataclass
class Window:
    """At most ``limit`` messages within any ``span``."""

    limit: int
    span: dt.timedelta
    under_way: int = 0
    _done: deque[dt.datetime] = field(default_factory=deque)

    def free_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when one more may leave; ``None`` where first an answer must come."""
        while self._done and self._done[0] + self.span <= now:
            self._done.popleft()
        if self.under_way + len(self._done) < self.limit:
            return now
        return self._done[0] + self.span if self._done else None

    def leave(self) -> None:
        """Count a message that leaves."""
        self.under_way += 1

    def done(self, now: dt.datetime) -> None:
        """Count a message whose answer came."""
        self.under_way -= 1
        self._done.append(now)


class Pacer:
    """Says when messages may leave. ``overall`` is messages a second for this process."""

    def __init__(self, overall: int = OVERALL) -> None:
        self._overall = Window(overall, SECOND)
        self._groups: dict[int, deque[dt.datetime]] = {}
        self._floods: deque[tuple[dt.datetime, int]] = deque(maxlen=50)
        self._held_until = _START
        self._troubles = 0

    @property
    def held_until(self) -> dt.datetime:
        """Return until when nothing at all may leave."""
        return self._held_until

    def free_at(self, now: dt.datetime) -> dt.datetime | None:
        """Return when the next message may leave; ``None`` where first an answer must come."""
        if self._held_until > now:
            return self._held_until
        if self._troubles >= TROUBLES and self._overall.under_way:
            return None
        return self._overall.free_at(now)

    def leave(self) -> None:
        """Count a message that leaves."""
        self._overall.leave()

    def done(self, chat_id: int, now: dt.datetime) -> dt.datetime:
        """Count a message whose answer came; return when its chat may get the next."""
        self._overall.done(now)
        free = now + SECOND
        if chat_id >= 0:
            return free
        sent = self._groups.setdefault(chat_id, deque(maxlen=A_GROUP_A_MINUTE))
        sent.append(now)
        self._prune(now)
        return max(free, sent[0] + MINUTE) if len(sent) == A_GROUP_A_MINUTE else free

    def remember(self, chat_id: int, at: dt.datetime) -> None:
        """Count what a group got before this process began: Telegram counts it too."""
        self._groups.setdefault(chat_id, deque(maxlen=A_GROUP_A_MINUTE)).append(at)

    def hold(self, until: dt.datetime) -> None:
        """Let nothing leave until then."""
        self._held_until = max(self._held_until, until)

    def flooded(self, chat_id: int, until: dt.datetime, now: dt.datetime) -> bool:
        """Note that Telegram told a chat to wait; tell whether that means the whole bot."""
        self._floods.append((now, chat_id))
        chats = {chat for at, chat in self._floods if at > now - FLOOD_SPAN}
        if len(chats) < FLOODED_CHATS:
            return False
        self.hold(until)
        return True

    def answered(self) -> None:
        """Note that Telegram answered: the network works."""
        self._troubles = 0

    def troubled(self, now: dt.datetime) -> None:
        """Note that the network failed; from the third time on everybody waits, ever longer."""
        self._troubles += 1
        if self._troubles >= TROUBLES:
            pause = dt.timedelta(seconds=2 ** min(self._troubles - TROUBLES, 6))
            self.hold(now + min(pause, _LONGEST_OUTAGE_PAUSE))

    def _prune(self, now: dt.datetime) -> None:
        if len(self._groups) > _PRUNE_AT:
            self._groups = {c: sent for c, sent in self._groups.items() if sent[-1] + MINUTE > now}
