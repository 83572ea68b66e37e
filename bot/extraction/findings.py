"""What is known of an article so far, kept on its Doc: a step reads it and adds its own.

Beside spaCy's own ``doc._``, not in it: that makes an object and asks a registry at each look, of
which a short item takes ninety, and knows no types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spacy.tokens import Doc

if TYPE_CHECKING:
    import datetime as dt

    from bot.domain.reports import Article, BackgroundEvent, Kind
    from bot.domain.values import Severity
    from bot.extraction.cleaning import Cleaned
    from bot.extraction.entities import Entity
    from bot.extraction.layout import Paragraph
    from bot.extraction.mentions import (
        ActorMention,
        Dateline,
        DateMention,
        IncidentReading,
        MiniEvent,
        Number,
        PlaceMention,
        PolicyReading,
        Sentence,
        Toll,
        Trigger,
    )
    from bot.extraction.policies import Decision

KEPT = "findings"


@dataclass(slots=True)
class Findings:
    """What is known; but for the first four, each field bears the name of the step that sets it."""

    article: Article
    cleaned: Cleaned
    """The text of the Doc, and how its positions lead back to the article as given."""
    entities: tuple[Entity, ...] = ()
    """What the model of SPACY_MODEL names."""
    paragraphs: tuple[Paragraph, ...] | None = None
    """Of ``layout.paragraphs_of``."""
    dateline: Dateline | None = None
    anchor: dt.date | None = None
    """The dateline's day, else that of publication."""
    sentences: tuple[Sentence, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    calm: bool = False
    """Whether it tells no harm and no measure, so that few need the next three."""
    silent: bool = False
    """Whether it is neither kind, so that the steps from here on may be left out."""
    numbers: tuple[Number, ...] | None = None
    """Of ``numbers.numbers_of``, as ``places`` and ``actors`` are of theirs."""
    places: tuple[PlaceMention, ...] | None = None
    actors: tuple[ActorMention, ...] | None = None
    dates: tuple[DateMention, ...] = ()
    casualties: tuple[Toll, ...] = ()
    mini_events: tuple[MiniEvent, ...] = ()
    background: tuple[BackgroundEvent, ...] = ()
    decision: Decision | None = None
    kind: Kind | None = None
    incident: IncidentReading | None = None
    policy: PolicyReading | None = None
    follow_up: str | None = None
    severity: Severity | None = None


def findings(doc: Doc) -> Findings:
    """Return what is known of a Doc of ``pipeline.make_doc``."""
    found: Findings = doc.user_data[KEPT]
    return found
