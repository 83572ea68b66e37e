"""The annotated sets: where they lie, how their rows become articles, who scores them."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.domain.reports import Article, Report
from tools.evaluation import articles, incidents, policies, seeds
from tools.evaluation.tally import Tally

REPOSITORY = Path(__file__).resolve().parents[2]
MANY = 3
"""Casualties from which a shooting counts as one that news is sure to report in full."""

Row = Mapping[str, Any]
Reader = Callable[[Path], Iterable[Row]]
Scorer = Callable[[str, Iterable[tuple[Row, Report]]], Tally]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A set: its name, the function that reads its rows, the function that scores them."""

    name: str
    rows: Callable[[], Iterable[Row]]
    scorer: Scorer

    def cases(self, extract: Callable[[Article], Report]) -> Iterator[tuple[Row, Report]]:
        """Yield each row with the report made of its article."""
        for row in self.rows():
            yield row, extract(article(row))


def shared() -> Path:
    """Return the folder of sets that may not be shipped, whether or not it is there."""
    return Path(os.environ.get("KHABARDAR_SHARED") or REPOSITORY.parent / "shared")


def own_set() -> EvaluationSet:
    """Return our own set, which is part of the repository."""
    folder = REPOSITORY / "tests" / "data" / "eval"
    return EvaluationSet("own", lambda: _annotated(folder), articles.score)


def article(row: Row) -> Article:
    """Return the article of a row."""
    return Article(
        id=row["id"],
        title=row.get("title") or "",
        text=row.get("text") or "",
        published_at=published(row.get("published")),
        source=row.get("source") or "",
        url=row.get("url") or "",
    )


def published(text: str | None) -> dt.datetime | None:
    """Return when an article appeared, in UTC; ``None`` where not even the day is known."""
    try:
        when = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def available() -> list[EvaluationSet]:
    """Return our own set and those shared sets that are there."""
    found = [own_set()]
    data = shared() / "data"
    tables: dict[str, tuple[Path, Reader, Scorer]] = {
        "articles": (data / "articles" / "dev.gold.jsonl", _annotated, articles.score),
        "satp_pk": (data / "sets" / "satp_pk" / "dev.gold.jsonl", read_lines, incidents.score),
        "wiki_terror": (
            data / "sets" / "wiki_terror" / "dev.gold.jsonl",
            read_lines,
            incidents.score,
        ),
        "gva": (data / "sets" / "gva" / "dev.gold.jsonl", _many_hit, incidents.score),
        "muc4": (data / "sets" / "muc4" / "dev.gold.jsonl", read_lines, incidents.score),
        "policy": (data / "sets" / "policy" / "dev.gold.jsonl", read_lines, policies.score),
        "seeds": (data / "seeds" / "expected.json", _expected, seeds.score),
    }
    for name, (path, reader, scorer) in tables.items():
        if path.exists():
            found.append(EvaluationSet(name, _reading(reader, path), scorer))
    return found


def _reading(reader: Reader, path: Path) -> Callable[[], Iterable[Row]]:
    return lambda: reader(path.parent if reader is _annotated else path)


def _annotated(folder: Path) -> list[Row]:
    """Join a folder's annotations, ``*.gold.jsonl``, with their ``*.articles.jsonl``."""
    texts = {
        row["id"]: row
        for path in sorted(folder.glob("*.articles.jsonl"))
        for row in read_lines(path)
    }
    gold = [row for path in sorted(folder.glob("*.gold.jsonl")) for row in read_lines(path)]
    return [{**texts[row["id"]], **row} for row in gold if "kind" in row]


def _many_hit(path: Path) -> list[Row]:
    return [row for row in read_lines(path) if _hit(row) >= MANY]


def _hit(row: Row) -> int:
    main = row["gold"]["incidents"][0]
    return int((main.get("killed") or 0) + (main.get("injured") or 0))


def _expected(path: Path) -> Iterator[Row]:
    for name, expected in json.loads(path.read_text(encoding="utf-8")).items():
        yield {**expected, "id": name, **_parts((path.parent / name).read_text(encoding="utf-8"))}


def _parts(text: str) -> dict[str, str]:
    """Split a page's text at its first line, the title; its "Updated" line tells the day."""
    title, _, body = text.partition("\n")
    stamp = next((line for line in body.splitlines() if line.startswith("Updated ")), "")
    day = dt.datetime.strptime(stamp, "Updated %d %B %Y").replace(tzinfo=dt.UTC) if stamp else None
    return {"title": title, "text": body, "published": day.isoformat() if day else ""}
