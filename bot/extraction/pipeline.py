"""The spaCy pipeline: blank English and our own registered components, one a step.

Each step is a module with one public function ``read(doc)`` that returns its mentions; this module
registers the steps as spaCy components, runs them in order and turns the last into a ``Report``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from bot.domain.reports import Article

Step = Callable[[Doc], Any]

STEPS: tuple[tuple[str, Step, Any], ...] = ()
"""Name of the ``doc._`` attribute, the function that finds its value, the value before it ran."""


def _component(name: str, step: Step) -> Callable[[Doc], Doc]:
    def run(doc: Doc) -> Doc:
        setattr(doc._, name, step(doc))
        return doc

    return run


def build() -> Language:
    """Return the pipeline, every step registered under ``khabardar_<name>``."""
    nlp = spacy.blank("en")
    nlp.max_length = 5_000_000
    Doc.set_extension("article", default=None, force=True)
    for name, step, before in STEPS:
        Doc.set_extension(name, default=before, force=True)
        Language.component(f"khabardar_{name}", func=_component(name, step))
        nlp.add_pipe(f"khabardar_{name}")
    return nlp


def make_doc(nlp: Language, article: Article) -> Doc:
    """Return the tokenised article, ready for the steps; its text is title, blank line, text."""
    doc = nlp.make_doc(f"{article.title}\n\n{article.text}")
    doc._.article = article
    return doc
