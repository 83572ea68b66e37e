"""Mini-events: which sentences tell of today's event, and which of another one.

Every sentence with a trigger or a toll is a small event of its own. Signs (``lexicon/background``,
dates, the zone) say how likely it is part of the main one; background lasts within a paragraph
until a sentence speaks of today again.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from spacy.tokens import Doc

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction import event_day, event_types
from bot.extraction.lexicons import sections
from bot.extraction.mentions import DateMention, MiniEvent, Sentence, Toll, Zone
from bot.extraction.phrases import Phrases

ZONE_SCORES: Mapping[Zone, float] = {Zone.TITLE: 3.0, Zone.LEAD: 1.5, Zone.CAPTION: -0.5}
TITLE_SCALE = 0.5
"""How much of a sign counts in a headline: a headline is seldom about the past."""
OLD_DATE, RECENT_DATE, INHERITED = -3.0, 1.5, -2.0
RECENT_DAYS = 10
"""Days before the anchor from which a date is an earlier event's."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A phrase at a token that moves the score of what it reaches."""

    name: str
    weight: float
    reach: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence that tells something, its score, why, and its tolls by main and background."""

    sentence: Sentence
    score: float
    why: tuple[str, ...]
    main: tuple[Toll, ...]
    background: tuple[Toll, ...]
    when: DateMention | None


def read(doc: Doc) -> tuple[MiniEvent, ...]:
    """Return the main event first (if any), then the background events in text order."""
    tellings = list(_tellings(doc))
    main = [t for t in tellings if t.score >= 0]
    events = [_main(doc, main)] if main else []
    return (*events, *_background(tellings))


def _tellings(doc: Doc) -> Iterator[Telling]:
    tolls: dict[int, list[Toll]] = defaultdict(list)
    for toll in doc._.casualties:
        tolls[toll.sentence].append(toll)
    triggered = {sentence.index for _, sentence in event_types.placed(doc)}
    dated = _by_sentence(doc)
    paragraph, inherited = -1, False
    for sentence in doc._.sentences:
        if sentence.paragraph != paragraph:
            paragraph, inherited = sentence.paragraph, False
        if sentence.index not in triggered and sentence.index not in tolls:
            inherited = inherited and not _is_recent(doc, dated[sentence.index])
            continue
        telling = _telling(doc, sentence, tolls[sentence.index], dated[sentence.index], inherited)
        inherited = telling.score < 0
        yield telling


def _by_sentence(doc: Doc) -> dict[int, list[DateMention]]:
    found: dict[int, list[DateMention]] = defaultdict(list)
    mentions = iter(doc._.dates)
    mention = next(mentions, None)
    for sentence in doc._.sentences:
        while mention and mention.start < sentence.end:
            if mention.start >= sentence.start:
                found[sentence.index].append(mention)
            mention = next(mentions, None)
    return found


def _telling(
    doc: Doc,
    sentence: Sentence,
    tolls: Sequence[Toll],
    mentions: Sequence[DateMention],
    inherited: bool,
) -> Telling:
    signs = _signs(doc, sentence)
    base = ZONE_SCORES.get(sentence.zone, 0.0)
    scale = TITLE_SCALE if sentence.zone is Zone.TITLE else 1.0
    why = [f"{sentence.zone.value} {base:+.1f}"]
    score = base + 0.1
    for sign in signs:
        if sign.reach == "all":
            score += sign.weight * scale
            why.append(f"{sign.name} {sign.weight:+.1f}")
    aged = _age(doc, mentions)
    if aged:
        score += aged * scale
        why.append(f"{'old' if aged < 0 else 'recent'} date {aged:+.1f}")
    if inherited and aged <= 0:
        score += INHERITED
        why.append(f"after background {INHERITED:+.1f}")
    before: list[Toll] = []
    after: list[Toll] = []
    for toll in tolls:
        own = score + scale * _reaching(toll, signs) + _own_date(doc, toll, mentions, aged)
        (before if own >= 0 else after).append(toll)
    if tolls and not before:
        score = min(score, -1.0)
    if score < 0:
        before, after = [], list(tolls)
    old = [m for m in mentions if _is_old(doc, m)]
    return Telling(
        sentence, score, tuple(why), tuple(before), tuple(after), old[0] if old else None
    )


def _signs(doc: Doc, sentence: Sentence) -> list[Sign]:
    """Return the signs in a sentence, each name once."""
    found: dict[tuple[str, str], Sign] = {}
    for phrase in _phrases().find(doc, sentence.start, sentence.end):
        for sign in phrase.values:
            at = phrase.end if sign.reach == "after" else phrase.start
            found.setdefault((sign.name, sign.reach), replace(sign, at=at))
    return list(found.values())


@cache
def _phrases() -> Phrases[Sign]:
    def entries() -> Iterator[tuple[str, Sign]]:
        for section, some in sections("background.txt").items():
            name, *rest = section.split()
            weight = float(rest[0]) if len(rest) > 1 else -3.0
            yield from ((phrase, Sign(name, weight, rest[-1])) for phrase in some)

    return Phrases(entries())


def _reaching(toll: Toll, signs: Sequence[Sign]) -> float:
    return sum(
        sign.weight
        for sign in signs
        if (sign.reach == "after" and toll.end > sign.at)
        or (sign.reach == "before" and toll.start < sign.at)
    )


def _age(doc: Doc, mentions: Sequence[DateMention]) -> float:
    """Return how a sentence's dates move it: old ones back, recent ones forward, mixed not."""
    old = any(_is_old(doc, mention) for mention in mentions)
    recent = _is_recent(doc, mentions)
    return 0.0 if old == recent else OLD_DATE if old else RECENT_DATE


