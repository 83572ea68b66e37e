"""Prints the scoreboard of merging: reports streamed in published order, as the product does.

``python -m tools.evaluate_events [--set NAME …] [--facts extracted|gold|none] [--errors]``; exit 0
where every goal is met, 1 where one is not.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.domain.events import ChangeKind, Revision, SourcedReport
from bot.domain.reports import (
    CASUALTY_FIELDS,
    Article,
    Casualties,
    Claim,
    Incident,
    IncidentType,
    Kind,
    Perpetrator,
    Policy,
    PolicyAction,
    PolicyStatus,
    Report,
)
from bot.domain.values import Count, DateSpan, Place, PlacePrecision
from bot.events.batch import Archive, merge_articles
from bot.events.words import WORD
from tools.evaluation.sets import read_lines, shared

GOALS = {
    "clusters": {"pair_F1": 0.90, "pair_P": 0.95, "b3_F1": 0.95},
    "gva": {"pair_F1": 0.923, "b3_F1": 0.98},
}
MEASURES = ("pair_P", "pair_R", "pair_F1", "b3_P", "b3_R", "b3_F1")
SUMMARY_WORDS = 60
MONTH = len("2019-11")
LONG_AGO = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)

Row = Mapping[str, Any]
Read = Callable[[Sequence[Article]], list[Report]]


def main(argv: Sequence[str] | None = None) -> int:
    """Score the chosen sets and print the board."""
    options = _options(argv)
    read = reader(options.facts)
    met = True
    if "clusters" in options.set:
        met &= _clusters(read, errors=options.errors, brief=options.brief)
    if "revisions" in options.set:
        met &= _revisions(read, errors=options.errors)
    if "gva" in options.set:
        met &= _labelled("gva", read, *_gva(), errors=options.errors)
    if "ecbplus" in options.set:
        met &= _labelled("ecbplus", read, *_ecbplus(), errors=options.errors)
    return 0 if met else 1


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="scores how reports are merged into events")
    names = ("clusters", "revisions", "gva", "ecbplus")
    parser.add_argument("--set", action="append", choices=names)
    parser.add_argument("--facts", choices=("extracted", "gold", "none"), default="extracted")
    parser.add_argument("--brief", action="store_true", help="headline and 60 words, as feeds tell")
    parser.add_argument("--errors", action="store_true", help="print every wrong pair")
    options = parser.parse_args(argv)
    options.set = options.set or names
    return options


# --- scores --------------------------------------------------------------------------------------


def scores(gold: Mapping[str, str], told: Mapping[str, str]) -> dict[str, float]:
    """Return pairwise and BCubed precision, recall and F1 of two labellings of the same ids."""
    both = Counter((gold[i], told[i]) for i in gold)
    of_gold, of_told = Counter(gold.values()), Counter(told[i] for i in gold)
    hit, wanted, made = (
        sum(n * (n - 1) // 2 for n in sizes.values()) for sizes in (both, of_gold, of_told)
    )
    total = len(gold)
    b3_p = sum(both[gold[i], told[i]] / of_told[told[i]] for i in gold) / total
    b3_r = sum(both[gold[i], told[i]] / of_gold[gold[i]] for i in gold) / total
    pair_p, pair_r = hit / made if made else 0.0, hit / wanted if wanted else 0.0
    values = (pair_p, pair_r, _f1(pair_p, pair_r), b3_p, b3_r, _f1(b3_p, b3_r))
    return dict(zip(MEASURES, values, strict=True))


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _print(name: str, found: Mapping[str, float]) -> bool:
    goals = GOALS.get(name, {})
    missed = [key for key, goal in goals.items() if found[key] < goal]
    cells = "  ".join(f"{key} {100 * value:.1f}" for key, value in found.items())
    print(f"{name:10} {cells}  {'missed: ' + ', '.join(missed) if missed else 'ok'}")
    return not missed


# --- sets ----------------------------------------------------------------------------------------


def _clusters(read: Read, *, errors: bool, brief: bool) -> bool:
    folder = shared() / "data" / "articles"
    rows = read_lines(folder / "dev.clusters.articles.jsonl")
    gold = _gold(folder / "dev.clusters.gold.jsonl")
    told = merged(sourced(_cut(rows, brief), read))
    met = _print("clusters", scores(gold, told))
    alike = json.loads((folder / "dev.lookalikes.json").read_text(encoding="utf-8"))
    merged_pairs = [(a, b) for a, b in alike if told.get(a) == told.get(b)]
    print(f"{'':10} look-alikes merged: {len(merged_pairs)} of {len(alike)} {merged_pairs or ''}")
    if errors:
        _errors(gold, told, {row["id"]: row["title"] for row in rows})
    return met and not merged_pairs


def _labelled(
    name: str, read: Read, rows: list[Row], gold: dict[str, str], *, errors: bool
) -> bool:
    told = merged(sourced(rows, read))
    if errors:
        _errors(gold, told, {row["id"]: row.get("title") or row["text"][:90] for row in rows})
    return _print(name, scores(gold, told))


def _gva() -> tuple[list[Row], dict[str, str]]:
    data = shared() / "data" / "sets"
    gold = _gold(data / "clusters" / "gva_dev.labels.jsonl")
    rows = [row for row in read_lines(data / "gva" / "dev.gold.jsonl") if row["id"] in gold]
    return list(rows), {row["id"]: gold[row["id"]] for row in rows}


def _ecbplus() -> tuple[list[Row], dict[str, str]]:
    rows = read_lines(shared() / "data" / "sets" / "clusters" / "ecbplus.dev.jsonl")
    return list(rows), {row["id"]: row["cluster"] for row in rows}


def labelled_sets(read: Read) -> Iterable[tuple[list[SourcedReport], dict[str, str]]]:
    """Yield the dated sets as reports with the label of each article: to fit weights on."""
    folder = shared() / "data" / "articles"
    rows = read_lines(folder / "dev.clusters.articles.jsonl")
    yield sourced(rows, read), _gold(folder / "dev.clusters.gold.jsonl")
    rows_, gold = _gva()
    yield sourced(rows_, read), gold


def _gold(path: Path) -> dict[str, str]:
    return {row["id"]: row["cluster"] for row in read_lines(path)}


def _errors(gold: Mapping[str, str], told: Mapping[str, str], titles: Mapping[str, str]) -> None:
    for a, b in itertools.combinations(sorted(gold), 2):
        if (gold[a] == gold[b]) != (told[a] == told[b]):
            word = "apart " if gold[a] == gold[b] else "merged"
            print(f"  {word} {a} {titles[a][:75]!r} | {b} {titles[b][:75]!r}")


def summary(text: str) -> str:
    """Return the first words of a text: what a feed tells of it."""
    ends = [match.end() for match in itertools.islice(WORD.finditer(text), SUMMARY_WORDS)]
    return text[: ends[-1]] if ends else ""


def _cut(rows: list[dict[str, Any]], brief: bool) -> list[dict[str, Any]]:
    return [{**row, "text": summary(row["text"])} for row in rows] if brief else rows


def _revisions(read: Read, *, errors: bool) -> bool:
    """Merge every story's versions as a feed would bring them, and count events and replies."""
    stories: dict[str, list[Row]] = defaultdict(list)
    for row in read_lines(shared() / "data" / "articles" / "dev.revisions.jsonl"):
        stories[row["story"]].append({**row, "id": f"{row['story']}#{row['n']}"})
    archive, events, replies, versions = Archive(), 0, 0, 0
    for number, (story, rows) in enumerate(stories.items(), 1):
        ids: set[int] = set()
        for one in sourced(rows, read):
            step = archive.add(_as_report(one, number))
            ids.add(step.after.id)
            versions += 1
            replies += bool(step.material) and not _opens(step)
            if errors:
                _tell(story, one, step)
        events += len(ids)
    ok = events == len(stories) == len(archive.events)
    print(
        f"revisions  {len(stories)} stories → {events} events, {versions} versions,"
        f" {replies} replies  {'ok' if ok else 'missed'}"
    )
    return ok


