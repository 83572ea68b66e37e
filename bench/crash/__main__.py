"""`./run.sh crash`: prints the counts, and fails where the promise was broken."""

from __future__ import annotations

import argparse
import contextlib
import logging
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path

from bench.crash.harness import Run, Setting, crash_test
from bench.crash.mutants import MUTANTS
from bench.crash.verdict import Verdict
from tools import postgres


def main() -> int:
    """Run the crash test, or prove that it catches the mutants."""
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # clients that die are meant to
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the program goes with us
    arguments = _arguments()
    setting = Setting(arguments.kills, arguments.seed, arguments.faults, roles=arguments.roles)
    try:
        with _server(arguments.database) as server_url:
            return _run(setting, server_url, mutants=arguments.mutants)
    except postgres.UnavailableError as why:
        print(f"there is no PostgreSQL: {why}", file=sys.stderr)
        return 2


def _run(setting: Setting, server_url: str | None, *, mutants: bool) -> int:
    if not mutants:
        return 0 if _report(setting, server_url) else 1
    bad = [replace(setting, cruel=True, mutant=name) for name in MUTANTS]
    caught = [not _report(one, server_url) for one in bad]
    print(f"mutants caught: {sum(caught)} of {len(caught)}")
    return 0 if all(caught) else 1


def _server(named: str) -> contextlib.AbstractContextManager[str | None]:
    """Return the server to make databases on: one made for this, the one named, or none."""
    if named == "postgres":
        return postgres.server()
    return contextlib.nullcontext(None if named == "sqlite" else named)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run.sh crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="how often the program is killed")
    parser.add_argument("--seed", type=int, default=1, help="of what is random")
    parser.add_argument("--faults", type=float, default=0.09, help="ambiguous faults an alert")
    parser.add_argument("--mutants", action="store_true", help="prove that bad policies fail")
    parser.add_argument("--roles", action="store_true", help="a process for each part of the work")
    database = "sqlite, postgres (a server of its own), or the URL of a PostgreSQL server"
    parser.add_argument("--database", default="sqlite", help=database)
    return parser.parse_args()


def _report(setting: Setting, server_url: str | None) -> bool:
    """Run one test and print what came of it; where it fails, its folder stays to be looked at."""
    folder = Path(tempfile.mkdtemp(prefix="khabardar-crash-"))
    began = time.monotonic()
    with postgres.database(server_url) if server_url else contextlib.nullcontext() as url:
        verdict, run = crash_test(setting, folder, url)
    print(f"\n{setting}, on {'PostgreSQL' if server_url else 'SQLite'}, ", end="")
    _show(verdict, run, time.monotonic() - began)
    if verdict.holds or setting.mutant:
        shutil.rmtree(folder)
    else:
        print(f"the log{'' if server_url else ' and the database'} are in {folder}")
    return verdict.holds


def _show(verdict: Verdict, run: Run, seconds: float) -> None:
    print(f"{seconds:.0f} s")
    for name, value in asdict(verdict).items():
        print(f"{name.upper():20}{value}")
    if run.waits:
        waits = sorted(run.waits)
        print(f"{'RESTART_TO_SEND_P95':20}{waits[int(0.95 * (len(waits) - 1))]:.2f} s")
    print("killed: " + ", ".join(f"{place} {count}" for place, count in run.kills.most_common()))
    if run.hang_ups:
        print(f"connections broken off {run.hang_ups} times")
    print("the promise holds" if verdict.holds else "THE PROMISE IS BROKEN")


if __name__ == "__main__":
    sys.exit(main())
