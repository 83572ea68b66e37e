"""What the owner merged: the parts of an event are compared one by one from then on.

Two parts that merging kept asunder often contradict each other; as one candidate they would refuse
every later report of either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.events import Candidate
from bot.protocols import Work

KEY = "merges"
MOST = 500
"""So many merged events are remembered, the newest: older ones get no more reports."""

Parts = Mapping[int, Sequence[Sequence[int]]]


def merges(work: Work) -> Parts:
    """Return the report ids of each part, by event."""
    raw = json.loads(work.meta.get(KEY) or "{}")
    return {int(event_id): parts for event_id, parts in raw.items()}


def remember(work: Work, kept: int, gone: int, theirs: tuple[Iterable[int], Iterable[int]]) -> None:
    """Note that event ``kept`` took over ``gone``; ``theirs`` are the report ids of the two."""
    known = dict(merges(work))
    sides = [known.pop(i, ()) or [list(ids)] for i, ids in zip((kept, gone), theirs, strict=True)]
    known[kept] = [*sides[0], *sides[1]]
    work.meta.set(KEY, json.dumps(dict(list(known.items())[-MOST:])))


def parted(candidates: Iterable[Candidate], known: Parts) -> list[Candidate]:
    """Return the candidates with each part of a merged event, and each later report, by itself."""
    return [part for one in candidates for part in _parts(one, known.get(one.event_id, ()))]


def _parts(candidate: Candidate, parts: Sequence[Sequence[int]]) -> list[Candidate]:
    if not parts:
        return [candidate]
    ruled = {i for part in parts for i in part}
    groups = [
        tuple(s for s in candidate.signatures if s.report_id in frozenset(part)) for part in parts
    ]
    groups += [(s,) for s in candidate.signatures if s.report_id not in ruled]
    return [Candidate(candidate.event_id, group) for group in groups if group]
