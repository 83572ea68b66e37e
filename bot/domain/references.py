"""Public ids: short words that people type and read aloud, reversible without a look-up."""

from __future__ import annotations

PREFIX = "KH-"
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O (read as 1, 1, 0) and no U."""
MISREAD = str.maketrans("ILO", "110")
WIDTH, LONGEST = 4, 12
MIXER = 0x9E3779B1
"""An odd number: multiplying by it is reversible and keeps neighbours from looking alike."""


def public_id(event_id: int) -> str:
    """Return the public id (``KH-7F3A``) of a stored event.

    Raises:
        ValueError: the id is not positive.

    """
    if event_id <= 0:
        raise ValueError(f"only stored events have a public id, not {event_id}")
    size = _size(event_id)
    mixed = event_id * MIXER % (1 << 5 * size)
    return PREFIX + "".join(ALPHABET[mixed >> 5 * i & 31] for i in reversed(range(size)))


def event_id(text: str) -> int | None:
    """Return the event id that a person typed, in any case, with or without prefix, or None."""
    code = text.strip().upper().removeprefix("#").removeprefix(PREFIX).translate(MISREAD)
    if not WIDTH <= len(code) <= LONGEST or any(letter not in ALPHABET for letter in code):
        return None
    mixed = 0
    for letter in code:
        mixed = mixed << 5 | ALPHABET.index(letter)
    space = 1 << 5 * len(code)
    found = mixed * pow(MIXER, -1, space) % space
    return found if found and _size(found) == len(code) else None


def is_public_id(text: str) -> bool:
    """Tell whether a text is a public id as we write it: a word of the same letters is none."""
    return text.startswith(PREFIX) and event_id(text) is not None


def _size(event_id: int) -> int:
    return max(WIDTH, -(-event_id.bit_length() // 5))
