"""What a command gets and gives: a request in, a job for one transaction out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from bot.config import Settings
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Message
from bot.domain.feeds import NewFeed
from bot.protocols import Clock, Store, Work


class Right(StrEnum):
    """What a command needs of whoever types it."""

    SEE = "see"
    """Anybody in the chat."""
    CHANGE = "change"
    """The person in a private chat; admins in groups, or members where the group opens it."""
    MANAGE = "manage"
    """As CHANGE, never opened to members: feeds, export, erasure."""
    OWNER = "owner"
    """The bot's owner, in a private chat."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A document that was sent along; ``size`` in bytes as Telegram tells it, 0 for unknown."""

    name: str
    size: int
    load: Callable[[], Awaitable[bytes]]
    """Gets what is in it. Raises ``InputError``."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command as typed: where, by whom, with which words."""

    update_id: int
    scope: Scope
    chat_type: ChatType
    user_id: int | None
    arguments: str
    message_id: int | None
    now: dt.datetime
    verbatim: str = ""
    """The same words with their spaces and line breaks."""
    location: tuple[float, float] | None = None
    """Latitude and longitude that were sent along, or stand in the message that this answers."""
    document: Attached | None = None
    """A document that was sent along, or stands in the message that this answers."""
    bot: str = ""
    """The bot's own name, for links to it."""
    home: Scope | None = None
    """Where it was typed and is answered, if it is about another chat than that one."""

    @property
    def answered_in(self) -> Scope:
        """Return the chat and topic that the answer goes to."""
        return self.home or self.scope


class ListReader(Protocol):
    """Reads lists of feeds."""

    async def __call__(self, body: bytes, /) -> Sequence[NewFeed]:
        """Return the feeds of an OPML document. Raises ``FeedError``."""


class FeedFinder(Protocol):
    """Finds the feed behind a URL that a person typed."""

    async def __call__(self, url: str) -> NewFeed:
        """Return the feed, read once to be sure. Raises ``FeedError`` or ``InputError``."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What commands work with."""

    store: Store
    settings: Settings
    clock: Clock
    find_feed: FeedFinder
    read_list: ListReader
    changed: Callable[[], None]
    """Called after a transaction: wakes whoever sends, and refreshes the subscription index."""


@dataclass(frozen=True, slots=True)
class Edited:
    """A reply that takes the place of one that was sent, named by the update it answered."""

    message: Message
    answered: int


Reply = Message | Edited
Job = Callable[[Work], Sequence[Reply]]
Act = Callable[[Request, Desk], Awaitable[Job]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its names, what it needs, its line in the menu, and what it does."""

    names: tuple[str, ...]
    right: Right
    line: str
    act: Act
    listed: bool = True
    elsewhere: bool = False
    """In private, its words may begin with the @name of a chat that the person administers."""
