"""What goes on outside while the program dies: news, commands, chats that leave, a bad network."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from bench.crash.stories import Story, feed, stories
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import Break, FakeTelegram, faults

READERS = tuple(range(101, 111))
"""Chats that subscribe to everything: so many that messages are under way all the time."""
BYSTANDER = 151
"""A chat that subscribes to nothing that happens."""
TYPISTS = tuple(range(201, 207))
"""Chats that give commands; one alone would be a flood."""
LEAVERS = 1000
"""From here on: chats that subscribe and then ask to be forgotten."""

RISERS = 2000
"""From here on: chats that want a digest at a time of day."""

ZONE = "Asia/Karachi"
"""The chats' zone, as the settings have it."""
BACKLOG = 3 * len(READERS)
"""So many alerts under way are enough: Telegram takes one a second for each chat."""
HANG = 5.0
"""Seconds; the program under test waits ``bench.crash.child.READ_TIMEOUT`` for an answer."""

AMBIGUOUS = (
    faults.broken(Break.RESET, delivered=True),
    faults.broken(Break.RESET, delivered=False),
    faults.broken(Break.CLOSE, delivered=True),
    faults.broken(Break.HALF, delivered=True),
    faults.gateway(502, delivered=True),
    faults.gateway(504, delivered=False),
    faults.answer(b"<html>", delivered=True),
    faults.hang(HANG, delivered=True),
    faults.hang(HANG, delivered=False),
)
"""What leaves the program in doubt whether a message arrived."""
DEAF = (
    faults.broken(Break.RESET, delivered=False).on("getUpdates"),
    faults.gateway(502).on("getUpdates"),
)
"""What keeps commands from coming in."""


@dataclass(frozen=True)
class Command:
    """What somebody typed: the answer quotes ``message``; ``word`` tells subscriptions apart."""

    chat: int
    message: int
    word: str = ""


@dataclass
class World:
    """The chats, the feed, and what becomes known of deliveries."""

    telegram: FakeTelegram
    feeds: FeedServer
    chance: random.Random
    faulty: float
    talkative: bool = True
    published: list[Story] = field(default_factory=list)
    commands: list[Command] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    """Chats that asked to be forgotten."""
    risers: list[int] = field(default_factory=list)
    """Chats that are to get one digest each."""
    _staying: list[int] = field(default_factory=list)
    _steps: int = 0
    _items: list[str] = field(default_factory=list)
    _source: Iterator[Story] = field(default_factory=stories)
    _seen: int = 0
    _arrived: set[tuple[int, str]] = field(default_factory=set)

    def settle(self) -> None:
        """Serve an empty feed, and let the readers and the bystander subscribe."""
        self._serve()
        for chat in READERS:
            self.telegram.user_says(chat, "/subscribe kind:incident")
        self.telegram.user_says(BYSTANDER, "/subscribe nothingofthiskind")

    def step(self) -> None:
        """Let something happen: a story, commands, now and then a chat that comes or goes."""
        if self.due() < BACKLOG:
            self.publish()
        self._steps += 1
        if self.talkative:
            self._talk()

    def publish(self) -> None:
        """Publish a story, and let some of its deliveries meet a bad network."""
        story = next(self._source, None)
        if story is None:
            return
        self.published.append(story)
        self._items.append(story.as_item(dt.datetime.now(dt.UTC)))
        self._serve()
        for chat in READERS:
            if self.chance.random() < self.faulty:
                self.telegram.script(self.chance.choice(AMBIGUOUS).on(chat=chat))
        if self.chance.random() < self.faulty:
            self.telegram.script(self.chance.choice(DEAF))

    def leave(self) -> None:
        """Let a chat ask to be forgotten; one comes just before if there is none."""
        if not self._staying:
            self._come()
        chat = self._staying.pop(0)
        self.telegram.user_says(chat, "/forgetme confirm")
        self.forgotten.append(chat)

    def rise(self) -> None:
        """Let another chat ask for a digest at a time of day that will not come by itself."""
        chat = RISERS + len(self.risers)
        self.risers.append(chat)
        past = dt.datetime.now(ZoneInfo(ZONE)) - dt.timedelta(hours=1)
        self._type(chat, f"/digest at {past:%H:%M}")

    def due(self) -> int:
        """Return how many alerts the readers have not got yet."""
        messages = self.telegram.messages()
        for message in messages[self._seen :]:
            words = {story.word for story in self.published[-100:]}
            self._arrived |= {(message.chat_id, w) for w in words if w in message.text}
        self._seen = len(messages)
        arrived = sum(chat in READERS for chat, _ in self._arrived)
        return len(READERS) * len(self.published) - arrived

    def _talk(self) -> None:
        word = f"qz{len(self.commands):04}y"
        self._type(self._typist(), f"/subscribe {word}", word)
        if self._steps % 3 == 0:
            self._type(self._typist(), "/digest 24h")
        if self._steps % 4 == 1:
            self.rise()
        if self._steps % 5 == 0:
            self._come()
        elif self._steps % 5 == 3 and self._staying:
            self.leave()

    def _typist(self) -> int:
        return TYPISTS[len(self.commands) % len(TYPISTS)]

    def _type(self, chat: int, text: str, word: str = "") -> None:
        update = self.telegram.user_says(chat, text)
        self.commands.append(Command(chat, self.telegram.world.said[update], word))

    def _come(self) -> None:
        chat = LEAVERS + len(self.forgotten) + len(self._staying)
        self.telegram.user_says(chat, "/subscribe kind:incident")
        self._staying.append(chat)

    def _serve(self) -> None:
        self.feeds.serve("/news.xml", feed(self._items))
