"""From an update to an answered command: admission, rights, one transaction.

The command's effect, its reply and the update's DONE commit together, so that a command that was
stored is applied once, whatever happens in between.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.delivery.html import text_message
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Message, NewOutboxRow, Priority, UpdateState
from bot.errors import KhabardarError, QueryError
from bot.protocols import Work
from handlers.requests import Command, Desk, Job, Request
from handlers.rights import Rights, Sender, may, sender_of

log = logging.getLogger(__name__)

Context = ContextTypes.DEFAULT_TYPE

NOT_ADMITTED = (
    "This bot serves a closed circle. If you should be in it, give its owner this number: {chat_id}"
)
NOT_ALLOWED = "Only administrators of this chat can do that."


class Front:
    """Answers commands: one instance an application."""

    def __init__(self, desk: Desk, rights: Rights) -> None:
        self._desk = desk
        self._rights = rights

    async def answer(self, command: Command, update: Update, context: Context) -> None:
        """Check who asks, run the command, store effect and reply in one transaction."""
        message = update.effective_message
        if message is None:
            return
        sender = sender_of(message)
        if sender is Sender.IGNORED:
            return
        request = request_of(update, message, self._desk, " ".join(context.args or ()))
        if not self.admitted(request):
            await self._turn_away(request, context)
            return
        if not await self._may(command, request, sender, context):
            await self.commit(request, lambda _: [text_message(NOT_ALLOWED)])
            return
        await self.commit(request, await self._job(command, request))

    def admitted(self, request: Request) -> bool:
        """Tell whether the chat, or who asks, is let in."""
        settings = self._desk.settings
        return settings.may_use(request.scope.chat_id) or request.user_id in settings.owner_ids

    async def _turn_away(self, request: Request, context: Context) -> None:
        chat_id = request.scope.chat_id
        text = NOT_ADMITTED.format(chat_id=chat_id)
        await self.commit(request, lambda _: [text_message(text)], key=f"closed:{chat_id}")
        if request.chat_type is not ChatType.PRIVATE:
            try:
                await context.bot.leave_chat(chat_id)
            except TelegramError as error:
                log.info("could not leave a chat", extra={"error": str(error)})

    async def _may(
        self, command: Command, request: Request, sender: Sender, context: Context
    ) -> bool:
        private = request.chat_type is ChatType.PRIVATE
        user = request.user_id
        admin = sender in (Sender.ANONYMOUS_ADMIN, Sender.CHANNEL_ITSELF)
        chat = await self._desk.store.read(lambda work: work.chats.get(request.scope.chat_id))
        opened = chat is not None and chat.members_may_subscribe
        owner = user in self._desk.settings.owner_ids
        if may(command.right, private=private, admin=admin, opened=opened, owner=owner):
            return True
        if private or user is None or sender is not Sender.PERSON:
            return False
        admin = await self._rights.is_admin(context.bot, request.scope.chat_id, user)
        return may(command.right, private=private, admin=admin, opened=opened, owner=owner)

    async def _job(self, command: Command, request: Request) -> Job:
        try:
            return await command.act(request, self._desk)
        except KhabardarError as error:
            reply = explain(error)
            return lambda _: [reply]

    async def commit(self, request: Request, job: Job, *, key: str | None = None) -> None:
        """Run a job and store its replies; what it raises for the person becomes the reply."""
        try:
            await self._desk.store.write(lambda work: self._commit(work, request, job, key))
        except KhabardarError as error:
            reply = explain(error)
            await self._desk.store.write(
                lambda work: self._commit(work, request, lambda _: [reply], key)
            )
        self._desk.changed()

    def _commit(self, work: Work, request: Request, job: Job, key: str | None) -> None:
        self._welcome(work, request)
        replies = job(work)
        for row in reply_rows(request, replies, key):
            work.outbox.put(row, request.now)
        work.inbox.finish(request.update_id, UpdateState.DONE)

    def _welcome(self, work: Work, request: Request) -> None:
        """Make the chat known; a new one starts with the settings' defaults."""
        settings = self._desk.settings
        new = work.chats.get(request.scope.chat_id) is None
        chat = work.chats.ensure(request.scope.chat_id, request.chat_type, request.now)
        if new:
            zone, silent = settings.default_zone, settings.silent_below
            work.chats.save(replace(chat, zone=zone, silent_below=silent))


def request_of_press(update: Update, query: CallbackQuery, desk: Desk) -> Request | None:
    """Return what a button's press asks; ``None`` where its message cannot be reached any more."""
    message = query.message
    if not isinstance(message, TelegramMessage):
        return None
    return request_of(update, message, desk, "")


def request_of(update: Update, message: TelegramMessage, desk: Desk, arguments: str) -> Request:
    """Return what was asked: scope and sender come from the update alone, never from its words."""
    thread = message.message_thread_id if message.is_topic_message else None
    user = update.effective_user
    return Request(
        update_id=update.update_id,
        scope=Scope(message.chat.id, None if thread == 1 else thread),
        chat_type=ChatType(message.chat.type),
        user_id=user.id if user else None,
        arguments=arguments,
        message_id=message.message_id,
        now=desk.clock(),
    )


def reply_rows(
    request: Request, replies: Sequence[Message], key: str | None = None
) -> list[NewOutboxRow]:
    """Return the outbox rows of a command's replies; the first one quotes the command."""
    return [
        NewOutboxRow(
            dedupe_key=key or f"reply:{request.update_id}:{number}",
            chat_id=request.scope.chat_id,
            thread_id=request.scope.thread_id,
            message=message,
            priority=Priority.REPLY,
            reply_to_message_id=request.message_id if number == 0 else None,
        )
        for number, message in enumerate(replies)
    ]


def explain(error: KhabardarError) -> Message:
    """Return the reply to input that cannot be used: what, where, and the nearest right thing."""
    if isinstance(error, QueryError):
        hint = f"\nDid you mean: {error.suggestion}" if error.suggestion else ""
        return text_message(f"{error.why} (at character {error.position + 1}).{hint}")
    return text_message(str(error))


def handler_of(command: Command, front: Front) -> Any:
    """Return the function that python-telegram-bot calls for a command."""

    async def handle(update: Update, context: Context) -> None:
        await front.answer(command, update, context)

    return handle
