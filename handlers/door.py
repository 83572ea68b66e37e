"""Who is let in. The list is closed unless the settings open it; strangers get one polite line."""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.delivery.html import text_message
from bot.domain.chats import Scope
from bot.domain.delivery import NewOutboxRow, Priority
from handlers.requests import Desk

log = logging.getLogger(__name__)

NOT_ADMITTED = (
    "This bot serves a closed circle. If you should be in it, give its owner this number: {chat_id}"
)


class Door:
    """Lets in whom the settings name, and turns away the others.

    Of these only the number is kept, so that they hear it once.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def admits(self, chat_id: int, user_id: int | None) -> bool:
        """Tell whether the chat, or who asks in it, is let in."""
        settings = self._desk.settings
        return settings.may_use(chat_id) or user_id in settings.owner_ids

    async def turn_away(self, bot: Bot, scope: Scope, *, private: bool) -> None:
        """Say the polite line; once in a private chat, and elsewhere as the last word."""
        text = NOT_ADMITTED.format(chat_id=scope.chat_id)
        if private:
            await self._say_once(scope, text)
        else:
            await self._leave(bot, scope, text)

    async def _say_once(self, scope: Scope, text: str) -> None:
        row = NewOutboxRow(
            dedupe_key=f"closed:{scope.chat_id}",
            chat_id=scope.chat_id,
            thread_id=scope.thread_id,
            message=text_message(text),
            priority=Priority.BROADCAST,
        )
        now = self._desk.clock()
        await self._desk.store.write(lambda work: work.outbox.put(row, now))
        self._desk.changed()

    async def _leave(self, bot: Bot, scope: Scope, text: str) -> None:
        """Speak directly, not through the outbox: that would speak after the bot has left."""
        chat_id = scope.chat_id
        for what in (
            lambda: bot.send_message(chat_id, text, message_thread_id=scope.thread_id),
            lambda: bot.leave_chat(chat_id),
        ):
            try:
                await what()
            except TelegramError as error:
                log.info("a strange chat could not be left well", extra={"why": str(error)})
