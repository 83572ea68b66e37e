"""Updates come in: stored before they are acknowledged, handled once, in order within a chat.

python-telegram-bot's own polling acknowledges updates before they are handled (a kill then loses
them), so ``Receiver`` asks for raw updates itself and ``Clerk`` feeds stored ones to the
application's handlers. See docs/reliability.md ("Inbound").
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import logging
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import Any

from telegram import Bot, Message, Update
from telegram.constants import ChatType
from telegram.error import Conflict, EndPointNotFound, InvalidToken, RetryAfter, TelegramError
from telegram.ext import Application

from bot.crashpoints import crash
from bot.delivery.html import text_message
from bot.domain.delivery import NewOutboxRow, Priority, StoredUpdate, UpdateState
from bot.errors import StorageError
from bot.protocols import Clock, Store, Work
from handlers.texts import FAILED

log = logging.getLogger(__name__)

ALLOWED_UPDATES = (
    "message",
    "channel_post",
    "callback_query",
    "my_chat_member",
    "chat_member",
)
GET_UPDATES = "getupdates"
"""Telegram's names are case-insensitive; in this spelling the library hands over raw JSON without
the advice to use its own method, which cannot."""
ATTEMPTS = 3
LONG_POLL = 25
BACK_OFF = 3.0

WEBHOOK_SET = "a webhook is set for this token: polling gets nothing until it is deleted"
SECOND_INSTANCE = "another instance is running with this token; waiting for it to stop"

Sleep = Callable[[float], Awaitable[None]]


def _utc_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Receiver:
    """Gets updates from Telegram and stores them; only what is stored is acknowledged."""

    def __init__(
        self,
        bot: Bot,
        store: Store,
        clock: Clock,
        arrived: Callable[[], None],
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._sleep = sleep
        self._bot = bot
        self._store = store
        self._clock = clock
        self._arrived = arrived
        self._offset: int | None = None

    async def run(self) -> None:
        """Receive until cancelled. Raises ``InvalidToken``; anything else is waited out."""
        await self._say_if_webhook()
        while True:
            try:
                await self.receive_once()
            except InvalidToken:
                raise
            except EndPointNotFound as error:
                # What the library makes of a refused token here; getUpdates itself surely exists.
                raise InvalidToken from error
            except (TelegramError, StorageError) as error:
                await self._sleep(_wait_after(error))

    async def receive_once(self, timeout: int = LONG_POLL) -> int:  # noqa: ASYNC109 - Telegram's own
        """Ask once, store what comes, and only then move the offset; return how many came."""
        asked: dict[str, Any] = {"timeout": timeout, "allowed_updates": list(ALLOWED_UPDATES)}
        if self._offset is not None:
            asked["offset"] = self._offset
        raw: list[dict[str, Any]] = await self._bot.do_api_request(
            GET_UPDATES, api_kwargs=asked, read_timeout=timeout + 15
        )
        if not raw:
            return 0
        rows = [(int(update["update_id"]), json.dumps(update)) for update in raw]
        await self._store.write(lambda work: work.inbox.add(rows, self._clock()))
        crash("after_inbox")
        self._offset = rows[-1][0] + 1
        self._arrived()
        return len(rows)

    async def _say_if_webhook(self) -> None:
        try:
            info = await self._bot.get_webhook_info()
        except InvalidToken:
            raise
        except TelegramError:
            return
        if info.url:
            log.error(WEBHOOK_SET)


def _wait_after(error: TelegramError | StorageError) -> float:
    """Say why no updates come, and return how many seconds to wait before asking again."""
    if isinstance(error, Conflict):
        said = str(error).lower()
        log.error(WEBHOOK_SET if "webhook" in said else SECOND_INSTANCE)
        return BACK_OFF * 5
    if isinstance(error, RetryAfter):
        return _seconds(error.retry_after)
    log.warning("no updates for now", extra={"error": str(error)})
    return BACK_OFF


def _seconds(value: float | dt.timedelta) -> float:
    return value.total_seconds() if isinstance(value, dt.timedelta) else float(value)


class Clerk:
    """Handles stored updates: one at a time within a chat, chats beside each other."""

    def __init__(
        self,
        application: Application[Any, Any, Any, Any, Any, Any],
        store: Store,
        clock: Clock = _utc_now,
    ) -> None:
        self._application = application
        self._store = store
        self._clock = clock
        self._busy: dict[int, asyncio.Task[None]] = {}
        self._failed: dict[int, BaseException] = {}
        application.add_error_handler(self._note_error)

    async def _note_error(self, update: object, context: Any) -> None:
        if isinstance(update, Update):
            self._failed[update.update_id] = context.error

    async def tick(self) -> int:
        """Start work on every chat that has updates waiting; return how many chats were idle."""
        waiting = await self._store.read(lambda work: work.inbox.waiting())
        started = 0
        for chat_id, updates in _by_chat(waiting).items():
            if chat_id not in self._busy:
                task = asyncio.create_task(self._handle_all(updates))
                self._busy[chat_id] = task
                task.add_done_callback(partial(self._idle, chat_id))
                started += 1
        return started

    def _idle(self, chat_id: int, task: asyncio.Task[None]) -> None:
        self._busy.pop(chat_id, None)
        if not task.cancelled() and (error := task.exception()):
            log.error("the updates of a chat have to wait", exc_info=error)

    async def drain(self) -> None:
        """Handle all that waits, to the end: for shutdown and tests."""
        while await self.tick() or self._busy:
            await asyncio.gather(*self._busy.values())

    async def _handle_all(self, updates: Iterable[StoredUpdate]) -> None:
        for update in updates:
            await self._handle(update)

    async def _handle(self, stored: StoredUpdate) -> None:
        attempts = await self._store.write(lambda work: _begin(work, stored.update_id))
        if not attempts:
            return
        update = self._parse(stored)
        if update is None:
            await self._finish(stored, UpdateState.QUARANTINED, "not an update that can be read")
            return
        await self._application.process_update(update)
        error = self._failed.pop(stored.update_id, None)
        if error is None:
            await self._finish(stored, UpdateState.DONE)
            return
        log.error("an update failed", exc_info=error, extra={"attempts": attempts})
        if attempts >= ATTEMPTS:
            await self._finish(stored, UpdateState.QUARANTINED, repr(error), apology(update))

    def _parse(self, stored: StoredUpdate) -> Update | None:
        try:
            return Update.de_json(json.loads(stored.raw), self._application.bot)
        except Exception:
            log.exception("an update cannot be read", extra={"update_id": stored.update_id})
            return None

    async def _finish(
        self,
        stored: StoredUpdate,
        state: UpdateState,
        error: str | None = None,
        reply: NewOutboxRow | None = None,
    ) -> None:
        def job(work: Work) -> None:
            if work.inbox.state(stored.update_id) is UpdateState.NEW:
                work.inbox.finish(stored.update_id, state, error)
                if reply is not None:
                    work.outbox.put(reply, self._clock())

        await self._store.write(job)


def _begin(work: Work, update_id: int) -> int:
    """Count an attempt; return 0 where the update was handled since it was looked up."""
    if work.inbox.state(update_id) is not UpdateState.NEW:
        return 0
    return work.inbox.attempt(update_id)


def apology(update: Update) -> NewOutboxRow | None:
    """Return what the person hears whose command failed for reasons of our own."""
    typed = update.effective_message
    if typed is None or not _was_asked(typed):
        return None
    return NewOutboxRow(
        dedupe_key=f"reply:{update.update_id}:0",
        chat_id=typed.chat.id,
        thread_id=typed.message_thread_id if typed.is_topic_message else None,
        message=text_message(FAILED),
        priority=Priority.REPLY,
        reply_to_message_id=typed.message_id,
    )


def _was_asked(typed: Message) -> bool:
    """Tell whether a message asked something of us: a command, or what is sent to us alone."""
    words = typed.text or typed.caption or ""
    sent = typed.document is not None or typed.location is not None
    return words.startswith("/") or (sent and typed.chat.type == ChatType.PRIVATE)


def _by_chat(updates: Iterable[StoredUpdate]) -> dict[int, list[StoredUpdate]]:
    """Group updates by chat, in order; those without one share a group."""
    groups: dict[int, list[StoredUpdate]] = {}
    for update in updates:
        groups.setdefault(_chat_of(update.raw), []).append(update)
    return groups


def _chat_of(raw: str) -> int:
    try:
        content = json.loads(raw)
        for part in content.values():
            if isinstance(part, dict):
                chat = part.get("chat") or (part.get("message") or {}).get("chat") or {}
                return int(chat.get("id", 0))
    except (ValueError, AttributeError, TypeError):
        pass
    return 0
