"""Which event a report belongs to: average link over the candidates that storage found."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.events import Candidate, Constraints, Decision, Signature
from bot.events.similarity import Subject, likeness, subject, veto

THRESHOLD = 0.1
NEVER = float("-inf")
MOST = 24
"""So many reports of an event are compared at most: the cost of an event does not grow with it."""


def choose(
    signature: Signature,
    candidates: Sequence[Candidate],
    constraints: Constraints | None = None,
    home: int | None = None,
) -> Decision:
    """Return the event that a report joins, or the decision to open a new one.

    A revision stays in the event of its report, ``home``, however it was rewritten; what the owner
    ruled comes before any likeness.
    """
    if home is not None:
        return Decision(home, 1.0, "revision")
    ruled = _ruled(signature, candidates, constraints or Constraints())
    if ruled is not None:
        return ruled
    allowed = [c for c in candidates if not _apart(signature, c, constraints)]
    new = subject(signature)
    best = max(((score(new, c), c.event_id) for c in allowed), default=None)
    if best is None:
        return Decision(None, why="no candidate")
    if best[0] < THRESHOLD:
        return Decision(None, best[0], f"unlike event {best[1]}")
    return Decision(best[1], best[0], "alike")


def score(new: Subject, candidate: Candidate) -> float:
    """Return the mean likeness (a logit) to the candidate's reports, minus infinity for never.

    Reports that are merely too old are left out; any other veto speaks for the whole event.
    """
    others = _sample(candidate.signatures)
    vetoes = [veto(new.signature, other) for other in others]
    if any(why not in (None, "time") for why in vetoes):
        return NEVER
    found = [likeness(new, other) for other, why in zip(others, vetoes, strict=True) if why is None]
    return sum(found) / len(found) if found else NEVER


def _sample(signatures: Sequence[Signature]) -> Sequence[Signature]:
    if len(signatures) <= MOST:
        return signatures
    step = len(signatures) / MOST
    return [signatures[int(i * step)] for i in range(MOST)]


def _ruled(
    signature: Signature, candidates: Sequence[Candidate], constraints: Constraints
) -> Decision | None:
    """Return the decision that needs no likeness: the report is known, or the owner ruled."""
    if not signature.report_id:
        return None
    mates = {signature.report_id} | _partners(signature.report_id, constraints.together)
    for candidate in candidates:
        if any(other.report_id in mates for other in candidate.signatures):
            return Decision(candidate.event_id, 1.0, "revision or ruled together")
    return None


def _apart(signature: Signature, candidate: Candidate, constraints: Constraints | None) -> bool:
    if constraints is None or not signature.report_id:
        return False
    foes = _partners(signature.report_id, constraints.apart)
    return any(other.report_id in foes for other in candidate.signatures)


def _partners(report_id: int, pairs: frozenset[tuple[int, int]]) -> set[int]:
    return {b if a == report_id else a for a, b in pairs if report_id in (a, b)}
