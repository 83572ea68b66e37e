"""Figures, dates and places as a card tells them. Pure; times are told in the chat's zone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from bot.delivery.words import DAYS, MONTHS, NONE_OF
from bot.domain.events import Event, LedgerEntry
from bot.domain.reports import CASUALTY_FIELDS, CasualtyPart, Incident
from bot.domain.values import Count, DatePrecision, DateSpan, Place

_AT_LEAST = re.compile(
    r"^\W*(at least|more than|over|as many as|nearly|about|around)\b", re.IGNORECASE
)
_FAMILIES = re.compile(r"\b(families|households)$", re.IGNORECASE)
_WITHIN_PARENTHESES = 4


# --- figures -------------------------------------------------------------------------------------


def number(count: Count) -> str:
    """Return a figure: ``12``, ``at least 10``, ``24–99``, ``300 families``."""
    families = _FAMILIES.search(count.text)
    unit = f" {families[1].lower()}" if families else ""
    if not count.exact:
        return f"{count.min:,}–{count.max:,}{unit}"
    vague = _AT_LEAST.match(count.text)
    told = f"{vague[1].lower()} {count.min:,}" if vague and count.min else f"{count.min:,}"
    return told + unit


def casualties(event: Event) -> str:
    """Return the figures of an incident on one line; empty where none is stated."""
    incident = event.incident
    if incident is None:
        return ""
    stated = {f: c for f in CASUALTY_FIELDS if (c := incident.casualties.get(f)) is not None}
    harmed = [stated.get("killed"), stated.get("injured")]
    if all(count is not None and count.max == 0 for count in harmed):
        stated = {f: c for f, c in stated.items() if f not in ("killed", "injured")}
        told = ["no casualties reported"]
    else:
        told = []
    told += [_figure(event, incident, field, count) for field, count in stated.items()]
    return capitalised(", ".join(told))


def _figure(event: Event, incident: Incident, field: str, count: Count) -> str:
    if count.max == 0:
        return NONE_OF[field]
    notes = [_breakdown(incident.breakdown, field), spread(event.ledger, field, count)]
    inside = "; ".join(note for note in notes if note)
    return f"{number(count)} {field}" + (f" ({inside})" if inside else "")


def _breakdown(parts: Iterable[CasualtyPart], field: str) -> str:
    told = [f"{number(part.count)} {part.who}" for part in parts if part.field == field]
    return ", ".join(told[:_WITHIN_PARENTHESES])


def standing(ledger: Iterable[LedgerEntry], field: str) -> list[LedgerEntry]:
    """Return what each report says now: a rewritten one no longer says its older figure."""
    newest: dict[int, LedgerEntry] = {}
    for entry in ledger:
        known = newest.get(entry.report_id)
        if entry.field == field and entry.trusted and (known is None or entry.at >= known.at):
            newest[entry.report_id] = entry
    return list(newest.values())


def spread(ledger: Iterable[LedgerEntry], field: str, shown: Count) -> str:
    """Return how far reports differ: ``8–14 in 5 reports``; empty where they agree."""
    entries = standing(ledger, field)
    if not entries:
        return ""
    least = min(entry.count.min for entry in entries)
    most = max(entry.count.max for entry in entries)
    reports = len({entry.report_id for entry in entries})
    if reports == 1 or (least, most) == (shown.min, shown.max):
        return ""
    return f"{least:,}–{most:,} in {reports} reports"


# --- dates ---------------------------------------------------------------------------------------


def day(date: dt.date) -> str:
    """Return a day: ``Mon 26 Jan 2026``."""
    return f"{DAYS[date.weekday()]} {date.day} {MONTHS[date.month - 1]} {date.year}"


def span(when: DateSpan) -> str:
    """Return days as exactly as they are known."""
    first, last = when.start, when.end
    match when.precision:
        case DatePrecision.MONTH:
            return f"{MONTHS[first.month - 1]} {first.year}"
        case DatePrecision.YEAR:
            return str(first.year)
        case DatePrecision.WEEK:
            return f"week of {day(first)}"
        case _:
            return day(first) if first == last else f"{_short(first, last)} – {day(last)}"


def _short(first: dt.date, last: dt.date) -> str:
    year = f" {first.year}" if first.year != last.year else ""
    return f"{first.day} {MONTHS[first.month - 1]}{year}"


def away(date: dt.date, today: dt.date) -> str:
    """Return how far a day is: ``in 23 days``, ``tomorrow``, ``today``, ``2 days ago``."""
    days = (date - today).days
    near = {-1: "yesterday", 0: "today", 1: "tomorrow"}
    if days in near:
        return near[days]
    return f"in {days:,} days" if days > 0 else f"{-days:,} days ago"


def today(now: dt.datetime, zone: str) -> dt.date:
    """Return the day that it is in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def clock(at: dt.datetime, now: dt.datetime, zone: str) -> str:
    """Return a time: ``15:05``, with its day where that is not today."""
    local = at.astimezone(ZoneInfo(zone))
    time = f"{local:%H:%M}"
    if local.date() == today(now, zone):
        return time
    year = f" {local.year}" if local.year != today(now, zone).year else ""
    return f"{local.day} {MONTHS[local.month - 1]}{year} {time}"


# --- places and lists ----------------------------------------------------------------------------


def place(where: Place | None) -> str:
    """Return a place from the small to the large: ``Jacobabad, Sindh, PK``."""
    if where is None:
        return ""
    names = (where.name, where.district, where.admin1, where.country)
    told: dict[str, str] = {}
    for name in names:
        if name:
            told.setdefault(name.casefold(), name)
    return ", ".join(told.values())


def place_of(event: Event) -> str:
    """Return where an event happened or applies."""
    if event.incident:
        places = event.incident.places
        return place(event.incident.place or (places[0] if places else None))
    if event.policy:
        where = place(event.policy.places[0]) if event.policy.places else ""
        return where or (event.policy.country or "")
    return ""


def listed(items: Iterable[str], most: int) -> str:
    """Return some of a list and how many more there are."""
    names = list(dict.fromkeys(items))
    more = f" +{len(names) - most}" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(count: int, what: str) -> str:
    """Return a number with its noun: ``1 source``, ``2 sources``."""
    return f"{count:,} {what}" + ("" if count == 1 else "s")


def capitalised(text: str) -> str:
    """Return a text with its first letter large and the others as they are."""
    return text[:1].upper() + text[1:]