def _own_date(doc: Doc, toll: Toll, mentions: Sequence[DateMention], aged: float) -> float:
    """Return what the date nearest to a toll says, where its sentence tells old and new ones."""
    if aged or len(mentions) < 2:  # noqa: PLR2004 one date speaks for the sentence
        return 0.0
    nearest = min(mentions, key=lambda m: min(abs(m.start - toll.end), abs(toll.start - m.end)))
    return OLD_DATE if _is_old(doc, nearest) else 0.0


def _is_old(doc: Doc, mention: DateMention) -> bool:
    anchor: dt.date | None = doc._.anchor
    if anchor is None:
        return False
    return mention.span.end < anchor - dt.timedelta(days=RECENT_DAYS)


def _is_recent(doc: Doc, mentions: Sequence[DateMention]) -> bool:
    return any(
        not _is_old(doc, m) and m.span.precision in {DatePrecision.DAY, DatePrecision.RANGE}
        for m in mentions
    )


def _main(doc: Doc, tellings: Sequence[Telling]) -> MiniEvent:
    indexes = tuple(t.sentence.index for t in tellings)
    when, _ = event_day.main_date(doc, indexes)
    return MiniEvent(
        sentences=indexes,
        types=event_types.rank(doc, indexes),
        place=None,
        when=when,
        when_text=None,
        tolls=tuple(toll for t in tellings for toll in t.main),
        actors=(),
        score=sum(t.score for t in tellings),
        background=False,
        why=tuple(f"{t.sentence.index}: {', '.join(t.why)}" for t in tellings),
    )


def _background(tellings: Sequence[Telling]) -> Iterator[MiniEvent]:
    """Yield background events: runs of background sentences, a new one at each new date."""
    run: list[Telling] = []
    for telling in tellings:
        follows = run and run[-1].sentence.paragraph == telling.sentence.paragraph
        if run and (telling.when or not follows or not (telling.background or telling.score < 0)):
            yield _earlier(run)
            run = []
        if telling.background or telling.score < 0:
            run.append(telling)
    if run:
        yield _earlier(run)


def _earlier(run: Sequence[Telling]) -> MiniEvent:
    when = next((t.when for t in run if t.when), None)
    return MiniEvent(
        sentences=tuple(t.sentence.index for t in run),
        types=(),
        place=None,
        when=when.span if when else None,
        when_text=when.text if when else None,
        tolls=tuple(toll for t in run for toll in t.background),
        actors=(),
        score=min(t.score for t in run),
        background=True,
        why=tuple(f"{t.sentence.index}: {', '.join(t.why)}" for t in run),
    )


def span_text(span: DateSpan | None) -> str | None:
    """Return a span as the schema's ``when``: a day, a month or a year in ISO form."""
    if span is None:
        return None
    lengths = {DatePrecision.MONTH: 7, DatePrecision.YEAR: 4}
    return span.start.isoformat()[: lengths.get(span.precision, 10)]
