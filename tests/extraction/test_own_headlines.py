"""Headlines of our own hold the kind: metaphors, rare events, measures of every sort."""

from pathlib import Path

import pytest

from tests.extraction.reading import report

FILE = Path(__file__).parents[1] / "data" / "eval" / "headlines.tsv"
LINES = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line[0] != "#"]
ROWS = [tuple(line.split("\t")) for line in LINES]


@pytest.mark.parametrize("kind", ["incident", "policy", "other"])
def test_nearly_every_headline_has_its_kind(kind):
    wrong = [title for wanted, title, text in ROWS if wanted == kind and told(title, text) != kind]
    of_kind = [row for row in ROWS if row[0] == kind]
    assert len(wrong) <= len(of_kind) // 20 + 1, wrong


def told(title: str, text: str) -> str:
    return str(report(title, text).kind)
