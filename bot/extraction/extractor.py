"""The extractor: articles in, reports out; the one door of this room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.domain.reports import Article, Kind, Report
from bot.domain.values import Evidence, Severity
from bot.errors import ConfigError
from bot.extraction import entities, pipeline
from bot.extraction.findings import findings

BATCH = 16
"""Articles that a step reads in one go."""
BATCH_LENGTH = 250_000
"""Characters of all of them, so that long articles do not fill the memory together."""


class SpacyExtractor:
    """Reads articles with the rules of this room; implements ``bot.protocols.Extractor``.

    ``model`` names an installed spaCy model, or the folder of one, whose named entities become
    extra candidates for places and actors (``entities``).

    Raises:
        ConfigError: the named model is not installed, or cannot be loaded.

    """

    def __init__(self, model: str | None = None) -> None:
        self._nlp = pipeline.build()
        self._entities = _entity_model(model) if model else None

    def extract(self, article: Article) -> Report:
        """Return what the article says; any text is readable."""
        return self.extract_many([article])[0]

    def extract_many(self, articles: Sequence[Article]) -> list[Report]:
        """Return one report an article, in order; a quarter faster than one by one."""
        return [
            report_of(doc) for batch in _batches(articles) for doc in self._read_together(batch)
        ]

    def read(self, article: Article) -> Doc:
        """Return the article with every step's mentions, for ``extract --explain``."""
        doc = self._made(article)
        for _, step in self._nlp.pipeline:
            doc = step(doc)
        return doc

    def _read_together(self, articles: Sequence[Article]) -> list[Doc]:
        """Return the Docs of some articles, step by step, silent ones no further than they need.

        A step that goes on to the next article finds its code and words in the processor's caches.
        """
        docs = reading = [self._made(article) for article in articles]
        for _, step in self._nlp.pipeline:
            reading = [step(doc) for doc in reading if not findings(doc).silent]
        return docs

    def _made(self, article: Article) -> Doc:
        doc = pipeline.make_doc(self._nlp, article)
        if self._entities is not None:
            findings(doc).entities = entities.found(self._entities, doc)
        return doc


def _batches(articles: Sequence[Article]) -> Iterator[list[Article]]:
    """Yield the articles in order, as many together as a step shall read in one go."""
    batch: list[Article] = []
    length = 0
    for article in articles:
        length += len(article.text)
        if batch and (len(batch) == BATCH or length > BATCH_LENGTH):
            yield batch
            batch, length = [], len(article.text)
        batch.append(article)
    if batch:
        yield batch


def report_of(doc: Doc) -> Report:
    """Return the report that the steps have put together on a Doc."""
    article = findings(doc).article
    kind = findings(doc).kind or Kind.OTHER
    incident = findings(doc).incident if kind is Kind.INCIDENT else None
    policy = findings(doc).policy if kind is Kind.POLICY else None
    reading = incident or policy
    return Report(
        article_id=article.id,
        kind=kind if reading else Kind.OTHER,
        title=article.title,
        published_at=article.published_at,
        severity=findings(doc).severity or Severity.UNKNOWN,
        incident=incident.incident if incident else None,
        policy=policy.policy if policy else None,
        background=findings(doc).background,
        evidence=_by_field(reading.evidence if reading else ()),
        language="en",
        follow_up=findings(doc).follow_up,
    )


def _by_field(
    evidence: tuple[tuple[str, Evidence], ...],
) -> dict[str, tuple[Evidence, ...]]:
    fields: dict[str, tuple[Evidence, ...]] = {}
    for field, one in evidence:
        if one not in fields.get(field, ()):
            fields[field] = (*fields.get(field, ()), one)
    return fields


def _entity_model(name: str) -> Language:
    try:
        return spacy.load(name, exclude=["lemmatizer", "textcat"])
    except (OSError, ValueError, ImportError) as error:
        raise ConfigError("SPACY_MODEL", _missing(name, error)) from error


def _missing(name: str, error: Exception) -> str:
    if Path(name).exists():
        return f"the spaCy model in {name!r} cannot be loaded: {error}"
    return (
        f"the spaCy model {name!r} is not installed; install it with"
        f" 'python -m spacy download {name}', name the folder of a model,"
        " or leave the setting empty"
    )
