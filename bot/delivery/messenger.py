"""The one place that sends messages to Telegram. It raises nothing: it returns an ``Outcome``."""

from __future__ import annotations

import os
from typing import Any

# Without it, python-telegram-bot warns whenever Telegram asks us to wait (RetryAfter).
os.environ.setdefault("PTB_TIMEDELTA", "true")

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputFile,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyParameters,
)
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.request import HTTPXRequest

from bot.delivery.classify import outcome_of
from bot.delivery.mark import marked
from bot.domain.delivery import (
    Act,
    Attachment,
    Button,
    OutboxRow,
    Outcome,
    Pin,
    Sent,
    TargetGone,
)

READ_TIMEOUT = 40.0
"""Seconds; python-telegram-bot's own 5 turn slow answers into uncertain ones."""
CONNECT_TIMEOUT = 10.0
WRITE_TIMEOUT = 20.0
POOL_TIMEOUT = 10.0
POOL = 8
"""Connections: 30 messages a second need no more, and a larger pool costs more CPU a message."""

LONGEST_REQUEST = CONNECT_TIMEOUT + WRITE_TIMEOUT + READ_TIMEOUT + POOL_TIMEOUT
"""Seconds a request may take at most: a lease must be longer."""

GENERAL_TOPIC = 1
"""Telegram refuses the General topic's own thread id: without one, messages go there."""

_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


def sending_request(*, read_timeout: float = READ_TIMEOUT) -> HTTPXRequest:
    """Return the HTTP client that sends messages: patient, with a small pool."""
    return HTTPXRequest(
        connection_pool_size=POOL,
        read_timeout=read_timeout,
        write_timeout=WRITE_TIMEOUT,
        connect_timeout=CONNECT_TIMEOUT,
        pool_timeout=POOL_TIMEOUT,
        media_write_timeout=WRITE_TIMEOUT,
    )


class TelegramMessenger:
    """Sends rows through a bot whose request was made by ``sending_request``."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, row: OutboxRow) -> Outcome:
        """Send, edit or reply as the row asks."""
        try:
            return await self._act(row)
        except Exception as error:  # noqa: BLE001 -- any exception after the request left matters
            return outcome_of(error, row)

    async def _act(self, row: OutboxRow) -> Outcome:
        if row.act is not Act.SEND:
            return await self._change(row)
        sent = await self._new(row)
        return Sent(sent.message_id)

    async def _new(self, row: OutboxRow) -> TelegramMessage:
        message = marked(row)
        if message.pin is not None and not row.plain:
            return await self._point_out(row, message.pin)
        if message.attachment is not None:
            return await self._show(row, message.attachment)
        return await self._say(row)

    async def _point_out(self, row: OutboxRow, pin: Pin) -> TelegramMessage:
        return await self._bot.send_venue(
            latitude=pin.latitude,
            longitude=pin.longitude,
            title=pin.title,
            address=pin.address,
            **_common(row),
        )

    async def _say(self, row: OutboxRow) -> TelegramMessage:
        text, mode = _text(row)
        return await self._bot.send_message(
            text=text, parse_mode=mode, link_preview_options=_NO_PREVIEW, **_common(row)
        )

    async def _show(self, row: OutboxRow, attachment: Attachment) -> TelegramMessage:
        caption, mode = _text(row)
        file = InputFile(attachment.content, filename=attachment.name)
        given = {"caption": caption or None, "parse_mode": mode} | _common(row)
        if attachment.picture:
            return await self._bot.send_photo(photo=file, **given)
        return await self._bot.send_document(document=file, **given)

    async def _change(self, row: OutboxRow) -> Outcome:
        if row.target_message_id is None:
            return TargetGone("the message to change was never sent")
        where: dict[str, Any] = {"chat_id": row.chat_id, "message_id": row.target_message_id}
        if row.act is Act.DELETE_BUTTONS:
            await self._bot.edit_message_reply_markup(**where)
        else:
            text, mode = _text(row)
            await self._bot.edit_message_text(
                text=text,
                parse_mode=mode,
                link_preview_options=_NO_PREVIEW,
                reply_markup=_keyboard(row.message.buttons),
                **where,
            )
        return Sent(row.target_message_id)


def _text(row: OutboxRow) -> tuple[str, str | None]:
    message = marked(row)
    return (message.plain, None) if row.plain else (message.html, ParseMode.HTML)


def _common(row: OutboxRow) -> dict[str, Any]:
    answered = row.reply_to_message_id or row.target_message_id
    return {
        "chat_id": row.chat_id,
        "message_thread_id": None if row.thread_id == GENERAL_TOPIC else row.thread_id,
        "disable_notification": row.message.silent or None,
        "reply_parameters": _reply(answered),
        "reply_markup": _key(row.message.asks_location) or _keyboard(row.message.buttons),
    }


def _reply(message_id: int | None) -> ReplyParameters | None:
    if message_id is None:
        return None
    return ReplyParameters(message_id, allow_sending_without_reply=True)


def _key(label: str) -> ReplyKeyboardMarkup | None:
    """Return the keyboard of one key that sends where the person is; it goes once it is pressed."""
    if not label:
        return None
    key = KeyboardButton(label, request_location=True)
    return ReplyKeyboardMarkup([[key]], resize_keyboard=True, one_time_keyboard=True)


def _keyboard(rows: tuple[tuple[Button, ...], ...]) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in rows])


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.text, url=button.url, callback_data=button.data)
