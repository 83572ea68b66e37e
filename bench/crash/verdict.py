"""What the truth says: lost, unexpected, in the wrong chat, doubled with and without the mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from bot.delivery.dispatcher import Manner
from bot.delivery.mark import MARK

SEND_CONCURRENCY = Manner().concurrency
"""Messages under way at most when the program is killed."""


@dataclass(frozen=True)
class Copy:
    """A message as it was delivered: what it tells (a word) and whether it bears the mark."""

    chat: int
    word: str
    marked: bool


@dataclass(frozen=True)
class Verdict:
    """The counts that are published.

    All must be 0 but ``expected`` (alerts due), ``commands`` (typed), ``digests`` (due) and
    ``marked_dup``, which must not be above ``marked_bound``.
    """

    expected: int
    lost: int
    unexpected: int
    wrong_chat: int
    unmarked_dup: int
    marked_dup: int
    marked_bound: int
    commands: int
    commands_lost: int
    """Without effect, or without answer."""
    commands_twice: int
    """With two effects, or two answers without a mark."""
    digests: int
    digests_lost: int
    digests_twice: int
    not_forgotten: int
    """Chats of which something stayed after /forgetme, or that were written to after it."""
    integrity_failures: int
    """Databases and copies that were not whole."""
    unclean_stops: int
    """Stops in good order that left a message in doubt."""
    strange_exits: int
    """Ends of the program that nobody wanted."""
    tokens_in_log: int
    """Lines of the program's log that hold the bot's token."""
    complaints: int
    """Requests that are not in the Bot API's book."""

    @property
    def holds(self) -> bool:
        """Tell whether the promise was kept."""
        bounded = ("expected", "commands", "digests", "marked_dup", "marked_bound")
        broken = sum(count for name, count in asdict(self).items() if name not in bounded)
        return not broken and self.marked_dup <= self.marked_bound


@dataclass(frozen=True)
class Delivered:
    """The counts about alerts."""

    lost: int
    unexpected: int
    wrong_chat: int
    unmarked_dup: int
    marked_dup: int


def weigh(copies: Iterable[Copy], expected: Mapping[int, frozenset[str]]) -> Delivered:
    """Compare what was delivered with what each chat should have got exactly once.

    Of several copies one is the message and the others are extra; an extra copy is silent only
    where it does not bear the mark.
    """
    copies = list(copies)
    total = Counter((copy.chat, copy.word) for copy in copies)
    bare = Counter((copy.chat, copy.word) for copy in copies if not copy.marked)
    due = {(chat, word) for chat, words in expected.items() for word in words}
    known = {word for words in expected.values() for word in words}
    unmarked = {pair: max(0, count - 1) for pair, count in bare.items()}
    return Delivered(
        lost=len(due - total.keys()),
        unexpected=sum(word not in known for _, word in total),
        wrong_chat=sum(word in known and (chat, word) not in due for chat, word in total),
        unmarked_dup=sum(unmarked.values()),
        marked_dup=sum(n - 1 - unmarked.get(pair, 0) for pair, n in total.items()),
    )


def is_marked(text: str) -> bool:
    """Tell whether a message says that it may be a repeat."""
    return MARK in text
