"""English words reduce to one key for all their forms: blasts, blasted and blasting are blast.

Plural and verb endings only: a bomber is not a bombing. The rules are the inflectional steps (1
and 5) of Porter's stemmer (https://tartarus.org/martin/PorterStemmer/def.txt) behind a table of
irregular forms. The key is for comparing and need not be a word ("releas").
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib.resources import files

_SHORTEST, _LONGEST = 4, 30
_NO_PLURAL = ("ss", "us", "is")
_VOWEL = re.compile("[aeiouy]")
_SYLLABLE = re.compile("[aeiouy]+[^aeiouy]+")
_SHORT_ENDING = re.compile("[^aeiou][aeiouy][^aeiouwxy]$")
_DOUBLED = re.compile(r"([^aeioulsz])\1$")


@lru_cache(maxsize=65536)
def lemma(token: str) -> str:
    """Return the key of a folded token; tokens that are not English letters are their own."""
    known = _forms().get(token)
    if known is not None:
        return known
    if not _SHORTEST <= len(token) <= _LONGEST or not (token.isascii() and token.isalpha()):
        return token
    return _regular(token)


@cache
def irregular() -> frozenset[str]:
    """Return the keys whose forms may differ from their first letters on: men are man."""
    return frozenset(_forms().values())


@cache
def _forms() -> dict[str, str]:
    table: dict[str, str] = {}
    text = files("bot.matching").joinpath("data/forms.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            base, *others = line.removeprefix("=").split()
            key = base if line.startswith("=") else _regular(base)
            table |= dict.fromkeys((base, *others), key)
    return table


def _regular(word: str) -> str:
    if len(word) < _SHORTEST:
        return word
    return _ending(_spelling(_verb(_plural(word))))


def _plural(word: str) -> str:
    if not word.endswith("s") or word.endswith(_NO_PLURAL):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > len("dies") else word[:-1]
    return word[:-1]


def _verb(word: str) -> str:
    if word.endswith("eed"):
        return word[:-1] if _SYLLABLE.search(word[:-3]) else word
    if word.endswith("ied"):
        return word[:-3] + "y" if len(word) > len("died") else word[:-1]
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and _VOWEL.search(stem):
            return _restored(stem)
    return word


def _restored(stem: str) -> str:
    """Undo what adding -ed or -ing did to the end of a verb."""
    if stem.endswith(("at", "bl", "iz")):
        return stem + "e"
    if _DOUBLED.search(stem):
        return stem[:-1]
    if len(_SYLLABLE.findall(stem)) == 1 and _SHORT_ENDING.search(stem):
        return stem + "e"
    return stem


def _spelling(word: str) -> str:
    """Write British -ise, -isation and -yse the American way."""
    if word.endswith("isation"):
        return word[:-7] + "ization"
    stem = word.removesuffix("e")
    if len(stem) >= len("promis") and stem.endswith(("is", "ys")):
        return stem[:-1] + "z"
    return word


def _ending(word: str) -> str:
    """Drop a silent e, and the second l of controll and instal(l)."""
    syllables = len(_SYLLABLE.findall(word.removesuffix("e")))
    if word.endswith("ll") and syllables > 1:
        return word[:-1]
    stem = word.removesuffix("e")
    if stem != word and syllables and (syllables > 1 or not _SHORT_ENDING.search(stem)):
        return stem
    return word
