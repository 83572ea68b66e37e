"""Lexicon files: plain lists that anyone can extend, apart from the code that reads them.

A file holds one entry a line; a ``#`` at its beginning or after a
blank starts a comment; ``[name]`` opens a section.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


def _entries(name: str) -> Iterator[str]:
    text = files("bot.extraction").joinpath("lexicon", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        entry = line.partition(" #")[0].strip()
        if entry and not entry.startswith("#"):
            yield entry


@cache
def lines(name: str) -> tuple[str, ...]:
    """Return the entries of a file without sections, in file order."""
    return tuple(_entries(name))


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """Return the entries of a file by their section, in file order."""
    found: dict[str, list[str]] = {}
    section = ""
    for entry in _entries(name):
        if entry.startswith("[") and entry.endswith("]"):
            section = entry[1:-1]
            found.setdefault(section, [])
        else:
            found.setdefault(section, []).append(entry)
    return {key: tuple(values) for key, values in found.items()}


@cache
def word_set(name: str, section: str = "") -> frozenset[str]:
    """Return one section's entries as a set, several words a line allowed (split at spaces)."""
    return frozenset(word for entry in sections(name)[section] for word in entry.split())
