"""Reading without storing: ``extract`` and ``events``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputError
from khabardar.commands.options import AsJson
from khabardar.output import lines, say

if TYPE_CHECKING:
    from bot.domain.reports import Article, Report
    from bot.extraction.extractor import SpacyExtractor

Paths = Annotated[list[str] | None, typer.Argument(metavar="PATH …", help="Files; - is stdin.")]
Published = Annotated[
    str | None, typer.Option("--published", help="When the text was published, as ISO 8601.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to the app."""
    app.command()(extract)
    app.command()(events)


def extract(
    paths: Paths = None,
    published: Published = None,
    as_json: AsJson = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Show every happening found, and why one won.")
    ] = False,
) -> None:
    """Print what articles say: text, HTML or JSON Lines, one report an article."""
    extractor = _extractor()
    articles = _articles(paths, published)
    if explain:
        for article in articles:
            say(_explained(extractor, article))
    elif as_json:
        lines(_report_rows(extractor, articles))
    else:
        for article in articles:
            say(_in_words(extractor.extract(article)))


def events(paths: Paths = None, as_json: AsJson = False) -> None:
    """Merge JSON Lines articles into events and print them."""
    from bot.services.export import merged_events

    rows = merged_events(_extractor(), list(_articles(paths, None)))
    if as_json:
        lines(rows)
        return
    for row in rows:
        say(f"{row['id']}  {row['kind']}  {row['title']}  ({', '.join(row['articles'])})")


def _extractor() -> SpacyExtractor:
    from bot.config import load
    from bot.extraction.extractor import SpacyExtractor

    return SpacyExtractor(load().spacy_model)


def _articles(paths: list[str] | None, published: str | None) -> Iterator[Article]:
    from khabardar.articles import read_articles

    return read_articles(paths or ["-"], _moment(published))


def _moment(published: str | None) -> dt.datetime | None:
    from khabardar.articles import when

    moment = when(published)
    if published and moment is None:
        raise InputError(f"--published {published!r} is no date; write it as 2026-01-26")
    return moment


def _report_rows(
    extractor: SpacyExtractor, articles: Iterable[Article]
) -> Iterator[dict[str, Any]]:
    from bot.extraction.schema import as_json

    while batch := list(islice(articles, 1)):
        yield from (as_json(report) for report in extractor.extract_many(batch))


def _explained(extractor: SpacyExtractor, article: Article) -> str:
    from bot.extraction.explain import lines as explained

    return "\n".join([f"{article.id}: {article.title}", *explained(extractor.read(article)), ""])


def _in_words(report: Report) -> str:
    from khabardar.words import report_in_words

    return report_in_words(report)
