"""Wire copies: an agency's text printed by many publishers is one source, not many."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files

from bot.domain.events import SourcedReport
from bot.events.words import fold, shingles, words

HEAD, TAIL = 220, 120
COPY = 0.5
"""Texts that share half of their five-word runs are one text; two reporters share few."""
FEWEST = 12


@cache
def agencies() -> Mapping[str, str]:
    """Return every known name of an agency with its short name."""
    found: dict[str, str] = {}
    text = files("bot.events").joinpath("data/agencies.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if "=" in line:
            short, names = line.split("=", 1)
            short = short.strip()
            spelled = (name.strip() for name in (short, *names.split(",")))
            found |= {name: short for name in spelled if name}
    return found


@cache
def _folded() -> Mapping[str, str]:
    return {fold(name): short for name, short in agencies().items()}


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    # Acronyms as they are written: "SPA" is an agency, a spa is none.
    names = "|".join(
        re.escape(name) if name.isupper() else f"(?i:{re.escape(name)})"
        for name in sorted(agencies(), key=len, reverse=True)
    )
    by = r"[Bb][Yy]\s+"
    head = rf"\(\s*({names})\s*\)|^\s*(?:{by})?({names})\s*(?:\n|$|[—–:|-])|\b{by}({names})\s*\n"
    tail = rf"[—–-]\s*({names})\s*\.?\s*$|\(\s*({names})\s*\)\s*\.?\s*$|\n\s*({names})\s*$"
    return re.compile(head, re.MULTILINE), re.compile(tail)


def wire(publisher: str, text: str) -> str | None:
    """Return the agency that an article is by: the publisher itself, or its dateline or byline."""
    own = _folded().get(fold(publisher.strip()))
    if own:
        return own
    head, tail = _patterns()
    found = head.search(text[:HEAD]) or tail.search(text[-TAIL:].rstrip())
    return _folded()[fold(next(name for name in found.groups() if name))] if found else None


def copied(a: Iterable[int], b: Iterable[int]) -> bool:
    """Tell whether two sketches are of one text, whole or cut short."""
    ours, theirs = frozenset(a), frozenset(b)
    if min(len(ours), len(theirs)) < FEWEST:
        return False
    # Beyond the smaller sketch's largest hash the other one knows nothing: compare below it.
    top = min(max(ours), max(theirs))
    fewer = min(sum(h <= top for h in ours), sum(h <= top for h in theirs))
    return len(ours & theirs) >= COPY * fewer


@lru_cache(maxsize=512)
def _sketch(text: str) -> tuple[int, ...]:
    # Every report that joins an event looks at the texts of all reports of it once more.
    return shingles(words(text))


def voices(reports: Sequence[SourcedReport]) -> dict[int, str]:
    """Return, by report id, whose words each report prints: an agency's or a publisher's.

    The earlier of two near-identical texts gives its voice to the later.
    """
    if len(reports) == 1:  # nobody to copy from: the text need not be read
        return {one.report_id: wire(one.publisher, one.text) or one.publisher for one in reports}
    printed = _Printed()
    return {
        one.report_id: printed.voice(
            _sketch(one.text), wire(one.publisher, one.text), one.publisher
        )
        for one in reports
    }


class _Printed:
    """Texts printed so far: a copy is found through the runs of words it shares, in one look."""

    def __init__(self) -> None:
        self._texts: list[tuple[tuple[int, ...], str]] = []
        self._first: dict[int, int] = {}

    def voice(self, sketch: tuple[int, ...], agency: str | None, publisher: str) -> str:
        """Return whose words a text prints, and remember the text."""
        voice = agency or self._copied(sketch) or publisher
        for run in sketch:
            self._first.setdefault(run, len(self._texts))
        self._texts.append((sketch, voice))
        return voice

    def _copied(self, sketch: tuple[int, ...]) -> str | None:
        met = Counter(self._first[run] for run in sketch if run in self._first)
        for number, _ in met.most_common(1):
            other, voice = self._texts[number]
            return voice if copied(sketch, other) else None
        return None
