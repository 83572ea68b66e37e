"""What an article mainly is about: something that happened, something decided, or neither.

Each sign moves one of two balances; the weights were set on the scoreboard (docs/evaluation.md).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.domain.reports import Kind, PolicyAction
from bot.extraction import event_types, other_news, untitled
from bot.extraction.findings import findings
from bot.extraction.mentions import MiniEvent, Zone
from bot.extraction.other_news import OtherNews
from bot.extraction.policies import Decision

HAPPENED_FROM, DECIDED_FROM = -2.7, -6.0
"""Where the balances start; above nothing, the article tells an incident, or a policy."""
TRIGGER = {Zone.TITLE: 0.25, Zone.LEAD: 0.12, Zone.BODY: 0.1}
"""What the strongest trigger of a zone is worth, times its weight."""
MAIN_SCORE, MOST_SCORE = 0.25, 8.0
HURT, OTHER_TOLL = 1.2, 0.65
WHOLE = 2.0
"""What it is worth that every sentence tells the event, and in proportion."""
VAGUE = ((3.0, 0.0), (2.0, 0.5), (1.0, 1.2), (0.0, 5.0))
"""Least weight of the strongest trigger, and what the article loses then."""
SHORT, SURE, BRIEF = 4, 2.0, 0.8
"""An item of so few sentences with so sure a trigger has no room to speak of anything else."""
NOBODY_DECIDES = 2.5
"""What a deed that no authority does takes from the policy's balance."""
NO_TITLE = 1.3
"""What an article without a headline gains, as its policy can score in the lead only."""


@dataclass(frozen=True, slots=True)
class Balance:
    """How strongly the article tells that something happened, or was decided; 0 is undecided."""

    happened: float
    decided: float


def read(doc: Doc) -> Kind:
    """Return the kind of the article."""
    balance = weigh(doc)
    if max(balance.happened, balance.decided) <= 0:
        return Kind.OTHER
    return Kind.POLICY if _rather_decided(doc, balance) else Kind.INCIDENT


def _rather_decided(doc: Doc, balance: Balance) -> bool:
    if balance.happened <= 0 or balance.decided <= 0:
        return balance.decided > 0
    if _headline_counts(doc) and not _headline_decides(doc):
        return False
    return _headline_share(doc) > 0


def _headline_counts(doc: Doc) -> bool:
    """Tell whether the headline says how many were killed, hurt or taken."""
    return any(
        findings(doc).sentences[toll.sentence].zone is Zone.TITLE
        for toll in findings(doc).casualties
    )


def _headline_decides(doc: Doc) -> bool:
    decision = findings(doc).decision
    told = decision.deeds if decision else ()
    return any(deed.sentence.zone is Zone.TITLE for deed in told)


def weigh(doc: Doc) -> Balance:
    """Return the two balances of an article."""
    signs = other_news.read(doc)
    decision = findings(doc).decision
    decided = decision.strength if decision else 0.0
    decided -= 0.0 if decision and decision.issuers else _by_nobody(decision)
    decided *= 1.0 if findings(doc).article.title else NO_TITLE
    happened = _happened(doc, signs) - signs.weight
    if untitled.applies(doc):
        happened = untitled.balance(doc, happened)
    else:
        happened += untitled.brief(doc)
    return Balance(happened, DECIDED_FROM + decided - signs.weight)


def _by_nobody(decision: Decision | None) -> float:
    """Return what a deed loses whose doer is not told: only an authority deports."""
    deports = decision is not None and decision.actions[0] is PolicyAction.DEPORT
    return -NOBODY_DECIDES if deports else NOBODY_DECIDES


def _happened(doc: Doc, signs: OtherNews) -> float:
    main = _main_event(doc)
    if main and not main.tolls and signs.ahead.issuperset(main.sentences):
        main = None
    strongest: dict[Zone, float] = defaultdict(float)
    for trigger, sentence in event_types.placed(doc):
        if sentence.index not in signs.ahead:
            strongest[sentence.zone] = max(strongest[sentence.zone], trigger.weight)
    told = sum(weight * TRIGGER.get(zone, 0.0) for zone, weight in strongest.items())
    brief = (
        BRIEF
        if len(findings(doc).sentences) <= SHORT and max(strongest.values(), default=0) >= SURE
        else 0.0
    )
    vague = 0.0 if main and main.tolls else _vagueness(max(strongest.values(), default=0.0))
    return HAPPENED_FROM + brief + told + _from_main(main, len(findings(doc).sentences)) - vague


def _vagueness(strongest: float) -> float:
    """Return what an article without a toll loses whose strongest trigger is weak, or none."""
    return next(loss for least, loss in VAGUE if strongest >= least)


def _main_event(doc: Doc) -> MiniEvent | None:
    events = findings(doc).mini_events
    return events[0] if events and not events[0].background else None


def _from_main(main: MiniEvent | None, sentences: int) -> float:
    if main is None:
        return 0.0
    fields = {toll.field for toll in main.tolls}
    hurt = bool(fields & {"killed", "injured"})
    rest = bool(fields - {"killed", "injured"})
    share = WHOLE * len(main.sentences) / sentences
    return MAIN_SCORE * min(main.score, MOST_SCORE) + HURT * hurt + OTHER_TOLL * rest + share


def _headline_share(doc: Doc) -> float:
    """Return by how much headline and lead tell a deed rather than an event."""
    decision = findings(doc).decision
    told = max(
        (
            trigger.weight * event_types.ZONE_WEIGHTS[sentence.zone]
            for trigger, sentence in event_types.placed(doc)
            if sentence.zone in (Zone.TITLE, Zone.LEAD)
        ),
        default=0.0,
    )
    tolls = any(
        findings(doc).sentences[t.sentence].zone in (Zone.TITLE, Zone.LEAD)
        for t in findings(doc).casualties
    )
    return (decision.strength if decision else 0.0) - told - 3.0 * tolls
