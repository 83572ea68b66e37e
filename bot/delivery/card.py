"""The card: what an alert shows. Severity, type and place first, for a phone shows only that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.delivery import phrases
from bot.delivery.below import buttons
from bot.delivery.cleaning import cleaned, host, web_address
from bot.delivery.deadlines import remindable
from bot.delivery.html import (
    BRIEF,
    Line,
    Text,
    as_text,
    bold,
    code,
    fit,
    joined,
    link,
    message,
    theirs,
)
from bot.delivery.words import NOBODY_CLAIMED, SAID, SIGN, spaced, status
from bot.domain.delivery import Message
from bot.domain.events import Change, Event
from bot.domain.reports import Claim, Incident, Policy, Stance
from bot.domain.values import Severity

_TITLE = 300
_ITEM = 120
_QUOTE = 400
_MOST = 3
_PUBLISHERS = 4


def render_alert(
    event: Event, reasons: Sequence[str], zone: str, now: dt.datetime, *, silent: bool = False
) -> Message:
    """Return an event's card. ``zone`` is the chat's; ``reasons`` say why the chat gets it."""
    text = fit([*lines(event, zone, now), Line(_footer(event, reasons, zone, now))])
    return message(text, buttons(event, remind=remindable(event, zone, now)), silent=silent)


def render_change(
    event: Event, changes: Sequence[Change], zone: str, now: dt.datetime, *, silent: bool = False
) -> Message:
    """Return what is said in reply to an alert when its event changed materially."""
    told = [Line(bold(theirs(change.text))) for change in changes]
    source = event.sources[-1] if event.sources else None
    name = theirs(source.publisher or host(source.url), _ITEM) if source else as_text("")
    origin = link(name, source.url) if source else name
    foot = joined(" · ", [origin, phrases.clock(event.updated_at, now, zone), _id(event)])
    lines = [Line(headline(event)), *told, Line(foot)]
    below = buttons(event, remind=remindable(event, zone, now))
    return replace(message(fit(lines), below, silent=silent), brief=fit(lines, BRIEF).html)


def lines(event: Event, zone: str, now: dt.datetime) -> Iterator[Line]:
    """Return the lines of a card but for its footer."""
    yield Line(headline(event))
    if event.retracted:
        yield Line(bold("Withdrawn by its source"))
    yield Line(title(event))
    if event.incident:
        yield from _incident(event, event.incident)
    if event.policy:
        yield from _policy(event.policy, phrases.today(now, zone))
    yield Line(_when_and_who(event, zone))
    yield Line(_quote(event), 9)


def headline(event: Event) -> Text:
    """Return the first line: sign, severity, type, place."""
    severity = event.severity
    grave = severity.word.upper() if severity is not Severity.UNKNOWN else ""
    head = joined(" · ", [grave, kind_of(event).upper()])
    where = theirs(phrases.place_of(event), _ITEM)
    return as_text(f"{SIGN[severity]} ") + joined(" · ", [bold(head), where])


def kind_of(event: Event) -> str:
    """Return an event's type or action in words."""
    if event.incident and event.incident.types:
        return spaced(event.incident.types[0])
    if event.policy and event.policy.actions:
        return f"policy: {spaced(event.policy.actions[0])}"
    return event.kind.value


def title(event: Event) -> Text:
    """Return the title, linked to the first source."""
    url = next((s.url for s in event.sources if web_address(s.url)), None)
    return link(theirs(event.title, _TITLE) or as_text("(no title)"), url)


def _id(event: Event) -> Text:
    return code(theirs(event.public_id)) if event.public_id else as_text("")


def _footer(event: Event, reasons: Sequence[str], zone: str, now: dt.datetime) -> Text:
    why = theirs(phrases.listed(map(cleaned, reasons), 8)) if reasons else as_text("")
    updated = f"Updated {phrases.clock(event.updated_at, now, zone)}"
    return joined(" · ", [as_text("Why: ") + why if why else "", updated, _id(event)])


