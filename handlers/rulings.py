"""The owner's /merge and /split: what is one event and what is two."""

from __future__ import annotations

import re

from bot.delivery.html import as_text, joined, messages, text_message, theirs
from bot.delivery.phrases import counted
from bot.domain.delivery import Message
from bot.domain.events import Source
from bot.errors import InputError
from bot.protocols import Work
from bot.services import merging
from handlers.requests import Command, Desk, Job, Request, Right

_MERGE = re.compile(r"(\S+)\s+(?:(?:and|into)\s+)?(\S+)", re.IGNORECASE)
_SPLIT = re.compile(r"(\S+)((?:[\s,]+[0-9]{1,4})*)")


async def merge(request: Request, desk: Desk) -> Job:
    """Let the first event take over the second."""
    typed = _MERGE.fullmatch(request.arguments.strip())
    if typed is None:
        raise InputError("Say which two: /merge KH-7F3A KH-7F3B. The first one stays.")
    codes = _code(typed[1]), _code(typed[2])

    def job(work: Work) -> list[Message]:
        done = merging.merge(work, request.scope, codes, desk.settings, request.now)
        words = f"{done.other.public_id} is part of {done.event.public_id} now"
        return [text_message(f"{words}; {_heard(done.told)}.")]

    return job


async def split(request: Request, desk: Desk) -> Job:
    """Let reports leave their event; without numbers, list what there is to choose from."""
    typed = _SPLIT.fullmatch(request.arguments.strip())
    if typed is None:
        raise InputError("Say which reports are another event: /split KH-7F3A 2 3")
    code = _code(typed[1])
    numbers = [int(number) for number in re.findall(r"[0-9]+", typed[2])]

    def job(work: Work) -> list[Message]:
        if not numbers:
            return _choices(code, merging.sources_of(work, request.scope, code))
        done = merging.split(work, request.scope, code, numbers, desk.settings, request.now)
        words = f"{counted(len(done.other.sources), 'report')} left {done.event.public_id}"
        return [text_message(f"{words} for {done.other.public_id}; {_heard(done.told)}.")]

    return job


def _choices(code: str, sources: tuple[Source, ...]) -> list[Message]:
    head = as_text(f"Which reports of {code} are another event? /split {code} 2 3")
    lines = [
        as_text(f"{number}. ") + joined(" – ", [theirs(s.publisher, 60), theirs(s.title, 120)])
        for number, s in enumerate(sources, 1)
    ]
    return messages(joined("\n", [head, *lines]))


def _code(word: str) -> str:
    return word.strip("#,").upper()


def _heard(chats: int) -> str:
    return f"{counted(chats, 'chat')} will hear of it"


COMMANDS = (
    Command(("merge",), Right.OWNER, "make two events one: KH-A KH-B", merge),
    Command(("split",), Right.OWNER, "take reports out of an event: KH-A 2 3", split),
)