def _opens(step: Revision) -> bool:
    """Tell whether a step is the first alert: what follows are replies."""
    return step.material[0].kind is ChangeKind.OPENED


def _as_report(one: SourcedReport, number: int) -> SourcedReport:
    return SourcedReport(one.report, one.publisher, one.url, one.seen_at, one.text, number, number)


def _tell(story: str, one: SourcedReport, step: Revision) -> None:
    told = "; ".join(change.text for change in step.material) or "-"
    print(f"  {story} {one.seen_at:%H:%M} {one.report.title[:60]!r}: {told}")


# --- reports -------------------------------------------------------------------------------------


def sourced(rows: Iterable[Row], read: Read) -> list[SourcedReport]:
    """Return the reports of rows with their sources."""
    kept = list(rows)
    found = read([_article(row) for row in kept])
    return [
        SourcedReport(
            report=report,
            publisher=row.get("source") or row["id"],
            url=row.get("url") or "",
            seen_at=_moment(row.get("seen") or row.get("published")) or LONG_AGO,
            text=row.get("text") or "",
        )
        for row, report in zip(kept, found, strict=True)
    ]


def merged(reports: Sequence[SourcedReport]) -> dict[str, str]:
    """Return, by article, the public id of its event."""
    return {i: event.public_id for event, ids in merge_articles(reports) for i in ids}


