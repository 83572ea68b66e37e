"""Connections to feeds are open files, of which a process often may have 1,024 unless it asks."""

from __future__ import annotations

import contextlib
import logging

log = logging.getLogger(__name__)

SPARE = 200
"""Files for everything else: the database, Telegram, children, names that are looked up."""


def connections(wanted: int) -> int:
    """Return how many of the wanted connections this process may have open, one at least.

    Its soft limit on open files is raised as far as they need and the hard limit allows.
    """
    files = _allowed(wanted + SPARE)
    if files is None or files >= wanted + SPARE:
        return wanted
    fitting = max(1, files - SPARE)
    log.warning(
        "fewer feeds are fetched at the same time than POLL_CONNECTIONS says",
        extra={"fitting": fitting, "open_files": files},
    )
    return fitting


def _allowed(needed: int) -> int | None:
    """Return how many files may be open once as many as needed were asked for; None is no limit."""
    try:
        import resource
    except ImportError:  # not on Windows, where sockets are no files
        return None
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < needed:
        more = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        with contextlib.suppress(ValueError, OSError):  # a sandbox may forbid it
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
        soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
