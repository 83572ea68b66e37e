"""The mark of a message that may already have arrived."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.delivery import Act, Message, OutboxRow

MARK = "↻ possible repeat"
ROOM = 40
"""Characters that every text leaves free for the mark and its reference."""


def marked(row: OutboxRow) -> Message:
    """Return the row's message, marked if an earlier attempt may have arrived.

    An edit is the same however often it is made: it gets no mark.
    """
    if not row.uncertain or row.act is not Act.SEND:
        return row.message
    line = f"{MARK} · {row.reference}" if row.reference else MARK
    return replace(
        row.message, html=_under(row.message.html, line), plain=_under(row.message.plain, line)
    )


def _under(text: str, line: str) -> str:
    return f"{text}\n{line}" if text else line
