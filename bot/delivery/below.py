"""The buttons under a card: only those that do something. Pure."""

from __future__ import annotations

from bot.delivery.callbacks import DETAILS, MAP, MUTE, REMIND, SOURCES, WRONG, pack
from bot.delivery.locating import is_located
from bot.domain.delivery import Button
from bot.domain.events import Event

Rows = tuple[tuple[Button, ...], ...]


def buttons(event: Event, *, remind: bool = False) -> Rows:
    """Return the row under an alert; none for an event that is not stored."""
    return _row(event, ("Sources", SOURCES, bool(event.sources)), *_common(event, remind=remind))


def under_details(event: Event, *, remind: bool = False) -> Rows:
    """Return the row under an event in full, which lists its sources."""
    return _row(event, *_common(event, remind=remind))


def under_sources(event: Event) -> Rows:
    """Return the row under a list of sources."""
    return _row(event, ("Details", DETAILS, True))


def _common(event: Event, *, remind: bool) -> tuple[tuple[str, str, bool], ...]:
    return (
        ("Map", MAP, event.incident is not None and is_located(event)),
        ("Remind me", REMIND, remind),
        ("Mute ▾", MUTE, True),
        ("Wrong?", WRONG, True),
    )


def _row(event: Event, *offered: tuple[str, str, bool]) -> Rows:
    if not event.public_id:
        return ()
    row = tuple(Button(label, pack(act, event.public_id)) for label, act, so in offered if so)
    return (row,) if row else ()
