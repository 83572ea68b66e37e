"""A word of the owner to every chat: kept as a draft until it is confirmed."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

from bot.delivery.html import as_text, bold, joined, message
from bot.domain.delivery import Message, NewOutboxRow, Priority
from bot.errors import InputError
from bot.protocols import Work

LONGEST = 3500
"""Characters: one message, with room for its head."""
HEAD = "From the owner of this bot"
_DRAFT = "broadcast"
GONE = "That is sent or cancelled already; /broadcast TEXT begins anew."


def draft(work: Work, number: int, text: str) -> int:
    """Keep a text under a number in place of any other; return how many chats would get it.

    Raises:
        InputError: there is no text, or more than one message holds.

    """
    if not text.strip():
        raise InputError("Say what: /broadcast TEXT. It is sent only when you confirm it.")
    if len(text) > LONGEST:
        raise InputError(f"That is {len(text):,} characters; {LONGEST:,} fit one message.")
    work.meta.set(_DRAFT, json.dumps({"number": number, "text": text}))
    return len(work.chats.active())


def rendered(text: str) -> Message:
    """Return what the chats get: without a sound."""
    return replace(message(joined("\n", [bold(HEAD), as_text(text.strip())])), silent=True)


def send(work: Work, number: int, now: dt.datetime) -> int:
    """Enqueue the draft of this number for every chat; return how many these are.

    Raises:
        InputError: it is sent or dropped already.

    """
    told = rendered(_taken(work, number))
    chats = work.chats.active()
    for chat_id in chats:
        work.outbox.put(_row(number, chat_id, told), now)
    return len(chats)


def drop(work: Work, number: int) -> None:
    """Forget the draft of this number. Raises ``InputError`` where it is gone already."""
    _taken(work, number)


def _taken(work: Work, number: int) -> str:
    kept = json.loads(work.meta.get(_DRAFT) or "{}")
    if kept.get("number") != number:
        raise InputError(GONE)
    work.meta.set(_DRAFT, "")
    return str(kept["text"])


def _row(number: int, chat_id: int, told: Message) -> NewOutboxRow:
    return NewOutboxRow(
        dedupe_key=f"broadcast:{number}:{chat_id}",
        chat_id=chat_id,
        thread_id=None,
        message=told,
        priority=Priority.BROADCAST,
    )
