"""Whether feeds are read at all: the owner may let them rest, all at once."""

from __future__ import annotations

import datetime as dt

from bot.protocols import Work

_KEY = "feeds_resting"
_RESTING, _READ = "since", "until"


def pause(work: Work, now: dt.datetime) -> bool:
    """Let no feed be read from now on; False where none was read before."""
    if paused_since(work) is not None:
        return False
    work.meta.set(_KEY, f"{_RESTING} {now.isoformat()}")
    return True


def resume(work: Work, now: dt.datetime) -> dt.datetime | None:
    """Let feeds be read again; return since when they were not, None where they were."""
    since = paused_since(work)
    if since is not None:
        work.meta.set(_KEY, f"{_READ} {now.isoformat()}")
    return since


def paused_since(work: Work) -> dt.datetime | None:
    """Return since when no feed is read, None where they are."""
    return _moment(work, _RESTING)


def resumed_at(work: Work) -> dt.datetime | None:
    """Return since when feeds are read again after a rest, None where there was none."""
    return _moment(work, _READ)


def _moment(work: Work, which: str) -> dt.datetime | None:
    state, _, at = (work.meta.get(_KEY) or "").partition(" ")
    return dt.datetime.fromisoformat(at) if state == which else None
