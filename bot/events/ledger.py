"""The ledger: every figure with its source and time; which of them is the newest to trust."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.domain.events import LedgerEntry, SourcedReport
from bot.domain.reports import CASUALTY_FIELDS, Casualties
from bot.domain.values import Count
from bot.events.words import words

OPERATOR = "operator"
"""The voice of the person who runs the bot: what it says stands until a newer figure differs."""
NUMERALS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen"),
    *("nineteen", "twenty"),
)
BESIDE = frozenset(("other", "more", "additional"))
CORRECTS = re.compile(
    r"\b(?:correct(?:s|ed|ion)|revis(?:es|ed|ion)|lower(?:s|ed)|clarif\w+|mistaken(?:ly)?|"
    r"earlier (?:said|reported|put|given|stated)|down from|not \w+ as (?:earlier|reported))\b",
    re.IGNORECASE,
)


def told_at(sourced: SourcedReport) -> dt.datetime:
    """Return when a report was told: its time of publication, else when it was seen."""
    return sourced.report.published_at or sourced.seen_at


def entries(sourced: SourcedReport, at: dt.datetime) -> list[LedgerEntry]:
    """Return the figures of a report as ledger entries."""
    incident = sourced.report.incident
    counts = [(f, incident.casualties.get(f)) for f in CASUALTY_FIELDS] if incident else []
    return [
        LedgerEntry(
            field=field,
            count=count,
            publisher=sourced.publisher,
            at=at,
            sentence=_sentence(sourced, field),
            report_id=sourced.report_id,
            trusted=sourced.report.follow_up is None,
        )
        for field, count in counts
        if count
    ]


def _sentence(sourced: SourcedReport, field: str) -> str:
    evidence = sourced.report.evidence.get(field, ())
    return evidence[0].sentence if evidence else sourced.report.title


def extended(ledger: Sequence[LedgerEntry], sourced: SourcedReport) -> tuple[LedgerEntry, ...]:
    """Return the ledger with a report's figures, oldest first; nothing in it is overwritten.

    A figure that the same report gave last is not repeated. A revision that kept its time of
    publication is told when it was seen.
    """
    own = [entry for entry in ledger if entry.report_id == sourced.report_id]
    at = told_at(sourced)
    if own and at <= own[-1].at:
        at = max(sourced.seen_at, own[-1].at)
    last = {entry.field: entry for entry in own}
    told = [_doubted(ledger, sourced.report.title, entry) for entry in entries(sourced, at)]
    return ordered((*ledger, *(e for e in told if not _repeats(last.get(e.field), e))))


def _doubted(ledger: Sequence[LedgerEntry], title: str, entry: LedgerEntry) -> LedgerEntry:
    """Return an entry untrusted where it falls while its headline still tells the standing figure:
    the lower figure is then a part ("six dead", four of them here), not a correction. So it is
    where its own sentence counts others beside ("a mayor, two others killed").
    """
    standing = current(ledger, entry.field)
    falls = standing is not None and entry.count.max < standing.count.min
    if standing is None or not falls or CORRECTS.search(f"{title} {entry.sentence}"):
        return entry
    told = _spellings(standing.count.min) & set(words(title))
    part = told or _counts_others(entry)
    return replace(entry, trusted=False) if part else entry


def _spellings(number: int) -> set[str]:
    return {str(number), *NUMERALS[number : number + 1]}


def _counts_others(entry: LedgerEntry) -> bool:
    """Tell whether a figure is followed by "other" or "more": somebody is counted beside it."""
    said = words(entry.sentence)
    numbers = _spellings(entry.count.min)
    return any(number in numbers and beside in BESIDE for number, beside in pairwise(said))


def _repeats(last: LedgerEntry | None, entry: LedgerEntry) -> bool:
    if last is None or last.trusted != entry.trusted:
        return False
    return (last.count.min, last.count.max) == (entry.count.min, entry.count.max)


def ordered(ledger: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
    """Return entries oldest first; those of one moment in an order that arrival does not change."""
    # Stable: two entries of one report at one moment keep the order in which they came.
    return tuple(sorted(ledger, key=lambda e: (e.at, e.report_id)))


def current(
    ledger: Sequence[LedgerEntry], field: str, voices: Mapping[int, str] | None = None
) -> LedgerEntry | None:
    """Return the newest trusted entry of a field.

    A lower figure is believed from the article that gave the higher one, when its sentence says
    that it corrects, or once a second voice gives a lower one too: an old figure or a part of it in
    a late article is no correction. Follow-ups count only where nobody else gives a figure.
    ``voices`` maps report ids to voices (see ``wires``).
    """
    state: LedgerEntry | None = None
    below: set[str] = set()
    stated = [entry for entry in ledger if entry.field == field]
    for entry in [entry for entry in stated if entry.trusted] or stated:
        voice = _voice(entry, voices)
        if state is None or _supersedes(entry, state) or _believed(entry, state, below, voices):
            state, below = entry, set()
        elif entry.count.max < state.count.min:
            below.add(voice)
    return state


def _voice(entry: LedgerEntry, voices: Mapping[int, str] | None) -> str:
    return (voices or {}).get(entry.report_id, entry.publisher)


def _supersedes(entry: LedgerEntry, state: LedgerEntry) -> bool:
    """Tell whether an entry is higher, or as high and at least as exact."""
    if entry.count.min > state.count.max:
        return True
    overlaps = entry.count.max >= state.count.min
    return overlaps and _width(entry.count) <= _width(state.count)


def _believed(
    entry: LedgerEntry, state: LedgerEntry, below: set[str], voices: Mapping[int, str] | None
) -> bool:
    if entry.count.max >= state.count.min:
        return False
    if not entry.count.exact and entry.publisher != OPERATOR:
        return False  # "several" after twelve is a vaguer writer, not a lower count
    voice = _voice(entry, voices)
    same = entry.report_id == state.report_id
    second = bool(below - {voice})
    return same or second or entry.publisher == OPERATOR or bool(CORRECTS.search(entry.sentence))


def _width(count: Count) -> int:
    return count.max - count.min


def casualties(
    ledger: Sequence[LedgerEntry], voices: Mapping[int, str] | None = None
) -> Casualties:
    """Return the newest trusted figure of every field."""
    found = {field: current(ledger, field, voices) for field in CASUALTY_FIELDS}
    return Casualties(**{field: entry.count for field, entry in found.items() if entry})
