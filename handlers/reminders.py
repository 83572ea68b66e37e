"""/remind, and the button under a policy that does the same."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.delivery import phrases
from bot.delivery.card import title
from bot.delivery.deadlines import USUAL
from bot.delivery.html import as_text, bold, code, joined, message, text_message
from bot.domain.delivery import Message
from bot.protocols import Work
from bot.services import reminders
from bot.services.reminders import Asked, Reminder
from handlers.requests import Command, Desk, Job, Request, Right


async def remind(request: Request, desk: Desk) -> Job:
    """Set a reminder before a policy's date, or cancel what waits."""
    asked = reminders.read(request.arguments)
    return _setting(asked, request, desk) if asked.lead else _ending(asked.code, request)


async def remind_me(public_id: str, request: Request, desk: Desk) -> Job:
    """Set the usual reminder, as a button asks for it. Raises ``InputError`` at once."""
    asked = Asked(public_id, USUAL)
    zone = desk.settings.default_zone
    await desk.store.read(
        lambda work: reminders.look(work, request.scope, asked, zone, request.now)
    )
    return _setting(asked, request, desk)


def _setting(asked: Asked, request: Request, desk: Desk) -> Job:
    def job(work: Work) -> list[Message]:
        zone = desk.settings.default_zone
        return [_told(reminders.remind(work, request.scope, asked, zone, request.now))]

    return job


def _ending(public_id: str, request: Request) -> Job:
    def job(work: Work) -> list[Message]:
        ended = reminders.cancel(work, request.scope, public_id)
        told = f"Cancelled: {phrases.counted(ended, 'reminder')} of {public_id}."
        return [text_message(told if ended else f"No reminder of {public_id} waits here.")]

    return job


def _told(made: Reminder) -> Message:
    here = made.at.astimezone(ZoneInfo(made.zone))
    when = bold(f"{phrases.day(here.date())} at {here:%H:%M}")
    date = f"{made.due.what} is {phrases.day(made.due.day)}"
    name = made.event.public_id
    lines = [
        as_text("⏰ I will remind this chat on ") + when + f" ({made.zone}); the {date}.",
        title(made.event),
        as_text("To cancel: ") + code(f"/remind {name} off"),
    ]
    return message(joined("\n", lines))


REMIND = Command(("remind",), Right.CHANGE, "before a policy's deadline: KH-7F3A 3d", remind)
COMMANDS = (REMIND,)
