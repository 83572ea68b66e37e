"""The truth as Telegram's servers hold it: chats, members, messages, updates."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

BOT_ID = 424242
BOT: dict[str, Any] = {
    "id": BOT_ID,
    "is_bot": True,
    "first_name": "Khabardar",
    "username": "khabardar_test_bot",
}


@dataclass
class Member:
    """Somebody in a chat."""

    status: str = "member"
    is_anonymous: bool = False


@dataclass
class FakeChat:
    """A chat, and why the bot may not write to it (the server's error text), if so."""

    id: int
    type: str
    members: dict[int, Member] = field(default_factory=dict)
    refuses: tuple[int, str] | None = None
    forum: bool = False
    topics: set[int] = field(default_factory=set)
    username: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the chat as it stands in messages."""
        raw: dict[str, Any] = {"id": self.id, "type": self.type}
        named = {"first_name": "Somebody"} if self.type == "private" else {"title": "A chat"}
        return raw | named | ({"is_forum": True} if self.forum else {})


@dataclass
class Delivered:
    """A message of the bot that a chat shows, as it stands now."""

    chat_id: int
    message_id: int
    text: str
    html: str
    links: list[str]
    silent: bool
    thread_id: int | None
    reply_to: int | None
    buttons: list[dict[str, Any]]
    at: float
    kind: str = "text"
    file_name: str | None = None
    file: bytes = b""
    keys: list[str] = field(default_factory=list)
    """The labels of the keyboard that came with it."""
    point: tuple[float, float] | None = None
    """Latitude and longitude of a venue."""
    versions: list[str] = field(default_factory=list)
    """The texts it had before, oldest first."""

    def button(self, label: str) -> dict[str, Any]:
        """Return a button by the beginning of its label."""
        return next(b for b in self.buttons if b["text"].startswith(label))


@dataclass(frozen=True)
class Request:
    """A request as it came in."""

    method: str
    parameters: dict[str, Any]
    at: float


class Limits:
    """Telegram's limits on sending: 30/s in all, 1/s a chat, 20/min a group or channel.

    They are exact windows here; ``broken`` counts the requests that were over one.
    """

    def __init__(self) -> None:
        self.on = False
        self.reset()

    def reset(self) -> None:
        """Forget what was sent."""
        self.broken = 0
        self._sent: dict[object, deque[float]] = {}

    def wait(self, chat_id: int, now: float) -> float:
        """Count a request; return 0, or the seconds that it came too soon."""
        rules: list[tuple[object, int, float]] = [("all", 30, 1.0), (chat_id, 1, 1.0)]
        if chat_id < 0:
            rules.append(((chat_id, "minute"), 20, 60.0))
        wait = max(self._over(key, most, span, now) for key, most, span in rules)
        if wait > 0:
            self.broken += 1
            return wait
        for key, most, _ in rules:
            self._sent.setdefault(key, deque(maxlen=most)).append(now)
        return 0.0

    def _over(self, key: object, most: int, span: float, now: float) -> float:
        sent = self._sent.get(key, deque())
        return sent[0] + span - now if len(sent) == most else 0.0


class World:
    """Everything the server knows, behind one lock."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.clock = clock
        self.limits = Limits()
        self.reset()

    def reset(self) -> None:
        """Forget everything."""
        self.limits.reset()
        self.chats: dict[int, FakeChat] = {}
        self.messages: list[Delivered] = []
        self.requests: list[Request] = []
        self.complaints: list[str] = []
        self.callback_answers: dict[str, dict[str, Any]] = {}
        self.open_callbacks: set[str] = set()
        self.left: list[int] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.webhook = ""
        self.files: dict[str, bytes] = {}
        """What people sent, by file id."""
        self.updates: list[dict[str, Any]] = []
        self.next_update = 1000
        self.said: dict[int, int] = {}
        """The message that each typed update brought."""
        self._next_message: dict[int, int] = {}
        self._next_callback = 1

    def chat(self, chat_id: int) -> FakeChat:
        """Return a chat; the first mention of an id makes one of the type that the id tells."""
        return self.chats.setdefault(chat_id, FakeChat(chat_id, _type_of(chat_id)))

    def message_id(self, chat_id: int) -> int:
        """Return the next message id of a chat."""
        self._next_message[chat_id] = self._next_message.get(chat_id, 0) + 1
        return self._next_message[chat_id]

    def last_message(self, chat_id: int) -> int:
        """Return the newest message id of a chat, 0 where it has none."""
        return self._next_message.get(chat_id, 0)

    def callback_id(self) -> str:
        """Return a new callback query's id."""
        self._next_callback += 1
        made = f"cb{self._next_callback}"
        self.open_callbacks.add(made)
        return made

    def find(self, chat_id: int, message_id: int) -> Delivered | None:
        """Return a message of the bot."""
        matching = (m for m in self.messages if (m.chat_id, m.message_id) == (chat_id, message_id))
        return next(matching, None)

    def as_message(self, delivered: Delivered) -> dict[str, Any]:
        """Return a message in the Bot API's form."""
        raw: dict[str, Any] = {
            "message_id": delivered.message_id,
            "date": int(time.time()),
            "chat": self.chat(delivered.chat_id).as_json(),
            "from": BOT,
        }
        body = _BODIES.get(delivered.kind, _file)(delivered)
        if delivered.buttons:
            raw["reply_markup"] = {"inline_keyboard": [delivered.buttons]}
        if delivered.thread_id is not None:
            raw |= {"message_thread_id": delivered.thread_id, "is_topic_message": True}
        return raw | body


def _text(delivered: Delivered) -> dict[str, Any]:
    return {"text": delivered.text}


def _venue(delivered: Delivered) -> dict[str, Any]:
    assert delivered.point is not None
    location = dict(zip(("latitude", "longitude"), delivered.point, strict=True))
    title, _, address = delivered.text.partition("\n")
    return {
        "location": location,
        "venue": {"location": location, "title": title, "address": address},
    }


_BODIES = {"text": _text, "venue": _venue}


def _file(delivered: Delivered) -> dict[str, Any]:
    common = {"file_id": f"f{delivered.message_id}", "file_unique_id": f"u{delivered.message_id}"}
    captioned = {"caption": delivered.text} if delivered.text else {}
    if delivered.kind == "photo":
        return captioned | {"photo": [common | {"width": 1, "height": 1}]}
    return captioned | {"document": common | {"file_name": delivered.file_name}}


def _type_of(chat_id: int) -> str:
    if chat_id > 0:
        return "private"
    return "supergroup" if chat_id < -1_000_000_000_000 else "group"
