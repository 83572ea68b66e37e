"""Every place that the code names is one where the crash test kills."""

from __future__ import annotations

import re
from pathlib import Path

from bench.crash.harness import POINTS

ROOT = Path(__file__).parents[2]
_NAMED = re.compile(r"\bcrash\(\"(\w+)\"\)")
AT_THE_EDGES = {"mid_migration", "mid_backup"}
"""Where the program dies before it serves, and where the operator's command dies."""


def test_o3_every_named_place_is_visited_by_the_crash_test():
    rooms = ("bot", "handlers", "storage", "khabardar")
    code = "\n".join(file.read_text() for room in rooms for file in (ROOT / room).rglob("*.py"))
    assert set(_NAMED.findall(code)) == POINTS.keys() | AT_THE_EDGES
