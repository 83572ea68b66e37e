"""Reactions: who takes a measure how."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.reports import Reaction, Stance
from bot.extraction import authorities
from bot.extraction.actors import actors_of
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import ActorKind, Sentence
from bot.extraction.phrases import lexicon
from bot.extraction.words import words_of

FILE = "reactions.txt"
MOST = 6
NEAR = 14
"""Tokens between somebody and the word for how he takes it."""
SPEAKERS = frozenset(
    {ActorKind.ORGANISATION, ActorKind.AUTHORITY, ActorKind.PEOPLE, ActorKind.ARMED_GROUP}
)


def read(
    doc: Doc, issuers: Sequence[str], sentences: Sequence[Sentence]
) -> Iterator[tuple[Reaction, int]]:
    """Yield the reactions of others than the issuers, each actor once, with its sentence."""
    seen = {name.lower() for name in issuers}
    for sentence in sentences:
        for phrase in lexicon(FILE).find(doc, sentence.start, sentence.end):
            actor = _actor(doc, sentence, phrase.start)
            if actor and actor.lower() not in seen and len(seen) < MOST + len(issuers):
                seen.add(actor.lower())
                text = words_of(doc).said(sentence.start, sentence.end)
                yield Reaction(actor, Stance(phrase.values[0]), text), sentence.index


def _actor(doc: Doc, sentence: Sentence, before: int) -> str | None:
    """Return who stands last before the word, among organisations, authorities and groups."""
    first = max(sentence.start, before - NEAR)
    rivals = [
        (m.start, m.name)
        for m in actors_of(doc)
        if m.kind in SPEAKERS and first <= m.start < before
    ]
    rivals += [(a.start, a.name) for a in authorities.find(doc, first, before)]
    lower = words_of(doc).lower
    rivals += [
        (i, _phrase(doc, first, i))
        for i in range(first, before)
        if lower[i] in word_set("speakers.txt", "groups")
    ]
    return max(rivals)[1] if rivals else None


def _phrase(doc: Doc, first: int, head: int) -> str:
    words = words_of(doc)
    start = head
    while start > first and words.text[start - 1].isalpha() and start > head - 2:
        if words.lower[start - 1] in {"the", "of", "and", "by", "but", "while", "from", "with"}:
            break
        start -= 1
    return " ".join(words.text[start : head + 1])
