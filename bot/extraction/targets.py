"""Targets and weapons: what was hit and by what means, in the words of some sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from spacy.tokens import Doc

from bot.domain.reports import IncidentType
from bot.extraction import noun_phrases
from bot.extraction.findings import findings
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import Sentence, Zone
from bot.extraction.people import ATTACKERS, nouns
from bot.extraction.phrases import Phrases
from bot.extraction.words import Words, sign_of, words_of

TARGETS, WEAPONS = "targets.txt", "weapons.txt"
ZONE_SCORES = {Zone.TITLE: 3.0, Zone.LEAD: 2.0, Zone.BODY: 0.5}
CUED, THING, NAMED = 1.5, 0.7, 0.3
"""What a cue before it, being a thing, and having a name add to a target's score."""
NEAR = 4
"""Tokens before a phrase in which its cue stands."""
LEAST = 3.0
ATTACK = frozenset({"attack", "attacks", "assault", "raid", "raids", "ambush"})
ACTS = frozenset({"attack", "attacks", "fire", "battle", "violence", "control"})
MOST = 3
MOST_THINGS = 2
SURE = 3.0
"""The score from which somebody is told as a target beside a thing."""
TARGET = sign_of(lambda: word_set(TARGETS, "things"))
TARGET |= sign_of(lambda: word_set(TARGETS, "people"))
MEANS = sign_of(lambda: word_set(WEAPONS, "nouns"))
T = IncidentType
ARMED = frozenset(
    (
        T.BOMBING, T.SHOOTING, T.ARMED_CLASH, T.AIRSTRIKE, T.SHELLING, T.ASSAULT, T.SABOTAGE,
        T.RIOT, T.PROTEST, T.SECURITY_OPERATION, T.ABDUCTION, T.CRIME, T.EXPLOSION,
    )
)  # fmt: skip
"""Types of event in which a means is somebody's weapon."""
AT_PEOPLE = frozenset((T.SHOOTING, T.ASSAULT, T.ABDUCTION, T.ARREST, T.CRIME, T.ARMED_CLASH))
"""Types of event that people suffer: a thing in their telling mostly is the place."""
FORCES = frozenset((T.SECURITY_OPERATION, T.ARREST))


def targets(doc: Doc, sentences: Sequence[int], types: Sequence[IncidentType]) -> tuple[str, ...]:
    """Return what was hit, best first, at most three; people only where no thing was.

    Attackers are targets of nobody but security forces.
    """
    words = words_of(doc)
    spared = () if FORCES.intersection(types[:1]) else _attackers()
    aimed = bool(AT_PEOPLE.intersection(types[:1])) and not findings(doc).article.title
    things: dict[str, float] = {}
    people: dict[str, float] = {}
    for sentence in _chosen(doc, sentences):
        for start, head in _nouns(words, sentence):
            if words.lower[head] in spared:
                continue
            scored = things if words.lower[head] in word_set(TARGETS, "things") else people
            if scored is things and aimed and not _is_hit(words, sentence, start, head):
                continue
            name = words.said(start, head + 1)
            scored[name] = max(scored.get(name, 0.0), _score(words, sentence, start, head))
    hit = _best(things)
    if hit and not findings(doc).article.title:
        return hit[:MOST_THINGS]  # no headline says that the attack was aimed at somebody, too
    least = min(SURE, max(things.values())) if hit else LEAST
    return (*hit[:MOST_THINGS], *_best({name: s for name, s in people.items() if s >= least})[:1])


def _is_hit(words: Words, sentence: Sentence, start: int, head: int) -> bool:
    """Tell the object of an attack, or the subject of its passive, from where it happened."""
    hit = word_set(TARGETS, "hit")
    after = words.lower[head + 1 : min(sentence.end, head + 5)]
    passive = bool(after) and after[0] in {"was", "were"} and not hit.isdisjoint(after)
    leading = _leading(words, sentence.start, start)
    near = words.lower[max(sentence.start, start - NEAR) : start]
    return passive or leading in hit or (leading == "on" and not ATTACK.isdisjoint(near))


@cache
def _attackers() -> frozenset[str]:
    return frozenset(word for word, noun in nouns().items() if noun.group == ATTACKERS)


def _best(scored: Mapping[str, float]) -> tuple[str, ...]:
    best = sorted(
        (name for name, score in scored.items() if score >= LEAST), key=lambda n: -scored[n]
    )
    return _distinct(best)