def _when_and_who(event: Event, zone: str) -> Text:
    incident = event.incident
    if incident and incident.occurred_on:
        when = phrases.span(incident.occurred_on)
    else:
        when = f"reported {phrases.day(phrases.today(event.first_seen_at, zone))}"
    return joined(" · ", [phrases.capitalised(when), _who(event)])


def _who(event: Event) -> Text:
    """Return the number of independent publishers with their names, hosts where they have none."""
    named = {s.wire or s.publisher: s.wire or s.publisher or host(s.url) for s in event.sources}
    count = phrases.counted(len(event.publishers), "source")
    names = theirs(phrases.listed(map(cleaned, filter(None, named.values())), _PUBLISHERS))
    if not named:
        return as_text("")
    return as_text(f"{count} (") + names + ")" if names else as_text(count)


def _quote(event: Event) -> Text:
    if not event.quote:
        return as_text("")
    said = as_text("“") + theirs(event.quote.strip("“”\"' "), _QUOTE) + "”"
    return said + " — " + theirs(event.quote_by, _ITEM) if event.quote_by else said


# --- incidents -----------------------------------------------------------------------------------


def _incident(event: Event, incident: Incident) -> Iterator[Line]:
    harm = theirs(phrases.casualties(event))
    damage = [theirs(item, _ITEM) for item in incident.damage[:_MOST]]
    yield Line(joined(" · ", [harm, *damage]))
    yield Line(_labelled("Perpetrator", perpetrators(event, incident)), 3)
    yield Line(_labelled("Target", _items(incident.targets)), 5)
    yield Line(_labelled("Means", _items(incident.weapons)), 7)


def perpetrators(event: Event, incident: Incident) -> Text:
    """Return who is said to have done it, each kind of statement apart."""
    said = [_said(s.name, s.status, s.said_by) for s in event.statements]
    if not said:
        said = [_said(p.name, p.status, p.said_by) for p in incident.perpetrators]
    unclaimed = incident.claim is Claim.UNCLAIMED
    told = [*dict.fromkeys(said)][-_MOST:] + ([NOBODY_CLAIMED] if unclaimed else [])
    return theirs("; ".join(told))


def _said(name: str, status: Claim, said_by: str | None) -> str:
    told = SAID.get(status, "{name}").replace("{name}", cleaned(name))
    return f"{told} by {cleaned(said_by)}" if said_by and status is Claim.BLAMED else told


def _labelled(label: str, value: Text) -> Text:
    return as_text(f"{label}: ") + value if value else value


def _items(items: Sequence[str]) -> Text:
    return theirs(phrases.listed(map(cleaned, items), _MOST), 2 * _ITEM)


# --- policies ------------------------------------------------------------------------------------


def _policy(policy: Policy, today: dt.date) -> Iterator[Line]:
    yield Line(_labelled("By", _items(policy.issuers)))
    yield Line(_labelled("Action", as_text(phrases.listed(map(spaced, policy.actions), _MOST))), 4)
    yield Line(_labelled("Concerns", _items(policy.subjects)), 2)
    yield Line(_labelled("Figures", _figures(policy)), 5)
    yield Line(_labelled("Effective", _dated(policy.effective_on, today)), 1)
    yield Line(_labelled("Deadline", bold(_dated(policy.deadline, today))))
    yield Line(_labelled("Status", as_text(status(policy))), 3)
    yield Line(_labelled("Objects", _actors(policy, Stance.OPPOSE)), 6)
    yield Line(_labelled("Supports", _actors(policy, Stance.SUPPORT)), 7)


def _dated(date: dt.date | None, today: dt.date) -> Text:
    return as_text(f"{phrases.day(date)} ({phrases.away(date, today)})" if date else "")


def _figures(policy: Policy) -> Text:
    told = [f"{_value(f.value)} {cleaned(f.what)}".strip() for f in policy.figures]
    return theirs("; ".join(told[: _MOST + 1]), 2 * _ITEM)


def _value(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}".rstrip("0")


def _actors(policy: Policy, stance: Stance) -> Text:
    return _items([r.actor for r in policy.reactions if r.stance is stance])
