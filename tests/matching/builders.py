"""Events for queries to meet, and strategies that draw queries and documents."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from bot.domain.events import Event, Source, Statement
from bot.domain.reports import (
    Casualties,
    Claim,
    Incident,
    IncidentType,
    Kind,
    Perpetrator,
    Policy,
    PolicyAction,
    PolicyStatus,
)
from bot.domain.values import Count, DateSpan, Place, PlacePrecision, Severity
from bot.matching.document import Document, text_document
from bot.matching.fields import FIELDS, Shape, limits
from bot.matching.grammar import tree
from bot.matching.names import coordinates_of
from bot.matching.nodes import Near, Node, Range, all_of, any_of, negation
from bot.matching.query import Query

NOON = dt.datetime(2026, 1, 26, 12, tzinfo=dt.UTC)
JACOBABAD = Place("Abad", "Sindh", "PK", 28.28, 68.44, PlacePrecision.PLACE, district="Jacobabad")


def source(publisher: str = "Dawn", url: str = "https://www.dawn.com/news/1") -> Source:
    return Source(1, publisher, url, "Train derailed", NOON, NOON)


def train_blast() -> Event:
    """A bombing near Abad in Sindh that two publishers report."""
    return Event(
        id=1,
        public_id="KH-7F3A",
        kind=Kind.INCIDENT,
        title="Blast derails passenger train near Abad station",
        severity=Severity.SEVERE,
        first_seen_at=NOON,
        updated_at=NOON,
        occurred_at=NOON,
        incident=Incident(
            types=(IncidentType.BOMBING, IncidentType.SABOTAGE),
            occurred_on=DateSpan(dt.date(2026, 1, 26), dt.date(2026, 1, 26)),
            place=JACOBABAD,
            casualties=Casualties(killed=Count(24, 99, "dozens"), injured=Count(3, 3)),
            perpetrators=(Perpetrator("BLA militants", Claim.SUSPECTED),),
            claim=Claim.UNCLAIMED,
            targets=("Jaffar Express", "passenger train"),
            weapons=("IED",),
        ),
        sources=(source(), source("Arab News", "https://arabnews.pk/node/1")),
        statements=(Statement("Baloch Republican Guards", Claim.CLAIMED, None, "Dawn", NOON, 1),),
    )


def deportation() -> Event:
    """An order to deport by a deadline."""
    return Event(
        id=2,
        public_id="KH-1111",
        kind=Kind.POLICY,
        title="Ministry orders undocumented migrants to leave",
        severity=Severity.UNKNOWN,
        first_seen_at=NOON,
        updated_at=NOON,
        occurred_at=NOON,
        policy=Policy(
            actions=(PolicyAction.DEPORT,),
            issuers=("Ministry of Interior",),
            subjects=("undocumented Afghan migrants",),
            country="PK",
            effective_on=dt.date(2026, 2, 1),
            deadline=dt.date(2026, 12, 31),
            status=PolicyStatus.ANNOUNCED,
        ),
        sources=(source(),),
    )


WORDS = ["blast", "sindh", "karachi", "train", "police", "cricket", "counter-terrorism", "دھماکہ"]
TYPED_LEAVES = [
    *WORDS,
    "blas*",
    "tr*",
    '"police train"',
    '"the blast"',
    "爆発",
    '"or"',
    "type:bombing",
    "type:flood",
    "place:Sindh",
    "place:KP",
    "country:PK",
    "actor:BLA",
    "target:train",
    "source:dawn.com",
    'issuer:"interior ministry"',
    "claim:claimed",
    "lang:en",
]


def _ranges() -> st.SearchStrategy[Node]:
    ranged = [field for field in FIELDS.values() if field.ranged]

    @st.composite
    def draw_range(draw: st.DrawFn) -> Node:
        field = draw(st.sampled_from(ranged))
        least, most = limits(field)
        if field.shape is Shape.COUNT:
            most = 12
        ends = sorted((draw(st.integers(least, most)), draw(st.integers(least, most))))
        low, high = draw(st.sampled_from([(ends[0], ends[1]), (ends[0], None), (None, ends[1])]))
        return Range(field.name, low, high)

    return draw_range()


def _circles() -> st.SearchStrategy[Node]:
    return st.builds(
        Near,
        st.floats(-90, 90).map(lambda angle: round(angle, 4) + 0.0),
        st.floats(-180, 180).map(lambda angle: round(angle, 4) + 0.0),
        st.integers(1, 2000).map(float),
        st.sampled_from(["", "quetta", "abad station"]),
    )


def leaf_nodes() -> st.SearchStrategy[Node]:
    typed = st.sampled_from(TYPED_LEAVES).map(lambda text: tree(text, coordinates_of))
    return st.one_of(typed, typed, _ranges(), _circles())


def queries() -> st.SearchStrategy[Query]:
    """Draw any query there is a way to type."""

    def grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(inner, min_size=1, max_size=4)
        return st.one_of(several.map(all_of), several.map(any_of), inner.map(negation))

    return st.recursive(leaf_nodes(), grown, max_leaves=8).map(Query)


def crowds() -> st.SearchStrategy[list[Query]]:
    """Draw many queries that need the same few words, for lists of the index to grow long."""
    typed = [
        "blast",
        "sindh",
        '"police train"',
        "(karachi OR blast)",
        "-cricket",
        "tr*",
        "type:flood",
    ]
    leaf = st.sampled_from(typed).map(lambda text: tree(text, coordinates_of))
    several = st.lists(leaf, min_size=2, max_size=4).map(all_of).map(Query)
    return st.lists(several, min_size=8, max_size=25)


def documents() -> st.SearchStrategy[Document]:
    """Draw texts of few words, with fields of few values."""
    word = st.sampled_from([*WORDS, "blasted", "trains", "the", "counterterrorism", "爆", "発"])
    text = st.lists(word, max_size=8).map(lambda words: text_document(" ".join(words)))
    values = st.frozensets(
        st.sampled_from(
            [
                "type:bombing",
                "type:flood",
                "place:sindh",
                "place:none",
                "country:PK",
                "lang:en",
                "actor:baloch liberation army",
                "target:train",
                "source:dawn.com",
                "claim:claimed",
            ]
        )
    )
    numbers = st.dictionaries(
        st.sampled_from(["killed", "injured", "severity", "sources", "deadline", "date"]),
        st.tuples(st.integers(0, 6), st.integers(6, 12)),
    )
    points = st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=2)
    return st.builds(
        lambda plain, held, stated, spots: Document(
            plain.words, plain.surfaces, held, stated, tuple(spots)
        ),
        text,
        values,
        numbers,
        points,
    )
