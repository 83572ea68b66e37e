"""Writes the list of words that are usually written small, for shouted text.

``python -m tools.common_words`` reads the frequencies and lemma tables of spacy-lookups-data 1.0.5
(MIT; WordNet 3.0's licence for the lemmas), which has to be installed for it.
"""

from __future__ import annotations

import gzip
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

OUT = Path("bot/extraction/lexicon/common_words.txt")
RARE, COMMON, PLAIN = -16.5, -11.5, -7.5
"""Log probabilities: below which a word is left out, above which it needs no dictionary, above
which it is small whatever its capitalised form says."""
MARGIN = 0.2
ENDINGS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ing", ""), ("ing", "e"),
    ("ly", ""), ("er", ""), ("d", ""),
)  # fmt: skip
NAMES = frozenset(
    (
        "la", "el", "las", "los", "san", "santa", "de", "del", "da", "don", "dona", "villa",
        "sierra", "libertad", "paz", "van", "le", "du", "st", "cant", "dont", "i",
    )
)  # fmt: skip
"""Words that are parts of names far more often in news than in talk."""
NOTE = """# Words that are usually written small. Written by tools/common_words.py from
# spacy-lookups-data 1.0.5 (MIT): where the small form is the likelier one and WordNet 3.0's lemma
# tables know the word, or where it is very common.
"""


def main() -> None:
    """Write the list."""
    likely = _table("en_lexeme_prob")
    lemmas = set().union(*map(set, _table("en_lemma_index").values()))
    known = lemmas | set(_table("en_lemma_lookup"))
    known = known.union(*map(set, _table("en_lemma_exc").values()))
    words = sorted(w for w in likely if _is_small(w, likely) and _is_word(w, likely, known, lemmas))
    OUT.write_text(NOTE + "\n".join(words) + "\n", encoding="utf-8")
    print(f"{len(words)} words")


def _table(name: str) -> dict[str, Any]:
    packed = files("spacy_lookups_data").joinpath("data", f"{name}.json.gz").read_bytes()
    table: dict[str, Any] = json.loads(gzip.decompress(packed))
    return table


def _is_small(word: str, likely: dict[str, float]) -> bool:
    plain = word.isalpha() and word.islower() and word.isascii() and word not in NAMES
    if not plain or likely[word] <= RARE:
        return False
    capital = likely.get(word.capitalize())
    return capital is None or likely[word] > capital - MARGIN or likely[word] > PLAIN


def _is_word(word: str, likely: dict[str, float], known: set[str], lemmas: set[str]) -> bool:
    if likely[word] > COMMON or word in known:
        return True
    stems = (word[: -len(end)] + rest for end, rest in ENDINGS if word.endswith(end))
    return any(stem in lemmas for stem in stems)


if __name__ == "__main__":
    main()
