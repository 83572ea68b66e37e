"""Who is told what of an event's new state: rows for the outbox and alerts to remember.

One event, one message: the first alert of a chat and topic is edited in place as facts come, and
replied to only when something material changed. Pure; the pipeline stores the result in the
transaction that stores the event.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from bot.config import Settings
from bot.delivery.brief import brief
from bot.delivery.card import render_alert, render_change
from bot.delivery.quiet import wakes_at
from bot.domain.chats import Chat, ChatState, Match, Scope, Subscription
from bot.domain.delivery import Act, Message, NewOutboxRow, Priority
from bot.domain.events import Event, Revision
from bot.domain.values import Severity


@dataclass(frozen=True, slots=True)
class Recipient:
    """A chat (and topic) whose subscriptions an event matches, and why."""

    chat: Chat
    thread_id: int | None
    reasons: tuple[str, ...] = ()

    @property
    def scope(self) -> Scope:
        """Return the chat and topic."""
        return Scope(self.chat.id, self.thread_id)


@dataclass(frozen=True, slots=True)
class Told:
    """A chat (and topic) that was told of the event already.

    ``key`` is the outbox key of its live message; ``pending`` is true where nobody has taken that
    row yet, so that it can still be replaced.
    """

    chat: Chat
    thread_id: int | None
    key: str
    revision: int
    reasons: tuple[str, ...] = ()
    pending: bool = False

    @property
    def scope(self) -> Scope:
        """Return the chat and topic."""
        return Scope(self.chat.id, self.thread_id)


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert to remember: this revision was told; ``outbox_key`` is the live message's."""

    scope: Scope
    event_id: int
    revision: int
    outbox_key: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to store."""

    rows: tuple[NewOutboxRow, ...] = ()
    alerts: tuple[NewAlert, ...] = ()


@dataclass
class _Draft:
    """A plan in the making, for one state of one event at one moment."""

    event: Event
    now: dt.datetime
    rows: list[NewOutboxRow] = field(default_factory=list)
    alerts: list[NewAlert] = field(default_factory=list)
    cards: dict[tuple[str, tuple[str, ...], bool], Message] = field(default_factory=dict)

    def card(self, chat: Chat, reasons: tuple[str, ...]) -> Message:
        """Return what a chat is shown: thousands of chats mostly ask for the same few."""
        key = (chat.zone, reasons, _silent(self.event, chat))
        if key not in self.cards:
            self.cards[key] = _card(self.event, chat, reasons, self.now)
        return self.cards[key]


def recipients(
    matches: Iterable[Match], subscriptions: Mapping[int, Subscription], chats: Mapping[int, Chat]
) -> list[Recipient]:
    """Return each chat and topic once, with the reasons of all its subscriptions that match."""
    reasons: dict[Scope, dict[str, None]] = {}
    for match in matches:
        subscription = subscriptions.get(match.subscription_id)
        if subscription and subscription.chat_id in chats:
            scope = Scope(subscription.chat_id, subscription.thread_id)
            texts = (reason.text for reason in match.reasons)
            reasons.setdefault(scope, {}).update(dict.fromkeys(texts))
    return [
        Recipient(chats[scope.chat_id], scope.thread_id, tuple(why))
        for scope, why in reasons.items()
    ]


def plan(
    revision: Revision,
    matching: Iterable[Recipient],
    told: Iterable[Told],
    settings: Settings,
    now: dt.datetime,
    *,
    quiet: bool = False,
    muted: Collection[int] = (),
) -> Plan:
    """Return what is sent because of a revision.

    ``quiet`` says that the report which made it must tell nobody: a feed's first poll, an old
    entry, a follow-up. ``muted`` are the chats that want to hear nothing new of it: what they were
    told already is kept right, without a word.
    """
    if quiet or not revision.visible:
        return Plan()
    draft = _Draft(revision.after, now)
    known = {one.scope: one for one in told}
    reasons = {one.scope: one.reasons for one in matching}
    for one in known.values():
        if _writable(one.chat):
            step = replace(revision, material=()) if one.chat.id in muted else revision
            _update(draft, step, one, reasons.get(one.scope, one.reasons), settings)
    for new in matching:
        if new.scope in known or new.chat.id in muted:
            continue
        if _wants(new.chat, revision.after):
            _first(draft, new, settings)
    return Plan(tuple(draft.rows), tuple(draft.alerts))


def _writable(chat: Chat) -> bool:
    return chat.state is ChatState.ACTIVE


def _wants(chat: Chat, event: Event) -> bool:
    return _writable(chat) and event.severity >= chat.min_severity and not event.retracted


# --- keys ----------------------------------------------------------------------------------------


def alert_key(scope: Scope, event: Event, part: int = 0) -> str:
    """Return the key of an event's first message to a chat."""
    return f"alert:{_scope(scope)}:{event.id}:{event.revision}:{part}"


