"""Streaming merge in memory: for archives, the command line and evaluation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from bot.domain.events import (
    NEAREST,
    NEWEST,
    Candidate,
    Constraints,
    Event,
    Revision,
    Signature,
    SourcedReport,
)
from bot.domain.references import public_id
from bot.events.ledger import told_at
from bot.events.merger import choose
from bot.events.revising import join, open_event
from bot.events.signature import sign


@dataclass(slots=True)
class Archive:
    """Events in memory, found by block keys, as storage finds them."""

    events: dict[int, Event] = field(default_factory=dict)
    reports: dict[int, dict[int, SourcedReport]] = field(default_factory=dict)
    signatures: dict[int, dict[int, Signature]] = field(default_factory=dict)
    by_key: dict[str, set[int]] = field(default_factory=dict)
    home: dict[int, int] = field(default_factory=dict)
    constraints: Constraints = field(default_factory=Constraints)

    def add(self, sourced: SourcedReport) -> Revision:
        """Merge one report; ``report_id`` must tell articles apart and be stable over revisions."""
        signature = sign(sourced)
        home = self.home.get(sourced.report_id)
        decision = choose(signature, self.candidates(signature), self.constraints, home)
        if decision.event_id is None:
            step = self._opened(sourced)
        else:
            event = self.events[decision.event_id]
            step = join(event, list(self.reports[event.id].values()), sourced)
        self._keep(step.after, sourced, signature)
        return step

    def candidates(self, signature: Signature) -> list[Candidate]:
        """Return the events that share a block key, as many as storage would."""
        keys = dict.fromkeys(signature.block_keys)
        shared = Counter(event for key in keys for event in self.by_key.get(key, ()))
        found: list[Candidate] = []
        room = NEAREST
        for event, _ in sorted(shared.items(), key=lambda one: (-one[1], -one[0])):
            newest = list(self.signatures[event].values())[-NEWEST:][-room:]
            found.append(Candidate(event, tuple(newest)))
            room -= len(newest)
            if not room:
                break
        return found

    def _opened(self, sourced: SourcedReport) -> Revision:
        step = open_event(sourced)
        number = len(self.events) + 1
        return replace(step, after=replace(step.after, id=number, public_id=public_id(number)))

    def _keep(self, event: Event, sourced: SourcedReport, signature: Signature) -> None:
        self.events[event.id] = event
        self.reports.setdefault(event.id, {})[sourced.report_id] = sourced
        self.signatures.setdefault(event.id, {})[sourced.report_id] = signature
        self.home[sourced.report_id] = event.id
        for key in signature.block_keys:
            self.by_key.setdefault(key, set()).add(event.id)


def merge_articles(reports: Sequence[SourcedReport]) -> list[tuple[Event, tuple[str, ...]]]:
    """Merge reports in the order in which they were told.

    Returns each event with the ids of its articles, by the order of their first report. Articles
    of one id are revisions of one report.
    """
    ids: dict[str, int] = {}
    archive = Archive()
    articles: dict[int, dict[str, None]] = {}
    for one in _told_order(reports):
        name = one.report.article_id
        number = ids.setdefault(name, len(ids) + 1)
        event = archive.add(replace(one, report_id=number)).after
        articles.setdefault(event.id, {})[name] = None
    return [(archive.events[i], tuple(names)) for i, names in articles.items()]


def _told_order(reports: Iterable[SourcedReport]) -> list[SourcedReport]:
    return sorted(reports, key=told_at)