def _article(row: Row) -> Article:
    return Article(
        id=row["id"],
        title=row.get("title") or "",
        text=row.get("text") or "",
        published_at=_moment(row.get("published")),
        source=row.get("source") or "",
        url=row.get("url") or "",
    )


def _moment(text: str | None) -> dt.datetime | None:
    try:
        when = dt.datetime.fromisoformat((text or "") + ("-01" if len(text or "") == MONTH else ""))
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=dt.UTC)


def reader(facts: str) -> Read:
    """Return the function that makes reports: by extraction, from annotations, or of text only."""
    if facts == "extracted":
        from bot.extraction.extractor import SpacyExtractor

        return SpacyExtractor().extract_many
    gold = {}
    if facts == "gold":
        gold = {r["id"]: r for r in read_lines(shared() / "data/articles/dev.gold.jsonl")}
    return lambda articles: [_annotated(article, gold.get(article.id)) for article in articles]


def _annotated(article: Article, gold: Row | None) -> Report:
    """Return the report that a perfect extraction of the annotated facts would make."""
    incident, policy = (gold.get("incident"), gold.get("policy")) if gold else (None, None)
    return Report(
        article_id=article.id,
        kind=Kind(gold["kind"]) if gold else Kind.OTHER,
        title=article.title,
        published_at=article.published_at,
        incident=_incident(incident) if incident else None,
        policy=_policy(policy) if policy else None,
    )


def _incident(row: Row) -> Incident:
    counts = {f: Count(row[f]["min"], row[f]["max"]) for f in CASUALTY_FIELDS if row.get(f)}
    day = _day(row.get("date"))
    claim = Claim(row.get("claim") or "none")
    return Incident(
        types=tuple(IncidentType(name) for name in row["types"]),
        occurred_on=DateSpan(day, day) if day else None,
        place=_place(row.get("place") or {}),
        casualties=Casualties(**counts),
        perpetrators=tuple(Perpetrator(name, claim) for name in row["perpetrators"][:1]),
        claim=claim,
        targets=tuple(row["targets"]),
        weapons=tuple(row["weapons"]),
    )


def _policy(row: Row) -> Policy:
    return Policy(
        actions=tuple(PolicyAction(name) for name in row["actions"]),
        issuers=tuple(row["issuers"]),
        subjects=tuple(row["subjects"]),
        country=row.get("country"),
        effective_on=_day(row.get("effective_on")),
        deadline=_day(row.get("deadline")),
        status=PolicyStatus(row.get("status") or "none"),
    )


def _place(row: Row) -> Place | None:
    names = row.get("names") or []
    if not names:
        return None
    return Place(names[0], row.get("admin1"), row.get("country"), precision=PlacePrecision.PLACE)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


if __name__ == "__main__":
    sys.exit(main())
