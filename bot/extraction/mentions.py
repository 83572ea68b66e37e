r"""What the steps of the pipeline pass on: frozen mentions, in token positions of one Doc.

A step reads what the steps before it left in the Doc's ``findings``, and leaves its own there.

The text of the Doc is ``title + "\n\n" + text`` cleaned (``cleaning``): quotes and dashes plain,
shouted text has its case back, soft hyphens are out, and its ``Cleaned`` leads every position back
to the article as given. Boilerplate is a zone, not a deletion.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.reports import CasualtyPart, Claim, Incident, IncidentType, Perpetrator, Policy
from bot.domain.values import Count, DateSpan, Evidence, Place


class Zone(StrEnum):
    """Where in an article a sentence stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence by its tokens [start, end), its zone, its number in the article."""

    index: int
    start: int
    end: int
    zone: Zone
    paragraph: int


@dataclass(frozen=True, slots=True)
class Dateline:
    """The place and day before the first sentence (``PESHAWAR, May 3 (AFP) —``)."""

    place: str | None
    day: dt.date | None
    agency: str | None
    start: int
    end: int


class Modality(StrEnum):
    """How exactly a number is meant."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    ABOUT = "about"
    RISING = "rising"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of things: never an age, time, date, sum of money, distance, or section number."""

    start: int
    end: int
    min: int
    max: int
    modality: Modality
    text: str


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in the text. ``place`` is resolved; ``cue`` is the preposition before it.

    ``score`` orders rival readings of one name (country context, population); ``adjective`` is true
    for nationalities ("Pakistani"), which tell a country but not where.
    """

    start: int
    end: int
    place: Place
    cue: str | None = None
    score: float = 0.0
    adjective: bool = False


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date told in the text, resolved against the anchor; ``explicit`` where a year or date is
    written out, ``text`` as written.
    """

    start: int
    end: int
    span: DateSpan
    text: str
    explicit: bool


class ActorKind(StrEnum):
    """What kind of actor a name denotes."""

    ARMED_GROUP = "armed_group"
    GENERIC_ATTACKER = "generic_attacker"
    SECURITY_FORCE = "security_force"
    AUTHORITY = "authority"
    ORGANISATION = "organisation"
    PEOPLE = "people"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class ActorMention:
    """Somebody who acts: ``name`` is the canonical one, ``text`` as written."""

    start: int
    end: int
    name: str
    text: str
    kind: ActorKind


@dataclass(frozen=True, slots=True)
class Trigger:
    """A word or phrase that tells a type of event; ``weight`` says how surely."""

    start: int
    end: int
    type: IncidentType
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Toll:
    """One statement about casualties in one sentence.

    ``field`` is one of ``CASUALTY_FIELDS``; ``who`` the words for the people; ``role`` tells
    victims from attackers; ``total`` is true where the text says that it is the whole toll;
    ``part`` where it is said to be included in another figure ("including two children");
    ``additional`` where it adds to one ("another three").
    """

    sentence: int
    start: int
    end: int
    field: str
    count: Count
    who: str = ""
    role: str = "victim"
    total: bool = False
    part: bool = False
    additional: bool = False
    group: str = ""
    """Who they were, as ``lexicon/people.txt`` groups them; empty where the text leaves it open."""
    definite: bool = False
    statement: int = 0
    """Which verb of its sentence it belongs to: counts of one verb add up."""


@dataclass(frozen=True, slots=True)
class MiniEvent:
    """One happening as one or more sentences tell it; ``score`` says how likely it is the main one.

    ``why`` lists the signs that moved the score, for ``extract --explain``.
    """

    sentences: tuple[int, ...]
    types: tuple[IncidentType, ...]
    place: Place | None
    when: DateSpan | None
    when_text: str | None
    tolls: tuple[Toll, ...]
    actors: tuple[ActorMention, ...]
    score: float
    background: bool
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who did it, as the text says, about the main event."""

    perpetrators: tuple[Perpetrator, ...]
    claim: Claim
    evidence: tuple[int, ...] = ()
    """Indexes of the sentences that say so."""


@dataclass(frozen=True, slots=True)
class IncidentReading:
    """The main event of an article, with the evidence for each field."""

    incident: Incident
    evidence: tuple[tuple[str, Evidence], ...]
    breakdown: tuple[CasualtyPart, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """The main decision of an article, with the evidence for each field."""

    policy: Policy
    evidence: tuple[tuple[str, Evidence], ...]
    score: float = 0.0