def reply_key(scope: Scope, event: Event, part: int = 0) -> str:
    """Return the key of the reply that tells a material change."""
    return f"reply:{_scope(scope)}:{event.id}:{event.revision}:{part}"


def edit_key(scope: Scope, event: Event, slot: int) -> str:
    """Return the key of the edit of one span of time."""
    return f"edit:{_scope(scope)}:{event.id}:{slot}"


def _scope(scope: Scope) -> str:
    return f"{scope.chat_id}:{scope.thread_id or ''}"


# --- first alert ---------------------------------------------------------------------------------


def _first(draft: _Draft, to: Recipient, settings: Settings) -> None:
    event = draft.event
    key = alert_key(to.scope, event)
    draft.rows.append(_alert_row(draft, key, to, to.reasons, settings))
    draft.alerts.append(NewAlert(to.scope, event.id, event.revision, key, to.reasons))


def _alert_row(
    draft: _Draft, key: str, to: Recipient | Told, reasons: tuple[str, ...], settings: Settings
) -> NewOutboxRow:
    event = draft.event
    held = event.severity < Severity.SEVERE and settings.alert_hold
    leaves = max(draft.now, event.first_seen_at + settings.alert_hold) if held else draft.now
    wakes = wakes_at(to.chat, event.severity, leaves)
    return NewOutboxRow(
        dedupe_key=key,
        chat_id=to.chat.id,
        thread_id=to.thread_id,
        message=draft.card(to.chat, reasons),
        priority=Priority.of(event.severity),
        not_before=wakes or (event.first_seen_at + settings.alert_hold if held else None),
        reference=event.public_id or None,
        replace_pending=True,
    )


def _card(event: Event, chat: Chat, reasons: tuple[str, ...], now: dt.datetime) -> Message:
    card = render_alert(event, reasons, chat.zone, now, silent=_silent(event, chat))
    return replace(card, brief=brief(event, chat.zone, now))


def _silent(event: Event, chat: Chat) -> bool:
    return event.severity < chat.silent_below


# --- updates -------------------------------------------------------------------------------------


def _update(
    draft: _Draft,
    revision: Revision,
    to: Told,
    reasons: tuple[str, ...],
    settings: Settings,
) -> None:
    event = revision.after
    if to.pending:
        # Nobody has seen the first message: it says the new state at once, without a reply.
        draft.rows.append(_alert_row(draft, to.key, to, reasons, settings))
    else:
        draft.rows.append(_edit(draft, revision, to, reasons, settings))
        draft.rows.extend(_reply(revision, to, draft.now))
    if event.revision > to.revision:
        draft.alerts.append(NewAlert(to.scope, event.id, event.revision, to.key, reasons))


def _edit(
    draft: _Draft, revision: Revision, to: Told, reasons: tuple[str, ...], settings: Settings
) -> NewOutboxRow:
    event = revision.after
    slot, not_before = edit_slot(revision, settings.edit_every, draft.now)
    return NewOutboxRow(
        dedupe_key=edit_key(to.scope, event, slot),
        chat_id=to.chat.id,
        thread_id=to.thread_id,
        message=draft.card(to.chat, reasons),
        priority=Priority.NORMAL,
        act=Act.EDIT,
        target_key=to.key,
        not_before=not_before,
        reference=event.public_id or None,
        replace_pending=True,
    )


def edit_slot(
    revision: Revision, every: dt.timedelta, now: dt.datetime
) -> tuple[int, dt.datetime | None]:
    """Return which span of time an edit belongs to, and when it may leave; one edit a span.

    Spans are ``every`` long. A change after a quiet span is shown at once; one that follows
    another closely waits for the next span, where a later one replaces it.
    """
    if not every:
        return revision.after.version, None
    slot = int(now.timestamp() // every.total_seconds())
    before = revision.before
    if before is None or now - before.updated_at >= every:
        return slot, None
    start = dt.datetime.fromtimestamp((slot + 1) * every.total_seconds(), dt.UTC)
    return slot + 1, start


def _reply(revision: Revision, to: Told, now: dt.datetime) -> Iterator[NewOutboxRow]:
    event = revision.after
    if not revision.material:
        return
    chat = to.chat
    silent = _silent(event, chat)
    yield NewOutboxRow(
        dedupe_key=reply_key(to.scope, event),
        chat_id=chat.id,
        thread_id=to.thread_id,
        message=render_change(event, revision.material, chat.zone, now, silent=silent),
        priority=Priority.of(event.severity),
        target_key=to.key,
        not_before=wakes_at(chat, event.severity, now),
        reference=event.public_id or None,
    )
