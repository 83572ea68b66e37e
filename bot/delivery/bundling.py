"""Several alerts in one message, for a chat that has fallen behind. Pure.

Telegram lets thirty messages a second through: when ten events concern ten thousand chats at once,
one message a chat is there in six minutes and ten are there in an hour. Alerts of one chat, topic
and urgency are bundled where the oldest has been due for ``BEHIND``, or more than ``MOST`` are due.
Each keeps its own row: what is later said of its event edits, or replies to, the common message.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.delivery import callbacks
from bot.delivery.html import Line, Text, as_text, bold, fit, joined, message, parse
from bot.domain.delivery import Act, Button, Message, NewOutboxRow, OutboxRow

MOST = 10
"""Alerts in one message."""
BEHIND = dt.timedelta(seconds=10)
"""For so long alerts are due before a chat counts as behind: that many leave one by one."""
FIRST = "alert:"
"""How the keys of an event's first message to a chat begin: only those are bundled."""
_BUTTONS_A_ROW = 5


def may_join(row: OutboxRow) -> bool:
    """Tell whether a row that was claimed may be put into a message with others."""
    first = row.dedupe_key.startswith(FIRST) and row.act is Act.SEND
    return first and not row.attempts and not row.uncertain and bool(row.message.brief)


def is_behind(due: Sequence[dt.datetime], now: dt.datetime) -> bool:
    """Tell whether a chat whose alerts are due since then has fallen behind."""
    return len(due) > MOST or (len(due) > 1 and min(due) <= now - BEHIND)


def bundle(rows: Sequence[OutboxRow]) -> NewOutboxRow:
    """Return the row that sends these alerts of one chat and topic together."""
    first = rows[0]
    return NewOutboxRow(
        dedupe_key=f"bundle:{first.dedupe_key}",
        chat_id=first.chat_id,
        thread_id=first.thread_id,
        message=together(rows) or first.message,
        priority=first.priority,
        reference=f"{first.reference or 'alert'} and {len(rows) - 1} more",
    )


def together(rows: Sequence[OutboxRow]) -> Message | None:
    """Return one message that says what the rows say; None where some are cleared by now."""
    if not all(row.message.brief for row in rows):
        return None
    head = joined(" ", [bold(f"{len(rows)} alerts"), "in one message, as many leave at once"])
    items = [_numbered(number, row) for number, row in enumerate(rows, 1)]
    text = fit([Line(joined("\n\n", [head, *items]))])
    return message(text, _buttons(rows), silent=all(row.message.silent for row in rows))


def _numbered(number: int, row: OutboxRow) -> Text:
    return as_text(f"{number}. ") + parse(row.message.brief)


def _buttons(rows: Sequence[OutboxRow]) -> tuple[tuple[Button, ...], ...]:
    """Return a button an alert that shows the whole of it."""
    below = [
        Button(str(number), data=callbacks.details(row.reference))
        for number, row in enumerate(rows, 1)
        if row.reference
    ]
    steps = range(0, len(below), _BUTTONS_A_ROW)
    return tuple(tuple(below[start : start + _BUTTONS_A_ROW]) for start in steps)
