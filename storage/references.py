"""Public ids: what people type to name an event ("KH-7F3A").

An id is scrambled within the numbers of its length, so that neighbours do not look alike, and
written in Crockford's base 32 (no I, L, O, U). The mapping is one to one: nothing is stored.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "KH-"
_SHORTEST = 4
_LONGEST = 12
_FACTOR = 0x9E3779B1
"""Odd, hence invertible modulo every power of two (Knuth's multiplicative hash)."""
_LOOKALIKES = str.maketrans("OIL", "011")


def public_id(event_id: int) -> str:
    """Return the public id of an event id (from 1 up)."""
    length = _SHORTEST
    while event_id >= _space(length):
        length += 1
    value = event_id * _FACTOR % _space(length)
    digits = ""
    for _ in range(length):
        value, digit = divmod(value, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return PREFIX + digits


def event_id(public: str) -> int | None:
    """Return the event id that a person means, or None where it cannot be one."""
    digits = public.strip().upper().removeprefix(PREFIX).translate(_LOOKALIKES)
    if not _SHORTEST <= len(digits) <= _LONGEST or not set(digits) <= set(ALPHABET):
        return None
    value = 0
    for digit in digits:
        value = value * len(ALPHABET) + ALPHABET.index(digit)
    space = _space(len(digits))
    found = value * pow(_FACTOR, -1, space) % space
    return found if public_id(found) == PREFIX + digits else None


def _space(length: int) -> int:
    size: int = len(ALPHABET) ** length
    return size
