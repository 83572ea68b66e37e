"""Events: what happened or was decided, merged from the reports of many publishers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from bot.domain.reports import Claim, Incident, Kind, Policy, Report
from bot.domain.values import Count, Severity


@dataclass(frozen=True, slots=True)
class SourcedReport:
    """A report with where it came from: what merging reads."""

    report: Report
    publisher: str
    url: str
    seen_at: dt.datetime
    text: str
    """The article's text: merging compares words, wire copies are recognised by them."""
    entry_id: int = 0
    report_id: int = 0
    """The stored report's id; the same for all revisions of one article."""
    owner_chat_id: int | None = None
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """What merging compares instead of texts; small, comparable and storable as JSON.

    ``terms`` are weighted hashed words, sorted by hash; ``shingles`` recognise copied wire text.
    ``block_keys`` are what candidates are looked up by (country and week, group, rare term …).
    """

    kind: Kind
    families: tuple[str, ...]
    country: str | None
    admin1: str | None
    place: str | None
    latitude: float | None
    longitude: float | None
    day: dt.date | None
    published_at: dt.datetime
    tolls: tuple[tuple[str, int, int], ...]
    actors: tuple[str, ...]
    terms: tuple[tuple[int, float], ...]
    shingles: tuple[int, ...]
    block_keys: tuple[str, ...]
    lead: tuple[tuple[int, float], ...] = ()
    """The same of headline and opening sentences, where the main event stands."""
    numbers: tuple[int, ...] = ()
    """The numbers of two and more digits in the text: ages, house numbers, amounts."""
    facts: tuple[tuple[str, str], ...] = ()
    """Further comparable facts: deadline, ordinal ("13th package"), issuer, action …"""
    report_id: int = 0
    publisher: str = ""
    owner_chat_id: int | None = None
    follow_up: bool = False


NEWEST = 20
"""Reports of one candidate that are compared: the newest."""
NEAREST = 64
"""Reports that are compared at most, of the candidates that share most keys. Of 1,272 reports that
join an event in the evaluation's sets (the densest: 2,000 shootings) none finds it behind more than
31 reports of others."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stored event that shares a block key with a report, with its reports' signatures."""

    event_id: int
    signatures: tuple[Signature, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where a report belongs: ``event_id`` to join, ``None`` to open a new event.

    ``score`` is the best candidate's (0 without one); ``why`` names what decided, for the log.
    """

    event_id: int | None
    score: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the owner ruled by ``/merge`` and ``/split``, as pairs of report ids."""

    together: frozenset[tuple[int, int]] = frozenset()
    apart: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Source:
    """One report inside an event. ``wire`` names the agency whose text it copies, if any."""

    report_id: int
    publisher: str
    url: str
    title: str
    published_at: dt.datetime | None
    seen_at: dt.datetime
    wire: str | None = None
    follow_up: str | None = None


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One figure as one source gave it at one time. Nothing in a ledger is ever overwritten."""

    field: str
    count: Count
    publisher: str
    at: dt.datetime
    sentence: str
    report_id: int
    trusted: bool = True
    """False where a follow-up repeats a figure: kept, but it never becomes the current one."""


@dataclass(frozen=True, slots=True)
class Statement:
    """Who is said to have done it, by whom, when: suspected, blamed, claimed, denied stay apart."""

    name: str
    status: Claim
    said_by: str | None
    publisher: str
    at: dt.datetime
    report_id: int


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it stands now. ``id`` is 0 until stored; ``public_id`` is what people type.

    ``incident`` / ``policy`` hold the fused facts: newest trusted figures, the mode of the rest.
    ``revision`` grows with every material change; ``version`` with every change.
    """

    id: int
    public_id: str
    kind: Kind
    title: str
    severity: Severity
    first_seen_at: dt.datetime
    updated_at: dt.datetime
    occurred_at: dt.datetime
    """When it happened as well as known (start of the day, else the first report): for sorting."""
    incident: Incident | None = None
    policy: Policy | None = None
    sources: tuple[Source, ...] = ()
    ledger: tuple[LedgerEntry, ...] = ()
    statements: tuple[Statement, ...] = ()
    quote: str | None = None
    quote_by: str | None = None
    revision: int = 1
    version: int = 1
    owner_chat_id: int | None = None
    retracted: bool = False
    told: tuple[tuple[str, Count], ...] = ()
    """The figures as the last material change told them: small rises add up against these."""
    merged_into: int | None = None
    """The event that took this one's reports over by a merge."""

    @property
    def publishers(self) -> tuple[str, ...]:
        """Return the independent publishers, in order of appearance; wire copies count once."""
        seen: dict[str, None] = {}
        for source in self.sources:
            seen.setdefault(source.wire or source.publisher)
        return tuple(seen)


class ChangeKind(StrEnum):
    """What changed materially between two states of an event."""

    OPENED = "opened"
    TOLL_UP = "toll_up"
    CORRECTION = "correction"
    CLAIM = "claim"
    SEVERITY_UP = "severity_up"
    DEADLINE = "deadline"
    STATUS = "status"
    SECOND_SOURCE = "second_source"
    RETRACTION = "retraction"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Change:
    """One material change with the words that tell it ("Killed 3 → 8")."""

    kind: ChangeKind
    text: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """The step from one state of an event to the next.

    ``material`` changes are replied to the chats that were alerted; an empty tuple means that the
    message is only edited, and ``visible`` false means that nothing a card shows has changed.
    """

    before: Event | None
    after: Event
    material: tuple[Change, ...] = field(default_factory=tuple)
    visible: bool = True
