"""What the words of a lexicon tell that an authority does: an action, and how surely."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from bot.domain.reports import PolicyAction
from bot.extraction.lexicons import sections
from bot.extraction.phrases import Phrases

VETO = "veto"
Sense = tuple[PolicyAction, float]


@cache
def actions(name: str) -> Phrases[Sense | None]:
    """Return the phrases of a file of sections "[action weight]"; ``None`` for its vetoes."""
    return Phrases(_entries(name))


def _entries(name: str) -> Iterator[tuple[str, Sense | None]]:
    for section, phrases in sections(name).items():
        action, _, weight = section.partition(" ")
        if action != "words":
            sense = None if action == VETO else (PolicyAction(action), float(weight))
            yield from ((phrase, sense) for phrase in phrases)
