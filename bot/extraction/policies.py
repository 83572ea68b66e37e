"""The main decision of an article: who did what, to whom, from when, by when, and who minds."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.domain.reports import Kind, Policy, PolicyAction, PolicyStatus
from bot.domain.values import Evidence
from bot.extraction import (
    authorities,
    deeds,
    evidence,
    intents,
    measure_days,
    policy_figures,
    policy_subjects,
    reactions,
)
from bot.extraction.authorities import INTERNATIONAL, Authority, capital_country
from bot.extraction.deeds import Deed
from bot.extraction.findings import findings
from bot.extraction.mentions import PolicyReading, Sentence, Zone
from bot.extraction.phrases import lexicon
from bot.extraction.places import places_of

WEAKEST = 4.5
"""The strength below which no article reports a decision, whatever else it tells (``kind``)."""
SHARE = 0.3
"""The share of the best action's score from which another action is given too."""
MOST_ACTIONS = 3
MOST_ISSUERS = 3
READ = 20
"""Sentences in which the days, figures and reactions of a measure are looked for."""
AT_ONCE = frozenset({PolicyAction.RESTRICT, PolicyAction.LIFT, PolicyAction.SUSPEND})
"""Deeds that take effect on their day where the text names no other."""
SETTLED = {
    PolicyAction.RULE: PolicyStatus.IN_FORCE,
    PolicyAction.URGE: PolicyStatus.ANNOUNCED,
    PolicyAction.WARN: PolicyStatus.ANNOUNCED,
    PolicyAction.ANNOUNCE: PolicyStatus.ANNOUNCED,
    PolicyAction.SET_PRICE: PolicyStatus.ANNOUNCED,
    PolicyAction.AGREE: PolicyStatus.ANNOUNCED,
}
"""How far a measure of such an action has come where no word tells."""
STATUS_WEIGHTS = {Zone.TITLE: 3.0, Zone.LEAD: 2.0}


@dataclass(frozen=True, slots=True)
class Decision:
    """What the top of an article decides: enough to tell whether that is the news."""

    deeds: tuple[Deed, ...]
    """The best first."""
    actions: tuple[PolicyAction, ...]
    issuers: tuple[str, ...]
    strength: float


def decided(doc: Doc) -> Decision | None:
    """Return the decision that the top of the article tells, ``None`` where there is none."""
    if findings(doc).calm:
        return None
    told = deeds.find(doc)
    ranked = tuple(sorted(told, key=lambda deed: -deed.score))
    strength = deeds.strength((deed.sentence.zone, deed.score) for deed in told)
    if strength < WEAKEST:
        return None
    return Decision(ranked, _actions(told), _issuers(ranked), strength)


def read(doc: Doc) -> PolicyReading | None:
    """Return the decision with its details where it is what the article reports."""
    decision = findings(doc).decision
    if decision is None or findings(doc).kind is not Kind.POLICY:
        return None
    ranked = decision.deeds
    policy = Policy(
        actions=decision.actions,
        issuers=decision.issuers,
        subjects=policy_subjects.read(doc, ranked),
        country=_country(doc, ranked),
    )
    return _with_details(doc, policy, ranked, decision.strength)


def are_possible(doc: Doc) -> bool:
    """Tell whether the article may report a decision, as far as its words alone tell."""
    return deeds.greatest_strength(doc) >= WEAKEST


def _with_details(
    doc: Doc, policy: Policy, ranked: Sequence[Deed], strength: float
) -> PolicyReading:
    body = [s for s in findings(doc).sentences if s.zone in deeds.ZONE_WEIGHTS][:READ]
    effective, deadline = measure_days.effective(doc, body), measure_days.deadline(doc, body)
    figures = policy_figures.read(doc, body)
    said = tuple(reactions.read(doc, policy.issuers, body))
    policy = dataclasses.replace(
        policy,
        effective_on=effective[0] if effective else None,
        deadline=deadline[0] if deadline else None,
        figures=tuple(figure for figure, _ in figures),
        reactions=tuple(reaction for reaction, _ in said),
    )
    policy = dataclasses.replace(policy, status=_status(doc, body, policy))
    if effective is None and policy.status is PolicyStatus.IN_FORCE:
        effective = _at_once(doc, ranked)
        policy = dataclasses.replace(policy, effective_on=effective[0] if effective else None)
    places = {
        "action": ranked[0].sentence.index,
        "effective_on": effective[1] if effective else None,
        "deadline": deadline[1] if deadline else None,
    }
    headline = [deed.sentence.index for deed in ranked if deed.sentence.zone is Zone.TITLE][:1]
    several = [
        *(("action", i) for i in headline),
        *(("figures", i) for _, i in figures),
        *(("reactions", i) for _, i in said),
    ]
    return PolicyReading(policy, tuple(_evidence(doc, [*places.items(), *several])), strength)


