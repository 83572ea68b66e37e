"""When two names mean the same: the rules of the annotated sets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

NOT_WORDS = re.compile(r"[^a-z0-9]+")
LITTLE_WORDS = frozenset({"the", "a", "an", "of", "in", "s"})
LONG_WORD = 4


def fold(name: object) -> list[str]:
    """Return the words of a name, small, without accents and little words."""
    plain = unicodedata.normalize("NFKD", str(name or "")).encode("ascii", "ignore").decode()
    words = NOT_WORDS.sub(" ", plain.lower()).split()
    return [word for word in words if word not in LITTLE_WORDS]


def same_name(told: object, accepted: Iterable[object]) -> bool:
    """Tell whether a name equals, holds or lies within an accepted one, as whole words."""
    mine = fold(told)
    return bool(mine) and any(
        theirs and (_holds(mine, theirs) or _holds(theirs, mine)) for theirs in map(fold, accepted)
    )


def _holds(words: list[str], part: list[str]) -> bool:
    span = len(part)
    return any(words[at : at + span] == part for at in range(len(words) - span + 1))


def overlaps(told: object, accepted: Iterable[object], least: float = 0.5) -> bool:
    """Tell whether a phrase shares enough words with an accepted one (Dice coefficient)."""
    mine = set(fold(told))
    return any(
        mine and theirs and 2 * len(mine & theirs) / (len(mine) + len(theirs)) >= least
        for theirs in (set(fold(name)) for name in accepted)
    )


def similar(told: object, accepted: Iterable[object]) -> bool:
    """Tell whether two fillers of a MUC-4 slot denote the same, as its scorer reads them."""
    mine = _plain(told)
    return bool(mine) and any(
        mine == theirs or _alike(mine.split(), theirs.split())
        for theirs in map(_plain, accepted)
        if theirs
    )


def equal(told: object, accepted: Iterable[object]) -> bool:
    """Tell whether a name is one of the accepted, apart from case, articles and punctuation."""
    return bool(_plain(told)) and _plain(told) in set(map(_plain, accepted))


def _plain(name: object) -> str:
    bare = re.sub(r"[^\w\s]", " ", str(name).lower())
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", bare).split())


def _alike(mine: list[str], theirs: list[str]) -> bool:
    a, b = set(mine), set(theirs)
    if not (a <= b or b <= a):
        return False
    if mine[-1] == theirs[-1] or len(a & b) > 1:
        return True
    single = mine if len(mine) == 1 else theirs
    return len(single) == 1 and len(single[0]) >= LONG_WORD
