"""/digest at 07:00 and /digest off: digests that come by themselves."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.delivery import phrases
from bot.delivery.html import Text, as_text, bold, code, joined, message, text_message, theirs
from bot.domain.chats import DigestSlot
from bot.domain.delivery import Message
from bot.matching.query import STORED, parse
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services import digests, slots
from handlers.requests import Desk, Job, Request

_LONGEST = 1000


def digest_job(request: Request, desk: Desk) -> Job:
    """Return the job that sets or ends scheduled digests. Raises ``InputError``."""
    words = request.arguments.strip()
    if words.lower().startswith("off"):
        return _ending(words[3:], request)
    wanted = slots.read(words)

    def job(work: Work) -> list[Message]:
        slot = digests.schedule(work, request.scope, wanted, desk.settings, request.now)
        return [message(_told(slot, digests.zone_of(work, request.scope, desk.settings)))]

    return job


def _ending(text: str, request: Request) -> Job:
    def job(work: Work) -> list[Message]:
        ended = digests.end(work, request.scope, text)
        if not ended:
            return [text_message("No digest comes here at that time; /settings shows what does.")]
        return [text_message(f"Ended: {phrases.counted(ended, 'daily digest')}.")]

    return job


def _told(slot: DigestSlot, zone: str) -> Text:
    here = slot.due_at.astimezone(ZoneInfo(zone))
    when = bold(digests.in_words(slot, zone))
    return joined(
        "\n",
        [
            as_text("A digest of ") + about(slot) + as_text(" comes ") + when + ".",
            f"The first one: {phrases.day(here.date())} at {here:%H:%M}.",
            as_text("To end it: ") + code(f"/digest off {slot.at:%H:%M}"),
        ],
    )


def about(slot: DigestSlot) -> Text:
    """Return what a digest is about."""
    if not slot.query:
        return as_text("everything")
    return theirs(say(parse(slot.query, limits=STORED)), _LONGEST)
