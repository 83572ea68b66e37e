"""Who acts in a sentence: the subject of an attack, its "by", a state and its strike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from spacy.tokens import Doc

from bot.domain.values import PlacePrecision
from bot.extraction.actors import actors_of
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import ActorKind, ActorMention, PlaceMention, Sentence
from bot.extraction.people import ATTACKERS, MILITANTS, nouns
from bot.extraction.places import places_of
from bot.extraction.spans import between
from bot.extraction.words import Words, words_of

VERBS = "attack_verbs.txt"
REACH = 9
"""Tokens between an actor and its verb."""
INSIDE = frozenset({"-", '"', "'", "(", "["})
"""Marks that may stand between "by" and an actor."""
FORCES = frozenset({ActorKind.SECURITY_FORCE, ActorKind.AUTHORITY})
"""Police, troops, and states that act through them."""


def doers_of(doc: Doc, sentences: Iterable[Sentence]) -> Iterator[tuple[ActorMention, Sentence]]:
    """Yield the actors of some sentences who act there: before an active verb, after "by"."""
    words = words_of(doc)
    actors = actors_of(doc)
    places = places_of(doc)
    for sentence in sentences:
        named = between(actors, sentence.start, sentence.end)
        nations = _nations(words, between(places, sentence.start, sentence.end))
        yield from ((one, sentence) for one in (*named, *nations) if _acts(words, one, sentence))


def _nations(words: Words, places: Iterable[PlaceMention]) -> Iterator[ActorMention]:
    """Yield the states among places that are named as such: "Israel bombed", "a US strike"."""
    for mention in places:
        if mention.place.precision is not PlacePrecision.COUNTRY:
            continue
        struck = words.lower[mention.end : mention.end + 2]
        led = mention.cue is not None
        if mention.adjective or words.text[mention.start].isupper():
            if not word_set(VERBS, "nouns").isdisjoint(struck):
                yield _nation(mention)
        elif not led and struck and struck[0] in word_set(VERBS, "active"):
            yield _nation(mention)


def _nation(mention: PlaceMention) -> ActorMention:
    name = mention.place.name
    return ActorMention(mention.start, mention.end, name, name, ActorKind.AUTHORITY)


def _acts(words: Words, actor: ActorMention, sentence: Sentence) -> bool:
    """Tell whether an actor is the subject of an attack, its "by", or the attack's adjective."""
    if led_by(words, actor.start, sentence.start) or _clashed(words, actor, sentence.start):
        return True
    following = words.lower[actor.end : min(sentence.end, actor.end + REACH)]
    if following[:1] and following[0] in word_set(VERBS, "nouns"):
        return True
    free = 1 if actor.kind in FORCES else 5
    return _reaches_verb(following, free)


def _clashed(words: Words, actor: ActorMention, least: int) -> bool:
    """Tell "clashes between the LI and", "clashed with the LI"."""
    before = words.lower[max(least, actor.start - 3) : actor.start]
    group = actor.kind is ActorKind.ARMED_GROUP
    return group and "between" in before


def _reaches_verb(following: Sequence[str], free: int) -> bool:
    """Tell whether an active verb follows; ``free`` other words may stand between."""
    skip, passive = word_set(VERBS, "skip"), word_set(VERBS, "passive")
    for index, word in enumerate(following):
        if word in word_set(VERBS, "active"):
            return not _suffered(word, following[index + 1 : index + 3])
        if word not in skip:
            free -= 1
        if word in passive or free < 0:
            return False
    return False


def _suffered(verb: str, after: Sequence[str]) -> bool:
    """Tell the headline's participle: "Two soldiers martyred in"."""
    if after[:1] == ("dead",):
        after = after[1:]
    loose = not after or after[0] in word_set(VERBS, "no object")
    return verb in word_set(VERBS, "participles") and loose


def massacres(words: Words, force: ActorMention) -> bool:
    """Tell "soldiers killed two reporters": forces that kill others than their enemies."""
    after = words.lower[force.end : force.end + REACH]
    verb = next((i for i, word in enumerate(after[:2]) if word in word_set(VERBS, "kill")), None)
    if verb is None or _suffered(after[verb], after[verb + 1 : verb + 3]):
        return False
    hit = next((nouns()[word].group for word in after[verb + 1 :] if word in nouns()), ATTACKERS)
    return hit not in {ATTACKERS, MILITANTS}


def led_by(words: Words, start: int, least: int) -> bool:
    """Tell "killed by gunmen", "carried out by an Indian-backed group of gunmen"."""
    for index in range(start - 1, max(least, start - 6), -1):
        if words.lower[index] == "by":
            done = words.lower[max(least, index - 3) : index]
            return not word_set(VERBS, "active").isdisjoint(done)
        if not words.lower[index].isalnum() and words.lower[index] not in INSIDE:
            return False
    return False
