"""Made-up subscriptions and articles in which words are as unevenly common as in real ones.

Two vocabularies of made-up words: a general one that fills articles (Zipf), and names, of which an
article holds some and which subscribers ask for (Zipf too). Everything follows from one seed.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import accumulate

from bot.domain.reports import IncidentType
from bot.matching.document import Document, text_document

GENERAL, NAMES = 30_000, 100_000
_NAMES_IN_ARTICLE = 0.02
_ONSETS = [*"bdfghjklmnpqrstvwyz", "br", "ch", "dr", "gh", "kh", "sh", "th"]
_VOWELS = ["a", "aa", "e", "i", "o", "u", "ai"]
_CODAS = ["", "d", "g", "k", "l", "m", "n", "r", "rt", "s", "t", "z"]
_COUNTRIES = ("PK", "AF", "IN", "IR", "BD", "IQ", "SY", "UA", "NG", "SD", "SO", "MX", "CO", "PH")
_TYPES = tuple(IncidentType)


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A made-up subscription: its number and the canonical form of its query."""

    id: int
    query: str


class Zipf:
    """Draws words, the first ones far more often than the last: the n-th with 1 / (n + shift)."""

    def __init__(self, words: list[str], shift: float, exponent: float = 1.0) -> None:
        self._words = words
        weights = (1 / (rank + shift) ** exponent for rank in range(1, len(words) + 1))
        self._weights = list(accumulate(weights))

    def draw(self, chance: random.Random, count: int = 1) -> list[str]:
        """Return so many words."""
        return chance.choices(self._words, cum_weights=self._weights, k=count)


class Corpus:
    """A made-up world of news and subscribers."""

    def __init__(self, seed: int = 7) -> None:
        self._chance = random.Random(seed)
        words = self._invented(GENERAL + NAMES)
        general, names = words[:GENERAL], words[GENERAL:]
        self._written = Zipf(general, 2.7)
        self._asked = Zipf(general, 100)
        self._asked_names = Zipf(names, 20)
        self._written_names = Zipf(names, 5_000, 0.6)

    def _invented(self, count: int) -> list[str]:
        words: dict[str, None] = {}
        while len(words) < count:
            syllables = self._chance.choice((2, 2, 3))
            words["".join(self._syllable() for _ in range(syllables))] = None
        return list(words)

    def _syllable(self) -> str:
        parts = (_ONSETS, _VOWELS, _CODAS)
        return "".join(self._chance.choice(part) for part in parts)

    def keywords(self, count: int) -> Iterator[Subscribed]:
        """Give subscriptions of one word or a phrase of two: what a phrase matcher can do."""
        for number in range(count):
            yield Subscribed(number, self._keyword())

    def mixed(self, count: int) -> Iterator[Subscribed]:
        """Give subscriptions of which half are boolean or have fields."""
        shapes = self._shapes()
        for number in range(count):
            shape = self._keyword if number % 2 else self._chance.choice(shapes)
            yield Subscribed(number, shape())

    def _keyword(self) -> str:
        name = self._name()
        return f'"{name} {self._name()}"' if self._chance.random() < 0.3 else name

    def _shapes(self) -> tuple[Callable[[], str], ...]:
        return (
            lambda: f"{self._name()} {self._word()}",
            lambda: f"{self._name()} -{self._word()}",
            lambda: f"({self._name()} OR {self._name()}) {self._word()}",
            lambda: f"{self._name()} {self._type()}",
            lambda: f"place:{self._name()} killed>={self._chance.randint(1, 20)}",
            lambda: f"{self._type()} {self._country()} place:{self._name()}",
            lambda: f"{self._type()} place:{self._name()} severity>=severe",
            lambda: f"{self._name()} {self._country()} killed>={self._chance.randint(1, 20)}",
        )

    def _name(self) -> str:
        return self._asked_names.draw(self._chance)[0]

    def _word(self) -> str:
        return self._asked.draw(self._chance)[0]

    def _type(self) -> str:
        return f"type:{self._chance.choice(_TYPES)}"

    def _country(self) -> str:
        return f"country:{self._chance.choice(_COUNTRIES)}"

    def article(self, words: int) -> str:
        """Return a text of so many words."""
        names = self._written_names.draw(self._chance, round(words * _NAMES_IN_ARTICLE))
        body = [*self._written.draw(self._chance, words - len(names)), *names]
        self._chance.shuffle(body)
        return " ".join(body)

    def document(self, text: str) -> Document:
        """Return what queries see of a text, with the fields of a made-up event."""
        plain = text_document(text)
        place = self._written_names.draw(self._chance)[0]
        killed = self._chance.randint(0, 30)
        values = {"kind:incident", self._type(), self._country(), f"place:{place}"}
        numbers = {"killed": (killed, killed), "severity": (3, 3), "sources": (2, 2)}
        return Document(plain.words, plain.surfaces, frozenset(values), numbers)
