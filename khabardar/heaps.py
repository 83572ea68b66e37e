"""Memory that comes back: few heaps instead of one a thread.

glibc gives threads heaps of their own, eight a core; one that a burst has widened stays wide, and
the next burst widens another. See M_ARENA_MAX in mallopt(3).
"""

from __future__ import annotations

import contextlib
import ctypes

M_ARENA_MAX = -8
HEAPS = 2


def few_heaps() -> None:
    """Let all threads share two heaps; does nothing where the C library knows no such thing."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, HEAPS)
