"""Figures of a benchmark as a table on the terminal and as JSON for the history."""

from __future__ import annotations

import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Figure:
    """One way of doing the work: median and spread of its runs, and its ratio to the first way."""

    way: str
    value: float
    unit: str
    spread: float = 0.0
    """Half of the distance between the quartiles, in the same unit."""
    ratio: float | None = None
    """How many times better than the peer."""
    goal: float | None = None
    """The ratio to reach."""


def timed(work: Callable[[], object], runs: int = 5) -> tuple[float, float]:
    """Return the median of the seconds that runs take, and half their quartiles' distance."""
    seconds = []
    for _ in range(runs):
        begin = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begin)
    return spread(seconds)


def spread(values: Sequence[float]) -> tuple[float, float]:
    """Return the median and half of the quartiles' distance."""
    if len(values) < 2:
        return values[0], 0.0
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return middle, (high - low) / 2


def show(stage: str, figures: Sequence[Figure]) -> None:
    """Print the table and keep the figures in ``bench/results``."""
    width = max(len(figure.way) for figure in figures)
    print(f"\n{stage} (Python {platform.python_version()}, {platform.machine()})")
    for figure in figures:
        print(f"  {figure.way:<{width}}  {_value(figure)}  {_ratio(figure)}".rstrip())
    RESULTS.mkdir(exist_ok=True)
    rows = [asdict(figure) for figure in figures]
    (RESULTS / f"{stage}.json").write_text(json.dumps(rows, indent=1) + "\n", "utf-8")


def progress(text: str) -> None:
    """Tell on stderr what is being measured, where somebody watches."""
    if sys.stderr.isatty():
        print(f"  … {text}", file=sys.stderr)


def _value(figure: Figure) -> str:
    return f"{figure.value:>10,.3g} {figure.unit:<12} ±{figure.spread:<8.2g}"


def _ratio(figure: Figure) -> str:
    if figure.ratio is None:
        return ""
    if figure.goal is None:
        return f"{figure.ratio:6.1f}×"
    met = "reached" if figure.ratio >= figure.goal else "MISSED"
    return f"{figure.ratio:6.1f}×  goal {figure.goal:g}× {met}"
