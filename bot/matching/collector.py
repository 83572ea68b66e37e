"""The cycle collector, and what it need not see."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Iterator[None]:
    """Hold the cycle collector, and keep what was made out of its sight.

    It would search a million objects again and again, 170 ms each time; they are in no cycles and
    go when nothing refers to them.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()
