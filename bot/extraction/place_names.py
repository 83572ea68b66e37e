"""Names of the gazetteer in a text, those left out that mean a person, a paper or a plain word."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.gazetteer import Gazetteer, Level
from bot.extraction.lexicons import lines, sections, word_set
from bot.extraction.words import Words, sign, words_of

WORDS = "place_words.txt"
BIG = 300_000
"""Inhabitants from which a city needs no cue and no country beside it."""
LAST_CASED = "\u0590"
"""Scripts beyond have no capitals: there any word may begin a name."""
LETTERS = 4
"""Letters of the longest word in capitals that is taken for an organisation's."""
CUE_REACH = 5
"""Tokens back in which the preposition that leads to a name is looked for."""


_LINKED = frozenset(("-", link) for link in ("e", "i", "ul", "bound", "based", "born"))
"""What leads on to the rest of a longer name, as "Dasht-e-Barchi" is not Dasht, or tells where
somebody goes or comes from: "a Rawalpindi-bound bus"."""
NAME_BEGINS = sign(lambda text, _: _may_begin(text))


class Name(NamedTuple):
    """A name of the gazetteer in the text, with all places that it may mean."""

    start: int
    end: int
    homonyms: list[int]


def names_of(doc: Doc, known: Gazetteer) -> list[Name]:
    """Return the names of an article that stand for places, in order."""
    words = words_of(doc)
    names = [Name(*found) for found in known.find(words.hashes, words.where(NAME_BEGINS))]
    names = [name for name in names if _is_place(words, name, known)]
    people = {
        words.lower[name.end - 1]
        for name in names
        if _called(words, name) or (_part_of_name(words, name) and not _famous(name, known))
    }
    line = findings(doc).dateline
    sent_from = range(line.start, line.end) if line else range(0)
    return [
        name
        for name in names
        if not _is_person(words, name, people, known)
        and (name.start in sent_from or not _is_letters(words, name, known))
    ]


