"""Victims named beside the tolls: "the murder of X", "X's abduction", "the dead are X and Y"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from bot.extraction.actors import actors_of
from bot.extraction.findings import findings
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Sentence
from bot.extraction.people import ATTACKERS, MILITANTS, nouns
from bot.extraction.places import places_of
from bot.extraction.spans import between
from bot.extraction.words import Words, sign_of, words_of

FILE = "victims.txt"
LED = {"deeds of": ("of",), "deeds on": ("on", "against")}
LONGEST, NAME, PEOPLE, REACH = 9, 7, 5, 5
"""Tokens of a phrase before its name, of a name; people of one list; tokens to the sufferers."""
AFTER, SUBJECT, GAP = 4, 10, 6
"""Sentences after the telling that may name the victims; tokens between a subject and its verb,
and between a deed and its "of"."""
LEAST_NAME = 4
"""Letters of a name of one word."""
NOT_OURS = frozenset({ATTACKERS, MILITANTS})


def _in_any(*names: str) -> Callable[[], frozenset[str]]:
    return lambda: frozenset().union(*(word_set(FILE, name) for name in names))


DEED = sign_of(_in_any("deeds of", "deeds on"))
SUFFERING = sign_of(_in_any("sufferers", "suffering"))
"""Words of what was done to somebody, and of who suffered it."""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Somebody at the tokens [start, end); ``named`` where the phrase has a name."""

    start: int
    end: int
    named: bool


def told(doc: Doc, sentences: Sequence[int]) -> Iterator[str]:
    """Yield those whom the telling in some sentences names as having suffered, in text order."""
    words = words_of(doc)
    main, last = set(sentences), max(sentences, default=-1) + AFTER
    events = findings(doc).mini_events
    past = {i for event in events if event.background for i in event.sentences} - main
    table = findings(doc).sentences
    for sentence in table[min(sentences, default=0) : last]:
        if sentence.index not in past:
            wanted = DEED | SUFFERING if sentence.index in main else SUFFERING
            for at in words.within(wanted, sentence.start, sentence.end):
                yield from _around(doc, words, sentence, at)


def _around(doc: Doc, words: Words, sentence: Sentence, at: int) -> Iterator[str]:
    """Yield those whom the word of a deed at a token is about."""
    for section, links in LED.items():
        if words.lower[at] in word_set(FILE, section):
            if words.lower[at + 1 : at + 2] and words.lower[at + 1] in links:
                listed = _phrases(doc, words, at + 2, sentence.end)
                told = (p for p in listed if section == "deeds of" or _is_person(words, p))
                yield from (words.said(p.start, p.end) for p in told)
            elif section == "deeds of":
                yield from _apart(doc, words, sentence, at)
    if words.lower[at] in word_set(FILE, "suffering"):
        yield from _subject(doc, words, sentence, at)
    if words.lower[at] in word_set(FILE, "sufferers"):
        stop = min(sentence.end, at + REACH)
        told_as = word_set(FILE, "named as")
        start = next((i + 1 for i in range(at + 1, stop) if words.lower[i] in told_as), None)
        if start is not None:
            names = _phrases(doc, words, start, sentence.end)
            opening = word_set(FILE, "list goes on")
            told = (p for p in names if p.named or words.lower[p.start] in opening)
            yield from (words.said(p.start, p.end) for p in told)


def _apart(doc: Doc, words: Words, sentence: Sentence, at: int) -> Iterator[str]:
    """Yield the victims of "Jo Doe's murder" and of "the murder in Arlo of Jo Doe"."""
    if owner := _owner(doc, words, sentence.start, at):
        yield owner
    elif words.lower[at + 1 : at + 2] and words.lower[at + 1] in {"in", "by", "on", "at"}:
        stop = min(sentence.end, at + 2 + GAP)
        of = next((i for i in range(at + 2, stop) if words.lower[i] == "of"), None)
        phrases = _phrases(doc, words, of + 1, sentence.end) if of else ()
        yield from (
            words.said(p.start, p.end)
            for p in phrases
            if _is_person(words, p) or p.end - p.start > 1
        )


def _subject(doc: Doc, words: Words, sentence: Sentence, verb: int) -> Iterator[str]:
    """Yield the subject of "was attacked", "escaped unharmed", where it opens the sentence."""
    before = words.lower[max(sentence.start, verb - 2) : verb]
    escaped = words.lower[verb] in word_set(FILE, "escaping")
    if not escaped and word_set(FILE, "was").isdisjoint(before):
        return
    if "who" in words.lower[max(sentence.start, verb - 4) : verb]:
        phrase = _before_who(doc, words, sentence, verb)
    else:
        said = [i for i in range(sentence.start, verb) if words.lower[i] == "that"]
        phrase = _phrase(doc, words, said[-1] + 1 if said else sentence.start, verb)
    if phrase and verb - phrase.end <= SUBJECT and _is_surely_person(doc, words, phrase):
        yield words.said(phrase.start, phrase.end)


