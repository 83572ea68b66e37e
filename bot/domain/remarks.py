"""What people say is wrong with an event: each remark becomes a case that extraction is held to."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.events import Event


class Wrong(StrEnum):
    """What can be wrong with an event."""

    NO_EVENT = "no_event"
    """Nothing happened, or nothing was decided: a metaphor, an anniversary, an opinion."""
    PLACE = "place"
    NUMBER = "number"
    SAME = "same"
    """It is the same as another event."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A remark, without who made it; ``event`` is as it stood then, ``other`` as it stands now."""

    event: Event
    wrong: Wrong
    said_at: dt.datetime
    other: Event | None = None
    """What it is the same as, where that was said."""
