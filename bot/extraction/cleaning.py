"""Cleaning: plain quotes, dashes and spaces, no typewriter's line breaks, no shouting.

Characters are exchanged one for one; the few that are taken out (soft hyphens, zero-width marks)
are noted, so that every position leads back to the text as it was given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from bot.extraction import layout, truecase

_INVISIBLE = re.compile("(?:[\u00ad\u200b\u200e\u200f\u2060]|[\u200c\u200d](?=[\x00-\u024f]))+")
"""Joiners count as invisible only before Latin letters: Urdu and Persian need theirs."""
_NOISE = re.compile(r"[^\w\s]{30,}|[!-~]{500,}")
"""Rows of signs and endless words say nothing, and cost the tokenizer quadratic time."""
SHORTEST_NOISE = 30
"""Characters without a blank from which a word may hold noise: other texts are not searched."""
_SAME = tuple(
    (odd, plain)
    for odds, plain in (
        ("\u00a0\u2009\u202f\u2007\u3000\ufeff\t", " "),
        ("\r\u2028\u2029\x0b\x0c\x85", "\n"),
        ("‘’‛`´", "'"),
        ("“”„‟«»", '"'),
        ("‐‑−", "-"),
    )
    for odd in odds
)
"""Characters and what they are exchanged for; most texts hold few, so each is looked for alone."""
_MARKS = "\u00ad\u200b\u200e\u200f\u2060\u200c\u200d"
"""All that ``_INVISIBLE`` may take out."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text to read, and how to find a position of it in the text as given.

    ``kept`` holds, for each run of kept characters, its first position in ``text``; ``shifts`` how
    many characters were taken out before it.
    """

    text: str
    kept: tuple[int, ...]
    shifts: tuple[int, ...]

    def original(self, position: int) -> int:
        """Return where a position of ``text`` lies in the text as given."""
        return position + self.shifts[max(0, bisect_right(self.kept, position) - 1)]


def cleaned(title: str, body: str) -> Cleaned:
    """Return the cleaned ``title + blank line + body``."""
    visible, kept, shifts = _without_invisible(f"{title}\n\n{body}")
    length = len(_without_invisible(title)[0])
    head = _plain(visible[:length]).replace("\n", " ")
    tail = layout.unwrapped(_plain(visible[length + 2 :].replace("\r\n", " \n")))
    text = _without_noise(f"{head}\n\n{tail}")
    return Cleaned(truecase.restored(text), kept, shifts)


def _plain(text: str) -> str:
    for odd, plain in _SAME:
        if odd in text:
            text = text.replace(odd, plain)
    return text


def _without_noise(text: str) -> str:
    if max(map(len, text.split()), default=0) < SHORTEST_NOISE:
        return text
    return _NOISE.sub(lambda noise: " " * len(noise.group()), text)


def _without_invisible(text: str) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    if text.isascii() or not any(mark in text for mark in _MARKS):
        return text, (0,), (0,)
    pieces, kept, shifts = [], [0], [0]
    at = removed = 0
    for mark in _INVISIBLE.finditer(text):
        pieces.append(text[at : mark.start()])
        at = mark.end()
        removed += at - mark.start()
        kept.append(at - removed)
        shifts.append(removed)
    return "".join((*pieces, text[at:])), tuple(kept), tuple(shifts)
