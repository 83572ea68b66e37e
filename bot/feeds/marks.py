"""What each feed's entries looked like at its last poll: in memory, where losing it is cheap."""

from __future__ import annotations

from bot.domain.feeds import Feed


class Marks:
    """Marks of each feed's last document, valid only for the stored state they were made with.

    After a restart, or when somebody else polled the feed, the next document is read as a whole.
    """

    def __init__(self) -> None:
        self._marks: dict[int, tuple[int, frozenset[bytes]]] = {}

    def of(self, feed: Feed) -> frozenset[bytes]:
        """Return the marks of the feed's last poll, none where they are not of that poll."""
        polls, marks = self._marks.get(feed.id, (-1, frozenset()))
        return marks if polls == feed.polls else frozenset()

    def keep(self, feed: Feed, marks: frozenset[bytes]) -> None:
        """Remember the marks of the poll just stored; ``feed`` is the state before it."""
        if marks:
            self._marks[feed.id] = (feed.polls + 1, marks)
        else:
            self._marks.pop(feed.id, None)
