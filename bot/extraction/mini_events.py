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

from bot.domain.reports import IncidentType
from bot.domain.values import DatePrecision, DateSpan
from bot.extraction import event_day, event_types
from bot.extraction.findings import findings
from bot.extraction.lexicons import sections
from bot.extraction.mentions import DateMention, MiniEvent, Sentence, Toll, Zone
from bot.extraction.phrases import Phrases
from bot.extraction.words import words_of

ZONE_SCORES: Mapping[Zone, float] = {Zone.TITLE: 3.0, Zone.LEAD: 1.5, Zone.CAPTION: -0.5}
TITLE_SCALE = 0.5
"""How much of a sign counts in a headline: a headline is seldom about the past."""
OLD_DATE, RECENT_DATE, INHERITED, ELSEWHERE = -3.0, 1.5, -2.0, -9.0
OTHER = "other"
"""The sign of another event than the article's."""
HARM = frozenset(("killed", "injured", "shot", "hospital"))
BACK = frozenset(("incident", "accident"))
HEADING_TOKENS, HEADINGS_AFTER = 9, 5
"""A heading's greatest length, and the sentences before it in which there are none."""
ONLY_OLD = ZONE_SCORES[Zone.LEAD] + OLD_DATE
"""The score of a lead that has nothing against it but its date."""
RECENT_DAYS = 10
"""Days before the anchor from which a date is an earlier event's."""
LONG_AGO = dt.timedelta(days=300)
"""What happened longer before the article is no news of its day, whatever else is told."""
SAME_EVENT_DAYS = 2
"""Days before the main event's own day from which a date is an earlier event's."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A phrase at a token that moves the score of what it reaches."""

    name: str
    weight: float
    reach: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What a sentence is read against: dates before ``day`` are old; its own dates."""

    day: dt.date | None
    dates: tuple[DateMention, ...]
    inherited: bool
    elsewhere: bool
    """It stands under a heading of its own, far down: another story."""


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
    main = [t for t in tellings if t.score >= 0] or _promoted(tellings, findings(doc).anchor)
    events = _without_crime(_main(doc, main)) if main else ()
    return (*events, *_background(tellings))


def _without_crime(main: MiniEvent) -> tuple[MiniEvent, ...]:
    """Return an arrest apart from the crime that it is made for: its victims are no arrest's."""
    if IncidentType.ARREST not in main.types:
        return (main,)
    harmed = tuple(
        toll
        for toll in main.tolls
        if toll.field in HARM and (toll.definite or toll.group == "named")
    )
    if not harmed:
        return (main,)
    rest = tuple(toll for toll in main.tolls if toll not in harmed)
    at = tuple(i for i in main.sentences if any(toll.sentence == i for toll in harmed))
    reasons = ("an arrest's earlier crime",) * len(at)
    crime = replace(
        main, sentences=at, types=(), when=None, tolls=harmed, background=True, why=reasons
    )
    return replace(main, tolls=rest), crime


def _promoted(tellings: list[Telling], day: dt.date | None) -> list[Telling]:
    """Return what headline and lead tell of the past, where nothing tells of today.

    The tellings change in place: what is promoted is no background any more.
    """
    found = []
    for at, telling in enumerate(tellings):
        zone = telling.sentence.zone
        fresh = telling.when is None or day is None or telling.when.span.end >= day - LONG_AGO
        if zone in {Zone.TITLE, Zone.LEAD} and telling.score >= ONLY_OLD and fresh:
            tellings[at] = replace(telling, score=0.0, main=telling.background, background=())
            found.append(tellings[at])
    return found


def _tellings(doc: Doc) -> Iterator[Telling]:
    tolls: dict[int, list[Toll]] = defaultdict(list)
    for toll in findings(doc).casualties:
        tolls[toll.sentence].append(toll)
    triggered = {sentence.index for _, sentence in event_types.placed(doc)}
    dated = _by_sentence(doc)
    day = _main_day(doc)
    paragraph, inherited, elsewhere, dated_back = -1, False, False, False
    for sentence in findings(doc).sentences:
        if sentence.paragraph != paragraph:
            inherited = dated_back and _points_back(doc, sentence)
            paragraph, dated_back = sentence.paragraph, False
        elsewhere = elsewhere or (sentence.index in tolls and _is_heading(doc, sentence))
        if sentence.index not in triggered and sentence.index not in tolls:
            inherited = inherited and not _is_recent(day, dated[sentence.index])
            continue
        context = Context(day, tuple(dated[sentence.index]), inherited, elsewhere)
        telling = _telling(doc, sentence, tolls[sentence.index], context)
        inherited = telling.score < 0
        dated_back = inherited and (telling.when is not None or context.inherited)
        yield telling


def _points_back(doc: Doc, sentence: Sentence) -> bool:
    """Tell whether a sentence goes on about what the one before tells: "died in the incident"."""
    said = words_of(doc).lower[sentence.start : sentence.end]
    return any(said[at] in {"this", "the"} and said[at + 1] in BACK for at in range(len(said) - 1))


