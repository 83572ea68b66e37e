"""The steps of an event: opened, joined by reports, corrected, merged, split.

Every step is a function of values and returns a ``Revision``; the caller stores and tells it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.domain.events import (
    Change,
    ChangeKind,
    Event,
    LedgerEntry,
    Revision,
    Source,
    SourcedReport,
    Statement,
)
from bot.domain.reports import Incident, Kind, Policy
from bot.domain.values import Count, Severity
from bot.events import ledger as ledgers
from bot.events import statements as statements_
from bot.events.changes import changes, figures
from bot.events.fusing import by_time, fuse_incident, fuse_policy, occurred_at
from bot.events.wires import voices

RETRACTS = re.compile(
    r"^\W*(?:retract(?:ion|ed|s)?|withdrawn|kill notice|story (?:withdrawn|removed))\b",
    re.IGNORECASE,
)
QUOTED = re.compile(r"[“\"]([^“”\"]{20,240})[”\"]")


def open_event(sourced: SourcedReport) -> Revision:
    """Return the event that one report opens."""
    ledger = ledgers.extended((), sourced)
    said = statements_.extended((), sourced, ledgers.told_at(sourced))
    after = _state(None, [sourced], ledger, said)
    after = replace(after, told=figures(after))
    return Revision(None, after, () if _quiet(sourced) else changes(None, after))


def join(event: Event, reports: Sequence[SourcedReport], sourced: SourcedReport) -> Revision:
    """Return the step that a report makes: a new one, or a revision of one the event has.

    ``reports`` are the event's reports with or without ``sourced``, which replaces the one of its
    id. A follow-up is never material; the first report that is none opens the event in earnest.
    The same revision again changes nothing.
    """
    all_ = _with(reports, sourced)
    at = ledgers.told_at(sourced)
    after = _state(
        event,
        all_,
        ledgers.extended(event.ledger, sourced),
        statements_.extended(event.statements, sourced, at),
    )
    known = event if any(not source.follow_up for source in event.sources) else None
    material = () if _quiet(sourced) else changes(known, after)
    return _step(event, after, material)


def correct(event: Event, field: str, count: Count, at: dt.datetime, note: str = "") -> Revision:
    """Return the step by which the operator sets a figure; later reports may move it again."""
    entry = LedgerEntry(field, count, ledgers.OPERATOR, at, note or "Set by the operator.", 0)
    ledger = ledgers.ordered((*event.ledger, entry))
    if event.incident is None:
        raise ValueError(f"a {event.kind.value} has no {field}")
    told = ledgers.casualties(ledger, _voices_of(event))
    after = replace(event, ledger=ledger, incident=replace(event.incident, casualties=told))
    after = replace(after, updated_at=max(at, event.updated_at))
    return _step(event, after, changes(event, after))


def merge(
    event: Event, other: Event, reports: Sequence[SourcedReport]
) -> tuple[Revision, Revision]:
    """Return the steps by which ``event`` takes over ``other``, given the reports of both."""
    ledger = ledgers.ordered(dict.fromkeys((*event.ledger, *other.ledger)))
    said = _union(event.statements, other.statements)
    after = _state(event, by_time(reports), ledger, said)
    told = Change(ChangeKind.MERGED, f"Merged with {other.public_id or other.title}")
    gone = replace(other, merged_into=event.id, version=other.version + 1)
    pointer = Change(ChangeKind.MERGED, f"Merged into {event.public_id or event.title}")
    return _step(event, after, (told,)), _step(other, gone, (pointer,))


def split(
    event: Event, staying: Sequence[SourcedReport], leaving: Sequence[SourcedReport]
) -> tuple[Revision, Revision]:
    """Return the steps by which some reports leave an event and open their own.

    Raises:
        ValueError: one of the two sides is empty.

    """
    if not staying or not leaving:
        raise ValueError("a split leaves at least one report on each side")
    rest = _state(event, by_time(staying), *_shares(event, staying), fresh=True)
    opened = _state(None, by_time(leaving), *_shares(event, leaving))
    opened = replace(opened, told=figures(opened))
    told = Change(ChangeKind.SPLIT, f"Split: {len(leaving)} reports are another event")
    return _step(event, rest, (told,)), Revision(None, opened, changes(None, opened))


def _with(reports: Iterable[SourcedReport], sourced: SourcedReport) -> list[SourcedReport]:
    others = [one for one in reports if one.report_id != sourced.report_id]
    return by_time([*others, sourced])


def _quiet(sourced: SourcedReport) -> bool:
    return sourced.report.follow_up is not None or sourced.report.kind is Kind.OTHER


def _state(
    before: Event | None,
    reports: Sequence[SourcedReport],
    ledger: tuple[LedgerEntry, ...],
    said: tuple[Statement, ...],
    *,
    fresh: bool = False,
) -> Event:
    """Return an event as its reports tell it; what none of them tells any more stays.

    ``fresh`` forgets what was known before (after a split its reports are gone).
    """
    kept = None if fresh else before
    by = voices(reports)
    main = [one for one in reports if not _quiet(one)] or list(reports)
    incident = fuse_incident(main, ledgers.casualties(ledger, by)) or _incident(kept)
    policy = fuse_policy(main) or _policy(kept)
    kind = _kind(kept, main)
    incident = incident if kind is Kind.INCIDENT else None
    base = before or _blank(reports[0])
    quote, quote_by = _quote(main)
    return replace(
        base,
        kind=kind,
        title=_title(main),
        severity=max(one.report.severity for one in main),
        first_seen_at=min(one.seen_at for one in reports),
        updated_at=max(one.seen_at for one in reports),
        occurred_at=occurred_at(incident, reports),
        incident=incident,
        policy=policy if kind is Kind.POLICY else None,
        sources=tuple(_source(one, by[one.report_id]) for one in reports),
        ledger=ledger,
        statements=said,
        quote=quote,
        quote_by=quote_by,
        retracted=all(RETRACTS.match(one.report.title) for one in main),
    )


def _incident(event: Event | None) -> Incident | None:
    return event.incident if event else None


def _policy(event: Event | None) -> Policy | None:
    return event.policy if event else None


def _blank(sourced: SourcedReport) -> Event:
    return Event(
        id=0,
        public_id="",
        kind=sourced.report.kind,
        title=sourced.report.title,
        severity=Severity.UNKNOWN,
        first_seen_at=sourced.seen_at,
        updated_at=sourced.seen_at,
        occurred_at=ledgers.told_at(sourced),
        owner_chat_id=sourced.owner_chat_id,
    )


def _kind(before: Event | None, reports: Sequence[SourcedReport]) -> Kind:
    """Return the kind most reports tell; one report alone does not turn a known kind over."""
    kinds = [one.report.kind for one in reports if one.report.kind is not Kind.OTHER]
    if before and before.kind is not Kind.OTHER and len(kinds) < 3:  # noqa: PLR2004 - a majority
        return before.kind
    return max(dict.fromkeys(kinds), key=kinds.count) if kinds else Kind.OTHER


def _title(reports: Sequence[SourcedReport]) -> str:
    return reports[-1].report.title


def _quote(reports: Sequence[SourcedReport]) -> tuple[str | None, str | None]:
    """Return words that somebody said about the main facts, from the first report that has some."""
    for one in reports:
        for evidence in (e for found in one.report.evidence.values() for e in found):
            match = QUOTED.search(evidence.sentence)
            if match:
                return match.group(1).strip(), one.publisher
    return None, None


def _source(sourced: SourcedReport, voice: str) -> Source:
    report = sourced.report
    quiet = "mention" if report.kind is Kind.OTHER else None
    return Source(
        report_id=sourced.report_id,
        publisher=sourced.publisher,
        url=sourced.url,
        title=report.title,
        published_at=report.published_at,
        seen_at=sourced.seen_at,
        wire=voice if voice != sourced.publisher else None,
        follow_up=report.follow_up or quiet,
    )


def _voices_of(event: Event) -> dict[int, str]:
    return {source.report_id: source.wire or source.publisher for source in event.sources}


def _shares(
    event: Event, reports: Sequence[SourcedReport]
) -> tuple[tuple[LedgerEntry, ...], tuple[Statement, ...]]:
    ids = {one.report_id for one in reports}
    return (
        tuple(entry for entry in event.ledger if entry.report_id in ids),
        tuple(one for one in event.statements if one.report_id in ids),
    )


def _union(a: Sequence[Statement], b: Sequence[Statement]) -> tuple[Statement, ...]:
    found = list(a)
    found += [one for one in b if not any(statements_.same(one, other) for other in a)]
    return tuple(sorted(found, key=lambda one: (one.at, one.report_id, one.name)))


def _step(before: Event, after: Event, material: tuple[Change, ...]) -> Revision:
    """Return the step with its numbers: a version for any change, a revision for a material one."""
    if replace(after, updated_at=before.updated_at) == before and not material:
        return Revision(before, before, (), visible=False)
    told = figures(after) if material else before.told
    after = replace(
        after,
        told=told,
        version=before.version + 1,
        revision=before.revision + bool(material),
    )
    return Revision(before, after, material, visible=_card(before) != _card(after))


def _card(event: Event) -> Event:
    """Return what a card shows of an event: its numbers of steps and times are not on it."""
    return replace(event, version=0, revision=0, told=(), updated_at=event.first_seen_at)
