"""spaCy's tokenizer with a memory that works.

spaCy cuts each chunk of text between blanks by its rules once and remembers the cut; but after the
first contraction or abbreviation of a text it remembers nothing more (``has_special`` is never set
back in ``Tokenizer._tokenize_affixes``, spaCy 3.8), so that most rarer words are cut anew each
time: five sixths of its work. A chunk that is met again is shown to it alone; then it stays.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import filterfalse
from typing import Any

from spacy.tokens import Doc

MOST = 40_000
"""Chunks that are remembered: about 700 bytes each."""
LONGEST = 30
"""Characters of a chunk that is worth it; longer ones are addresses and noise."""
READ = 50_000
"""Characters of a text whose chunks are looked at, so that no text fills the memory."""


class Remembering:
    """A tokenizer that remembers the cuts of the chunks that it meets more than once."""

    def __init__(self, tokenizer: Any) -> None:  # spaCy's: compiled and untyped
        tokenizer.max_cache_size = MOST
        self._tokenizer: Callable[[str], Doc] = tokenizer
        self._known: set[str] = set()
        self._met: set[str] = set()

    def __call__(self, text: str) -> Doc:
        """Return the tokens of a text, the same as spaCy's."""
        self._remember(text)
        return self._tokenizer(text)

    def _remember(self, text: str) -> None:
        new = set(filterfalse(self._known.__contains__, text[:READ].split()))
        if len(self._known) < MOST:
            again = {chunk for chunk in new & self._met if len(chunk) <= LONGEST}
            for chunk in again:
                self._tokenizer(chunk)
            self._known |= again
        if len(self._met) > MOST:
            self._met.clear()
        self._met |= new
