"""What tests of extraction share: one extractor, articles of a headline and a text."""

from __future__ import annotations

import datetime as dt
from functools import cache

from spacy.tokens import Doc

from bot.domain.reports import Article, Report
from bot.extraction.extractor import SpacyExtractor, report_of

MONDAY = dt.datetime(2025, 3, 10, 12, tzinfo=dt.UTC)


@cache
def extractor() -> SpacyExtractor:
    return SpacyExtractor()


def doc_of(title: str, text: str = "", published: dt.datetime | None = MONDAY) -> Doc:
    return extractor().read(Article("a", title, text, published))


def report(title: str, text: str = "", published: dt.datetime | None = MONDAY) -> Report:
    return report_of(doc_of(title, text, published))
