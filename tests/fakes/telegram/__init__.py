"""A strict fake of the Telegram Bot API over real HTTP, for tests; it keeps the truth.

with FakeTelegram() as telegram:
    telegram.user_says(7, "/start")
    ...
    assert [message.text for message in telegram.messages(7)] == ["…"]
    assert not telegram.complaints
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

from tests.fakes.telegram import faults
from tests.fakes.telegram.faults import Break, Fault, Script
from tests.fakes.telegram.schema import Schema, load
from tests.fakes.telegram.server import Server
from tests.fakes.telegram.world import BOT_ID, Delivered, FakeChat, Member, Request, World

__all__ = ["BOT_ID", "Break", "Delivered", "FakeChat", "FakeTelegram", "Fault", "Member", "faults"]

TOKEN = "424242:" + "A" * 35


class FakeTelegram:
    """The server and what tests ask of it. ``clock`` is in seconds; limits are off by default."""

    def __init__(
        self,
        *,
        limits: bool = False,
        clock: Callable[[], float] = time.monotonic,
        token: str = TOKEN,
        schema: Schema | None = None,
    ) -> None:
        self.token = token
        self.world = World(clock)
        self.world.limits.on = limits
        self._script = Script()
        self._server = Server(self.world, self._script, schema or load(), token)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()

    def reset(self) -> None:
        """Forget everything, as if the server were new; it keeps listening."""
        self._script.reset()
        self.world.reset()

    def start(self, port: int = 0) -> None:
        """Listen on loopback, on a free port if none is given."""
        self._server.start(port)

    def stop(self) -> None:
        """Stop listening; the truth stays."""
        self._server.stop()

    @property
    def url(self) -> str:
        """Return what ``TELEGRAM_API_URL`` would say."""
        return f"http://127.0.0.1:{self._server.port}"

    # --- what happened ---

    @property
    def complaints(self) -> list[str]:
        """Return every request that is not in the Bot API's book."""
        return self.world.complaints

    @property
    def requests(self) -> list[Request]:
        """Return every request, in order."""
        return self.world.requests

    @property
    def faults_met(self) -> list[Fault]:
        """Return the scripted faults that have happened."""
        return self._script.met

    def messages(self, chat_id: int | None = None) -> list[Delivered]:
        """Return the bot's messages of a chat (or all) as they stand, oldest first."""
        with self.world.lock:
            return [m for m in self.world.messages if chat_id in (None, m.chat_id)]

    def texts(self, chat_id: int) -> list[str]:
        """Return the texts of a chat."""
        return [message.text for message in self.messages(chat_id)]

    def calls(self, method: str) -> list[Request]:
        """Return the requests of one method."""
        return [request for request in list(self.requests) if request.method == method]

    async def until(self, condition: Callable[[], bool], seconds: float = 10) -> None:
        """Wait until something is so; it is looked at whenever a request took effect."""
        if not await asyncio.to_thread(self._wait, condition, seconds):
            raise AssertionError("it did not happen in time")

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        with self.world.changed:
            return self.world.changed.wait_for(condition, seconds)

    # --- what shall happen ---

    def script(self, *scripted: Fault) -> None:
        """Let faults happen, each to the first request that it meets."""
        self._script.add(*scripted)

    def calm(self) -> None:
        """Let no more faults happen."""
        self._script.clear()

    def chat(self, chat_id: int, type_: str | None = None, **fields: Any) -> FakeChat:
        """Return a chat (made if need be), with these fields set: ``refuses``, ``topics`` …"""
        with self.world.lock:
            chat = self.world.chat(chat_id)
            chat.type = type_ or chat.type
            for name, value in fields.items():
                setattr(chat, name, value)
            return chat

    def join(self, chat_id: int, user_id: int, status: str = "member", **fields: Any) -> None:
        """Make somebody a member (or ``administrator``, ``creator``, ``left``) of a chat."""
        self.chat(chat_id).members[user_id] = Member(status, **fields)

    def block(self, chat_id: int, description: str = "bot was blocked by the user") -> None:
        """Let a chat refuse the bot with 403."""
        self.chat(chat_id, refuses=(403, f"Forbidden: {description}"))

    def unblock(self, chat_id: int) -> None:
        """Let a chat take messages again."""
        self.chat(chat_id, refuses=None)

    # --- what people do ---

    def receives(self, update: dict[str, Any], update_id: int | None = None) -> int:
        """Queue a raw update; return its id."""
        with self.world.lock:
            if update_id is None:
                update_id, self.world.next_update = (
                    self.world.next_update,
                    self.world.next_update + 1,
                )
            self.world.updates.append({"update_id": update_id} | update)
        self._server.wake()
        return update_id

    def user_says(
        self, chat_id: int, text: str, *, user: int | None = None, thread: int | None = None,
        **fields: Any,
    ) -> int:  # fmt: skip
        """Queue a message of a user; commands get their entity; return the update's id."""
        message = self._message(chat_id, user or abs(chat_id), text) | fields
        return self._arrives(chat_id, message, thread)

    def _arrives(self, chat_id: int, message: dict[str, Any], thread: int | None) -> int:
        if thread is not None:
            message |= {"message_thread_id": thread, "is_topic_message": True}
        kind = "channel_post" if self.chat(chat_id).type == "channel" else "message"
        update_id = self.receives({kind: message})
        self.world.said[update_id] = message["message_id"]
        return update_id

    def user_sends(
        self, chat_id: int, *, user: int | None = None, thread: int | None = None, **content: Any
    ) -> int:
        """Queue a message of a user that is no text: a location, a document."""
        without = self._message(chat_id, user or abs(chat_id), "")
        del without["text"]
        return self._arrives(chat_id, without | content, thread)

    def document(self, name: str, content: bytes, **fields: Any) -> dict[str, Any]:
        """Keep a file; return the document that a message shows of it."""
        with self.world.lock:
            number = len(self.world.files) + 1
            self.world.files[f"file{number}"] = content
        ids = {"file_id": f"file{number}", "file_unique_id": f"unique{number}"}
        return ids | {"file_name": name, "file_size": len(content)} | fields

    def _message(self, chat_id: int, user: int, text: str) -> dict[str, Any]:
        with self.world.lock:
            chat = self.world.chat(chat_id)
            raw: dict[str, Any] = {
                "message_id": self.world.message_id(chat_id),
                "date": int(time.time()),
                "chat": chat.as_json(),
                "text": text,
            }
        if chat.type != "channel":
            raw["from"] = _user(user)
        if text.startswith("/"):
            length = len(text.split(maxsplit=1)[0])
            raw["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return raw

    def presses(
        self, message: Delivered, label: str | None = None, *, user: int | None = None,
        data: str | None = None,
    ) -> str:  # fmt: skip
        """Press a button (by its label, or forge its data); return the callback query's id."""
        if data is None:
            data = message.button(label or "")["callback_data"]
        with self.world.lock:
            callback_id = self.world.callback_id()
            raw = self.world.as_message(message)
        query = {"id": callback_id, "from": _user(user or abs(message.chat_id)), "message": raw}
        self.receives({"callback_query": query | {"chat_instance": "1", "data": data}})
        return callback_id

    def answer_to(self, callback_id: str) -> dict[str, Any] | None:
        """Return what the bot answered to a press, or None."""
        return self.world.callback_answers.get(callback_id)

    def becomes(self, chat_id: int, status: str, *, by: int = 1) -> int:
        """Change the bot's own standing in a chat (``kicked``, ``member`` …)."""
        chat = self.chat(chat_id)
        bot = {"id": BOT_ID, "is_bot": True, "first_name": "Khabardar"}
        until = {"until_date": 0} if status == "kicked" else {}
        change = {
            "chat": chat.as_json(),
            "from": _user(by),
            "date": int(time.time()),
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": {"user": bot, "status": status} | until,
        }
        return self.receives({"my_chat_member": change})


def _user(user_id: int) -> dict[str, Any]:
    return {"id": user_id, "is_bot": False, "first_name": "Somebody", "language_code": "en"}
