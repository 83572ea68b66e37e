"""Mutes: nothing new of an event, or of what matches a query, for a while."""

from __future__ import annotations

import datetime as dt

from bot.config import Settings
from bot.domain.chats import Mute, Scope
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
