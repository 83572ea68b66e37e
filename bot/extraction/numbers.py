"""Numbers of people and things: digits, words, scales, ranges and vague amounts.

Ages, times, dates, money, measures and numbers that are names are left out, see ``GUIDE`` values in
``lexicon/numbers.txt``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.lexicons import sections, word_set
from bot.extraction.mentions import Modality, Number
from bot.extraction.words import Words, odd_sign, sign_of, words_of

FILE = "numbers.txt"
_DIGITS = re.compile(r"\d{1,3}(?:,\d{2,3})+|\d+")
_DECIMAL = re.compile(r"\d+\.\d+")
_RANGE = re.compile(r"(\d+)[-–](\d+)")
LARGEST = 10**12
YEARS = (1900, 2099)
CLOCK = 4
"""Digits of a military time, as in "at 2330"."""
OLDEST = 120
_DASHES = frozenset(("-", "–", "—"))
_LINKS = frozenset((",", "and", "to", "or"))
AGES = 10
"""Tokens back to "aged", at most."""
_PEOPLE_NEXT = frozenset(
    ("people", "persons", "others", "more", "dead", "killed", "injured", "wounded")
)


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number as read up to token ``end``: its range, and whether it is plain digits."""

    end: int
    min: int
    max: int
    digits: bool = False


def numbers_of(doc: Doc) -> tuple[Number, ...]:
    """Return the numbers of a Doc, found once and kept."""
    known = findings(doc)
    if known.numbers is None:
        known.numbers = read(doc)
    return known.numbers


def read(doc: Doc) -> tuple[Number, ...]:
    """Return the numbers of a Doc in order."""
    words = words_of(doc)
    found: list[Number] = []
    at = 0
    for index in words.where(OPENING):
        if index >= at:
            number = _number(words, index)
            if number:
                found.append(number)
                at = number.end
    return tuple(found)


@cache
def _openers() -> frozenset[str]:
    return frozenset(
        (*_values("units"), *_values("tens"), *_vague(), *_ARTICLE_AMOUNTS, "hundred", "half")
    )


OPENING = sign_of(_openers) | odd_sign(lambda _, lower: lower[0].isdigit())
"""Words with which a number begins."""


@cache
def _values(section: str) -> dict[str, int]:
    pairs = (word.split("=") for word in word_set(FILE, section))
    return {word: int(value) for word, value in pairs}


@cache
def _vague() -> dict[str, tuple[int, int]]:
    pairs = (word.replace(":", "=").split("=") for word in word_set(FILE, "vague"))
    return {word: (int(least), int(most)) for word, least, most in pairs}


_ARTICLE_AMOUNTS = {"dozen": 12, "couple": 2, "score": 20, "pair": 2}


def _number(words: Words, at: int) -> Number | None:
    amount = _range(words, at)
    if amount is None or _is_name_or_measure(words, at, amount):
        return None
    start, modality = _modality(words, at)
    text = " ".join(words.text[start : amount.end])
    return Number(start, amount.end, amount.min, amount.max, modality, text)


def _range(words: Words, at: int) -> _Amount | None:
    """Read ``10 to 12``, ``10-12``, ``two or three``, or a single amount."""
    first = _amount(words, at)
    if first is None or first.end + 1 >= len(words.lower):
        return first
    if words.lower[first.end] not in {"to", "or", "-", "–"} and not (
        words.lower[first.end] == "and" and at and words.lower[at - 1] == "between"
    ):
        return first
    second = _amount(words, first.end + 1)
    if at and words.lower[at - 1] == "from" and words.lower[first.end] == "to":
        return first  # "from 3 to 8" tells a change, not a range
    if second is None or not first.min < second.min <= max(10 * first.min, 10):
        return first
    return _Amount(second.end, first.min, second.max, first.digits)


def _amount(words: Words, at: int) -> _Amount | None:
    word = words.lower[at]
    if word in _vague():
        return _vague_amount(words, at)
    if word in _ARTICLE_AMOUNTS:
        return _Amount(at + 1, _ARTICLE_AMOUNTS[word], _ARTICLE_AMOUNTS[word])
    if word[0].isdigit():
        return _digits(words, at)
    return _spelled(words, at)


def _vague_amount(words: Words, at: int) -> _Amount | None:
    least, most = _vague()[words.lower[at]]
    end = at + 1
    if words.lower[at] == "number" and (
        words.lower[max(0, at - 1)] != "a" or words.lower[end : end + 1] != ("of",)
    ):
        return None
    while end + 1 < len(words.lower) and words.lower[end] == "of":
        scale = words.lower[end + 1]
        factor = {"thousands": 1000, "hundreds": 100}.get(scale)
        if factor is None:
            break
        least, most, end = least * factor, most * factor, end + 2
    if end < len(words.lower) and words.lower[end] in _values("scales"):
        factor = _values("scales")[words.lower[end]]
        least, most, end = least * factor, most * factor, end + 1
    return _Amount(end, least, most)


def _digits(words: Words, at: int) -> _Amount | None:
    word = words.lower[at]
    span = None if word.isdecimal() else _RANGE.fullmatch(word)
    if span and int(span[1][:12]) < int(span[2][:12]):
        return _Amount(at + 1, int(span[1][:12]), int(span[2][:12]), digits=True)
    value: float
    if _DIGITS.fullmatch(word):
        value = int(word.replace(",", "")[:13])
    elif _DECIMAL.fullmatch(word) and len(word) < 16:  # noqa: PLR2004 what a float holds exactly
        value = float(word)
    else:
        return None
    end, scale = _scale(words, at + 1)
    if scale == 1 and value != int(value):
        return None
    whole = min(round(value * scale), LARGEST)
    return _Amount(end, whole, whole, digits=scale == 1)


