"""A chat's own settings: what may be set, to what, and how it stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from zoneinfo import available_timezones

from bot.domain.chats import Chat, Scope
from bot.domain.values import Severity
from bot.errors import InputError
from bot.protocols import Work
from bot.services.digests import move_zone

_ON, _OFF = ("on", "yes", "1"), ("off", "no", "0")


@dataclass(frozen=True, slots=True)
class Preference:
    """A setting: the name that is typed, what it means, and how it is read and shown."""

    name: str
    about: str
    field: str
    read: Callable[[str], object]
    show: Callable[[object], str]


def _severity(text: str) -> Severity:
    try:
        return Severity.from_word(text.capitalize())
    except KeyError:
        words = ", ".join(severity.word for severity in reversed(Severity))
        raise InputError(f"“{text}” is no severity: {words}.") from None


def _switch(text: str) -> bool:
    if text.lower() not in _ON + _OFF:
        raise InputError("Say on or off.")
    return text.lower() in _ON


def read_zone(text: str) -> str:
    """Return an IANA zone by its name or its city's. Raises ``InputError``."""
    wanted = text.strip().replace(" ", "_").lower()
    zones = available_timezones()
    exact = [zone for zone in zones if zone.lower() == wanted]
    cities = [zone for zone in zones if zone.lower().rpartition("/")[2] == wanted and "/" in zone]
    found = exact or sorted(cities, key=lambda zone: zone.startswith("Etc/"))
    if found:
        return found[0]
    near = get_close_matches(text, zones, 1) or ["Asia/Karachi"]
    raise InputError(f"“{text}” is no time zone; {near[0]} is one.")


def _word(value: object) -> str:
    return value.word if isinstance(value, Severity) else str(value)


def _on_off(value: object) -> str:
    return "on" if value else "off"


PREFERENCES = (
    Preference("zone", "time zone of digests, reminders and dates", "zone", read_zone, str),
    Preference("severity", "alerts from this severity on", "min_severity", _severity, _word),
    Preference("silent", "no sound below this severity", "silent_below", _severity, _word),
    Preference("bypass", "quiet hours hold nothing from this on", "bypass", _severity, _word),
    Preference("placeless", "place: also finds events without one", "placeless", _switch, _on_off),
    Preference(
        "members", "members of the group may subscribe", "members_may_subscribe", _switch, _on_off
    ),
)
BY_NAME: Mapping[str, Preference] = {one.name: one for one in PREFERENCES}


def shown(chat: Chat) -> list[tuple[Preference, str]]:
    """Return each setting and how it stands."""
    return [(one, one.show(getattr(chat, one.field))) for one in PREFERENCES]


def change(work: Work, scope: Scope, text: str, now: dt.datetime) -> tuple[Preference, str]:
    """Store a setting as typed (``zone Asia/Karachi``); return it and how it stands now.

    Raises:
        InputError: there is no such setting, or it cannot be that.

    """
    name, _, value = text.strip().partition(" ")
    wanted = BY_NAME.get(name.lower())
    chat = work.chats.get(scope.chat_id)
    if wanted is None or chat is None:
        raise InputError(f"There is no setting “{name}”: there are {', '.join(BY_NAME)}.")
    if not value.strip():
        raise InputError(f"Say what it shall be: /settings {wanted.name} …")
    changed = replace(chat, **{wanted.field: wanted.read(value.strip())})  # type: ignore[arg-type]
    if changed.zone != chat.zone:
        move_zone(work, changed, changed.zone, now)
    else:
        work.chats.save(changed)
    return wanted, wanted.show(getattr(changed, wanted.field))
