"""A group and its people: "TTP militants", "guerrillas of the ELN"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from spacy.tokens import Doc

from bot.extraction.actors import actors_of
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import ActorKind, ActorMention
from bot.extraction.words import words_of

TOUCHING = {(), (")",), ("]",), ("-",), ("'s",)}
"""What may stand between a group and its militants ("TTP militants", "(TTP) militants")."""
OWNED = {("of", "the"), ("of",), ("from", "the"), ("from",), ("belonging", "to", "the")}


def owned(doc: Doc) -> Iterator[tuple[ActorMention, ActorMention]]:
    """Yield the groups whose people the article names, each with its people, in text order."""
    lower = words_of(doc).lower
    for one, other in pairwise(actors_of(doc)):
        between, kinds = lower[one.end : other.start], (one.kind, other.kind)
        if kinds == (ActorKind.ARMED_GROUP, ActorKind.GENERIC_ATTACKER) and between in TOUCHING:
            yield one, other
        elif kinds == (ActorKind.GENERIC_ATTACKER, ActorKind.ARMED_GROUP) and between in OWNED:
            yield other, one


def with_its_people(doc: Doc, group: ActorMention, acting: Sequence[ActorMention]) -> str:
    """Return a group's name with the word for its people, where the text has one.

    ``acting`` are those who act in the telling; a named group's people come before them.
    """
    if group.kind is not ActorKind.ARMED_GROUP:
        return group.name
    people = [men for owner, men in owned(doc) if owner.name == group.name]
    people += [actor for actor in acting if actor.kind is ActorKind.GENERIC_ATTACKER]
    words = next(filter(None, map(_plain, people)), "") or _members(doc, group)
    return f"{words} of {group.name}" if words else group.name


def _members(doc: Doc, group: ActorMention) -> str:
    """Return "members" where the text speaks of the group's."""
    lower = words_of(doc).lower
    for actor in actors_of(doc):
        around = (*lower[max(0, actor.start - 3) : actor.start], *lower[actor.end : actor.end + 1])
        if actor.name == group.name and "members" in around:
            return "members"
    return ""


def _plain(people: ActorMention) -> str:
    """Return the words for several people without number, article and doubt, small."""
    words = people.name.lower().split()
    if words[-1] in word_set("actors.txt", "adjectives") | word_set("actors.txt", "bodies"):
        return ""
    return " ".join(word for word in words if word not in word_set("actors.txt", "no description"))
