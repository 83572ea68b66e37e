"""A messenger that prints messages as a chat would show them: for the demo and ``once``."""

from __future__ import annotations

from itertools import count

from rich.console import Console
from rich.panel import Panel
from rich.text import Text as RichText

from bot.delivery.html import Piece, parse
from bot.delivery.mark import marked
from bot.domain.delivery import Act, Message, OutboxRow, Outcome, Sent

_STYLE = {"b": "bold", "i": "italic", "u": "underline", "s": "strike", "code": "cyan"}
_TITLE = {Act.SEND: "", Act.EDIT: "edited", Act.DELETE_BUTTONS: "buttons removed"}
_WIDTH = 76


class ConsoleMessenger:
    """Prints every message; nothing can go wrong. ``names`` tells chats by name instead of id."""

    def __init__(self, console: Console, names: dict[int, str] | None = None) -> None:
        self._console = console
        self._names = names or {}
        self._ids = count(1)

    async def send(self, row: OutboxRow) -> Outcome:
        """Print the row's message in a bubble."""
        chat = self._names.get(row.chat_id, f"chat {row.chat_id}")
        reply = "reply" if row.act is Act.SEND and row.target_message_id else ""
        notes = [chat, _TITLE[row.act], reply, "silent" if row.message.silent else ""]
        self._console.print(
            Panel(
                bubble(marked(row)),
                title=" · ".join(filter(None, notes)),
                title_align="left",
                width=min(_WIDTH, self._console.width),
            )
        )
        return Sent(row.target_message_id if row.act is not Act.SEND else next(self._ids))


def bubble(message: Message) -> RichText:
    """Return a message with its formatting and buttons for a terminal."""
    shown = RichText()
    for piece in parse(message.html).pieces:
        shown.append(piece.text, style=_style(piece))
    for row in message.buttons:
        labels = " ".join(f"[{button.text}]" for button in row)
        shown.append(f"\n{labels}", style="dim")
    return shown


def _style(piece: Piece) -> str:
    styles = [_STYLE[tag] for tag in piece.tags if tag in _STYLE]
    return " ".join([*styles, f"link {piece.url}"] if piece.url else styles)
