"""From an update to an answered command: admission, rights, one transaction.

The command's effect, its reply and the update's DONE commit together, so that a command that was
stored is applied once, whatever happens in between.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from telegram import CallbackQuery, Update
from telegram import Message as TelegramMessage
from telegram.ext import ContextTypes

from bot.crashpoints import crash
from bot.delivery.html import as_text, code, joined, message, text_message
from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Act, Message, NewOutboxRow, Priority, UpdateState
from bot.errors import FeedError, InputError, QueryError
from bot.protocols import Work
from bot.services.chats import welcome
from handlers.door import NOT_ADMITTED, Door
from handlers.elsewhere import addressed, answered
from handlers.files import attached
from handlers.flow import Flow
from handlers.requests import Command, Desk, Edited, Job, Reply, Request, Right
from handlers.rights import Rights, Sender, may, sender_of
from handlers.texts import NO_SUCH_COMMAND, NOT_ALLOWED, TOO_MANY

Context = ContextTypes.DEFAULT_TYPE

EXPECTED = (InputError, FeedError)
"""Errors whose text is meant for the person; any other one is the operator's."""


class Front:
    """Answers commands: one instance an application."""

    def __init__(self, desk: Desk, rights: Rights, door: Door) -> None:
        self._desk = desk
        self._rights = rights
        self._door = door
        self._flow = Flow()

    async def answer(self, command: Command, update: Update, context: Context) -> None:
        """Check who asks, run the command, store effect and reply in one transaction."""
        typed = update.effective_message
        sender = sender_of(typed) if typed else Sender.IGNORED
        if typed is None or sender is Sender.IGNORED:
            return
        request = request_of(update, typed, self._desk, words_of(typed, context))
        private = request.chat_type is ChatType.PRIVATE
        if not self.admitted(request):
            await self._door.turn_away(context.bot, request.scope, private=private)
        elif not self.takes(request, typed.date):
            await self.commit(request, _saying(TOO_MANY), key=_flood_key(request, typed))
        elif await self._may(command, request, sender, context):
            await self._obey(command, request, context)
        elif command.right is not Right.OWNER:
            await self.commit(request, _saying(NOT_ALLOWED))
        elif private:
            await self.commit(request, _saying(NO_SUCH_COMMAND))

    async def _obey(self, command: Command, request: Request, context: Context) -> None:
        try:
            about = await addressed(command, request, context.bot, self._rights)
        except InputError as error:
            await self.commit(request, _replying(explain(error)))
            return
        if self.admitted(about):
            await self.commit(about, await self._job(command, about))
        else:
            await self.commit(request, _saying(NOT_ADMITTED.format(chat_id=about.scope.chat_id)))

    def admitted(self, request: Request) -> bool:
        """Tell whether the chat, or who asks, is let in."""
        return self._door.admits(request.scope.chat_id, request.user_id)

    def takes(self, request: Request, asked_at: dt.datetime) -> bool:
        """Tell whether who asks has not asked too much of late, and count it if so."""
        return self._flow.takes(request.scope.chat_id, request.user_id, asked_at)

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

    async def lets_press(self, command: Command, request: Request, context: Context) -> bool:
        """Tell whether who pressed a button may do what this command does."""
        return await self._may(command, request, Sender.PERSON, context)

    async def _job(self, command: Command, request: Request) -> Job:
        try:
            return await command.act(request, self._desk)
        except EXPECTED as error:
            return _replying(explain(error))

    async def commit(self, request: Request, job: Job, *, key: str | None = None) -> None:
        """Run a job and store its replies; what it raises for the person becomes the reply."""
        try:
            await self._desk.store.write(lambda work: self._commit(work, request, job, key))
        except EXPECTED as error:
            excuse = _replying(explain(error))
            await self._desk.store.write(lambda work: self._commit(work, request, excuse, key))
        crash("after_reply")
        self._desk.changed()

    def _commit(self, work: Work, request: Request, job: Job, key: str | None) -> None:
        if work.inbox.state(request.update_id) is not UpdateState.NEW:
            return  # answered already, or erased with its chat: once is enough
        settings = self._desk.settings
        if request.home is not None:
            welcome(work, request.home.chat_id, ChatType.PRIVATE, settings, request.now)
        welcome(work, request.scope.chat_id, request.chat_type, settings, request.now)
        replies = [_possible(work, request, one) for one in answered(request, job(work))]
        crash("after_command")
        for row in reply_rows(request, replies, key):
            work.outbox.put(row, request.now)
        work.inbox.finish(request.update_id, UpdateState.DONE)


def _replying(reply: Message) -> Job:
    return lambda _: [reply]


def _saying(text: str) -> Job:
    return _replying(text_message(text))


def _flood_key(request: Request, typed: TelegramMessage) -> str:
    """Return the key of the one line that a minute's flood is answered with."""
    minute = int(typed.date.timestamp() // 60)
    return f"flood:{request.scope.chat_id}:{request.user_id}:{minute}"


def words_of(typed: TelegramMessage, context: Context) -> str:
    """Return what stands behind a command, or the whole text where it is none."""
    return (typed.text or "") if context.args is None else " ".join(context.args)


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
        bot=message.get_bot().username,
        verbatim=_verbatim(message),
        location=_location(message),
        document=attached(message),
    )


def _verbatim(message: TelegramMessage) -> str:
    words = (message.text or "").split(maxsplit=1)
    return words[1] if len(words) > 1 else ""


def _location(message: TelegramMessage) -> tuple[float, float] | None:
    """Return where a message, or the one that it answers, points to."""
    answered = message.reply_to_message
    location = message.location or (answered.location if answered else None)
    return (location.latitude, location.longitude) if location else None


def _possible(work: Work, request: Request, reply: Reply) -> Reply:
    """Return an edit as a new message where what it would edit is not there, or another chat's."""
    if isinstance(reply, Message):
        return reply
    target = work.outbox.find(_reply_key(reply.answered, 0))
    mine = target is not None and target.chat_id == request.scope.chat_id
    return reply if mine else reply.message


def reply_rows(
    request: Request, replies: Sequence[Reply], key: str | None = None
) -> list[NewOutboxRow]:
    """Return the outbox rows of a command's replies; the first one quotes the command."""
    return [_row(request, reply, number, key) for number, reply in enumerate(replies)]


def _row(request: Request, reply: Reply, number: int, key: str | None) -> NewOutboxRow:
    sent = reply if isinstance(reply, Message) else reply.message
    row = NewOutboxRow(
        dedupe_key=key or _reply_key(request.update_id, number),
        chat_id=request.answered_in.chat_id,
        thread_id=request.answered_in.thread_id,
        message=sent,
        priority=Priority.REPLY,
    )
    if isinstance(reply, Edited):
        return replace(row, act=Act.EDIT, target_key=_reply_key(reply.answered, 0))
    return replace(row, reply_to_message_id=request.message_id if number == 0 else None)


def _reply_key(update_id: int, number: int) -> str:
    return f"reply:{update_id}:{number}"


def explain(error: InputError | FeedError) -> Message:
    """Return the reply to input that cannot be used: what, where, and the nearest right thing."""
    if not isinstance(error, QueryError):
        return text_message(str(error))
    hint = as_text("Did you mean: ") + code(error.suggestion) if error.suggestion else ""
    return message(joined("\n", [f"{error.why} (at character {error.position + 1}).", hint]))


def handler_of(command: Command, front: Front) -> Any:
    """Return the function that python-telegram-bot calls for a command."""

    async def handle(update: Update, context: Context) -> None:
        await front.answer(command, update, context)

    return handle
