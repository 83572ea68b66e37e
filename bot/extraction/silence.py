"""Whether an article has words for anything we look for: two items of three in a feed have none."""

from __future__ import annotations

from spacy.tokens import Doc

from bot.extraction import casualties, follow_ups, policies
from bot.extraction.findings import findings


def is_calm(doc: Doc) -> bool:
    """Tell whether it holds no word of harm, and no words for a measure that are strong enough."""
    return not (casualties.has_harm(doc) or policies.are_possible(doc))


def read(doc: Doc) -> bool:
    """Tell whether it is neither kind, whatever the later steps would find in it.

    It is calm, holds no trigger and follows nothing up: what incidents and policies are made of.
    """
    known = findings(doc)
    return known.calm and not known.triggers and not follow_ups.of_headline(doc)
