"""/near PLACE 25km, /near 25km, and the location that answers the latter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.delivery.html import text_message
from bot.domain.chats import ChatType
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.protocols import Work
from bot.services import nearby
from handlers.requests import Command, Desk, Job, Reply, Request, Right
from handlers.subscriptions import subscribing

KEY = "Send my location"
ASK = (
    "Around which place? The key below sends where you are now (or attach any location: paper "
    "clip, Location). Of it only a kilometre or so is kept, as a subscription."
)


async def near(request: Request, desk: Desk) -> Job:
    """Watch what happens around a place, or ask for a location."""
    asked = nearby.read(request.arguments, desk.settings)
    if asked.place:
        query = nearby.around_place(asked, desk.settings)
    elif request.location is not None:
        query = nearby.around(request.location, asked.rest, desk.settings)
    elif request.chat_type is ChatType.PRIVATE:
        return _asking(asked.rest, request)
    else:
        raise InputError(nearby.USAGE)
    return await subscribing(query, request, desk)


def _asking(rest: str, request: Request) -> Job:
    def job(work: Work) -> list[Message]:
        _remember(work, request, rest)
        return [replace(text_message(ASK), asks_location=KEY)]

    return job


async def here(request: Request, desk: Desk) -> Job:
    """Watch what happens around a location that was sent, as far as was asked."""
    chat = await desk.store.read(lambda work: work.chats.get(request.scope.chat_id))
    if request.location is None or chat is None or chat.near is None:
        raise InputError(nearby.NOT_ASKED)
    query = nearby.around(request.location, chat.near, desk.settings)
    subscribe = await subscribing(query, request, desk)

    def job(work: Work) -> Sequence[Reply]:
        _remember(work, request, None)
        return subscribe(work)

    return job


def _remember(work: Work, request: Request, rest: str | None) -> None:
    chat = work.chats.get(request.scope.chat_id)
    if chat is not None:
        work.chats.save(replace(chat, near=rest))


COMMANDS = (Command(("near",), Right.CHANGE, "watch around a place: Quetta 25km", near),)
LOCATION = Command((), Right.CHANGE, "a location that was asked for", here, listed=False)
