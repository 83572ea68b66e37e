"""`./run.sh crash`: prints the counts, and fails where the promise was broken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from bench.crash.harness import Setting, crash_test
from bench.crash.mutants import MUTANTS

_CRUEL: dict[str, Any] = {"points": ("before_send", "after_send"), "named": 1.0}
"""Kills where bad policies lose or double: few are needed to catch them."""


def main() -> int:
    """Run the crash test, or prove that it catches the mutants."""
    arguments = _arguments()
    setting = Setting(arguments.kills, arguments.seed, arguments.faults)
    if not arguments.mutants:
        return 0 if _report(setting) else 1
    caught = [not _report(replace(setting, **_CRUEL, mutant=name)) for name in MUTANTS]
    print(f"mutants caught: {sum(caught)} of {len(caught)}")
    return 0 if all(caught) else 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run.sh crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how often the program is killed")
    parser.add_argument("--seed", type=int, default=1, help="of what is random")
    parser.add_argument("--faults", type=float, default=0.09, help="ambiguous faults a message")
    parser.add_argument("--mutants", action="store_true", help="prove that bad policies fail")
    return parser.parse_args()


def _report(setting: Setting) -> bool:
    with tempfile.TemporaryDirectory(prefix="khabardar-crash-") as folder:
        verdict, run = crash_test(setting, Path(folder))
    print(f"\n{setting}")
    for name, value in asdict(verdict).items():
        print(f"{name.upper():20}{value}")
    if run.restarts:
        waits = sorted(run.restarts)
        print(f"{'RESTART_TO_SEND_P95':20}{waits[int(0.95 * (len(waits) - 1))]:.2f} s")
    print("the promise holds" if verdict.holds else "THE PROMISE IS BROKEN")
    return verdict.holds


if __name__ == "__main__":
    sys.exit(main())
