"""Noun phrases: a head noun with the words before it that belong to its name."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from bot.extraction.words import HYPHENS, Words

LONGEST = 4


def start_of(words: Words, head: int, floor: int, modifiers: AbstractSet[str]) -> int:
    """Return the first token of the phrase that ends with the noun ``head``."""
    first = head
    while first > max(floor, head - LONGEST):
        step = _step(words, first - 1, floor, modifiers)
        if not step:
            break
        first -= step
    return first


def _step(words: Words, at: int, floor: int, modifiers: AbstractSet[str]) -> int:
    if at < floor:
        return 0
    if words.lower[at] in modifiers:
        return 1
    if words.text[at] in HYPHENS and at - 1 >= floor and words.lower[at - 1].isalpha():
        return 2
    capital = words.text[at][:1].isupper() and at > floor
    return int(capital and words.lower[at] not in {"the", "a", "an", "in", "on", "at", "i"})
