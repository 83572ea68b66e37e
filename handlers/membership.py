"""What Telegram tells of a chat itself: blocked, unblocked, moved to a new id, admins changed."""

from __future__ import annotations

import logging

from telegram import Chat, ChatMember, Update
from telegram.ext import ContextTypes

from bot.domain.chats import ChatType, Scope
from bot.protocols import Work
from bot.services.chats import welcome
from handlers.door import Door
from handlers.requests import Desk
from handlers.rights import Rights

log = logging.getLogger(__name__)

_GONE = (ChatMember.LEFT, ChatMember.BANNED)


class Membership:
    """Keeps the state of chats in step with Telegram."""

    def __init__(self, desk: Desk, rights: Rights, door: Door) -> None:
        self._desk = desk
        self._rights = rights
        self._door = door

    async def own_status(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Follow what became of the bot in a chat: blocked, let back in, or added by a stranger."""
        change = update.my_chat_member
        if change is None:
            return
        chat = change.chat
        if change.new_chat_member.status in _GONE:
            await self._desk.store.write(lambda work: self._suspend(work, chat.id))
        elif self._door.admits(chat.id, change.from_user.id):
            await self._desk.store.write(lambda work: self._resume(work, chat))
        elif chat.type != ChatType.PRIVATE:
            await self._door.turn_away(context.bot, Scope(chat.id), private=False)
        self._desk.changed()

    def _suspend(self, work: Work, chat_id: int) -> None:
        if work.chats.get(chat_id) is not None:
            work.chats.suspend(chat_id, "the bot was blocked or removed", self._desk.clock())

    def _resume(self, work: Work, chat: Chat) -> None:
        settings, now = self._desk.settings, self._desk.clock()
        welcome(work, chat.id, ChatType(chat.type), settings, now)

    async def member_status(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Forget what is known of a member's rights: they have just changed."""
        change = update.chat_member
        if change is not None:
            self._rights.forget(change.chat.id, change.new_chat_member.user.id)

    async def migrated(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Move everything of a group that became a supergroup to its new id."""
        message = update.effective_message
        if message is None:
            return
        new = message.migrate_to_chat_id or message.chat.id
        old = message.migrate_from_chat_id or message.chat.id
        if new != old:
            await self._desk.store.write(lambda work: work.chats.migrate(old, new))
            self._desk.changed()