def _before_who(doc: Doc, words: Words, sentence: Sentence, verb: int) -> _Phrase | None:
    """Return the one of whom "who was shot" speaks: the name or the noun right before it."""
    who = max(i for i in range(sentence.start, verb) if words.lower[i] == "who")
    end = who - 1 if words.lower[who - 1] == "," else who
    start = end
    while start > max(sentence.start, end - LONGEST) and not _ends(words, start - 1):
        start -= 1
    phrase = _phrase(doc, words, start, end)
    return phrase if phrase and phrase.end == end else None


def _is_surely_person(doc: Doc, words: Words, phrase: _Phrase) -> bool:
    """Tell a person by a title or a work, or by a name of two words that is no place."""
    several = phrase.named and phrase.end - phrase.start > 1
    place = between(places_of(doc), phrase.start, phrase.end)
    return _is_person(words, phrase) or (several and not place)


def _is_person(words: Words, phrase: _Phrase) -> bool:
    """Tell a name that a title or a work leads, which is surely a person's and no firm's."""
    titles = word_set(FILE, "titles")
    led = words.lower[phrase.start : phrase.end]
    return phrase.named and any(word in nouns() or word in titles for word in led)


def _phrases(doc: Doc, words: Words, start: int, stop: int) -> Iterator[_Phrase]:
    """Yield the people of a list: after a comma only names, for it may explain the one before."""
    at = start
    for number in range(PEOPLE):
        phrase = _phrase(doc, words, at, stop)
        if phrase is None or (number and not _goes_on(words, at, phrase)):
            return
        yield phrase
        at = phrase.end
        if words.lower[at : at + 1] == (",",):
            at += 1
        if words.lower[at : at + 1] == ("and",):
            at += 1
        if at == phrase.end:
            return


def _goes_on(words: Words, at: int, phrase: _Phrase) -> bool:
    """Tell whether a phrase goes on with a list, instead of explaining it or of a new clause."""
    if words.lower[at - 1] == ",":
        return phrase.named
    opening = words.lower[at]
    listed = opening in nouns() or opening in word_set(FILE, "list goes on")
    return listed or opening.isdigit() or words.text[at][:1].isupper()


def _phrase(doc: Doc, words: Words, start: int, stop: int) -> _Phrase | None:
    """Return the phrase for people that begins at a token: a noun, a name, or both."""
    end = next((i for i in range(start, stop) if _ends(words, i)), stop)
    heads = [i for i in range(start, min(end, start + LONGEST)) if words.lower[i] in nouns()]
    first = heads[-1] + 1 if heads else start
    name = next((i for i in range(first, end) if _is_name(doc, words, i)), end)
    if not heads or name == first:  # else another noun stands between: the name is not this one's
        until = _name_end(words, name, stop)
        if until > name and not _is_nobody(doc, words, name, until) and name - start <= LONGEST:
            return _Phrase(start, until, named=True)
    suffers = heads and not _is_no_victim(words.lower[first - 1])
    return _Phrase(start, first, named=False) if suffers else None


def _is_no_victim(noun: str) -> bool:
    return noun in word_set(FILE, "no victims") or nouns()[noun].group in NOT_OURS


def _ends(words: Words, at: int) -> bool:
    """Tell whether a phrase for people cannot go on at a token."""
    lower = words.lower[at]
    return not (lower.isalnum() or lower in {"-", "."}) or lower in word_set(FILE, "phrase ends")


def _is_name(doc: Doc, words: Words, at: int) -> bool:
    if not words.text[at][:1].isupper() or words.lower[at] in nouns():
        return False
    return not any(mention.adjective for mention in between(places_of(doc), at, at + 1))


def _name_end(words: Words, at: int, stop: int) -> int:
    """Return where the name that begins at a token ends; the token itself where none does."""
    end = at
    while end < min(stop, at + NAME):
        small = words.lower[end] in word_set(FILE, "name words") and end > at
        if not words.text[end][:1].isupper() and not small:
            break
        end += 1
    while end > at and words.lower[end - 1] in word_set(FILE, "name words"):
        end -= 1
    return end


def _is_nobody(doc: Doc, words: Words, start: int, end: int) -> bool:
    """Tell whether a name is a place's, a group's, an acronym, or too short to be a person's."""
    if between(places_of(doc), start, start + 1) and end - start < 3:  # noqa: PLR2004 a surname
        return True
    if between(actors_of(doc), start, end):
        return True
    alone = end - start == 1
    return alone and (words.text[start].isupper() or len(words.text[start]) < LEAST_NAME)


def _owner(doc: Doc, words: Words, least: int, at: int) -> str:
    """Return whose murder it is: "Jo Doe's murder"."""
    if words.lower[at - 1] not in {"'s", "'"}:
        return ""
    start = end = at - 1
    while start > max(least, end - NAME) and words.text[start - 1][:1].isupper():
        start -= 1
    if start == end or _is_nobody(doc, words, start, end):
        return ""
    return " ".join(words.text[start:end])
