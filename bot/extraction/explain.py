"""Why an article was read as it was: its mini-events, their signs and scores, as plain lines."""

from __future__ import annotations

from collections.abc import Iterator

from spacy.tokens import Doc

from bot.extraction import deeds, kind
from bot.extraction.findings import findings
from bot.extraction.mentions import MiniEvent, Toll
from bot.extraction.words import words_of

MOST_DEEDS = 5
"""Deeds that are shown, the best first."""
WIDTH = 110
"""Characters of a sentence that a line shows."""


def lines(doc: Doc) -> Iterator[str]:
    """Yield the mini-events of a Doc, each with its sentences, what moved them, its tolls."""
    for event in findings(doc).mini_events:
        yield from _event(doc, event)
    if not findings(doc).mini_events:
        yield "no sentence tells of an event"
    yield from _deeds(doc)
    yield from _kind(doc)


def _deeds(doc: Doc) -> Iterator[str]:
    for deed in sorted(deeds.find(doc), key=lambda deed: -deed.score)[:MOST_DEEDS]:
        words = words_of(doc).said(deed.start, deed.end)
        doer = deed.by.name if deed.by else "nobody"
        where = deed.sentence.zone.value
        yield f"deed · score {deed.score:.1f} · {deed.action.value} “{words}” by {doer} ({where})"


def _kind(doc: Doc) -> Iterator[str]:
    balance = kind.weigh(doc)
    told = f"happened {balance.happened:+.1f}, decided {balance.decided:+.1f}"
    yield f"kind · {findings(doc).kind or 'none'} because {told} (above 0 it counts)"


def _event(doc: Doc, event: MiniEvent) -> Iterator[str]:
    what = ", ".join(kind.value for kind in event.types)
    head = "background" if event.background else "MAIN"
    when = f" · {event.when.start}" if event.when else ""
    yield f"{head} · score {event.score:+.1f}{when}{f' · {what}' if what else ''}"
    reasons = dict(zip(event.sentences, event.why, strict=True))
    for index in event.sentences:
        yield f"  {index:3d} {_text(doc, index)}"
        yield f"      because {reasons[index]}"
        yield from (f"      {_toll(toll)}" for toll in event.tolls if toll.sentence == index)


def _text(doc: Doc, index: int) -> str:
    words, sentence = words_of(doc), findings(doc).sentences[index]
    told = words.source[words.starts[sentence.start] : words.ends[sentence.end - 1]]
    return " ".join(told.split())[:WIDTH]


def _toll(toll: Toll) -> str:
    count = toll.count
    amount = str(count.min) if count.exact else f"{count.min} to {count.max}"
    marks = [name for name in ("total", "part", "additional") if getattr(toll, name)]
    whose = toll.group or "anybody"
    return f"{toll.field} {amount} ({whose}) from “{count.text}”" + "".join(f", {m}" for m in marks)