def _chosen(doc: Doc, sentences: Sequence[int]) -> Iterator[Sentence]:
    table = findings(doc).sentences
    return (table[i] for i in sentences if table[i].zone in ZONE_SCORES)


def _nouns(words: Words, sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Yield the first and the last token of every phrase for something that can be hit."""
    things, people = word_set(TARGETS, "things"), word_set(TARGETS, "people")
    modifiers = word_set(TARGETS, "modifiers")
    for head in words.within(TARGET, sentence.start, sentence.end):
        following = words.lower[head + 1] if head + 1 < sentence.end else ""
        if following not in things and following not in people:
            yield noun_phrases.start_of(words, head, sentence.start, modifiers), head


def _score(words: Words, sentence: Sentence, start: int, head: int) -> float:
    before = words.lower[max(sentence.start, start - NEAR) : start]
    if _leading(words, sentence.start, start) in word_set(TARGETS, "not hit"):
        return 0.0
    cued = not word_set(TARGETS, "cues").isdisjoint(before)
    thing = words.lower[head] in word_set(TARGETS, "things")
    if _treats(words, sentence, start, head) or (
        not thing and _speaks(words, sentence, start, head)
    ):
        return 0.0
    return ZONE_SCORES[sentence.zone] + CUED * cued + THING * thing + NAMED * (head > start)


def _leading(words: Words, least: int, start: int) -> str:
    """Return the word that leads to a phrase, articles and "of" passed over."""
    passed = word_set(TARGETS, "passed over")
    at = start - 1
    while at > least and words.lower[at] in passed:
        at -= 1
    return words.lower[at] if at >= least else ""


def _speaks(words: Words, sentence: Sentence, start: int, head: int) -> bool:
    """Tell whether the phrase is the speaker: ``police said``, ``said a chief of police``."""
    around = (*words.lower[max(sentence.start, start - 2 * NEAR) : start],
              *words.lower[head + 1 : min(head + 3, sentence.end)])  # fmt: skip
    return not word_set(TARGETS, "speaking").isdisjoint(around)


def _treats(words: Words, sentence: Sentence, start: int, head: int) -> bool:
    """Tell whether the phrase is where the hurt were taken: ``died in hospital``."""
    before = words.lower[max(sentence.start, start - 2) : head]
    places = word_set(TARGETS, "treating")
    return words.lower[head] in places and not {"in", "to", "at"}.isdisjoint(before)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return the first names; of two where one holds all words of the other only the first."""
    found: list[str] = []
    for name in names:
        words = set(name.lower().split())
        others = (set(other.lower().split()) for other in found)
        if not any(words <= other or other <= words for other in others):
            found.append(name)
    return tuple(found[:MOST])


@cache
def _weapon_phrases() -> Phrases[str]:
    return Phrases((phrase, phrase) for phrase in sections(WEAPONS)["phrases"])


def weapons(doc: Doc, sentences: Sequence[int], types: Sequence[IncidentType]) -> tuple[str, ...]:
    """Return the means of an attack, in text order, the longer name of two; none of accidents."""
    if not ARMED.intersection(types[:1]):
        return ()
    words = words_of(doc)
    found: list[str] = []
    for sentence in _chosen(doc, sentences):
        if word_set(WEAPONS, "not used").isdisjoint(words.lower[sentence.start : sentence.end]):
            found += _means(doc, words, sentence)
    return _distinct(found)


def _means(doc: Doc, words: Words, sentence: Sentence) -> Iterator[str]:
    taken = -1
    for phrase in _weapon_phrases().find(doc, sentence.start, sentence.end):
        taken = phrase.end
        yield words.said(phrase.start, phrase.end)
    means, modifiers = word_set(WEAPONS, "nouns"), word_set(WEAPONS, "modifiers")
    for head in words.within(MEANS, max(sentence.start, taken), sentence.end):
        following = words.lower[head + 1] if head + 1 < sentence.end else ""
        if following not in means and following not in ACTS:
            yield words.said(_first(words, head, sentence.start, modifiers), head + 1)


def _first(words: Words, head: int, floor: int, modifiers: frozenset[str]) -> int:
    first = head
    while first > max(floor, head - NEAR) and words.lower[first - 1] in modifiers | {"-"}:
        first -= 1
    return first
