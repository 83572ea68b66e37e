"""Who may do what. The table is in docs/reliability.md ("Who may do what").

``sender_of`` and ``may`` are pure; ``Rights`` asks Telegram, keeps answers for a minute, and reads
every failure as "no".
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass, field
from enum import StrEnum

from telegram import Bot, ChatMember, Message
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.protocols import Clock
from handlers.requests import Right

log = logging.getLogger(__name__)

CACHE = dt.timedelta(seconds=60)
_ADMINS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class Sender(StrEnum):
    """What kind of sender a message has."""

    PERSON = "person"
    ANONYMOUS_ADMIN = "anonymous_admin"
    CHANNEL_ITSELF = "channel_itself"
    IGNORED = "ignored"


def sender_of(message: Message) -> Sender:
    """Tell who speaks: bots, forwards and people posting as a channel are ignored."""
    if message.forward_origin is not None or message.is_automatic_forward:
        return Sender.IGNORED
    if message.chat.type == ChatType.CHANNEL:
        return Sender.CHANNEL_ITSELF
    if message.sender_chat is not None:
        same = message.sender_chat.id == message.chat.id
        return Sender.ANONYMOUS_ADMIN if same else Sender.IGNORED
    if message.from_user is None or message.from_user.is_bot or message.via_bot:
        return Sender.IGNORED
    return Sender.PERSON


def may(right: Right, *, private: bool, admin: bool, opened: bool, owner: bool) -> bool:
    """Tell whether a sender may use a command that needs ``right``."""
    if right is Right.OWNER:
        return private and owner
    if private or admin or right is Right.SEE:
        return True
    return right is Right.CHANGE and opened


@dataclass(slots=True)
class Rights:
    """Asks Telegram who is an administrator; an error means that nobody is."""

    clock: Clock
    _known: dict[tuple[int, int], tuple[dt.datetime, bool]] = field(default_factory=dict)

    async def is_admin(self, bot: Bot, chat_id: int, user_id: int) -> bool:
        """Tell whether the user is an administrator of the chat now (at most a minute old)."""
        now = self.clock()
        asked_at, answer = self._known.get((chat_id, user_id), (None, False))
        if asked_at is not None and now - asked_at <= CACHE:
            return answer
        try:
            member = await bot.get_chat_member(chat_id, user_id)
        except TelegramError as error:
            log.warning("no answer on who is admin, so nobody is", extra={"error": str(error)})
            return False
        answer = member.status in _ADMINS
        self._known = {who: known for who, known in self._known.items() if now - known[0] <= CACHE}
        self._known[chat_id, user_id] = (now, answer)
        return answer

    def forget(self, chat_id: int, user_id: int) -> None:
        """Drop what is known of a member whose status has changed."""
        self._known.pop((chat_id, user_id), None)
