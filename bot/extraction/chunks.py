"""The first level of the casualty grammar: a sentence as a row of chunks, one letter each.

A chunk is a counted group of people, a name, a verb of harm, a conjunction … The second level
(``casualty_grammar``) is regular expressions over the letters, as in FASTUS (Hobbs et al. 1993):

====== ============================================= ====== ===================================
``P``  counted people ("three soldiers", "a man")     ``k``  harmed: passive or past ("killed")
``Q``  counted, kind unknown ("five Ruritanians")     ``v``  harms: active only ("killing")
``N``  a bare number ("ten")                          ``d``  dies: no object ("died")
``Y``  part of a group ("two of them")                ``a``  state ("dead", "missing")
``n``  a name                                         ``f``  noun ("deaths", "bodies")
``p``  people, not counted                            ``t``  "death toll"
``Z``  "no one", "no"                                 ``b``  be · ``h`` have · ``l`` leave
``c``  and · ``,`` comma · ``r`` or · ``o`` of        ``y``  say · ``w`` clause · ``-`` preposition
``q``  who, which · ``i`` including, among            ``z``  not · ``u`` would, to (not real)
``s``  himself · ``S`` took his own life             ``x``  anything else
====== ============================================= ====== ===================================
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from bot.extraction import people
from bot.extraction.chunk_words import (
    adverbs,
    calendar,
    closed,
    definites,
    determiners,
    grammar,
    is_harm,
    pairs,
    phrases,
    readable,
    settled,
    stoppers,
)
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Number, Sentence
from bot.extraction.truecase import is_common
from bot.extraction.words import Words

LONGEST_PHRASE = 8
"""Tokens from a number to the noun that it counts, at most."""
AGE = 5
"""Tokens of "6-year-old"."""
_AGES = frozenset(("-", unit, "-", "old") for unit in ("year", "month", "week", "day"))
_PHRASES, _GRAMMAR, _CLOSED = phrases(), grammar(), closed()
_DETERMINERS, _DEFINITES, _ADVERBS = determiners(), definites(), adverbs()
_ARTICLES = _DETERMINERS | _DEFINITES
_CALENDAR, _PAIRS, _STOPPERS = calendar(), pairs(), stoppers()
_SETTLED, _READABLE = settled(), readable()
_SPELLED = frozenset(pair.split("=")[0] for pair in word_set("numbers.txt", "units"))
_NOUNS, _NO_PEOPLE = people.nouns(), people.no_people()
"""The lexicons by name: they are asked thousands of times an article."""
_MORE = frozenset(("others", "other", "more", "additional"))
_PARENTS = frozenset(("mother", "father", "parent", "mum", "mom", "dad"))
"""Of so many children, who are not counted: "mother of five"."""
_WHOLES = ("them", "whom", "those", "which", "the", "his", "these", "their", "her", "our")
_SUFFERERS = ("injured", "wounded", "missing", "dead", "deceased")
"""As a noun: "two of the wounded"."""
_OPENING_BRACKETS = frozenset(("(", "["))
_SKIPPED = frozenset(("'s", '"', "'", "''", "``", "*", "…", "..."))


class Chunk(NamedTuple):
    """Tokens [start, end) and what they are; ``min`` and ``max`` for a counted chunk."""

    letter: str
    start: int
    end: int
    min: int = 0
    max: int = 0
    who: str = ""
    group: str = ""
    field: str = ""
    definite: bool = False
    more: bool = False
    bare: bool = False
    """A singular noun without article, as headlines have it."""
    numeral: bool = False
    """A number is written before the noun: "one teen", not "a teen"."""
    whole: int = 0
    """How many a part is said to be of: 5 in "two of the five"; 0 where it is not told."""


def chunked(
    words: Words, sentence: Sentence, numbers: Mapping[int, Number], places: Collection[int] = ()
) -> list[Chunk]:
    """Return the chunks of a sentence.

    ``numbers`` are the Doc's by their first token, ``places`` the tokens at which names of places,
    peoples and groups begin: those are no persons.
    """
    return _Chunker(words, sentence, numbers, places).run()


@lru_cache(50_000)
def letter_of(text: str) -> str:
    """Return the letter that a word has wherever it stands; empty where its neighbours decide.

    It is ``_`` for what a row leaves out, and ``x`` for the many small words that mean nothing.
    """
    word = text.lower()
    if word in _SKIPPED or word.isspace():
        return "_"
    if word in {"to", "both"} or word in _OPENING_BRACKETS:
        return ""
    if word in _SETTLED:
        return _GRAMMAR.get(word, "_")
    small = word.isalpha() and text == word and word not in _READABLE
    return "x" if small and word not in _SPELLED else ""


@lru_cache(20_000)
def _single_word(letter: str, at: int) -> Chunk:
    """Return the chunk of one word: made once for each place, as most chunks are such."""
    one = int(letter == "s")
    return Chunk(letter, at, at + 1, one, one)


class _Chunker:
    """Walks once over a sentence; each reader returns the chunk that starts here, or none."""

    def __init__(
        self,
        words: Words,
        sentence: Sentence,
        numbers: Mapping[int, Number],
        places: Collection[int],
    ) -> None:
        self.places = places
        self.words, self.lower = words, words.lower
        self.at, self.end = sentence.start, sentence.end
        self.numbers = numbers
        self.chunks: list[Chunk] = []

    def run(self) -> list[Chunk]:
        texts = self.words.text
        while self.at < self.end:
            letter = letter_of(texts[self.at])
            if letter and self.at not in self.numbers:
                if letter != "_":
                    self.chunks.append(_single_word(letter, self.at))
                self.at += 1
                continue
            chunk = self._next()
            if chunk is None:
                self.at += 1
            else:
                self.at = max(chunk.end, self.at + 1)
                if chunk.letter != "_":
                    self.chunks.append(chunk)
        return self.chunks

    def _next(self) -> Chunk | None:
        word = self.lower[self.at]
        if word in _SKIPPED or word.isspace():
            return None
        if word in _OPENING_BRACKETS:
            return self._brackets()
        if self._is(self.at + 1, "-") and self.lower[self.at + 1 : self.at + AGE] in _AGES:
            return self._age()
        return self._read()

    def _age(self) -> Chunk:
        """Return somebody told by an age alone; "6-year-old" before a name or a role is nothing."""
        who = self.at + AGE
        word = self.lower[who] if who < self.end else "."
        if self.words.text[min(who, self.end - 1)][0].isupper() or word in _NOUNS:
            return Chunk("_", self.at, who)
        alone = word in _CLOSED or not word[0].isalnum()
        return Chunk("P" if alone else "x", self.at, who, 1, 1, "person", bare=True)

    def _read(self) -> Chunk:
        word = self.lower[self.at]
        return (
            self._number()
            or self._as_many(word)
            or self._both(word)
            or self._phrase(word)
            or self._people(word)
            or self._grammar(word)
            or self._name()
            or Chunk("x", self.at, self.at + 1)
        )

    def _brackets(self) -> Chunk:
        end = self._brackets_end(self.at)
        return Chunk("_", self.at, end) if end else Chunk(",", self.at, self.at + 1)

    def _brackets_end(self, at: int) -> int:
        """Return the token after brackets that open here; 0 where they do not close."""
        closing = {"(": ")", "[": "]"}[self.lower[at]]
        for end in range(at + 1, min(self.end, at + 40)):
            if self.lower[end] == closing:
                return end + 1
        return 0

    def _phrase(self, word: str) -> Chunk | None:
        for phrase in _PHRASES.get(word, ()):
            end = self.at + 1 + len(phrase.rest)
            if self.lower[self.at + 1 : end] == phrase.rest and end <= self.end:
                one = int(phrase.letter == "S")
                return Chunk(phrase.letter, self.at, end, one, one, field=phrase.field)
        return None

    def _number(self) -> Chunk | None:
        number = self.numbers.get(self.at)
        if number is None or number.end > self.end:
            return None
        more = bool(self.chunks) and self.lower[self.at - 1] in {"another", "other", "further"}
        at = number.end
        if self._is(at, "of") and (at + 1 in self.numbers or self._is(at + 1, *_WHOLES)):
            return self._part(number, at + 2)
        if self._is(at, "of", "more", "other", "additional"):
            more = more or not self._is(at, "of")
            at += 1
        head = self._head(at, many=number.max > 1)
        if head:
            last, noun, text = head
            return Chunk(
                "P", self.at, last, number.min, number.max, text, noun.group,
                more=more or not _MORE.isdisjoint(self.lower[at:last]), numeral=True,
            )  # fmt: skip
        return self._unknown(number, at, more)

    def _as_many(self, word: str) -> Chunk | None:
        """Return the count that "as many" repeats: "six died while as many were hurt"."""
        if word != "as" or not self._is(self.at + 1, "many") or self._is(self.at + 2, "as"):
            return None
        counted = next((chunk for chunk in reversed(self.chunks) if chunk.letter in "PQN"), None)
        if counted is None:
            return None
        end = self.at + (3 if self._is(self.at + 2, "others", "more") else 2)
        return Chunk("N", self.at, end, counted.min, counted.max)

    def _both(self, word: str) -> Chunk | None:
        """Return "both brothers"; "were both killed" only says again who."""
        head = self._head(self.at + 1, many=True) if word == "both" else None
        if head is None:
            return None
        return Chunk("P", self.at, head[0], 2, 2, head[2], head[1].group, definite=True)

    def _part(self, number: Number, at: int) -> Chunk:
        whole = self.numbers.get(at) or self.numbers.get(at - 1)
        head = self._head(whole.end if whole else at, many=True)
        end = head[0] if head else at + self._die(at)
        count = whole.min if whole else 0
        who = "" if whole and not head else "of them"
        return Chunk("Y", self.at, end, number.min, number.max, who, whole=count)

    def _die(self, at: int) -> bool:
        """Tell "(two of) the wounded later died", where the wounded are no figure of their own."""
        after = at + (2 if at + 1 < self.end and self.lower[at + 1] in _ADVERBS else 1)
        following = self.lower[after] if after < self.end else ""
        dies = any(phrase.letter in "dk" for phrase in _PHRASES.get(following, ()))
        return dies and self._is(at, *_SUFFERERS)

    def _unknown(self, number: Number, at: int, more: bool) -> Chunk:
        """Return a number with a noun that no list knows, or alone."""
        word = self.lower[at] if at < self.end else ""
        if not word[:1].isalpha() or word in _GRAMMAR or word in _STOPPERS or _PHRASES.get(word):
            return Chunk("N", self.at, at, number.min, number.max, more=more)
        for place in range(at, min(self.end, at + 4)):
            if is_harm(self.lower[place]):
                return Chunk("N", self.at, place, number.min, number.max, more=more)
            if self.lower[place] in _GRAMMAR:
                break
        for place in range(at, min(self.end, at + 3)):
            if self.lower[place] in _NO_PEOPLE:
                return Chunk("x", self.at, place + 1)
            if self.lower[place] in _GRAMMAR:
                break
        return Chunk("Q", self.at, at + 1, number.min, number.max, self.lower[at], more=more)

    def _head(self, at: int, *, many: bool) -> tuple[int, people.Noun, str] | None:
        """Return the end, the noun and its word of the phrase for people that begins here."""
        nouns, stop = _NOUNS, min(self.end, at + LONGEST_PHRASE)
        while at < stop:
            word = self.lower[at]
            if word == "(" and self._brackets_end(at):
                at = self._brackets_end(at)
                continue
            noun = nouns.get(word)
            if noun and (noun.many if many else noun.one) and not self._modifies(at):
                return self._with_suffix(at + 1), noun, word
            if noun is None and (word in _CLOSED or not (word[0].isalnum() or word == "-")):
                return None
            if word in _NO_PEOPLE and not (self._modifies(at) or self._modifies(at + 1)):
                return None
            at += 1
        return None

    def _with_suffix(self, at: int) -> int:
        """Return the end of a head with its hyphenated rest (``passers-by``)."""
        return at + 2 if self._is(at, "-") and self._is(at + 1, "by", "in", "law", "up") else at

    def _modifies(self, at: int) -> bool:
        """Tell whether the next word is the real head (``police`` in ``police officers``)."""
        following = self.lower[at + 1] if at + 1 < self.end else ""
        if following == "-":
            return not self._is(at + 2, "by", "in")
        return following in _NOUNS and following not in {"others", "other"}

    def _people(self, word: str) -> Chunk | None:
        if word in _ARTICLES:
            after = self.at + (2 if self._is(self.at + 1, "other", "remaining") else 1)
            if after in self.numbers:
                return Chunk("_", self.at, after)
        if word in _DETERMINERS:
            return self._one(self.at + 1, definite=False, more=word == "another")
        if word in _DEFINITES:
            return self._one(self.at + 1, definite=True, more=False)
        noun = _NOUNS.get(word)
        if noun is None:
            return None
        head = self._head(self.at, many=False) if noun.one or self._modifies(self.at) else None
        if head and head[1].one and not (noun.many and not noun.one):
            return self._single(head, definite=False, more=False)
        return Chunk("p", self.at, self.at + 1, who=word, group=noun.group)

    def _one(self, at: int, *, definite: bool, more: bool) -> Chunk | None:
        if self._phrase_at(at):
            noun = _NOUNS.get(self.lower[at + 1]) if at + 1 < self.end else None
            if not noun or not noun.one:
                return self._bare(more=more)
            at += 1
        head = self._head(at, many=False)
        if head:
            return self._single(self._guarding(head), definite=definite, more=more)
        if definite and self._is(self.at, "his", "her", "their") and self._after_harm():
            return Chunk("Q", self.at, at + 1, 1, 1, self.lower[at], definite=True)
        if self._is(self.at, "a", "an") and self._after_killing() and self._after_harm():
            return Chunk("Q", self.at, at + 1, 1, 1, self.lower[at])
        return self._bare(more=more)

    def _guarding(self, head: tuple[int, people.Noun, str]) -> tuple[int, people.Noun, str]:
        """Return "his gunman" as a guard, as South Asian newspapers mean it."""
        end, noun, text = head
        if noun.group == people.ATTACKERS and self._is(self.at, "his", "her", "their"):
            return end, replace(noun, group=_NOUNS["guard"].group), text
        return head

    def _bare(self, *, more: bool) -> Chunk:
        """Return a determiner without a noun: "another" is one more, others are nothing."""
        return Chunk("N" if more else "_", self.at, self.at + 1, 1, 1, more=more)

    def _after_harm(self) -> bool:
        following = self.lower[self.at + 1] if self.at + 1 < self.end else ","
        named = following[0].isalpha() and following not in _CLOSED
        return named and bool(self.chunks) and self.chunks[-1].letter in "kv"

    def _after_killing(self) -> bool:
        """Tell whether a phrase that has only people as object stands before: "shot dead"."""
        last = self.chunks[-1] if self.chunks else None
        return last is not None and last.field == "killed" and last.end - last.start > 1

    def _phrase_at(self, at: int) -> bool:
        return at < self.end and self.lower[at] in _PHRASES

    def _single(self, head: tuple[int, people.Noun, str], *, definite: bool, more: bool) -> Chunk:
        end, noun, text = head
        count = 2 if text in _PAIRS else 1
        if text in _PARENTS and self._is(end, "of") and end + 1 in self.numbers:
            end = self.numbers[end + 1].end
        end = self._name_end(end)
        return Chunk(
            "P",
            self.at,
            end,
            count,
            count,
            text,
            noun.group,
            definite=definite,
            more=more,
            bare=self.lower[self.at] not in _ARTICLES,
        )

    def _grammar(self, word: str) -> Chunk | None:
        letter = _GRAMMAR.get(word)
        if word == "to" and not self._leads_to_verb():
            letter = "-"
        if letter:
            return _single_word(letter, self.at)
        if word in _ADVERBS:
            return Chunk("_", self.at, self.at + 1)
        return None

    def _leads_to_verb(self) -> bool:
        """Tell "to kill", "to have killed" from "to Quetta"."""
        following = self.lower[self.at + 1] if self.at + 1 < self.end else ""
        some = _PHRASES.get(following, ())
        return following in {"be", "have"} or any(phrase.letter in "kvd" for phrase in some)

    def _name(self) -> Chunk | None:
        end = self._name_end(self.at)
        if end == self.at:
            return self._title()
        after_place_word = bool(self.chunks) and self.chunks[-1].letter == "-"
        letter = "x" if after_place_word or self.at in self.places else "n"
        return Chunk(letter, self.at, end, 1, 1, " ".join(self.words.text[self.at : end]))

    def _title(self) -> Chunk | None:
        """Return somebody told by a title in capitals: ``Assistant Sub Inspector``."""
        at = self.at
        while at < self.end and self.words.text[at][:1].isupper():
            at += 1
        last = self.lower[at - 1] if at > self.at + 1 else ""
        noun = _NOUNS.get(last)
        if noun is None or not noun.one:
            return None
        return self._single((at, noun, last), definite=False, more=False)

    def _name_end(self, at: int) -> int:
        """Return where a name that begins here ends; ``at`` if there is none."""
        texts, proper, begin = self.words.text, False, at
        while at < self.end and texts[at][0].isupper() and texts[at][0].isalpha():
            word = self.lower[at]
            if word in _PHRASES or word in _CALENDAR or (at == begin and word in _GRAMMAR):
                break
            shouted = len(word) > 1 and texts[at].isupper()  # an organisation's letters
            proper = proper or not (shouted or is_common(word))
            at += 1
        return at if proper else begin

    def _is(self, at: int, *candidates: str) -> bool:
        return at < self.end and self.lower[at] in candidates