def _is_letters(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell an organisation's letters, which some small town is called like: "OSU"."""
    text = words.text[name.start]
    if name.end > name.start + 1 or not text.isupper() or _short(text) or len(text) > LETTERS:
        return False
    return not _famous(name, known) and all(known.level[n] == Level.CITY for n in name.homonyms)


def _may_begin(text: str) -> bool:
    return text[0].isupper() or text[0] > LAST_CASED


def _is_place(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell a place from a newspaper, a team or a common word that is spelled alike."""
    last, one = words.lower[name.end - 1], name.end == name.start + 1
    if one and last in word_set(WORDS, "never"):
        return False
    if not _may_begin(words.text[name.end - 1]) and last not in word_set(WORDS, "sites"):
        return False
    following = after(words, name)
    if following in word_set(WORDS, "groups"):
        return False
    if following in word_set(WORDS, "not places") and words.text[name.end][0].isupper():
        return False
    if one:
        return not _begins_longer(words, name) and _single(words, name, known)
    return " ".join(words.lower[name.start : name.end]) not in sections(WORDS)["never names"]


def _begins_longer(words: Words, name: Name) -> bool:
    """Tell "Dasht" of "Dasht-e-Barchi" and "West" of "West Khasi Hills" from such places."""
    if words.lower[name.end : name.end + 2] in _LINKED:
        return True
    if words.lower[name.start] not in word_set(WORDS, "directions"):
        return False
    owned = words.lower[max(0, name.start - 1)] in {"'s", ","}
    return not owned and after(words, name) not in word_set(WORDS, "wide kinds")


def _single(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell whether one word is a place: acronyms in capitals, state codes after a comma."""
    text = words.text[name.start]
    if _short(text):
        state = _is_state(name, known)
        if all(known.level[n] > Level.ADMIN1 for n in name.homonyms):
            return False
        return text.isupper() and not (state and words.lower[max(0, name.start - 1)] != ",")
    if text.lower() in word_set(WORDS, "acronyms") and not text.isupper():
        return False
    if _stands_alone(words, name, known):
        return True
    return any(known.level[n] < Level.ADMIN1 for n in name.homonyms)


def _is_state(name: Name, known: Gazetteer) -> bool:
    """Tell the postal codes of American states, which are words in any headline: "IN", "OR"."""
    return all(
        known.level[n] == Level.ADMIN1 and known.text(n, "country") == "US" for n in name.homonyms
    )


def after(words: Words, name: Name) -> str:
    """Return the lower-case word after a name, empty at the end."""
    return words.lower[name.end] if name.end < len(words.lower) else ""


def _short(text: str) -> bool:
    """Tell acronyms ("KP", "US"), which count only in capitals."""
    return len(text.replace(".", "")) <= 2  # noqa: PLR2004 two letters


def _stands_alone(words: Words, name: Name, known: Gazetteer) -> bool:
    """Tell whether one word is used as a place: a common word or first name only after a cue."""
    word = words.lower[name.start]
    if _behind_article(words, name) and all(known.level[n] > Level.ADMIN1 for n in name.homonyms):
        return False
    odd = word in word_set(WORDS, "not names") or word in _common()
    return not odd or _placed(words, name)


def _behind_article(words: Words, name: Name) -> bool:
    """Tell "the Hamlet" from "the Lyari area": towns have no article of their own."""
    if not name.start or words.lower[name.start - 1] != "the":
        return False
    after = words.lower[name.end : name.end + 2]
    if after[:1] and after[0] in word_set(WORDS, "site adjectives"):
        after = after[1:]
    kinds, sites = word_set(WORDS, "kinds"), word_set(WORDS, "sites")
    return kinds.isdisjoint(after[:1]) and sites.isdisjoint(after[:1])


def _placed(words: Words, name: Name) -> bool:
    before = words.lower[max(0, name.start - 2) : name.start]
    direct = before[-1:] if before[-1:] != ("the",) else before[:1]
    return not {"of", "on"}.issuperset(direct) and direct[0] in word_set(WORDS, "cues")


@cache
def _common() -> frozenset[str]:
    return frozenset(lines("common_words.txt"))


def _is_person(words: Words, name: Name, people: set[str], known: Gazetteer) -> bool:
    """Tell "Mr Paris", and every later "Paris" of the same article that no cue places."""
    if name.start and words.lower[name.start - 1].rstrip(".") in word_set(WORDS, "personal titles"):
        return True
    if _called(words, name):
        return True
    if _famous(name, known) and words.lower[name.start] not in people:
        return False
    if _part_of_name(words, name):
        return True
    alone = name.end == name.start + 1 and words.lower[name.start] in people
    return alone and not _placed(words, name)


def _called(words: Words, name: Name) -> bool:
    """Tell a surname, however famous a town it is, from its first name: "Carlos Valencia"."""
    if name.start == 0 or name.end > name.start + 1:
        return False
    before = words.text[name.start - 1]
    return before[0].isupper() and before.lower() in word_set(WORDS, "first names")


def _part_of_name(words: Words, name: Name) -> bool:
    """Tell "Jack London" and "Mr Paris": a capital word before it that is no place."""
    if name.start == 0:
        return False
    before = words.text[name.start - 1]
    word = before.lower().rstrip(".")
    if word in word_set(WORDS, "titles") and before[0].isupper():
        return True
    if not before[0].isupper() or not before.isalpha() or before.isupper():
        return False
    return word not in word_set(WORDS, "openers") and word not in _common()


def _famous(name: Name, known: Gazetteer) -> bool:
    return any(known.level[n] <= Level.ADMIN1 or known.population[n] >= BIG for n in name.homonyms)


def cue_of(words: Words, start: int) -> str | None:
    """Return the preposition that leads to a name, over adjectives and owners between them."""
    leading, between = _leading(), _between()
    for index in range(start - 1, max(-1, start - 1 - CUE_REACH), -1):
        word = words.lower[index]
        if word in leading:
            return word
        if word not in between and not words.text[index][0].isupper():
            return None
    return None


@cache
def _leading() -> frozenset[str]:
    return word_set(WORDS, "cues") | word_set(WORDS, "from")


@cache
def _between() -> frozenset[str]:
    return word_set(WORDS, "openers") | {"'s", "’s", "-"}
