"""Prints the scoreboard of extraction.

``python -m tools.evaluate [--set NAME …] [--errors FIELD …] [--corrections FILE]``; exit 0 where
every goal is met, 1 where one is not, 2 for wrong use.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from bot.extraction.extractor import SpacyExtractor
from tools.evaluation import board, corrections, groups, sets
from tools.evaluation.tally import Tally


def main() -> int:
    """Score the sets asked for, print the board and the errors asked for."""
    options = _options()
    extractor = SpacyExtractor()
    tallies = []
    for chosen in options.chosen:
        started = time.perf_counter()
        tallies.append(chosen.scorer(chosen.name, chosen.cases(extractor.extract)))
        print(f"{chosen.name}: {time.perf_counter() - started:.1f} s", file=sys.stderr)
    print(*board.table(tallies), sep="\n")
    for field in options.errors:
        print(f"\nerrors in {field}:", *_errors(tallies, field), sep="\n")
    return int(any(board.unmet(tally) for tally in tallies))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.evaluate", description=__doc__)
    parser.add_argument("--set", action="append", default=[], help="only this set (repeatable)")
    parser.add_argument(
        "--errors", action="append", default=[], metavar="FIELD", help="list its misses"
    )
    parser.add_argument("--corrections", type=Path, metavar="FILE", help="score users' corrections")
    options = parser.parse_args()
    try:
        options.chosen = _chosen(options)
    except (corrections.CorrectionError, OSError) as error:
        parser.error(str(error))
    known = {each.name for each in sets.available()}
    if wrong := set(options.set) - known:
        parser.error(
            f"no set {', '.join(sorted(wrong))} here; there are {', '.join(sorted(known))}"
        )
    return options


def _chosen(options: argparse.Namespace) -> list[sets.EvaluationSet]:
    if options.corrections:
        return [corrections.load(options.corrections)]
    return [s for s in sets.available() if not options.set or s.name in options.set]


def _errors(tallies: list[Tally], field: str) -> list[str]:
    counted = [line for tally in tallies for line in groups.summary(tally, field)]
    return counted + [line for tally in tallies for line in board.errors(tally, field)]


if __name__ == "__main__":
    sys.exit(main())
