"""What a query is once parsed: a tree of terms and fields, in one normal form.

Trees are built by ``all_of``, ``any_of`` and ``negation`` only, which flatten, drop repeats and
double negations; so two ways to type one query are equal trees.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.matching.document import Document
from bot.matching.folding import units
from bot.matching.lemma import lemma
from bot.matching.names import value_key

_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Term:
    """A word (hyphened ones hold "-"), a phrase (holds spaces) or the start of a word.

    ``lemma`` is a plain word's, else empty.
    """

    text: str
    prefix: bool = False
    lemma: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "lemma", _plain_lemma(self.text))

    @property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """Return lemma sequences, any of which will do: counter-terrorism is counterterrorism."""
        return _spellings(self.text)

    def __hash__(self) -> int:
        return hash(self.text)

    def holds(self, document: Document) -> bool:
        """Tell whether the document has the word, the phrase or a word that starts so."""
        if self.prefix:
            return document.has_prefix(self.text)
        if self.lemma:
            return self.lemma in document.words
        return any(document.has_sequence(lemmas) for lemmas in self.spellings)


def _plain_lemma(text: str) -> str:
    if " " in text:
        return ""
    spellings = _spellings(text)
    return spellings[0][0] if len(spellings) == 1 and len(spellings[0]) == 1 else ""


def _spellings(text: str) -> tuple[tuple[str, ...], ...]:
    if text.isascii() and text.replace(" ", "").isalnum():
        return (tuple(map(lemma, text.split())),)
    written = tuple(units(text))
    apart = tuple(lemma(part) for unit in written for part in unit)
    joined = tuple(lemma("".join(unit)) for unit in written)
    return (apart,) if apart == joined else (apart, joined)


@dataclass(frozen=True, slots=True)
class Value:
    """A field that holds one of many names: ``type:bombing``, ``place:sindh``."""

    name: str
    value: str
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", value_key(self.name, self.value))

    def __hash__(self) -> int:
        return hash(self.key)

    def holds(self, document: Document) -> bool:
        """Tell whether the document's field has this value."""
        return self.key in document.values


@dataclass(frozen=True, slots=True)
class Range:
    """A field that holds a number (or a level, or a day as an ordinal), both ends included.

    What the document knows is itself a range ("dozens"): one common number is enough.
    """

    name: str
    low: int | None
    high: int | None

    def holds(self, document: Document) -> bool:
        """Tell whether the document states a figure that may lie in the range."""
        stated = document.numbers.get(self.name)
        if stated is None:
            return False
        least, most = stated
        return (self.low is None or most >= self.low) and (self.high is None or least <= self.high)


@dataclass(frozen=True, slots=True)
class Near:
    """A circle on the ground in degrees and km; ``label`` is the name it was asked for by."""

    latitude: float
    longitude: float
    km: float
    label: str = ""

    def holds(self, document: Document) -> bool:
        """Tell whether a place of the document lies in the circle."""
        return any(
            distance_km(self.latitude, self.longitude, latitude, longitude) <= self.km
            for latitude, longitude in document.points
        )


Leaf = Term | Value | Range | Near


@dataclass(frozen=True, slots=True)
class Not:
    """Everything that its part is not."""

    part: Node

    def holds(self, document: Document) -> bool:
        """Tell whether the part does not hold."""
        return not self.part.holds(document)


class And(tuple["Node", ...]):
    """All parts, at least two; a tuple itself, since an index keeps a million of them."""

    __slots__ = ()

    @property
    def parts(self) -> tuple[Node, ...]:
        """Return the parts."""
        return self

    def __repr__(self) -> str:
        return f"And({tuple(self)!r})"

    def holds(self, document: Document) -> bool:
        """Tell whether every part holds."""
        for part in self:  # noqa: SIM110 — a loop costs half of all(), here it counts
            if not part.holds(document):
                return False
        return True


@dataclass(frozen=True, slots=True)
class Or:
    """Any part, of at least two."""

    parts: tuple[Node, ...]

    def holds(self, document: Document) -> bool:
        """Tell whether some part holds."""
        return any(part.holds(document) for part in self.parts)


Node = Leaf | Not | And | Or


def all_of(nodes: Iterable[Node]) -> Node:
    """Return the conjunction of at least one node, flat and without repeats."""
    parts = _flat(nodes, And)
    return And(parts) if len(parts) > 1 else parts[0]


def any_of(nodes: Iterable[Node]) -> Node:
    """Return the disjunction of at least one node, flat and without repeats."""
    parts = _flat(nodes, Or)
    return Or(parts) if len(parts) > 1 else parts[0]


def negation(node: Node) -> Node:
    """Return the opposite of a node."""
    return node.part if isinstance(node, Not) else Not(node)


def _flat(nodes: Iterable[Node], kind: type[And | Or]) -> tuple[Node, ...]:
    seen: dict[Node, None] = {}
    for node in nodes:
        seen.update(dict.fromkeys(node.parts if isinstance(node, kind) else (node,)))
    return tuple(seen)


def leaves(node: Node) -> tuple[Leaf, ...]:
    """Return the terms and fields of a tree, from left to right."""
    if isinstance(node, Not):
        return leaves(node.part)
    if isinstance(node, And | Or):
        return tuple(leaf for part in node.parts for leaf in leaves(part))
    return (node,)


def distance_km(latitude: float, longitude: float, other: float, other_longitude: float) -> float:
    """Return the great-circle distance of two points in degrees, by the haversine formula."""
    north, south = math.radians(latitude), math.radians(other)
    across = math.radians(other_longitude - longitude)
    chord = (
        math.sin((south - north) / 2) ** 2
        + math.cos(north) * math.cos(south) * math.sin(across / 2) ** 2
    )
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, chord)))
