"""The scoreboard as text: each field's figures beside its goal and the reference."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tools.evaluation.tally import Score, Tally

HEAD = "set          field                   P      R     F1 wanted          goal       reference"


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure has to reach: at least ``goal``, at most with ``most``."""

    goal: float
    measure: str = "f1"
    field: str = ""
    most: bool = False
    reference: str = ""

    def met(self, value: float) -> bool:
        """Tell whether a figure is good enough."""
        return value <= self.goal if self.most else value >= self.goal

    def __str__(self) -> str:
        measure = "" if self.measure == "figure" else f"{self.measure[:4].upper()} "
        return f"{measure}{'≤' if self.most else '≥'} {self.goal:g}"


@cache
def goals() -> dict[str, dict[str, Goal]]:
    """Return the goals by set and row."""
    table = tomllib.loads(Path(__file__).with_name("goals.toml").read_text(encoding="utf-8"))
    return {name: {row: Goal(**goal) for row, goal in rows.items()} for name, rows in table.items()}


def unmet(tally: Tally) -> list[str]:
    """Return the rows of a set that miss their goal."""
    wanted = goals().get(tally.name, {})
    return [row for row, goal in wanted.items() if not goal.met(_value(tally, row, goal))]


def _value(tally: Tally, row: str, goal: Goal) -> float:
    if goal.measure == "figure":
        return tally.figures.get(row, 0.0)
    return float(getattr(tally.scores.get(goal.field or row, Score()), goal.measure))


def table(tallies: Iterable[Tally]) -> Iterator[str]:
    """Yield the lines of the scoreboard."""
    yield HEAD
    for tally in tallies:
        yield f"{tally.name} ({tally.articles} articles)"
        wanted = goals().get(tally.name, {})
        for row, figure in tally.figures.items():
            yield _line(tally, row, f"{figure:20.3f}{'':7}", wanted.get(row))
        for row, score in tally.scores.items():
            if score.told or score.wanted:
                for name, goal in _goals_of(row, wanted):
                    yield _line(tally, name, _cells(score), goal)


def _goals_of(row: str, wanted: dict[str, Goal]) -> list[tuple[str, Goal | None]]:
    named = [(name, goal) for name, goal in wanted.items() if (goal.field or name) == row]
    return [*named] or [(row, None)]


def _cells(score: Score) -> str:
    return f"{score.precision:6.3f} {score.recall:6.3f} {score.f1:6.3f} {score.wanted:6d}"


def _line(tally: Tally, row: str, cells: str, goal: Goal | None) -> str:
    if not goal:
        return f"{'':12} {row:18} {cells}"
    verdict = "ok" if goal.met(_value(tally, row, goal)) else "NOT"
    return f"{'':12} {row:18} {cells}  {goal!s:>12}  {verdict:3}  {goal.reference}".rstrip()


def errors(tally: Tally, field: str) -> Iterator[str]:
    """Yield what was told and what was wanted, for every miss of a field."""
    for miss in tally.misses:
        if miss.field == field:
            yield f"  {tally.name} {miss.id}: wanted {miss.wanted}  told {miss.told}"
