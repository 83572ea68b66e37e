"""What each feed's entries looked like at its last poll: in memory, where losing it is cheap."""

from __future__ import annotations

from bot.domain.feeds import Feed
from bot.feeds.cutting import MARK_BYTES


class Marks:
    """Marks of each feed's last document, valid only for the stored state they were made with.

    After a restart, or when somebody else polled the feed, the next document is read as a whole.
    """

    def __init__(self) -> None:
        # Joined: a set of digests takes ten times their size.
        self._marks: dict[int, tuple[int, bytes]] = {}

    def of(self, feed: Feed) -> frozenset[bytes]:
        """Return the marks of the feed's last poll, none where they are not of that poll."""
        polls, joined = self._marks.get(feed.id, (-1, b""))
        if polls != feed.polls:
            return frozenset()
        return frozenset(
            joined[place : place + MARK_BYTES] for place in range(0, len(joined), MARK_BYTES)
        )

    def keep(self, feed: Feed, marks: frozenset[bytes]) -> None:
        """Remember the marks of the poll just stored; ``feed`` is the state before it."""
        if marks:
            self._marks[feed.id] = (feed.polls + 1, b"".join(marks))
        else:
            self._marks.pop(feed.id, None)
