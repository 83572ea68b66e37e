"""Memory that comes back: few heaps instead of one a thread, and none for what is large.

glibc gives threads heaps of their own, eight a core, and takes ever larger pieces from them as it
meets some; what a burst has widened stays wide. See M_ARENA_MAX, M_MMAP_THRESHOLD in mallopt(3).
"""

from __future__ import annotations

import contextlib
import ctypes

M_MMAP_THRESHOLD, M_ARENA_MAX = -3, -8
HEAPS = 2
LARGE = 128 * 1024
"""Bytes from which a piece of memory is the system's own, and goes back to it at once."""


def keep_small() -> None:
    """Let threads share two heaps, and what is large be the system's; on glibc alone."""
    with contextlib.suppress(OSError, AttributeError, TypeError):
        mallopt = ctypes.CDLL(None).mallopt
        mallopt(M_ARENA_MAX, HEAPS)
        mallopt(M_MMAP_THRESHOLD, LARGE)
