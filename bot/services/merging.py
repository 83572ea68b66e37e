"""The owner's word on what is one event: merges and splits, kept, respected later, and told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.config import Settings
from bot.delivery.card import render_change
from bot.delivery.planning import Recipient, Told, plan
from bot.delivery.reminding import follow
from bot.delivery.telling import store, told_of
from bot.domain.chats import ChatState, Scope
from bot.domain.delivery import Act, NewOutboxRow, Priority
from bot.domain.events import Change, ChangeKind, Event, Revision, Source, SourcedReport
from bot.errors import InputError
from bot.events import revising
from bot.events.rulings import remember
from bot.protocols import StoredReport, Work


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a merge or split came to: ``other`` is the event taken over, or the one split off."""

    event: Event
    other: Event
    told: int
    """How many chats (and topics) hear of it."""


def merge(
    work: Work, scope: Scope, codes: tuple[str, str], settings: Settings, now: dt.datetime
) -> Ruling:
    """Let the first event take over the second, and tell every chat that was told of either.

    Raises:
        InputError: there is no such event, both are one, or only one of them is a chat's own.

    """
    event, other = (_event(work, scope, code) for code in codes)
    if event.id == other.id:
        raise InputError(f"{codes[0]} and {codes[1]} are one event already.")
    if event.owner_chat_id != other.owner_chat_id:
        raise InputError("An event of a chat's own feeds stays with that chat: not merged.")
    mine, theirs = work.reports.of_event(event.id), work.reports.of_event(other.id)
    step, gone = revising.merge(event, other, [one.sourced for one in (*mine, *theirs)])
    step, gone = _dated(step, now), _dated(gone, now)
    remember(work, event.id, other.id, (_ids(mine), _ids(theirs)))
    for report in theirs:
        work.reports.attach(report.id, event.id)
    work.events.save(step.after, now)
    work.events.save(gone.after, now)
    follow(work, step, now)
    follow(work, gone, now, into=step.after)
    return Ruling(step.after, gone.after, _tell_merged(work, step, gone, settings, now))


def split(
    work: Work,
    scope: Scope,
    code: str,
    numbers: Sequence[int],
    settings: Settings,
    now: dt.datetime,
) -> Ruling:
    """Let some reports, numbered as ``sources_of`` counts, leave an event and open their own.

    None of them will join the old event again, and none that stays will join the new one. Every
    chat that was told of the event hears of it.

    Raises:
        InputError: there is no such event or report, or one side would be empty.

    """
    event = _event(work, scope, code)
    chosen = _chosen(event.sources, numbers)
    reports = work.reports.of_event(event.id)
    leaving = [one for one in reports if one.id in chosen]
    staying = [one for one in reports if one.id not in chosen]
    if not leaving or not staying:
        raise InputError(f"A split leaves at least one report on each side; {code} has no two.")
    rest, opened = revising.split(event, _sourced(staying), _sourced(leaving))
    new = work.events.add(replace(opened.after, updated_at=now), now)
    _keep_apart(work, event.id, staying, new.id, leaving)
    rest = _dated(_naming(rest, new, len(leaving)), now)
    work.events.save(rest.after, now)
    told = list(told_of(work, event.id))
    store(work, plan(rest, (), told, settings, now), now)
    follow(work, rest, now)
    _tell_opened(work, replace(opened, after=new), leaving, told, settings, now)
    return Ruling(rest.after, new, _hearing(told))


def sources_of(work: Work, scope: Scope, code: str) -> tuple[Source, ...]:
    """Return an event's reports in the order in which ``split`` numbers them, from 1.

    Raises:
        InputError: there is no such event.

    """
    return _event(work, scope, code).sources


def _event(work: Work, scope: Scope, code: str) -> Event:
    found = work.events.visible(scope, code)
    if found is None:
        raise InputError(f"There is no event {code}; the code stands at the end of an alert.")
    return found


def _chosen(sources: Sequence[Source], numbers: Iterable[int]) -> frozenset[int]:
    for number in numbers:
        if not 1 <= number <= len(sources):
            raise InputError(f"There is no report {number}: they are numbered 1 to {len(sources)}.")
    return frozenset(sources[number - 1].report_id for number in numbers)


def _keep_apart(
    work: Work,
    old: int,
    staying: Sequence[StoredReport],
    new: int,
    leaving: Sequence[StoredReport],
) -> None:
    for report in leaving:
        work.reports.attach(report.id, new)
        work.reports.separate(report.id, old)
    for report in staying:
        work.reports.separate(report.id, new)


def _naming(step: Revision, new: Event, reports: int) -> Revision:
    """Return a split's step with the new event's code in its words."""
    are = "report is" if reports == 1 else "reports are"
    words = f"Split: {reports} {are} another event, {new.public_id}"
    return replace(step, material=(Change(ChangeKind.SPLIT, words),))


def _dated(step: Revision, now: dt.datetime) -> Revision:
    return replace(step, after=replace(step.after, updated_at=now))


def _ids(reports: Iterable[StoredReport]) -> list[int]:
    return [one.id for one in reports]


def _sourced(reports: Iterable[StoredReport]) -> list[SourcedReport]:
    return [one.sourced for one in reports]


# --- telling -------------------------------------------------------------------------------------


def _tell_merged(
    work: Work, step: Revision, gone: Revision, settings: Settings, now: dt.datetime
) -> int:
    """Tell each chat once; one that was told of the second event alone keeps its message for both.

    Where a chat has a message of either, the second one becomes a pointer.
    """
    mine = list(told_of(work, step.after.id))
    theirs = list(told_of(work, gone.after.id))
    known = {one.scope for one in mine}
    adopted = [replace(one, revision=0) for one in theirs if one.scope not in known]
    store(work, plan(step, (), [*mine, *adopted], settings, now), now)
    for one in theirs:
        if one.scope in known:
            work.outbox.put(_pointer(gone, one, now), now)
    return _hearing([*mine, *adopted])


def _tell_opened(
    work: Work,
    opened: Revision,
    reports: Sequence[StoredReport],
    told: Iterable[Told],
    settings: Settings,
    now: dt.datetime,
) -> None:
    """Give each chat that was told of the old event a message of the new one, to be kept live.

    Nothing is said of why it matches: it was told as part of another event. Follow-ups alert
    nobody, split off or not.
    """
    if all(one.sourced.report.follow_up is not None for one in reports):
        return
    chats = [Recipient(one.chat, one.thread_id) for one in told]
    store(work, plan(opened, chats, (), settings, now), now)


def _hearing(told: Iterable[Told]) -> int:
    return sum(one.chat.state is ChatState.ACTIVE for one in told)


def _pointer(gone: Revision, to: Told, now: dt.datetime) -> NewOutboxRow:
    event = gone.after
    return NewOutboxRow(
        dedupe_key=f"merged:{to.chat.id}:{to.thread_id or ''}:{event.id}:{event.revision}",
        chat_id=to.chat.id,
        thread_id=to.thread_id,
        message=render_change(event, gone.material, to.chat.zone, now, silent=True),
        priority=Priority.NORMAL,
        act=Act.EDIT,
        target_key=to.key,
        reference=event.public_id or None,
        replace_pending=True,
    )
