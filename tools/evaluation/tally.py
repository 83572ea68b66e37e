"""Counting right, told and wanted values, field by field."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Score:
    """How many values were right, told by the program, wanted by the annotation."""

    right: int = 0
    told: int = 0
    wanted: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.told + other.told, self.wanted + other.wanted)

    @property
    def precision(self) -> float:
        """Return the share of told values that are right, 0 where nothing was told."""
        return self.right / self.told if self.told else 0.0

    @property
    def recall(self) -> float:
        """Return the share of wanted values that were found, 0 where nothing was wanted."""
        return self.right / self.wanted if self.wanted else 0.0

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.told + self.wanted
        return 2 * self.right / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Miss:
    """A value that differs from the annotation."""

    field: str
    id: str
    wanted: Any
    told: Any


@dataclass
class Tally:
    """The scores of a set by field, with every miss and the figures that are not a score."""

    name: str
    articles: int = 0
    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    figures: dict[str, float] = field(default_factory=dict)
    misses: list[Miss] = field(default_factory=list)

    def slot(self, name: str, ident: str, wanted: Any, told: Any, *, right: bool) -> None:
        """Count one slot; empty values (``None``, ``[]``) were not told or not wanted."""
        right = right and bool(told)
        self.scores[name] += Score(int(right), int(bool(told)), int(bool(wanted)))
        if not right and (told or wanted):
            self.misses.append(Miss(name, ident, wanted, told))

    def add(self, name: str, score: Score, ident: str = "", *values: Any) -> None:
        """Count a slot that may hold several values; ``values`` are the wanted and the told."""
        self.scores[name] += score
        if values and not score.right == score.told == score.wanted:
            self.misses.append(Miss(name, ident, *values))

    def total(self, *names: str) -> Score:
        """Return the sum over some fields."""
        return sum((self.scores[name] for name in names if name in self.scores), Score())