def _at_once(doc: Doc, ranked: Sequence[Deed]) -> tuple[dt.date, int] | None:
    """Return the day of a deed that works as it is done, as a curfew or its lifting does."""
    if ranked[0].action not in AT_ONCE:
        return None
    for deed in ranked:
        if deed.action is ranked[0].action and deed.sentence.zone is not Zone.TITLE:
            day = measure_days.recent(doc, deed.sentence)
            return (day, deed.sentence.index) if day else None
    return None


def _evidence(doc: Doc, places: Sequence[tuple[str, int | None]]) -> Iterator[tuple[str, Evidence]]:
    for field, index in dict.fromkeys(places):
        if index is not None:
            yield field, evidence.of_sentence(doc, index)


def _actions(told: Sequence[Deed]) -> tuple[PolicyAction, ...]:
    """Return the actions by the sum of their best deeds in each zone.

    A demand that is not the news itself is how others take the measure (``reactions``).
    """
    best: dict[tuple[PolicyAction, Zone], float] = defaultdict(float)
    for deed in told:
        key = deed.action, deed.sentence.zone
        best[key] = max(best[key], deed.score)
    totals: dict[PolicyAction, float] = defaultdict(float)
    for (action, _), score in best.items():
        totals[action] += score
    ordered = sorted(totals, key=lambda action: -totals[action])
    least = SHARE * totals[ordered[0]]
    told_so = [a for a in ordered if a is not PolicyAction.URGE or a is ordered[0]]
    return tuple(action for action in told_so[:MOST_ACTIONS] if totals[action] >= least)


def _issuers(ranked: Sequence[Deed]) -> tuple[str, ...]:
    """Return who did the best deed, then who did the same elsewhere, named ones first.

    Who only urges those that decide is no issuer.
    """
    main = ranked[0].action
    urging = {deed.by.name for deed in ranked if deed.by and deed.action is PolicyAction.URGE}
    deciding = [
        deed
        for deed in ranked
        if deed.by and (main is PolicyAction.URGE or deed.by.name not in urging)
    ]
    doers = [deed.by for deed in deciding if deed.by and deed.action is main]
    others = [deed.by for deed in deciding if deed.by and deed.action is not main]
    first, rest = doers[:1], sorted(doers[1:], key=lambda by: -by.rank)
    several = (*first, *rest, *others)
    known = [by for by in several if not authorities.is_vague(by)]
    if all(by.rank == authorities.COMMON for by in known):
        known = [*several]
    names = dict.fromkeys(by.name for by in known)
    return authorities.fullest(tuple(names))[:MOST_ISSUERS]


def _country(doc: Doc, ranked: Sequence[Deed]) -> str | None:
    """Return the country of who decides, else the one that the top of the article names most."""
    doers = [deed.by for deed in ranked if deed.by]
    told = [by.country or _country_within(doc, by) for by in doers]
    line = findings(doc).dateline
    sent_from = capital_country(line.place) if line else None
    others = [country for country in told[1:] if country != INTERNATIONAL]
    for country in (*told[:1], sent_from, *others):
        if country:
            return None if country == INTERNATIONAL else country
    end = findings(doc).sentences[: deeds.READ][-1].end
    named = Counter(m.place.country for m in places_of(doc) if m.start < end and m.place.country)
    return named.most_common(1)[0][0] if named else None


def _country_within(doc: Doc, by: Authority) -> str | None:
    within = (m.place.country for m in places_of(doc) if by.start <= m.start < by.end)
    return next((country for country in within if country), None)


def _status(doc: Doc, body: Sequence[Sentence], policy: Policy) -> PolicyStatus:
    """Return how far the measure has come, as headline and lead say."""
    totals: Counter[str] = Counter()
    for sentence in body:
        weight = STATUS_WEIGHTS.get(sentence.zone)
        if weight:
            for phrase in lexicon("measures.txt").find(doc, sentence.start, sentence.end):
                totals.update(dict.fromkeys(phrase.values, weight))
            totals.update({PolicyStatus.ANNOUNCED: weight} if intents.told(doc, sentence) else {})
    if totals:
        return PolicyStatus(totals.most_common(1)[0][0])
    today = findings(doc).anchor
    later = policy.effective_on and today and policy.effective_on > today
    default = PolicyStatus.ANNOUNCED if later else PolicyStatus.IN_FORCE
    return SETTLED.get(policy.actions[0], default)
