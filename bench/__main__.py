"""``python -m bench [STAGE …]``: the stages by name, each with its own options behind it."""

from __future__ import annotations

import runpy
import sys

STAGES = (
    "fetch",
    "parse",
    "extract",
    "match",
    "events",
    "store",
    "deliver",
    "pipeline",
    "start",
    "crowd",
    "growth",
    "caches",
    "plot",
)


def main(arguments: list[str]) -> int:
    """Run one stage with its options, or all of them with none."""
    if arguments and arguments[0] not in STAGES:
        print(f"bench: there is no stage {arguments[0]!r}; there are {', '.join(STAGES)}")
        return 2
    stages = arguments[:1] or STAGES
    for number, stage in enumerate(stages, 1):
        print(f"== {stage} ({number} of {len(stages)})", flush=True)
        sys.argv = [f"bench.{stage}", *arguments[1:]]
        try:
            runpy.run_module(f"bench.{stage}", run_name="__main__", alter_sys=True)
        except SystemExit as end:
            if end.code:
                return int(end.code) if isinstance(end.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
