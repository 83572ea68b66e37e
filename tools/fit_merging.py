"""Fits the weights of merging on pairs of reports that may be candidates of each other.

``python -m tools.fit_merging`` extracts the merging sets, compares the pairs that share a block key
and that nothing forbids, and prints ``BIAS`` and ``WEIGHTS`` for ``bot/events/similarity.py``.
Every article counts twice: whole, and as a feed tells it (headline and opening words).
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bot.domain.events import Signature, SourcedReport
from bot.events.signature import sign
from bot.events.similarity import WEIGHTS, features, subject, veto
from tools.evaluate_events import labelled_sets, reader, summary

Array = npt.NDArray[np.float64]
PRIOR = 0.01
"""The strength of the pull towards 0, for a feature of unit spread."""


def main() -> int:
    """Print the fitted weights."""
    read = reader("extracted")
    rows: list[Array] = []
    labels: list[Array] = []
    for reports, gold in labelled_sets(read):
        x, y = table(pairs(reports, gold))
        rows.append(x)
        labels.append(y)
        print(f"# {len(y)} pairs, {int(y.sum())} of one event", file=sys.stderr)
    show(fit(rows, labels))
    return 0


def pairs(
    reports: Sequence[SourcedReport], gold: Mapping[str, str]
) -> Iterator[tuple[dict[str, float], bool]]:
    """Yield the features of each pair of possible candidates, and whether they are one event."""
    whole = [sign(one) for one in reports]
    brief = [sign(replace(one, text=summary(one.text))) for one in reports]
    names = [gold[one.report.article_id] for one in reports]
    for a, b in candidates(whole):
        for x, y in ((whole[a], whole[b]), (brief[a], brief[b]), (whole[a], brief[b])):
            if veto(x, y) is None:
                yield features(subject(x), y), names[a] == names[b]


def candidates(signatures: Sequence[Signature]) -> Iterable[tuple[int, int]]:
    """Return the pairs that share a block key."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for number, signature in enumerate(signatures):
        for key in signature.block_keys:
            blocks[key].append(number)
    return {pair for block in blocks.values() for pair in itertools.combinations(block, 2)}


def table(found: Iterable[tuple[dict[str, float], bool]]) -> tuple[Array, Array]:
    """Return features as rows in the order of ``WEIGHTS``, and labels."""
    kept = list(found)
    x = np.array([[values[name] for name in WEIGHTS] for values, _ in kept])
    return x, np.array([same for _, same in kept], dtype=float)


def fit(rows: Sequence[Array], labels: Sequence[Array], steps: int = 50) -> Array:
    """Return bias and weights of a logistic regression; each set weighs the same."""
    x, y = np.concatenate(rows), np.concatenate(labels)
    share = np.concatenate([np.full(len(part), len(y) / len(part) / len(rows)) for part in rows])
    spread = x.std(0) + 1e-9
    z = np.column_stack([np.ones(len(x)), x / spread])
    pull = PRIOR * len(y) * np.eye(z.shape[1])
    pull[0, 0] = 0
    weights = np.zeros(z.shape[1])
    for _ in range(steps):
        chance = 1 / (1 + np.exp(-z @ weights))
        curve = z.T @ (z * (share * chance * (1 - chance) + 1e-9)[:, None]) + pull
        weights += np.linalg.solve(curve, z.T @ (share * (y - chance)) - pull @ weights)
    weights[1:] /= spread
    return weights


def show(weights: Array) -> None:
    """Print weights as the module holds them."""
    print(f"BIAS = {weights[0]:.2f}")
    print("WEIGHTS: Mapping[str, float] = {")
    for name, value in zip(WEIGHTS, weights[1:], strict=True):
        print(f'    "{name}": {value:.2f},')
    print("}")


if __name__ == "__main__":
    sys.exit(main())
