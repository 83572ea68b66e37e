"""The spaCy pipeline: blank English and our own registered components, one a step.

Each step is a module with one public function ``read(doc)`` that returns its mentions; this module
registers the steps as spaCy components and runs them in order. A new step is one line in ``STEPS``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from bot.domain.reports import Article
from bot.extraction import (
    actors,
    casualties,
    cleaning,
    dateline,
    dates,
    follow_ups,
    incidents,
    kind,
    light_import,
    mini_events,
    numbers,
    places,
    policies,
    sentences,
    severity,
    silence,
    tokenizing,
    triggers,
)
from bot.extraction.findings import KEPT, Findings, findings

Step = Callable[[Doc], Any]


def _unless_calm(step: Step) -> Step:
    """Return a step that does nothing for a calm article: who needs what it finds asks for it."""
    return lambda doc: None if findings(doc).calm else step(doc)


STEPS: tuple[tuple[str, Step], ...] = (
    ("dateline", dateline.read),
    ("anchor", dateline.anchor),
    ("sentences", sentences.read),
    ("triggers", triggers.read),
    ("calm", silence.is_calm),
    ("silent", silence.read),
    ("numbers", _unless_calm(numbers.numbers_of)),
    ("dates", dates.read),
    ("places", _unless_calm(places.places_of)),
    ("actors", _unless_calm(actors.actors_of)),
    ("casualties", casualties.read),
    ("mini_events", mini_events.read),
    ("background", incidents.background),
    ("decision", policies.decided),
    ("kind", kind.read),
    ("incident", incidents.read),
    ("policy", policies.read),
    ("follow_up", follow_ups.of_headline),
    ("severity", severity.read),
)
"""Name of the field of ``Findings``, and the function that finds its value, in order.

What is silent needs no step after the one that says so.
"""

LONGEST = 5_000_000
"""Characters of one article that are read; what lies beyond is nobody's news."""


def _component(name: str, step: Step) -> Callable[[Doc], Doc]:
    def run(doc: Doc) -> Doc:
        setattr(findings(doc), name, step(doc))
        return doc

    return run


for _name, _step in STEPS:
    Language.component(f"khabardar_{_name}", func=_component(_name, _step))


def build() -> Language:
    """Return the pipeline: the tokenizer, then every step as ``khabardar_<name>``."""
    light_import.give_back()
    nlp = tokenizing.language()
    nlp.max_length = LONGEST + 10_000
    for name, _ in STEPS:
        nlp.add_pipe(f"khabardar_{name}")
    return nlp


def make_doc(nlp: Language, article: Article) -> Doc:
    """Return the tokenised article, ready for the steps; its text is title, blank line, text.

    The text is cleaned; the Doc's findings lead positions back to the article as given.
    """
    text = cleaning.cleaned(article.title, article.text[:LONGEST])
    doc = nlp.make_doc(text.text)
    doc.user_data[KEPT] = Findings(article, text)
    return doc


def read(nlp: Language, article: Article) -> Doc:
    """Return the article with what every step found (``findings``)."""
    doc = make_doc(nlp, article)
    for _, step in nlp.pipeline:
        doc = step(doc)
    return doc
