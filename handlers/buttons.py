"""Presses of buttons: what a button says is looked up again within the chat it stands in."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from telegram import CallbackQuery, Update
from telegram.error import TelegramError

from bot.delivery.callbacks import (
    BROADCAST,
    DETAILS,
    EXPORT,
    MAP,
    MUTE,
    PREVIEW,
    REMIND,
    ROW,
    SOURCES,
    WRONG,
    unpack,
)
from bot.domain.chats import ChatType
from bot.domain.delivery import Message
from bot.errors import InputError
from handlers import broadcasts, files, mutes, previews, remarks, rows
from handlers.desk import Context, Front, request_of_press
from handlers.events import event_card, event_map, event_sources
from handlers.reminders import REMIND as REMINDING
from handlers.reminders import remind_me
from handlers.requests import Command, Desk, Job, Request
from handlers.subscriptions import LIST, SUBSCRIBE
from handlers.texts import NOT_YOUR_BUTTON, TOO_MANY

log = logging.getLogger(__name__)

UNKNOWN = "This button is from an older version; type the command instead."
DIGITS = 18
"""Of a number in a button: what a database takes."""
Arguments = tuple[str, ...]

_SHOWN: dict[str, Callable[[str, Request, Desk], Awaitable[list[Message]]]] = {
    DETAILS: event_card,
    SOURCES: event_sources,
    MAP: event_map,
}
"""What everybody in the chat may look at."""
_DONE: dict[str, tuple[Command, Callable[[str, Request, Desk], Awaitable[Job]]]] = {
    REMIND: (REMINDING, remind_me),
    MUTE: (mutes.MUTING, mutes.offered),
    WRONG: (remarks.REMARKING, remarks.offered),
    EXPORT: (files.EXPORTING, files.export_as),
}
"""What needs the right of a command."""
_CHOSEN: dict[str, tuple[Command, Callable[[Arguments, Request, Desk], Awaitable[Job | None]]]] = {
    MUTE: (mutes.MUTING, mutes.chosen),
    WRONG: (remarks.REMARKING, remarks.chosen),
    BROADCAST: (broadcasts.BROADCASTING, broadcasts.chosen),
}
"""What is chosen of an offer: what it is about comes first, last the update that it answered."""
_LEAST = 3
"""Arguments of a choice: of which event, what, where."""


class Buttons:
    """Answers presses: at once with a note or nothing, then through the outbox."""

    def __init__(self, desk: Desk, front: Front) -> None:
        self._desk = desk
        self._front = front

    async def pressed(self, update: Update, context: Context) -> None:
        """Do what the pressed button asks for."""
        query = update.callback_query
        if query is None:
            return
        try:
            note = await self._act(update, query, context)
        except InputError as error:
            note = str(error)[:200]
        try:
            await query.answer(note)
        except TelegramError as error:  # too old or answered already: nobody waits for it
            log.debug("a press was not answered", extra={"why": str(error)})

    async def _act(self, update: Update, query: CallbackQuery, context: Context) -> str | None:
        request = request_of_press(update, query, self._desk)
        if request is None or not self._front.admitted(request):
            return "That message is too old."
        if not self._front.takes(request, request.now):
            return TOO_MANY
        action, arguments = unpack(query.data or "")
        if action in (PREVIEW, ROW):
            return await self._subscription(action, arguments, request, context)
        if len(arguments) == 1:
            return await self._event(action, arguments[0], request, context)
        return await self._choice(action, arguments, request, context)

    async def _event(
        self, action: str, public_id: str, request: Request, context: Context
    ) -> str | None:
        if action in _SHOWN:
            return await self._show(action, public_id, request, context)
        if action not in _DONE:
            return UNKNOWN
        command, act = _DONE[action]
        if not await self._front.lets_press(command, request, context):
            # An anonymous administrator presses under an id that is in no list of administrators.
            return NOT_YOUR_BUTTON.format(command=command.names[0], arguments=public_id)
        await self._front.commit(request, await act(public_id, request, self._desk))
        return None

    async def _show(
        self, action: str, public_id: str, request: Request, context: Context
    ) -> str | None:
        """Show something of an event; in a channel, where all readers see it, to administrators."""
        everybody = request.chat_type is not ChatType.CHANNEL
        if not (everybody or await self._front.lets_press(SUBSCRIBE, request, context)):
            return NOT_YOUR_BUTTON.format(command="event", arguments=public_id)
        messages = await _SHOWN[action](public_id, request, self._desk)
        await self._front.commit(request, lambda _: messages)
        return None

    async def _choice(
        self, action: str, arguments: Arguments, request: Request, context: Context
    ) -> str | None:
        if action not in _CHOSEN or len(arguments) < _LEAST or not _is_number(arguments[-1]):
            return UNKNOWN
        command, act = _CHOSEN[action]
        if not await self._front.lets_press(command, request, context):
            return NOT_YOUR_BUTTON.format(command=command.names[0], arguments=arguments[0])
        return await self._commit(request, await act(arguments, request, self._desk))

    async def _commit(self, request: Request, job: Job | None) -> str | None:
        if job is None:
            return UNKNOWN
        await self._front.commit(request, job)
        return None

    async def _subscription(
        self, action: str, arguments: Arguments, request: Request, context: Context
    ) -> str | None:
        verb, *numbers = arguments or ("",)
        if len(numbers) != (2 if action == PREVIEW else 3) or not all(map(_is_number, numbers)):
            return UNKNOWN
        needed = LIST if action == ROW and verb == rows.GO else SUBSCRIBE
        if not await self._front.lets_press(needed, request, context):
            # What it does can be typed: /edit, /unsubscribe, /pause, /resume, /share.
            return NOT_YOUR_BUTTON.format(command=LIST.names[0], arguments="").rstrip()
        own, at, *page = map(int, numbers)
        job = await (
            rows.pressed(verb, own, at, page[0], request, self._desk)
            if page
            else previews.pressed(verb, own, at, request, self._desk)
        )
        return await self._commit(request, job)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= DIGITS
