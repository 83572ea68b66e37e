"""/settings: how the chat is set, and how to set it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.html import Text, as_text, bold, code, joined, message, messages
from bot.domain.chats import Chat, DigestSlot
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.protocols import Work
from bot.services import digests, preferences
from bot.services import quiet as hours
from bot.services.chats import welcome
from handlers.digests import about
from handlers.requests import Command, Desk, Job, Request, Right


async def settings(request: Request, desk: Desk) -> Job:
    """Show the chat's settings, or change one."""

    def show(work: Work) -> list[Message]:
        chat = welcome(work, request.scope.chat_id, request.chat_type, desk.settings, request.now)
        return messages(_all(chat, work.digests.list(request.scope)))

    def change(work: Work) -> list[Message]:
        chat = welcome(work, request.scope.chat_id, request.chat_type, desk.settings, request.now)
        one, value = preferences.change(work, request.scope, request.arguments, request.now)
        if chat.quiet and one.name in hours.DEPENDS_ON:
            hours.release(work, chat.id, request.now)
        return [message(bold(one.name) + as_text(f" is {value} now: {one.about}."))]

    return change if request.arguments.strip() else show


async def quiet(request: Request, desk: Desk) -> Job:
    """Set the hours in which only what is grave is sent, or end them."""
    if not request.arguments.strip():
        raise InputError(hours.USAGE)

    def job(work: Work) -> list[Message]:
        welcome(work, request.scope.chat_id, request.chat_type, desk.settings, request.now)
        chat = hours.set_hours(work, request.scope, request.arguments, request.now)
        return [message(_quiet(chat))]

    return job


def _quiet(chat: Chat) -> Text:
    if chat.quiet is None:
        return as_text("No quiet hours from now on. What they held comes now.")
    lines = [
        bold("Quiet hours") + as_text(f": {hours.in_words(chat)}."),
        as_text(f"Below {chat.bypass.word}, alerts wait until they end; none is dropped."),
        as_text("To let graver ones through: ") + code("/settings bypass severe"),
    ]
    return joined("\n", lines)


def _all(chat: Chat, slots: Sequence[DigestSlot]) -> Text:
    lines = [
        bold(one.name) + as_text(f": {value} – {one.about}")
        for one, value in preferences.shown(chat)
    ]
    coming = [
        as_text("Digest of ") + about(slot) + as_text(f", {digests.in_words(slot, chat.zone)}")
        for slot in slots
    ]
    lines.append(bold("quiet hours") + as_text(f": {hours.in_words(chat)}"))
    foot = as_text("To change one: ") + code(f"/settings zone {chat.zone}")
    return joined("\n\n", [joined("\n", lines), joined("\n", coming), foot])


QUIET = Command(("quiet",), Right.MANAGE, "hold lesser alerts at night: 22-07", quiet)
COMMANDS = (
    QUIET,
    Command(("settings",), Right.MANAGE, "time zone, severity, who may subscribe", settings),
)
