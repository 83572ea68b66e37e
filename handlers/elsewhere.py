"""A command typed in a private chat for a channel or group that the person administers.

``/subscribe @channel blast`` works on the channel's subscriptions and is answered in private.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from telegram import Bot, ChatFullInfo
from telegram.error import TelegramError

from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Message
from bot.errors import InputError
from handlers.requests import Command, Reply, Request
from handlers.rights import Rights

NOT_YOURS = "{name}: only administrators of it can do that, and the bot must be in it as one too."


async def addressed(command: Command, request: Request, bot: Bot, rights: Rights) -> Request:
    """Return the request for the chat that its words name first, or the request itself.

    Both who asks and the bot have to be administrators there, now; whether the chat exists is not
    told to anybody else.

    Raises:
        InputError: they are not, or there is no such chat.

    """
    name, _, rest = request.arguments.partition(" ")
    private = request.chat_type is ChatType.PRIVATE
    if not (command.elsewhere and private and request.user_id and _is_name(name)):
        return request
    there = await _chat(bot, name)
    if there is None or not await _both_manage(there.id, request.user_id, bot, rights):
        raise InputError(NOT_YOURS.format(name=name))
    return replace(
        request,
        scope=Scope(there.id),
        chat_type=ChatType(there.type),
        arguments=rest.strip(),
        home=request.scope,
    )


async def _both_manage(chat_id: int, user_id: int, bot: Bot, rights: Rights) -> bool:
    for one in (bot.id, user_id):
        rights.forget(chat_id, one)  # asked each time, for nobody of the chat sees what is done
    return await rights.is_admin(bot, chat_id, bot.id) and await rights.is_admin(
        bot, chat_id, user_id
    )


def _is_name(word: str) -> bool:
    return len(word) > 1 and word[0] == "@" and word[1:].isascii() and word[1:].isidentifier()


async def _chat(bot: Bot, name: str) -> ChatFullInfo | None:
    try:
        chat = await bot.get_chat(name)
    except TelegramError:
        return None
    return None if chat.type == ChatType.PRIVATE else chat


def answered(request: Request, replies: Sequence[Reply]) -> Sequence[Reply]:
    """Return replies as they can stand in the chat that they go to: buttons work at home only."""
    if request.home is None:
        return replies
    return [replace(one, buttons=()) if isinstance(one, Message) else one for one in replies]
