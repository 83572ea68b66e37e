"""What an exception of python-telegram-bot says: the message arrived, may have, or did not.

The exception's class is not enough: a connect timeout (nothing was sent) and a read timeout (it
may have arrived) are both ``TimedOut``, and ``BadRequest`` is a ``NetworkError``. So the cause and
Telegram's words decide; the words are in the tables below.
"""

from __future__ import annotations

import datetime as dt

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.domain.delivery import (
    BadContent,
    Migrated,
    NotSent,
    OutboxRow,
    Outcome,
    Refused,
    Sent,
    TargetGone,
    ThreadGone,
    Unauthorised,
    Uncertain,
)

FLOOD_PAUSE = dt.timedelta(seconds=60)
"""How long to wait after a 429 that does not say how long."""

PUZZLE_PAUSE = dt.timedelta(minutes=15)
"""How long to wait after a refusal that we do not understand."""

_NEVER_LEFT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
    httpx.InvalidURL,
)
"""Causes that mean that no byte of the request reached Telegram."""

_CHAT_CLOSED = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user is deactivated",
    "input_user_deactivated",
    "was blocked by the user",
    "was kicked",
    "is not a member",
    "chat was deleted",
    "chat is deactivated",
    "chat was deactivated",
    "can't initiate conversation",
    "can't send messages to bots",
    "chat_write_forbidden",
    "chat_restricted",
    "chat_send_plain_forbidden",
    "not enough rights",
    "have no rights to send",
    "need administrator rights",
)
_THREAD_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_TARGET_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message to be replied not found",
    "message to reply not found",
    "replied message not found",
    "message_id_invalid",
)
_CONTENT = (
    "can't parse entities",
    "can't parse inline keyboard",
    "text must be non-empty",
    "message text is empty",
    "message is too long",
    "message caption is too long",
    "message_too_long",
    "media_caption_too_long",
    "button_data_invalid",
    "button_url_invalid",
    "button_type_invalid",
    "inline keyboard",
    "entity_bounds_invalid",
    "entities_too_long",
    "wrong http url",
    "strings must be encoded in utf-8",
    "file must be non-empty",
    "photo_invalid_dimensions",
    "image_process_failed",
)
_NOT_MODIFIED = "message is not modified"
_SENT_AND_DELETED = "sent message was immediately deleted"
_TOO_MANY = "too many requests"
_TOO_LARGE = "request entity too large"


def outcome_of(error: Exception, row: OutboxRow) -> Outcome:
    """Return what the failure of a row's request means for it."""
    why = describe(error)
    if isinstance(error, BadRequest | Forbidden):
        return _refusal(error.message.lower(), why, row)
    return _network(error, why) if isinstance(error, NetworkError) else _other(error, why)


def _other(error: Exception, why: str) -> Outcome:
    match error:
        case RetryAfter():
            return NotSent(why, retry_after=_wait_of(error))
        case ChatMigrated():
            return Migrated(error.new_chat_id)
        case InvalidToken():
            return Unauthorised(why)
        case Conflict():
            return NotSent(why, retry_after=FLOOD_PAUSE)
        case _:
            # The request had left: whatever broke while reading the answer, it may have arrived.
            return Uncertain(why)


def describe(error: Exception) -> str:
    """Return an error's kind and words, short enough for a log line and a database field."""
    text = error.message if isinstance(error, TelegramError) else str(error)
    return f"{type(error).__name__}: {text}"[:300]


def _wait_of(error: RetryAfter) -> dt.timedelta:
    wait = error.retry_after
    return wait if isinstance(wait, dt.timedelta) else dt.timedelta(seconds=wait)


def _refusal(said: str, why: str, row: OutboxRow) -> Outcome:
    meanings: tuple[tuple[tuple[str, ...], Outcome], ...] = (
        ((_NOT_MODIFIED,), Sent(row.target_message_id)),
        (_THREAD_GONE, ThreadGone(why)),
        (_TARGET_GONE, TargetGone(why)),
        (_CHAT_CLOSED, Refused(why, suspend=True)),
        (_CONTENT, BadContent(why)),
    )
    unknown = NotSent(why, retry_after=PUZZLE_PAUSE, give_up=True)
    return next((meaning for words, meaning in meanings if _any(words, said)), unknown)


def _network(error: NetworkError, why: str) -> Outcome:
    said = error.message.lower()
    if _SENT_AND_DELETED in said:
        return Sent(None)
    if _TOO_MANY in said:
        return NotSent(why, retry_after=FLOOD_PAUSE)
    if _TOO_LARGE in said:
        return BadContent(why)
    if isinstance(error.__cause__, _NEVER_LEFT) or "is not initialized" in said:
        return NotSent(why)
    return Uncertain(why)


def _any(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)
