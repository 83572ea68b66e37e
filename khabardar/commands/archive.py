"""What is stored: ``preview``, ``digest``, ``export``, ``backfill``."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.errors import InputError
from khabardar.commands.options import AsJson, Database, Since, database_url, in_loop, length
from khabardar.output import lines, note, say

if TYPE_CHECKING:
    from bot.domain.events import Event
    from bot.matching.query import Query
    from bot.protocols import Work
    from bot.services.periods import Period

T = TypeVar("T")

QueryArgument = Annotated[str, typer.Argument(metavar="[QUERY]", help="The query language.")]
EVER = dt.timedelta(days=730)


class DigestFormat(StrEnum):
    """The forms of a digest."""

    TEXT = "text"
    HTML = "html"
    JSON = "json"
    CSV = "csv"
    GEOJSON = "geojson"


class ExportFormat(StrEnum):
    """The forms of an export."""

    CSV = "csv"
    JSONL = "jsonl"
    GEOJSON = "geojson"
    CAP = "cap"
    RSS = "rss"


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(preview)
    app.command()(digest)
    app.command()(export)
    app.command()(backfill)


def preview(
    query: Annotated[str, typer.Argument(help="The query language; see docs.")],
    since: Since = "7d",
    db: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show how a query is understood and what it would have matched."""
    from bot.matching.query import canonical
    from bot.matching.say_back import say as in_words

    parsed, period = _parse(query), _period(since)
    events = _events(db, parsed, period)
    if as_json:
        lines(_rows(events))
        return
    say(f"{canonical(parsed)}\nThat is: {in_words(parsed)}.\n")
    say(f"In the {period.words}: {len(events)}")
    for event in events:
        say(f"  {event.public_id}  {event.occurred_at:%d %b %Y}  {event.title}")


def digest(
    query: QueryArgument = "",
    since: Since = "24h",
    form: Annotated[DigestFormat, typer.Option("--format")] = DigestFormat.TEXT,
    db: Database = None,
) -> None:
    """Sum up a period, each event once."""
    from bot.config import load
    from bot.delivery.digest import render_digest

    period = _period(since)
    events = _events(db, _parse(query) if query else None, period)
    if form not in (DigestFormat.TEXT, DigestFormat.HTML):
        _print(
            events, ExportFormat.JSONL if form is DigestFormat.JSON else ExportFormat(form.value)
        )
        return
    title = f"Digest, {period.words}" + (f": {query}" if query else "")
    for message in render_digest(events, title, load().default_zone, dt.datetime.now(dt.UTC)):
        say(message.html if form is DigestFormat.HTML else message.plain)


def export(
    query: QueryArgument = "",
    form: Annotated[ExportFormat, typer.Option("--format")] = ExportFormat.JSONL,
    since: Since = "730d",
    wrong: Annotated[
        bool, typer.Option("--wrong", help="What chats said is wrong, as evaluation cases.")
    ] = False,
    db: Database = None,
) -> None:
    """Print stored events for other tools."""
    if wrong:
        _print_cases(query, form, db)
        return
    events = _events(db, _parse(query) if query else None, _period(since))
    _print(events, form)
    note(f"{len(events)} events")


def _print_cases(query: str, form: ExportFormat, db: Database) -> None:
    """Print each remark with what was extracted; events of a chat's own feeds are left out."""
    from bot.services.remarks import case_json

    if query or form is not ExportFormat.JSONL:
        raise InputError("--wrong prints all cases as JSON Lines: without a query or a format")
    cases = stored(db, lambda work: list(work.remarks.public()))
    lines(case_json(case) for case in cases)
    note(f"{len(cases)} cases")


def backfill(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH …", help="JSON Lines or CSV.")],
    jobs: Annotated[int, typer.Option(min=1, help="Processes that read articles.")] = 1,
    db: Database = None,
) -> None:
    """Store events from an archive (.jsonl, .csv; .gz, .zst); alerts nobody, resumes."""
    from bot.config import load
    from khabardar.backfill import backfill_files

    settings = load()
    url = database_url(db, settings.database_url)
    result = in_loop(backfill_files(paths, jobs, settings, url))
    for why in result.bad:
        note(f"khabardar: {why}")
    say(result.in_words())
    if result.bad or result.failed:
        raise typer.Exit(1)


def _print(events: Sequence[Event], form: ExportFormat) -> None:
    from bot.services.alerts_xml import as_cap, as_rss
    from bot.services.export import as_csv, as_geojson

    match form:
        case ExportFormat.CSV:
            typer.echo(as_csv(events), nl=False)
        case ExportFormat.GEOJSON:
            say(json.dumps(as_geojson(events), ensure_ascii=False))
        case ExportFormat.RSS:
            say(as_rss(events))
        case ExportFormat.CAP:
            for event in events:
                say(as_cap(event))
        case ExportFormat.JSONL:
            lines(_rows(events))


def _rows(events: Sequence[Event]) -> list[dict[str, object]]:
    from bot.services.export import event_json

    return [event_json(event) for event in events]


def _parse(query: str) -> Query:
    from bot.config import load
    from bot.services.subscriptions import understand

    return understand(query, load())


def _period(since: str) -> Period:
    from bot.services.periods import lately

    return lately(dt.datetime.now(dt.UTC), length(since))


def _events(db: Database, query: Query | None, period: Period) -> list[Event]:
    from bot.services.search import find

    return stored(db, lambda work: find(work, None, query, period, most=None)).events


def stored(db: Database, job: Callable[[Work], T]) -> T:
    """Run a reading job on the database that is configured or named."""
    from bot.config import load
    from khabardar.wiring import open_store

    with open_store(database_url(db, load().database_url)) as store:
        return store.read_sync(job)


def stored_write(db: Database, job: Callable[[Work], T]) -> T:
    """Run a writing job on the database that is configured or named."""
    from bot.config import load
    from khabardar.wiring import open_store

    with open_store(database_url(db, load().database_url)) as store:
        return store.write_sync(job)
