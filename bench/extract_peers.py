"""What extraction is measured against: spaCy alone, and two ways to find place names with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import spacy
from ahocorasick_rs import AhoCorasick, MatchKind
from spacy.language import Language

from bot.domain.reports import Article
from bot.extraction.gazetteer import gazetteer

NAMES = 100_000
"""Different place names that the peers look for: a part of those that the product knows."""
Way = Callable[[Article], object]


def text_of(article: Article) -> str:
    """Return what every way reads."""
    return f"{article.title}\n\n{article.text}"


def ways() -> dict[str, Way]:
    """Return the peers by name, the floor second."""
    names = _names()
    splitting = _splitting()
    return {
        "tokenizer": _reading(spacy.blank("en")),
        "tokenizer and sentence splitter": _reading(splitting),
        f"… and EntityRuler, {NAMES:,} place names": _reading(_ruling(names)),
        f"… and Aho-Corasick, {NAMES:,} place names": partial(
            _automatic, splitting, AhoCorasick(names, matchkind=MatchKind.LeftmostLongest)
        ),
    }


def _reading(nlp: Language) -> Way:
    return lambda article: nlp(text_of(article))


def _names() -> Sequence[str]:
    known = gazetteer()
    names = dict.fromkeys(known.name(number).lower() for number in range(len(known.level)))
    return list(names)[:NAMES]


def _splitting() -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def _ruling(names: Sequence[str]) -> Language:
    nlp = _splitting()
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    ruler.add_patterns([{"label": "GPE", "pattern": name} for name in names])
    return nlp


def _automatic(nlp: Language, automaton: AhoCorasick, article: Article) -> list[tuple[int, int]]:
    """Return the names that an automaton finds in the small text, at token boundaries."""
    doc = nlp(text_of(article))
    starts = {token.idx for token in doc}
    ends = {token.idx + len(token) for token in doc}
    found = automaton.find_matches_as_indexes(doc.text.lower())
    return [(start, end) for _, start, end in found if start in starts and end in ends]
