"""Presses of buttons: what a button says is looked up again within the chat it stands in."""

from __future__ import annotations

import logging

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ContextTypes

from bot.delivery.callbacks import DETAILS, unpack
from bot.errors import InputError
from handlers.desk import Front, request_of_press
from handlers.events import event_card
from handlers.requests import Desk

log = logging.getLogger(__name__)

UNKNOWN = "This button is from an older version; type the command instead."


class Buttons:
    """Answers presses: at once with a note or nothing, then through the outbox."""

    def __init__(self, desk: Desk, front: Front) -> None:
        self._desk = desk
        self._front = front

    async def pressed(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Do what the pressed button asks for."""
        query = update.callback_query
        if query is None:
            return
        note = await self._act(update)
        try:
            await query.answer(note)
        except TelegramError as error:  # too old or answered already: nobody waits for it
            log.debug("a press was not answered", extra={"why": str(error)})

    async def _act(self, update: Update) -> str | None:
        query = update.callback_query
        request = request_of_press(update, query, self._desk) if query else None
        if query is None or request is None or not self._front.admitted(request):
            return "That message is too old."
        action, arguments = unpack(query.data or "")
        if action != DETAILS or len(arguments) != 1:
            return UNKNOWN
        try:
            messages = await event_card(arguments[0], request, self._desk)
        except InputError as error:
            return str(error)[:200]
        await self._front.commit(request, lambda _: messages)
        return None
