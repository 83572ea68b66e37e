"""Whether an article has words for anything we look for: two items of three in a feed have none."""

from __future__ import annotations

from spacy.tokens import Doc

from bot.extraction import casualties, follow_ups, policies
from bot.extraction.findings import findings


def read(doc: Doc) -> bool:
    """Tell whether it is neither kind, whatever the later steps would find in it.

    It holds no trigger, no word of harm, no words for a measure that are strong enough, and follows
    nothing up: what incidents and policies are made of.
    """
    return not (
        findings(doc).triggers
        or casualties.has_harm(doc)
        or policies.are_possible(doc)
        or follow_ups.of_headline(doc)
    )
