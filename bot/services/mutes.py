"""Mutes: nothing new of an event, or of what matches a query, for a while."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.config import Settings
from bot.domain.chats import Mute, Scope
from bot.domain.events import Event
from bot.domain.references import is_public_id
from bot.errors import InputError, QuotaError
from bot.matching.query import STORED, canonical, parse
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services.periods import span
from bot.services.subscriptions import understand

USUAL = dt.timedelta(hours=24)
LONGEST = dt.timedelta(days=31)
MOST = 20
_NO_QUOTES = str.maketrans("", "", '"“”„«»')
USAGE = (
    "Say what and for how long: /mute KH-7F3A 24h (an event), /mute place:Karachi 7d, "
    "/mute type:protest 1h, /mute source:dawn.com 24h, /mute cricket 7d"
)


def read(text: str) -> tuple[str, dt.timedelta]:
    """Return what was typed to be muted, and for how long. Raises ``InputError``."""
    words = text.split()
    length = span(words[-1]) if words else None
    what = " ".join(words[:-1] if length else words)
    if what.lower().endswith(" for"):
        what = what[: -len(" for")]
    if not what or (length is not None and not dt.timedelta(0) < length <= LONGEST):
        raise InputError(USAGE)
    return what, length or USUAL


def mute(work: Work, scope: Scope, text: str, settings: Settings, now: dt.datetime) -> Mute:
    """Store what this chat shall hear nothing new of.

    Raises:
        InputError: nothing was said, or there is no such event here.
        QueryError: the query cannot be read.
        QuotaError: the chat has its share.

    """
    words, length = read(text)
    code = words.upper().lstrip("#")
    if is_public_id(code):
        if work.events.visible(scope, code) is None:
            raise InputError("There is no event of this code; it stands at the end of an alert.")
        what = code
    else:
        what = canonical(understand(words, settings))
    known = work.mutes.list(scope, now)
    if len(known) >= MOST and what not in {one.what for one in known}:
        raise QuotaError(f"This chat has {MOST} mutes, the most. /muted lists them.")
    return work.mutes.add(scope, what, now + length)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of an event that can be muted; ``what`` is what /mute would be given."""

    key: str
    name: str
    shown: str
    what: str


LENGTHS = ("1h", "24h", "7d")
"""How long a button mutes."""


def choices(event: Event) -> tuple[Choice, ...]:
    """Return what of an event can be muted: itself, its place, its first source, its type."""
    place = _place_of(event)
    source = next(iter(event.publishers), "")
    field, type_ = _type_of(event)
    offered = (
        Choice("e", "Event", event.title, event.public_id),
        Choice("p", "Place", place, _quoted("place", place)),
        Choice("s", "Source", source, _quoted("source", source)),
        Choice("t", "Type", type_.replace("_", " "), f"{field}:{type_}"),
    )
    return tuple(one for one in offered if one.shown)


def _place_of(event: Event) -> str:
    if event.incident:
        return event.incident.place.name if event.incident.place else ""
    return event.policy.places[0].name if event.policy and event.policy.places else ""


def _type_of(event: Event) -> tuple[str, str]:
    if event.incident and event.incident.types:
        return "type", event.incident.types[0].value
    if event.policy and event.policy.actions:
        return "action", event.policy.actions[0].value
    return "type", ""


def _quoted(field: str, name: str) -> str:
    return f'{field}:"{name.translate(_NO_QUOTES)}"'


def unmute(work: Work, scope: Scope, wanted: str, now: dt.datetime) -> Mute:
    """End the mute of this number, as /muted counts; return it. Raises ``InputError``."""
    have = work.mutes.list(scope, now)
    number = wanted.strip().lstrip("#")
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(have)):
        raise InputError("There is no such mute here; /muted lists them.")
    chosen = have[int(number) - 1]
    work.mutes.remove(scope, chosen.id)
    return chosen


def in_words(one: Mute) -> str:
    """Return what is muted."""
    return one.what if is_public_id(one.what) else say(parse(one.what, limits=STORED))
