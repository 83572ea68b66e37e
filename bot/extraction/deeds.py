"""Deeds: the words in which a text says what an authority did, and which authority."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.domain.reports import PolicyAction
from bot.extraction import authorities, intents
from bot.extraction.action_words import Sense, actions
from bot.extraction.authorities import PLACE, Authority
from bot.extraction.findings import findings
from bot.extraction.mentions import Sentence, Zone
from bot.extraction.words import words_of

ACTIONS = "actions.txt"
READ = 14
"""Sentences from the top in which deeds are looked for: a decision is told early or is no news."""
NAMED_EARLY = 8
NEAR = 12
"""Tokens between an authority and its deed."""
ZONE_WEIGHTS = {Zone.TITLE: 3.0, Zone.LEAD: 2.0, Zone.BODY: 0.5}
NOBODYS = 0.4
"""The share of a deed's weight that is left where no authority does it."""
COURT = re.compile(
    r"\b(?:court|courts|judges?|justices?|tribunal|bench|jury|prosecutors?)\b", re.IGNORECASE
)
SAYING = frozenset({"said", "says", "announced", "announces", "told", "added"})


@dataclass(frozen=True, slots=True)
class Deed:
    """What an authority does, in the tokens [start, end) of a sentence; ``by`` is who does it."""

    sentence: Sentence
    start: int
    end: int
    action: PolicyAction
    weight: float
    by: Authority | None

    @property
    def score(self) -> float:
        """Return how strongly this deed speaks for being what the article reports."""
        certain = 1.0 if self.by else NOBODYS
        return self.weight * ZONE_WEIGHTS.get(self.sentence.zone, 0.0) * certain


def find(doc: Doc) -> tuple[Deed, ...]:
    """Return the deeds that the top of an article tells, in text order.

    None where headline and lead tell none: what only the body mentions is not the news.
    """
    top = _top(doc)
    early = [(s, list(_told(doc, s))) for s in top if s.zone is not Zone.BODY]
    if not any(words for _, words in early):
        return ()
    later = [(s, list(_told(doc, s))) for s in top if s.zone is Zone.BODY]
    surnames = _surnames(doc, top)
    return tuple(
        deed
        for sentence, words in (*early, *later)
        if words
        for deed in _deeds(doc, sentence, words, surnames)
    )


def strength(told: Iterable[tuple[Zone, float]]) -> float:
    """Return how surely an article reports a decision, by zone and score of its deeds."""
    best: dict[Zone, float] = defaultdict(float)
    for zone, score in told:
        best[zone] = max(best[zone], score)
    return sum(best.values())


def greatest_strength(doc: Doc) -> float:
    """Return the strength of the deeds that an article may tell, did an authority do each."""
    top = _top(doc)
    early = [*_possible(doc, (s for s in top if s.zone is not Zone.BODY))]
    later = _possible(doc, (s for s in top if s.zone is Zone.BODY)) if early else ()
    return strength((*early, *later))


def _possible(doc: Doc, sentences: Iterable[Sentence]) -> Iterator[tuple[Zone, float]]:
    """Yield zone and score of each word for a measure, whoever does it, or none."""
    for sentence in sentences:
        for _, _, (_, weight) in (*_done(doc, sentence), *intents.possible(doc, sentence)):
            yield sentence.zone, weight * ZONE_WEIGHTS[sentence.zone]


def _top(doc: Doc) -> list[Sentence]:
    return [s for s in findings(doc).sentences if s.zone in ZONE_WEIGHTS][:READ]


def _surnames(doc: Doc, top: Sequence[Sentence]) -> dict[str, str]:
    named = [a for s in top[:NAMED_EARLY] for a in authorities.find(doc, s.start, s.end)]
    return authorities.surnames_of(named, doc)


def _deeds(
    doc: Doc,
    sentence: Sentence,
    told: Sequence[tuple[int, int, Sense]],
    surnames: dict[str, str],
) -> Iterator[Deed]:
    here = authorities.find(doc, sentence.start, sentence.end, surnames)
    for start, end, (action, weight) in told:
        doer = _doer(doc, _able(here, action), sentence, start, end)
        yield Deed(sentence, start, end, action, weight, doer)


def _told(doc: Doc, sentence: Sentence) -> Iterator[tuple[int, int, Sense]]:
    yield from _done(doc, sentence)
    yield from intents.find(doc, sentence)


def _done(doc: Doc, sentence: Sentence) -> Iterator[tuple[int, int, Sense]]:
    for phrase in actions(ACTIONS).find(doc, sentence.start, sentence.end):
        if None not in phrase.values:
            yield from ((phrase.start, phrase.end, sense) for sense in phrase.values if sense)


def _able(here: Sequence[Authority], action: PolicyAction) -> Sequence[Authority]:
    """Return who can do such a deed: only courts, and states by theirs, rule."""
    if action is not PolicyAction.RULE:
        return here
    return [a for a in here if a.rank == PLACE or COURT.search(a.name)]


def _doer(
    doc: Doc, here: Sequence[Authority], sentence: Sentence, start: int, end: int
) -> Authority | None:
    """Return who does a deed: "by X" behind it, else the nearest in front, else who says it."""
    lower = words_of(doc).lower
    by = [a for a in here if a.start >= end and "by" in lower[max(end, a.start - 2) : a.start]]
    holding = [a for a in here if a.start <= start < a.end]
    before = [a for a in here if a.end <= start and start - a.end <= NEAR]
    nearest = sorted(before, key=lambda a: (a.rank > PLACE, a.end))[-1:]
    within = [a for a in here if start < a.start < end]
    after = [a for a in here if a.start > end]
    if sentence.zone is Zone.TITLE:
        credited = [a for a in after if ":" in lower[end : a.start]]
    else:
        credited = [a for a in after if lower[a.end : a.end + 1] and lower[a.end] in SAYING]
    doer = next(iter((*by, *holding, *nearest, *within, *credited)), None)
    return _first_of_several(lower, here, doer)


def _first_of_several(
    lower: Sequence[str], here: Sequence[Authority], doer: Authority | None
) -> Authority | None:
    """Return the first of those who act together ("Pakistan, India extend")."""
    for other in reversed(here):
        if doer and other.rank == doer.rank and other.end == doer.start - 1:
            doer = other if lower[other.end] in {",", "and", "&"} else doer
    return doer
