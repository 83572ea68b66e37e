"""Everything about one event: its card, what each figure rests on, all sources, its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.delivery import card, phrases
from bot.delivery.below import under_details, under_sources
from bot.delivery.deadlines import remindable
from bot.delivery.html import Text, as_text, bold, joined, link, messages, theirs
from bot.delivery.words import FIELD
from bot.domain.delivery import Message
from bot.domain.events import Event, LedgerEntry, Source

_SENTENCE = 300


def render_event(
    event: Event, history: Sequence[Event], *, zone: str, now: dt.datetime
) -> list[Message]:
    """Return an event in full, in as many messages as it takes; the last carries the buttons."""
    whole = joined(
        "\n\n",
        [
            joined("\n", [line.text for line in card.lines(event, zone, now)]),
            _section("Figures", (_figure(entry, now, zone) for entry in event.ledger)),
            _section("Sources", (_source(source, now, zone) for source in event.sources)),
            _section("History", _history([*history, event], now, zone)),
            theirs(event.public_id),
        ],
    )
    told = messages(whole)
    below = under_details(event, remind=remindable(event, zone, now))
    return [*told[:-1], replace(told[-1], buttons=below)]


def render_sources(event: Event, *, zone: str, now: dt.datetime) -> list[Message]:
    """Return who reported an event, each with a link; a button shows the event in full."""
    head = joined("\n", [card.headline(event), card.title(event)])
    sources = _section("Sources", (_source(source, now, zone) for source in event.sources))
    told = messages(joined("\n\n", [head, sources, theirs(event.public_id)]))
    return [*told[:-1], replace(told[-1], buttons=under_sources(event))]


def _section(name: str, lines: Iterator[Text]) -> Text:
    told = list(lines)
    return joined("\n", [bold(name), *told]) if told else as_text("")


def _figure(entry: LedgerEntry, now: dt.datetime, zone: str) -> Text:
    figure = f"{FIELD.get(entry.field, entry.field)} {phrases.number(entry.count)}"
    origin = joined(", ", [theirs(entry.publisher), phrases.clock(entry.at, now, zone)])
    aside = "" if entry.trusted else " (repeated in a follow-up)"
    said = as_text("“") + theirs(entry.sentence, _SENTENCE) + "”" if entry.sentence else ""
    return as_text(f"• {figure}{aside} — ") + joined(": ", [origin, said])


def _source(source: Source, now: dt.datetime, zone: str) -> Text:
    what = link(theirs(source.title) or as_text("(no title)"), source.url)
    at = phrases.clock(source.published_at or source.seen_at, now, zone)
    wire = f"text of {source.wire}" if source.wire and source.wire != source.publisher else ""
    notes = joined(", ", [theirs(source.publisher), at, theirs(wire), _follow_up(source)])
    return as_text("• ") + joined(" — ", [what, notes])


def _follow_up(source: Source) -> Text:
    return theirs(f"follow-up ({source.follow_up})") if source.follow_up else as_text("")


def _history(states: Sequence[Event], now: dt.datetime, zone: str) -> Iterator[Text]:
    """Tell the states that differ from the one before in what this shows; nothing if none do."""
    last = None
    told: list[Text] = []
    for state in states:
        shown = _state(state)
        if shown.bare != last:
            told.append(as_text(f"• {phrases.clock(state.updated_at, now, zone)}: ") + shown)
            last = shown.bare
    if len(told) > 1:
        yield from told


def _state(event: Event) -> Text:
    who = card.perpetrators(event, event.incident) if event.incident else as_text("")
    deadline = event.policy.deadline if event.policy else None
    until = f"deadline {phrases.day(deadline)}" if deadline else ""
    withdrawn = "withdrawn by its source" if event.retracted else ""
    head = f"{event.severity.word}; " if event.severity else ""
    harm = theirs(phrases.casualties(event))
    told = joined("; ", [theirs(event.title, 120), harm, who, until, withdrawn])
    return as_text(head) + told
