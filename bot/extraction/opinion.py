"""Editorials and columns told by their voice: nobody is quoted, somebody says what ought to be.

A report names who says what it tells; a column that says "we" and "must" and names nobody has only
its author to speak for it.
"""

from __future__ import annotations

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.lexicons import word_set
from bot.extraction.words import sign_of, words_of

FILE = "opinion.txt"
SPOKEN = sign_of(lambda: word_set(FILE, "speaking"))
AUTHOR = sign_of(lambda: word_set(FILE, "author"))
OUGHT = sign_of(lambda: word_set(FILE, "ought"))
LEAST = 3
"""Sentences from which a voice can be heard."""
OFTEN = 2
"""Times that something must be where no author says "we"."""
MOST_SPEAKERS = 600
"""Words a speaker: a long column may quote one."""


def is_heard(doc: Doc) -> bool:
    """Tell whether an article is one author's view of what ought to be."""
    words = words_of(doc)
    if len(findings(doc).sentences) < LEAST:
        return False
    ought = len(words.where(OUGHT))
    if not ought or len(words.where(SPOKEN)) > len(words.lower) // MOST_SPEAKERS:
        return False
    return ought >= OFTEN or bool(words.where(AUTHOR))
