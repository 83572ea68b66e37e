"""Words as merging weighs them: a hand-written list of common ones, everything else is rare."""

from __future__ import annotations

import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import islice

WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
OPENS = re.compile(r'[.!?\n:“"]')
"""Marks between two words of which the second opens a sentence."""
NUMBER = re.compile(r"(?<!\d)[0-9]{2,9}(?!\d)")
SOUNDS = (
    *(("ph", "f"), ("q", "k"), ("ee", "i"), ("oo", "u"), ("ou", "u")),
    *(("w", "v"), ("y", "i"), ("z", "s")),
)
DOUBLED = re.compile(r"(.)\1")
HUSHED = re.compile(r"(?<=[^aeiou])h|h$")
TIERS = {"none": 0.0, "faint": 0.2, "usual": 0.35}
RARE = 0.7
SHORT = 3
"""Words of so many letters keep their s; numbers of fewer digits tell little."""
NAME = 1.3
"""What a rare word weighs that is capitalised inside a sentence: names tell events apart best."""


@cache
def weights() -> Mapping[str, float]:
    """Return the weight of each common word, stemmed; a word that is not in it is rare."""
    tier = RARE
    found: dict[str, float] = {}
    text = files("bot.events").joinpath("data/common_words.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if line.startswith("["):
            tier = TIERS[line.strip("[] ")]
        elif not line.startswith("#"):
            for word in line.split():
                found.setdefault(stem(word), tier)
    return found


def fold(text: str) -> str:
    """Return a text in lower case without accents, its compatibility forms resolved."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def stem(word: str) -> str:
    """Return a folded word without possessive and plural endings."""
    word = fold(word).replace("’", "'").removesuffix("'s").removesuffix("'")
    if word.endswith("ies") and len(word) > SHORT + 1:
        return word[:-3] + "y"
    if word.endswith("s") and len(word) > SHORT and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def hashed(word: str) -> int:
    """Return a word's 32-bit number, the same on every machine and in every year."""
    return zlib.crc32(word.encode())


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """Return what stands for a word in comparisons: its stem, a rare one in simplest spelling."""
    stemmed = stem(word)
    loose = len(stemmed) > SHORT and stemmed not in weights() and stemmed.isalpha()
    return respelled(stemmed) if loose else stemmed


def respelled(word: str) -> str:
    """Return a word as its sound is written most simply: Qillah and Qila are one town.

    Names from other scripts come in many spellings; consonants and vowels are only levelled, never
    dropped, so that few different words meet.
    """
    for written, plain in SOUNDS:
        word = word.replace(written, plain)
    return HUSHED.sub("", DOUBLED.sub(r"\1", word))


def words(text: str) -> list[str]:
    """Return the roots of a text's words, in order."""
    return [root(match.group()) for match in WORD.finditer(text)]


def weight(word: str, *, named: bool = False) -> float:
    """Return what one occurrence of a root says about which event a text tells."""
    if word.isdigit():
        return TIERS["faint"] if len(word) < SHORT else 1.0
    common = weights().get(word) if len(word) > 1 else 0.0
    if common is None:
        return NAME if named else RARE
    return common * NAME if named else common


def read(text: str) -> list[tuple[str, bool]]:
    """Return the roots of a text's words, in order, and whether each is written as a name.

    A name is capitalised and does not open a sentence.
    """
    found = []
    end = 0
    for match in WORD.finditer(text):
        word = match.group()
        named = word[0].isupper() and end > 0 and not OPENS.search(text, end, match.start())
        found.append((root(word), named))
        end = match.end()
    return found


def weighed(
    title: Sequence[str], body: Sequence[tuple[str, bool]], limit: int = 120
) -> tuple[tuple[str, float], ...]:
    """Return the heaviest words of an article with weights of unit length, heaviest first.

    ``title`` holds the headline's roots, ``body`` what ``read`` says of the text.
    """
    counts = Counter(title)
    counts.update(title)  # the headline names the event: it counts twice
    counts.update(word for word, _ in body)
    names = {word for word, named in body if named}
    found = {
        word: weight(word, named=word in names) * (1 + math.log(n)) for word, n in counts.items()
    }
    heaviest = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
    return _unit([(word, value) for word, value in heaviest if value > 0])


def _unit(pairs: list[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    length = math.sqrt(sum(value * value for _, value in pairs)) or 1.0
    return tuple((word, value / length) for word, value in pairs)


def vector(terms: Iterable[tuple[str, float]]) -> tuple[tuple[int, float], ...]:
    """Return weighed words as sorted pairs of hash and weight."""
    return tuple(sorted((hashed(word), round(value, 4)) for word, value in terms))


def numbers(text: str, most: int = 60) -> tuple[int, ...]:
    """Return the distinct numbers of two and more digits, the first ``most``, sorted."""
    found = dict.fromkeys(int(match) for match in NUMBER.findall(text.replace(",", "")))
    return tuple(sorted(islice(found, most)))


def shingles(text: Iterable[str], width: int = 5, keep: int = 64) -> tuple[int, ...]:
    """Return the ``keep`` smallest hashes of all runs of ``width`` words (a bottom-k sketch)."""
    run = list(text)
    grams = {hashed(" ".join(run[i : i + width])) for i in range(len(run) - width + 1)}
    return tuple(sorted(grams)[:keep])
