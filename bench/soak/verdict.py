"""What the soak's measurements say: pure. A run fails on loss, on memory that grows, on lag.

Memory is judged over the last half of a run, as caches fill in the first: each process alone, by
the median slope between any two samples (Theil and Sen's), which a moment's peak does not bend.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

GROWTH = 0.5
"""MB a minute that a process may grow by: at four entries a second, 2 kB an entry. The words that
each entry brings and no other had, in caches with a bound of their own, are 0.1 to 0.4 MB."""
FILLING = 4.0
"""Minutes in which caches fill: a run of less than twice as many says nothing about growth."""
LAG_GROWTH = 1.5
LAG_MARGIN = 3.0
"""Seconds by which a median may differ by chance."""
REPLACED = "children that are replaced"


@dataclass(frozen=True, slots=True)
class Sample:
    """The memory of each process at an instant: ``at`` in minutes from the start, MB by name."""

    at: float
    megabytes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Findings:
    """What a run came to. ``lags`` are the medians of equal spans of time, in seconds."""

    lost: int
    unread: int
    wrong: int
    lags: Sequence[float]
    memory: Sequence[Sample]


def troubles(found: Findings) -> list[str]:
    """Return all that is wrong, in words; nothing where the run holds."""
    return [*_losses(found), *_growing(found.memory), *_behind(found.lags)]


def is_long_enough(samples: Sequence[Sample]) -> bool:
    """Tell whether growth can be judged."""
    return bool(samples) and samples[-1].at >= 2 * FILLING


def sizes(samples: Sequence[Sample]) -> dict[str, list[float]]:
    """Return the MB of each process in the last half of the samples.

    Processes that came or went in it, as the parser's do, count together as ``REPLACED``.
    """
    half = _last_half(samples)
    stayed = set.intersection(*(set(one.megabytes) for one in half))
    found = {name: [one.megabytes[name] for one in half] for name in sorted(stayed)}
    if any(one.megabytes.keys() - stayed for one in half):
        found[REPLACED] = [_sum_without(one, stayed) for one in half]
    return found


def slopes(samples: Sequence[Sample]) -> dict[str, float]:
    """Return by how many MB a minute each process grew over the last half."""
    times = [one.at for one in _last_half(samples)]
    return {name: _slope(times, values) for name, values in sizes(samples).items()}


def quarters(values: Sequence[float]) -> tuple[float, float]:
    """Return the medians of the second quarter and of the last."""
    quarter = max(1, len(values) // 4)
    return statistics.median(values[quarter : 2 * quarter] or values), statistics.median(
        values[-quarter:]
    )


def _losses(found: Findings) -> Iterator[str]:
    for count, what in (
        (found.lost, "alerts lost"),
        (found.unread, "entries not stored or not worked through"),
        (found.wrong, "messages to the wrong chat"),
    ):
        if count:
            yield f"{count:,} {what}"


def _growing(samples: Sequence[Sample]) -> Iterator[str]:
    if not is_long_enough(samples):
        return
    for name, slope in slopes(samples).items():
        if slope > GROWTH:
            yield f"memory of {name} grows by {slope:.2f} MB a minute"


def _behind(lags: Sequence[float]) -> Iterator[str]:
    early, late = quarters(lags)
    if late > early * LAG_GROWTH + LAG_MARGIN:
        yield f"lag grew from {early:.1f} to {late:.1f} s"


def _last_half(samples: Sequence[Sample]) -> list[Sample]:
    return [one for one in samples if one.at >= samples[-1].at / 2]


def _sum_without(sample: Sample, names: set[str]) -> float:
    return sum(size for name, size in sample.megabytes.items() if name not in names)


def _slope(times: Sequence[float], values: Sequence[float]) -> float:
    points = zip(times, values, strict=True)
    found = [(w - v) / (u - t) for (t, v), (u, w) in combinations(points, 2)]
    return statistics.median(found) if found else 0.0