def _is_heading(doc: Doc, sentence: Sentence) -> bool:
    """Tell whether a sentence in the body is a heading: short, alone, without a full stop."""
    if sentence.zone is not Zone.BODY or sentence.index < HEADINGS_AFTER:
        return False
    table, words = findings(doc).sentences, words_of(doc)
    alone = all(
        table[i].paragraph != sentence.paragraph
        for i in (sentence.index - 1, sentence.index + 1)
        if i < len(table)
    )
    short = sentence.end - sentence.start <= HEADING_TOKENS
    return alone and short and words.text[sentence.end - 1][-1].isalnum()


def _by_sentence(doc: Doc) -> dict[int, list[DateMention]]:
    found: dict[int, list[DateMention]] = defaultdict(list)
    mentions = iter(findings(doc).dates)
    mention = next(mentions, None)
    for sentence in findings(doc).sentences:
        while mention and mention.start < sentence.end:
            if mention.start >= sentence.start:
                found[sentence.index].append(mention)
            mention = next(mentions, None)
    return found


def _telling(doc: Doc, sentence: Sentence, tolls: Sequence[Toll], context: Context) -> Telling:
    signs = _signs(doc, sentence)
    scale = TITLE_SCALE if sentence.zone is Zone.TITLE else 1.0
    reasons = [(sentence.zone.value, ZONE_SCORES.get(sentence.zone, 0.0))]
    reasons += [(sign.name, sign.weight * scale) for sign in signs if sign.reach == "all"]
    aged = _age(context) * scale
    if aged:
        reasons.append(("old date" if aged < 0 else "recent date", aged))
    if context.elsewhere:
        reasons.append(("under another heading", ELSEWHERE))
    if context.inherited and aged <= 0:
        reasons.append(("after background", INHERITED))
    score = sum(weight for _, weight in reasons)
    main = [t for t in tolls if score + _own(t, signs, context, aged, scale) >= 0]
    if tolls and not main:
        score = min(score, -1.0)
    if score < 0:
        main = []
    return Telling(
        sentence=sentence,
        score=score,
        why=tuple(f"{name} {weight:+.1f}" for name, weight in reasons),
        main=tuple(main),
        background=tuple(toll for toll in tolls if toll not in main),
        when=next((m for m in context.dates if _is_old(context.day, m)), None),
    )


def _own(toll: Toll, signs: Sequence[Sign], context: Context, aged: float, scale: float) -> float:
    """Return what moves one toll of a sentence beyond the sentence itself."""
    return scale * _reaching(toll, signs) + (0.0 if aged else _own_date(toll, context))


def _signs(doc: Doc, sentence: Sentence) -> list[Sign]:
    """Return the signs in a sentence, each name once."""
    found: dict[tuple[str, str], Sign] = {}
    first = sentence.index == 0 and not findings(doc).article.title
    for phrase in _phrases().find(doc, sentence.start, sentence.end):
        for sign in phrase.values:
            if first and sign.name == OTHER:
                continue  # an item that begins with "separately" is all about that
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


def _age(context: Context) -> float:
    """Return how a sentence's dates move it: old ones back, recent ones forward, mixed not."""
    old = any(_is_old(context.day, mention) for mention in context.dates)
    recent = _is_recent(context.day, context.dates)
    return 0.0 if old == recent else OLD_DATE if old else RECENT_DATE


def _own_date(toll: Toll, context: Context) -> float:
    """Return what the date nearest to a toll says, where its sentence tells old and new ones."""
    if len(context.dates) < 2:  # noqa: PLR2004 one date speaks for the sentence
        return 0.0
    nearest = min(
        context.dates, key=lambda m: min(abs(m.start - toll.end), abs(toll.start - m.end))
    )
    return OLD_DATE if _is_old(context.day, nearest) else 0.0


def _main_day(doc: Doc) -> dt.date | None:
    """Return the day of the main event, if it is told, else one some days before the anchor."""
    lead = [
        sentence.index
        for _, sentence in event_types.placed(doc)
        if sentence.zone in {Zone.TITLE, Zone.LEAD}
    ]
    when, _ = event_day.main_date(doc, tuple(dict.fromkeys(lead)))
    anchor = findings(doc).anchor
    if anchor is None:
        return None
    recent = anchor - dt.timedelta(days=RECENT_DAYS)
    if when and when.precision is DatePrecision.DAY and when.start >= recent:
        return when.start
    return recent


def _is_old(day: dt.date | None, mention: DateMention) -> bool:
    if day is None:
        return False
    precise = mention.span.precision is DatePrecision.DAY
    return mention.span.end < day - dt.timedelta(days=SAME_EVENT_DAYS if precise else 0)


def _is_recent(day: dt.date | None, mentions: Sequence[DateMention]) -> bool:
    return any(
        not _is_old(day, m) and m.span.precision in {DatePrecision.DAY, DatePrecision.RANGE}
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
