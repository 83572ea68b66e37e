"""/start, /help, /privacy, /forgetme."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.html import html_message
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.protocols import Work
from handlers import texts
from handlers.requests import Act, Command, Desk, Job, Request, Right


async def start(_request: Request, _desk: Desk) -> Job:
    """Welcome, with examples to copy."""
    return lambda _: [html_message(texts.START)]


def help_for(commands: Sequence[Command]) -> Act:
    """Return the act that lists these commands."""
    lines = [f"/{c.names[0]} – {c.line}" for c in commands if c.listed]
    overview = "\n".join([texts.HELP_HEAD, *lines, "", texts.HELP_FOOT])

    async def help_(request: Request, _desk: Desk) -> Job:
        topic = request.arguments.strip().lower()
        if topic not in ("", "query"):
            raise InputError("There is help on: query. /help alone lists the commands.")
        text = texts.HELP_QUERY if topic else overview
        return lambda _: [html_message(text)]

    return help_


async def privacy(_request: Request, _desk: Desk) -> Job:
    """Tell what is stored."""
    return lambda _: [html_message(texts.PRIVACY)]


async def forgetme(request: Request, _desk: Desk) -> Job:
    """Erase everything of the chat, once it is confirmed by command."""
    if request.arguments.strip().lower() != "confirm":
        return lambda _: [html_message(texts.FORGET_ASK)]

    def erase(work: Work) -> list[Message]:
        work.chats.forget(request.scope)
        return [html_message(texts.FORGOTTEN)]

    return erase


COMMANDS = (
    Command(("start",), Right.SEE, "what this is, with examples", start, listed=False),
    Command(("privacy",), Right.SEE, "what is stored about this chat", privacy),
    Command(("forgetme",), Right.MANAGE, "erase everything about this chat", forgetme),
)
