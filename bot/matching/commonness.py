"""How common a key is in documents: guessed at first, learnt from the documents that come by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from bot.matching.lemma import lemma

_GUESS_WEIGHS = 50
"""A guess counts as much as this many documents."""
_FIELD_GUESSES = {
    "kind": 0.6, "lang": 0.9, "claim": 0.5, "status": 0.3, "action": 0.15, "type": 0.15,
    "country": 0.15, "severity#": 1.0, "sources#": 1.0, "date#": 0.6, "killed#": 0.5,
    "injured#": 0.4, "near#": 0.5,
}  # fmt: skip
_COMMON_WORD = 0.4
_MOST_KEYS = 200_000


class Commonness:
    """Counts of the documents that held a key; the rarest are forgotten when there are too many."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()
        self._documents = 0

    def observe(self, keys: Iterable[str]) -> None:
        """Count the keys of one document."""
        self._seen.update(keys)
        self._documents += 1
        if len(self._seen) > _MOST_KEYS:
            self._documents //= 2
            self._seen = Counter({key: n // 2 for key, n in self._seen.items() if n > 1})

    def share(self, key: str) -> float:
        """Return the estimated share of documents that hold the key."""
        seen = self._seen.get(key, 0) if self._seen else 0
        return (seen + guess(key) * _GUESS_WEIGHS) / (self._documents + _GUESS_WEIGHS)


def guess(key: str) -> float:
    """Return the share of documents that hold a key, as far as its form tells."""
    if ":" in key:
        return _FIELD_GUESSES.get(key.partition(":")[0], 0.0)
    if key[-1] == "#":
        return _FIELD_GUESSES.get(key, 0.1)
    if key[-1] == "*":
        return 0.3 / len(key) ** 2
    return _common_words().get(key, 0.0)


@cache
def _common_words() -> dict[str, float]:
    """Return the guessed share of each lemma that most news texts hold."""
    text = files("bot.matching").joinpath("data/common.txt").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return {lemma(word): _COMMON_WORD for line in lines for word in line.split()}
