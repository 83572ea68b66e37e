"""/mute, /muted, /unmute, and the button under a card that does the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.delivery import phrases
from bot.delivery.callbacks import MUTE, pack
from bot.delivery.html import Text, as_text, bold, code, joined, message, messages, theirs
from bot.domain.chats import Mute
from bot.domain.delivery import Button, Message
from bot.errors import InputError
from bot.protocols import Work
from bot.services import mutes
from bot.services.chats import welcome
from handlers.events import visible
from handlers.requests import Command, Desk, Edited, Job, Request, Right

_LONGEST = 300
_CHOICE = 4
"""What a button of the offer says: the event, what of it, how long, where it stands."""


async def mute(request: Request, desk: Desk) -> Job:
    """Hear nothing new of an event, or of what matches a query, for a while."""

    def job(work: Work) -> list[Message]:
        chat = welcome(work, request.scope.chat_id, request.chat_type, desk.settings, request.now)
        one = mutes.mute(work, request.scope, request.arguments, desk.settings, request.now)
        lines = [
            bold("Muted") + ": " + _told(one, chat.zone) + ".",
            as_text("What was told already is kept right, without a sound. ")
            + code("/unmute 1")
            + as_text(" ends the first of /muted."),
        ]
        return [message(joined("\n", lines))]

    return job


async def offered(public_id: str, request: Request, desk: Desk) -> Job:
    """Ask what of an event shall be muted, and for how long. Raises ``InputError``."""
    event = await visible(public_id, request, desk)
    at = str(request.update_id)
    choices = mutes.choices(event)
    rows = tuple(
        tuple(
            Button(f"{one.name} {length}", data=pack(MUTE, public_id, one.key, length, at))
            for length in mutes.LENGTHS
        )
        for one in choices
    )
    lines = [as_text(f"{one.name}: ") + theirs(one.shown, _LONGEST) for one in choices]
    head = bold("Mute what, and for how long?") + f" ({public_id})"
    asked = message(joined("\n", [head, *lines]), rows)
    return lambda _: [asked]


async def chosen(arguments: Sequence[str], request: Request, desk: Desk) -> Job | None:
    """Mute what a button of the offer names, as /mute would. Raises ``InputError``.

    ``None`` where that is no button of ours.
    """
    if len(arguments) != _CHOICE:
        return None
    public_id, key, length, at = arguments
    event = await visible(public_id, request, desk)
    what = next((one.what for one in mutes.choices(event) if one.key == key), None)
    if what is None or length not in mutes.LENGTHS:
        raise InputError("That cannot be muted any more; /mute takes words.")
    job = await mute(replace(request, arguments=f"{what} {length}"), desk)
    return lambda work: [Edited(one, int(at)) for one in job(work) if isinstance(one, Message)]


async def muted(request: Request, desk: Desk) -> Job:
    """List what is muted here, numbered."""

    def job(work: Work) -> list[Message]:
        chat = work.chats.get(request.scope.chat_id)
        zone = chat.zone if chat else desk.settings.default_zone
        have = work.mutes.list(request.scope, request.now)
        lines = [as_text(f"{n}. ") + _told(one, zone) for n, one in enumerate(have, 1)]
        return messages(joined("\n", lines or ["Nothing is muted here."]))

    return job


async def unmute(request: Request, _desk: Desk) -> Job:
    """Hear of it again."""
    if not request.arguments.strip():
        raise InputError("Say which: /unmute 1 (the number in /muted)")

    def job(work: Work) -> list[Message]:
        gone = mutes.unmute(work, request.scope, request.arguments, request.now)
        return [message(as_text("Not muted any more: ") + theirs(mutes.in_words(gone), _LONGEST))]

    return job


def _told(one: Mute, zone: str) -> Text:
    here = one.until.astimezone(ZoneInfo(zone))
    until = as_text(f" until {phrases.day(here.date())} {here:%H:%M}")
    return theirs(mutes.in_words(one), _LONGEST) + until


MUTING = Command(("mute",), Right.CHANGE, "nothing new of this for a while: KH-7F3A 24h", mute)
COMMANDS = (
    MUTING,
    Command(("muted",), Right.SEE, "what is muted", muted),
    Command(("unmute",), Right.CHANGE, "hear of it again: 1", unmute),
)
