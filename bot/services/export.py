"""Events for other tools: JSON objects, CSV rows, GeoJSON, and the merged form of ``events``."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from bot.domain.events import Event, LedgerEntry, SourcedReport
from bot.domain.reports import CASUALTY_FIELDS, Article, Report
from bot.domain.values import Place
from bot.events.batch import merge_articles
from bot.extraction.schema import incident_json, policy_json
from bot.protocols import Extractor

CSV_COLUMNS = (
    "id", "kind", "severity", "title", "types", "occurred_on", "place", "admin1", "country",
    "latitude", "longitude",
    *(f"{name}_{end}" for name in CASUALTY_FIELDS for end in ("min", "max")),
    "perpetrators", "claim", "actions", "issuers", "subjects", "effective_on", "deadline", "status",
    "publishers", "sources", "first_seen_at", "updated_at",
)  # fmt: skip


def event_json(event: Event) -> dict[str, Any]:
    """Return an event as plain values: the facts of ``extract --json``, sources and ledger."""
    return {
        "id": event.public_id,
        "kind": event.kind.value,
        "title": event.title,
        "severity": event.severity.word,
        "occurred_at": event.occurred_at.isoformat(),
        "first_seen_at": event.first_seen_at.isoformat(),
        "updated_at": event.updated_at.isoformat(),
        "revision": event.revision,
        "retracted": event.retracted,
        "publishers": list(event.publishers),
        "sources": [
            {"publisher": s.publisher, "title": s.title, "url": s.url, "wire": s.wire}
            for s in event.sources
        ],
        "incident": incident_json(event.incident) if event.incident else None,
        "policy": policy_json(event.policy) if event.policy else None,
        "ledger": [_ledger(entry) for entry in event.ledger],
    }


def _ledger(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "field": entry.field,
        "min": entry.count.min,
        "max": entry.count.max,
        "source": entry.publisher,
        "at": entry.at.isoformat(),
        "sentence": entry.sentence,
    }


def merged_events(extractor: Extractor, articles: Sequence[Article]) -> list[dict[str, Any]]:
    """Return the events of articles, merged, each with the ids of its articles."""
    reports = extractor.extract_many(articles)
    sourced = [_sourced(a, r) for a, r in zip(articles, reports, strict=True)]
    rows = []
    for number, (event, ids) in enumerate(merge_articles(sourced), 1):
        row = event_json(event)
        rows.append({**row, "id": row["id"] or str(number), "articles": list(ids)})
    return rows


def _sourced(article: Article, report: Report) -> SourcedReport:
    return SourcedReport(
        report=report,
        publisher=article.source,
        url=article.url,
        seen_at=article.published_at or dt.datetime.fromtimestamp(0, dt.UTC),
        text=article.text,
    )


def as_csv(events: Iterable[Event]) -> str:
    """Return events as CSV with a header; lists are joined by ``; ``."""
    out = io.StringIO()
    writer = csv.DictWriter(out, CSV_COLUMNS, lineterminator="\n")
    writer.writeheader()
    for event in events:
        writer.writerow({key: _guarded(value) for key, value in _csv_row(event).items()})
    return out.getvalue()


def _guarded(value: object) -> object:
    """Keep spreadsheets from reading a headline as a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def _csv_row(event: Event) -> dict[str, object]:
    row: dict[str, object] = {
        "id": event.public_id,
        "kind": event.kind.value,
        "severity": event.severity.word,
        "title": event.title,
        "publishers": "; ".join(event.publishers),
        "sources": "; ".join(source.url for source in event.sources),
        "first_seen_at": event.first_seen_at.isoformat(),
        "updated_at": event.updated_at.isoformat(),
    }
    return {**row, **_incident_cells(event), **_policy_cells(event)}


def _incident_cells(event: Event) -> dict[str, object]:
    incident = event.incident
    if incident is None:
        return {}
    cells: dict[str, object] = {
        "types": "; ".join(type_.value for type_ in incident.types),
        "occurred_on": incident.occurred_on.start.isoformat() if incident.occurred_on else None,
        "perpetrators": "; ".join(one.name for one in incident.perpetrators),
        "claim": incident.claim.value,
    }
    for name in CASUALTY_FIELDS:
        count = incident.casualties.get(name)
        if count is not None:
            cells |= {f"{name}_min": count.min, f"{name}_max": count.max}
    return {**cells, **_place_cells(incident.place)}


def _place_cells(place: Place | None) -> dict[str, object]:
    if place is None:
        return {}
    return {
        "place": place.name,
        "admin1": place.admin1,
        "country": place.country,
        "latitude": place.latitude,
        "longitude": place.longitude,
    }


def _policy_cells(event: Event) -> dict[str, object]:
    policy = event.policy
    if policy is None:
        return {}
    return {
        "actions": "; ".join(action.value for action in policy.actions),
        "issuers": "; ".join(policy.issuers),
        "subjects": "; ".join(policy.subjects),
        "country": policy.country,
        "effective_on": policy.effective_on.isoformat() if policy.effective_on else None,
        "deadline": policy.deadline.isoformat() if policy.deadline else None,
        "status": policy.status.value,
    }


def as_geojson(events: Iterable[Event]) -> dict[str, Any]:
    """Return events as a FeatureCollection (RFC 7946); one without a place has null geometry."""
    features = []
    for event in events:
        place = event.incident.place if event.incident else None
        known = place is not None and place.latitude is not None and place.longitude is not None
        point = (
            {"type": "Point", "coordinates": [place.longitude, place.latitude]}
            if place is not None and known
            else None
        )
        features.append({"type": "Feature", "geometry": point, "properties": event_json(event)})
    return {"type": "FeatureCollection", "features": features}
