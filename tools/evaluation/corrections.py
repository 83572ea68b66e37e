"""Scores what users said was wrong: each correction is a test case of one field.

A line: ``{"id", "article": {…}, "field", "wrong", "right", "by"}``; the article as
``khabardar extract`` reads it, the values as ``khabardar extract --json`` prints them (a dotted
``field`` such as ``incident.casualties.killed`` points into that object).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bot.domain.reports import Report
from bot.extraction.schema import as_json
from tools.evaluation.sets import EvaluationSet, read_lines
from tools.evaluation.tally import Score, Tally

REQUIRED = {"id", "article", "field", "right"}


class CorrectionError(ValueError):
    """A correction that cannot be scored; the message names its line and what is missing."""


def load(path: Path) -> EvaluationSet:
    """Return the corrections of a file as a set, article and correction in one row.

    Raises:
        CorrectionError: a line is no JSON object or lacks a key.
        OSError: the file cannot be read.

    """
    try:
        lines = read_lines(path)
    except ValueError as error:  # neither JSON nor UTF-8
        raise CorrectionError(f"{path} is no JSON Lines: {error}") from error
    rows = [_row(number, line) for number, line in enumerate(lines, start=1)]
    return EvaluationSet("corrections", lambda: rows, score)


def _row(number: int, line: Any) -> Mapping[str, Any]:
    if not isinstance(line, Mapping):
        raise CorrectionError(f"correction {number} is no JSON object")
    if lacking := REQUIRED - line.keys():
        raise CorrectionError(f"correction {number} lacks {', '.join(sorted(lacking))}")
    if not isinstance(line["article"], Mapping) or "text" not in line["article"]:
        raise CorrectionError(f"correction {number} has an article without a text")
    return {**line["article"], **line}


def score(name: str, cases: Iterable[tuple[Mapping[str, Any], Report]]) -> Tally:
    """Return the tally of corrections by field; the figure ``fixed`` is the share now right."""
    tally = Tally(name)
    fixed = 0
    for row, report in cases:
        tally.articles += 1
        told = _look_up(as_json(report), row["field"].split("."))
        right = _agrees(told, row["right"])
        fixed += right
        tally.add(row["field"], Score(int(right), 1, 1), row["id"], row["right"], told)
    tally.figures["fixed"] = fixed / max(1, tally.articles)
    return tally


def _look_up(value: Any, path: list[str]) -> Any:
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _agrees(told: Any, right: Any) -> bool:
    """Tell whether a value is the right one; keys that the correction leaves out are free."""
    if isinstance(told, Mapping) and isinstance(right, Mapping):
        return all(_agrees(told.get(key), value) for key, value in right.items())
    return bool(told == right)
