"""Names that a spaCy model has recognised (``SPACY_MODEL``): proposals where our lists are mute.

Labels are those of spaCy's models (OntoNotes) and of CoNLL. Without a model there are none, and
every function gives back what it was given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import ActorKind, ActorMention
from bot.extraction.place_names import cue_of
from bot.extraction.spans import between
from bot.extraction.words import Words, words_of

PLACES = frozenset({"GPE", "LOC", "FAC"})
PERSONS = frozenset({"PERSON", "PER"})
NO_PLACES = PERSONS | {"NORP", "ORG"}
ORGANISATIONS = frozenset({"ORG"})
LONGEST = 100_000
"""Characters that a model is given: it is slow, and news stands at the top."""
OBLIQUE = frozenset({"to", "told", "of", "in", "at", "for", "with", "from", "by", "against"})
"""Words before a name that make it no subject: "told the Daily", "a statement to the Agency"."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A model's name by its tokens [start, end) and its label."""

    start: int
    end: int
    label: str


class Standing(Protocol):
    """Whatever stands at some tokens."""

    @property
    def start(self) -> int:
        """Return the first token."""

    @property
    def end(self) -> int:
        """Return the token after the last."""


S = TypeVar("S", bound=Standing)


def found(model: Language, doc: Doc) -> tuple[Entity, ...]:
    """Return the model's entities in the tokens of our own Doc, which has the same text."""
    words = words_of(doc)
    return tuple(
        Entity(words.holding(e.start_char), words.holding(e.end_char - 1) + 1, e.label_)
        for e in model(words.source[:LONGEST]).ents
    )


def labelled(doc: Doc, labels: frozenset[str], start: int, end: int) -> Iterator[Entity]:
    """Yield the entities with one of some labels that start within the tokens [start, end)."""
    some = findings(doc).entities
    return (entity for entity in between(some, start, end) if entity.label in labels)


def without_vetoed(doc: Doc, names: Sequence[S]) -> list[S]:
    """Return the names that no entity shows to be a person, a people or an organisation.

    A preposition of place keeps a name ("in Paris"), but not as part of a person's ("Jack London").
    """
    words, some = words_of(doc), [e for e in findings(doc).entities if e.label in NO_PLACES]
    return [name for name in names if not any(_vetoes(words, e, name) for e in some)]


def _vetoes(words: Words, entity: Entity, name: Standing) -> bool:
    if not entity.start <= name.start < name.end <= entity.end:
        return False
    longer = entity.end - entity.start > name.end - name.start
    placed = cue_of(words, name.start) in word_set("place_words.txt", "cues")
    return not placed or (longer and entity.label in PERSONS)


def claimant(doc: Doc, start: int, end: int) -> ActorMention | None:
    """Return the last organisation within [start, end) that can be a subject, as a group."""
    words = words_of(doc)
    here = [e for e in labelled(doc, ORGANISATIONS, start, end) if e.end <= end]
    subjects = (e for e in reversed(here) if not _is_oblique(words, e.start, start))
    return next((_actor(words, e, ActorKind.ARMED_GROUP) for e in subjects), None)


def accused(doc: Doc, start: int, end: int) -> ActorMention | None:
    """Return the first organisation that starts within [start, end)."""
    words = words_of(doc)
    here = labelled(doc, ORGANISATIONS, start, end)
    return next((_actor(words, e, ActorKind.ORGANISATION) for e in here), None)


def _is_oblique(words: Words, at: int, least: int) -> bool:
    if at > least and words.lower[at - 1] == "the":
        at -= 1
    return at > least and words.lower[at - 1] in OBLIQUE


def _actor(words: Words, entity: Entity, kind: ActorKind) -> ActorMention:
    start = entity.start
    if words.lower[start] == "the" and start + 1 < entity.end:
        start += 1
    name = words.said(start, entity.end)
    return ActorMention(start, entity.end, name, name, kind)
