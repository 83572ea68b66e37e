"""Connections to feeds are open files, of which a process often may have 1,024 unless it asks."""

from __future__ import annotations

import logging

log = logging.getLogger(__name__)

SPARE = 200
"""Files for everything else: the database, Telegram, children, names that are looked up."""


def connections(wanted: int) -> int:
    """Return how many of the wanted connections this process may have open, one at least.

    Its soft limit on open files is raised as far as they need and the hard limit allows.
    """
    try:
        import resource
    except ImportError:  # not on Windows, where sockets are no files
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = wanted + SPARE
    if soft != resource.RLIM_INFINITY and soft < needed:
        soft = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    fitting = max(1, soft - SPARE)
    log.warning(
        "fewer feeds are fetched at the same time than POLL_CONNECTIONS says",
        extra={"fitting": fitting, "open_files": soft},
    )
    return fitting
