"""/start, /help, /privacy, /forgetme."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.html import html_message, html_messages, text_message
from bot.domain.chats import ChatType
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.matching.query import STORED, parse
from bot.protocols import Work
from bot.services.sharing import PREFIX, shared
from handlers import texts
from handlers.requests import Act, Command, Desk, Job, Request, Right
from handlers.subscriptions import subscribing


async def start(request: Request, desk: Desk) -> Job:
    """Welcome, with examples to copy; a shared link takes over what it leads to."""
    word = request.arguments.strip()
    if not word.startswith(PREFIX) or request.chat_type is not ChatType.PRIVATE:
        return lambda _: [html_message(texts.START)]
    text = await desk.store.read(lambda work: shared(work, word))
    return await subscribing(parse(text, limits=STORED), request, desk)


def help_for(commands: Sequence[Command]) -> Act:
    """Return the act that lists these commands; the owner's only to the owner."""

    async def help_(request: Request, desk: Desk) -> Job:
        topic = request.arguments.strip().lower()
        if topic not in ("", "query"):
            raise InputError("There is help on: query. /help alone lists the commands.")
        text = texts.HELP_QUERY if topic else _overview(commands, request, desk)
        return lambda _: html_messages(text)

    return help_


def _overview(commands: Sequence[Command], request: Request, desk: Desk) -> str:
    owner = request.user_id in desk.settings.owner_ids and request.chat_type is ChatType.PRIVATE
    shown = [c for c in commands if c.listed and (owner or c.right is not Right.OWNER)]
    lines = [f"/{c.names[0]} – {c.line}" for c in shown]
    return "\n".join([texts.HELP_HEAD, *lines, "", texts.HELP_FOOT])


async def no_such(request: Request, _desk: Desk) -> Job:
    """Answer what is no command of this bot."""
    typed = request.arguments.startswith("/")
    return lambda _: [text_message(texts.NO_SUCH_COMMAND if typed else texts.NOT_A_COMMAND)]


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
ANYTHING = Command((), Right.SEE, "whatever else is typed in a private chat", no_such, listed=False)
