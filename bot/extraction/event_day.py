"""The day of the main event: which of an article's dates tells when it happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.domain.values import DatePrecision, DateSpan
from bot.extraction.findings import findings
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import DateMention, Sentence, Trigger, Zone
from bot.extraction.spans import between
from bot.extraction.words import Words, words_of

WORDS = "date_words.txt"
IN_ZONE = {Zone.TITLE: 0.5, Zone.LEAD: 0.5, Zone.BODY: 0.0}
PRECISE = {
    DatePrecision.DAY: 1.5, DatePrecision.RANGE: 0.8, DatePrecision.WEEK: -1.5,
    DatePrecision.MONTH: -2.5, DatePrecision.YEAR: -4.0,
}  # fmt: skip
PER_SENTENCE = 0.12
"""What each sentence further down costs a date."""
LEAST = -0.5
"""Rating below which a date is not taken for the event's."""
FRESH = dt.timedelta(days=45)
"""A main event is seldom older; what is older must be told by the event's own sentence."""
CLOCK = 0.8
"""What a date gains by an hour beside it."""
WRITTEN_OUT, PRESENT = -0.7, -0.5
"""What a date loses by its month and day, and "today": both often tell of something else."""
NEAR = 7
"""Tokens before a date in which a verb governs it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the dates of an article are weighed against."""

    words: Words
    main: frozenset[int]
    triggers: tuple[Trigger, ...]
    anchor: dt.date | None


def main_date(doc: Doc, sentences: Sequence[int]) -> tuple[DateSpan | None, int | None]:
    """Return the day of the event that some sentences tell, and the sentence that says it.

    None where the text gives no way to know. A day on which somebody spoke, or was charged, counts
    only where the text tells no better one.
    """
    words, main = words_of(doc), frozenset(sentences)
    scene = Scene(words, main, findings(doc).triggers, findings(doc).anchor)
    rated = [
        (_rating(scene, mention, sentence), -mention.start, mention, sentence)
        for mention, sentence in _candidates(doc, main)
    ]
    rated = [r for r in rated if r[0] > LEAST]
    if not rated:
        return None, None
    _, _, best, sentence = max(rated, key=lambda r: r[:2])
    return _refined(best.span, [r[2].span for r in rated]), sentence.index


def _candidates(doc: Doc, main: frozenset[int]) -> Iterator[tuple[DateMention, Sentence]]:
    """Yield the dates of the sentences that are not background, boilerplate or plans."""
    events = findings(doc).mini_events
    past = {i for event in events if event.background for i in event.sentences} - main
    lower, mentions = words_of(doc).lower, iter(findings(doc).dates)
    anchor = findings(doc).anchor
    mention = next(mentions, None)
    for sentence in findings(doc).sentences:
        while mention and mention.start < sentence.end:
            past_here = sentence.index in past and sentence.zone is not Zone.LEAD
            usable = not past_here and sentence.zone is not Zone.BOILERPLATE
            if mention.start >= sentence.start and usable and _possible(anchor, mention, lower):
                yield mention, sentence
            mention = next(mentions, None)


def _possible(anchor: dt.date | None, mention: DateMention, lower: tuple[str, ...]) -> bool:
    before = [w for w in lower[max(0, mention.start - 3) : mention.start] if w not in {"the", "on"}]
    if before and before[-1] in word_set(WORDS, "not then"):
        return False
    if not word_set(WORDS, "stamps").isdisjoint(lower[max(0, mention.start - 6) : mention.start]):
        return False
    grace = dt.timedelta(days=1 if mention.explicit else 0)
    return anchor is None or mention.span.start <= anchor + grace


def _rating(scene: Scene, mention: DateMention, sentence: Sentence) -> float:
    words = scene.words
    score = PRECISE[mention.span.precision] + IN_ZONE.get(sentence.zone, -1.0)
    score -= PER_SENTENCE * min(sentence.index, 15)
    score += 1.5 * (sentence.index in scene.main)
    score += _by_verb(words, mention, sentence) + _by_trigger(scene, mention, sentence)
    score += CLOCK * _with_clock(words, mention) + WRITTEN_OUT * mention.explicit
    score += WRITTEN_OUT * (mention.explicit and sentence.zone is Zone.TITLE)
    score += PRESENT * (mention.text.split()[0].lower() in word_set(WORDS, "present"))
    return score - _by_age(scene, mention)


def _with_clock(words: Words, mention: DateMention) -> bool:
    """Tell "at 7:35 p.m. Friday", "Friday at about 8 pm"."""
    near = words.lower[max(0, mention.start - 3) : mention.end + 5]
    return not word_set(WORDS, "clock").isdisjoint(near)


def _by_verb(words: Words, mention: DateMention, sentence: Sentence) -> float:
    """Return what the verbs around a date say: "occurred on Monday", "said on Monday"."""
    start = max(sentence.start, mention.start - NEAR)
    before = words.lower[start : mention.start]
    after = words.lower[mention.end : min(sentence.end, mention.end + 3)]
    for word in reversed(before):
        if word in word_set(WORDS, "happening"):
            return 1.0
        if word in word_set(WORDS, "saying"):
            return -3.0
        if word in word_set(WORDS, "aftermath"):
            return -2.0
        if word in {",", ";", "when", "after", "that", "following"}:
            break
    late = (word_set(WORDS, "saying"), word_set(WORDS, "aftermath"))
    return 0.0 if all(some.isdisjoint(after[:2]) for some in late) else -2.0


def _by_trigger(scene: Scene, mention: DateMention, sentence: Sentence) -> float:
    triggers = between(scene.triggers, sentence.start, sentence.end)
    gap = min((abs(mention.start - trigger.start) for trigger in triggers), default=None)
    return 0.0 if gap is None else 1.5 / (1.0 + gap / 8.0)


def _by_age(scene: Scene, mention: DateMention) -> float:
    anchor = scene.anchor
    return 2.5 if anchor and anchor - mention.span.end > FRESH else 0.0


def _refined(span: DateSpan, others: Sequence[DateSpan]) -> DateSpan:
    """Return a day that the text tells within a weekend or a week, else the span."""
    if span.precision is DatePrecision.DAY:
        return span
    days = [o for o in others if o.precision is DatePrecision.DAY]
    return next((d for d in days if span.start <= d.start <= span.end), span)
