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
    said = row.message
    pin = replace(said.pin, address=f"{said.pin.address} · {line}") if said.pin else None
    return replace(said, html=_under(said.html, line), plain=_under(said.plain, line), pin=pin)


def _under(text: str, line: str) -> str:
    return f"{text}\n{line}" if text else line