def _scale(words: Words, at: int) -> tuple[int, int]:
    scales, factor = _values("scales"), 1
    while at < len(words.lower) and factor < LARGEST and words.lower[at] in scales:
        factor *= scales[words.lower[at]]
        at += 1
    if at < len(words.lower) and words.lower[at] == "dozen":
        return at + 1, factor * 12
    return at, factor


def _spelled(words: Words, at: int) -> _Amount | None:
    """Read number words: ``twenty-five``, ``one hundred and twenty``, ``two dozen``."""
    total, value, end, last = 0, 0, at, at
    for end, word in _number_words(words, at):
        if word in _values("scales"):
            factor = _values("scales")[word]
            value = max(value, 1) * factor
            if factor > 100:  # noqa: PLR2004 thousands begin a new group
                total, value = total + value, 0
        elif word == "dozen":
            value = max(value, 1) * 12
        else:
            value += _values("units").get(word, 0) + _values("tens").get(word, 0)
        last = end
    if last == at:
        return None
    whole = min(total + value, LARGEST)
    return _Amount(last, whole, whole)


def _number_words(words: Words, at: int) -> list[tuple[int, str]]:
    """Return the words that make up one number with the position after each."""
    found: list[tuple[int, str]] = []
    lower, size = words.lower, len(words.lower)
    while at < size:
        word = lower[at]
        if _is_small(word) and found and not _may_follow(found[-1][1], word):
            break
        if _is_small(word) or word in _values("scales") or (word == "dozen" and found):
            found.append((at + 1, word))
            at += 1
            continue
        links = (word in _DASHES or word == "and") and found and at + 1 < size
        if links and _continues(found[-1][1], word, lower[at + 1]):
            at += 1
            continue
        break
    return found


def _is_small(word: str) -> bool:
    return word in _values("units") or word in _values("tens")


def _may_follow(before: str, word: str) -> bool:
    if before in _values("tens"):
        return 0 < _values("units").get(word, 0) < 10  # noqa: PLR2004 "twenty five"
    return before in _values("scales")


def _continues(before: str, link: str, word: str) -> bool:
    if link == "and":
        return before in {"hundred", "thousand"} and _is_small(word)
    return (_is_small(word) and _may_follow(before, word)) or word in _values("scales")


def _modality(words: Words, at: int) -> tuple[int, Modality]:
    """Return where the whole phrase starts and how exactly the number is meant."""
    start = at
    if (
        start
        and words.lower[start - 1] in {"a", "an"}
        and words.lower[at] in {"dozen", "couple", "few", "handful", "score", "hundred", "pair"}
    ):
        start -= 1
    lengths = (3, 2, 1) if start and words.lower[start - 1] in _modality_ends() else ()
    for length in lengths:
        phrase = " ".join(words.lower[max(0, start - length) : start])
        modality = _modalities().get(phrase)
        if modality and start >= length:
            return start - length, modality
    return start, Modality.EXACT


@cache
def _modalities() -> dict[str, Modality]:
    return {
        phrase: modality
        for modality in (Modality.AT_LEAST, Modality.AT_MOST, Modality.ABOUT)
        for line in sections(FILE)[modality.value]
        for phrase in line.split("|")
    }


@cache
def _modality_ends() -> frozenset[str]:
    """Return the last word of each phrase: before any other word none is looked for."""
    return frozenset(phrase.split()[-1] for phrase in _modalities())


def _is_name_or_measure(words: Words, at: int, amount: _Amount) -> bool:
    lower = words.lower
    after = lower[amount.end] if amount.end < len(lower) else ""
    before = lower[at - 1] if at else ""
    if after in word_set(FILE, "unit_after") or before in word_set(FILE, "unit_before"):
        return True
    if before in _LINKS and _follows_age(lower, at):
        return True
    if after in _DASHES and amount.end + 1 < len(lower):
        unit = lower[amount.end + 1]
        if unit in word_set(FILE, "unit_after") or unit in {
            "year",
            "old",
            "day",
            "storey",
            "story",
            "member",
            "hour",
        }:
            return True
    return amount.digits and _is_date_or_age(words, at, amount, before, after)


def _follows_age(lower: Sequence[str], at: int) -> bool:
    """Tell whether a number goes on with ages: the 6 of "aged 4 and 6"."""
    for back in range(at - 1, max(-1, at - AGES), -1):
        if lower[back] in {"aged", "ages"}:
            return True
        if lower[back] not in _LINKS and not lower[back].isdecimal():
            return False
    return False


def _is_date_or_age(words: Words, at: int, amount: _Amount, before: str, after: str) -> bool:
    months = word_set(FILE, "months")
    if before.rstrip(".") in months or after.rstrip(".") in months:
        return True
    if len(words.text[at]) == CLOCK and (before in {"at", "since"} or words.text[at][0] == "0"):
        return True
    if YEARS[0] <= amount.min <= YEARS[1] and "," not in words.text[at]:
        return after not in _PEOPLE_NEXT
    return _is_age(words, at, amount, before, after)


def _is_age(words: Words, at: int, amount: _Amount, before: str, after: str) -> bool:
    """Tell whether digits between commas after a name are an age: ``Amina Khan, 25, was``."""
    if amount.max > OLDEST or amount.min != amount.max:
        return False
    named = before in {",", "("} and at > 1 and words.text[at - 2][:1].isupper()
    return named and after in {",", ")", ".", ";", "", "of", "and"}
