"""Scores the policy set: whether an article tells a decision, whose, about what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bot.domain.reports import Policy, Report
from tools.evaluation.tally import Tally

LITTLE_WORDS = frozenset({"the", "a", "of"})
NOTHING_DECIDED = Policy(actions=())


def score(name: str, cases: Iterable[tuple[Mapping[str, Any], Report]]) -> Tally:
    """Return the tally of a set; articles whose policy is optional count for its fields only."""
    tally = Tally(name)
    for row, report in cases:
        tally.articles += 1
        told, gold = report.policy or NOTHING_DECIDED, row.get("gold") or {}
        if not (row["policy"] and gold.get("optional")):
            wanted, found = (value or None for value in (row["policy"], bool(report.policy)))
            tally.slot("detection", row["id"], wanted, found, right=wanted == found)
        if row["policy"] and report.policy:
            _phrase(tally, row["id"], "actor", gold, told.issuers)
            _phrase(tally, row["id"], "subject", gold, told.subjects)
    return tally


def _phrase(
    tally: Tally, ident: str, field: str, gold: Mapping[str, Any], told: tuple[str, ...]
) -> None:
    accepted = gold.get(field) or []
    right = bool(told) and any(_covers(told[0], name) for name in accepted)
    tally.slot(field, ident, accepted, list(told[:1]), right=right)


def _covers(told: str, accepted: str) -> bool:
    mine, theirs = _words(told), _words(accepted)
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _words(phrase: str) -> set[str]:
    return set(re.sub(r"[^\w\s]", " ", phrase.lower()).split()) - LITTLE_WORDS
