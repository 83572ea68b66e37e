"""The owner's /broadcast, with a button that confirms it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.callbacks import BROADCAST, pack
from bot.delivery.html import as_text, bold, joined, message, text_message
from bot.delivery.phrases import counted
from bot.domain.delivery import Button, Message
from bot.protocols import Work
from bot.services import broadcast
from handlers.requests import Command, Desk, Edited, Job, Request, Right

SEND, CANCEL = "s", "c"
_CHOICE = 3
"""What a button says: which draft, what becomes of it, where the question stands."""


async def ask(request: Request, _desk: Desk) -> Job:
    """Show what every chat would get, and ask."""
    number, text = request.update_id, request.verbatim

    def job(work: Work) -> list[Message]:
        chats = broadcast.draft(work, number, text)
        at = str(number)
        row = (
            Button(f"Send to {counted(chats, 'chat')}", data=pack(BROADCAST, at, SEND, at)),
            Button("Cancel", data=pack(BROADCAST, at, CANCEL, at)),
        )
        head = bold(f"To {counted(chats, 'chat')}, without a sound:")
        return [message(joined("\n\n", [head, as_text(text.strip())]), (row,))]

    return job


async def chosen(arguments: Sequence[str], request: Request, _desk: Desk) -> Job | None:
    """Send the draft or drop it; ``None`` where that is no button of ours."""
    if len(arguments) != _CHOICE or arguments[0] != arguments[2]:
        return None
    number, verb = int(arguments[2]), arguments[1]

    def send(work: Work) -> list[Edited]:
        chats = broadcast.send(work, number, request.now)
        told = f"It goes to {counted(chats, 'chat')} now. /status tells how many messages wait."
        return [Edited(text_message(told), number)]

    def cancel(work: Work) -> list[Edited]:
        broadcast.drop(work, number)
        return [Edited(text_message("Cancelled: nobody gets it."), number)]

    return {SEND: send, CANCEL: cancel}.get(verb)


BROADCASTING = Command(("broadcast",), Right.OWNER, "a word to every chat, once confirmed", ask)
COMMANDS = (BROADCASTING,)
