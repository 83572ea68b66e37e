"""What Telegram tells of a chat itself: blocked, unblocked, moved to a new id, admins changed."""

from __future__ import annotations

import logging

from telegram import ChatMember, ChatMemberUpdated, Update
from telegram.ext import ContextTypes

from bot.domain.chats import ChatType
from bot.protocols import Work
from handlers.requests import Desk
from handlers.rights import Rights

log = logging.getLogger(__name__)

_GONE = (ChatMember.LEFT, ChatMember.BANNED)


class Membership:
    """Keeps the state of chats in step with Telegram."""

    def __init__(self, desk: Desk, rights: Rights) -> None:
        self._desk = desk
        self._rights = rights

    async def own_status(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Suspend a chat that blocked or removed the bot, resume one that let it back in."""
        change = update.my_chat_member
        if change is not None:
            await self._desk.store.write(lambda work: self._follow(work, change))
            self._desk.changed()

    def _follow(self, work: Work, change: ChatMemberUpdated) -> None:
        chat = change.chat
        if change.new_chat_member.status in _GONE:
            if work.chats.get(chat.id) is not None:
                work.chats.suspend(chat.id, "the bot was blocked or removed", self._desk.clock())
            return
        if work.chats.get(chat.id) is not None or self._desk.settings.may_use(chat.id):
            work.chats.ensure(chat.id, ChatType(chat.type), self._desk.clock())
            work.chats.resume(chat.id)

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
