"""Case for shouted text: old wire copy is all capitals, and headlines often are.

Words that a dictionary knows as common words become small, all others keep a capital first letter.
Letters change one by one, so positions stay.
"""

from __future__ import annotations

import re
import string
from functools import cache

from bot.extraction.lexicons import lines

SHOUTED = 0.7
"""Share of capitals among the letters from which a paragraph counts as shouted."""
LONG_ENOUGH = 20
LONG_WORD, HEADLINE_WORDS = 4, 4
"""Letters from which a headline in headline case writes a word large, and such words it has."""
SAMPLE = 800
"""Characters at both ends of a text that tell whether it is looked at line by line."""
_LABELS = frozenset(("TEXT", "EXCERPT", "EXCERPTS", "PASSAGE"))
"""Labels in brackets after which wire copy begins."""
_SMALL = string.ascii_lowercase.encode()
_NO_LETTERS = bytes(c for c in range(128) if not chr(c).isalpha())
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][^\W\d_]+")
"""A word with a capital letter within a sentence."""
_EXPLAINED = re.compile(r"[A-Z][\"']?,?\s+[\[(]([A-Z]{2,8})[\])]")
_GROUPS = re.compile(r"(?<![\w-])[A-Z]{3,}(?![\w-])")
_OPENS_SENTENCE = re.compile(r"[.!?]['\")\]]*\s+['\"(\[]*$")


def restored(text: str) -> str:
    """Return the text with the case of its shouted lines restored, same length."""
    if not is_shouted(text[:SAMPLE]) and (len(text) <= SAMPLE or not is_shouted(text[-SAMPLE:])):
        return _restored_title(text)
    own = _own_acronyms(text)
    return "\n".join(_calm(line, own) if is_shouted(line) else line for line in text.split("\n"))


def _own_acronyms(text: str) -> frozenset[str]:
    """Return the acronyms that a text explains: "FRONT OF NATIONAL UNITY [FNU]"."""
    found = (match.group(1) for match in _EXPLAINED.finditer(text))
    return frozenset(w for w in found if w not in _LABELS and w.lower() not in _common())


def _restored_title(text: str) -> str:
    title, gap, body = text.partition("\n")
    if is_shouted(title):
        return f"{_calm(title)}{gap}{body}"
    if is_headline_case(title):
        return f"{_calm(title, frozenset(_NAME.findall(body)))}{gap}{body}"
    return text


def is_headline_case(text: str) -> bool:
    """Tell whether a headline writes its every longer word with a capital letter."""
    longer: list[str] = [word for word in _WORD.findall(text) if len(word) >= LONG_WORD]
    large = sum(word[0].isupper() for word in longer)
    return large >= HEADLINE_WORDS and large == len(longer)


def is_shouted(text: str) -> bool:
    """Tell whether nearly all letters of a text are capitals."""
    if text.isascii():
        letters = text.encode().translate(None, _NO_LETTERS)
        capitals = len(letters.translate(None, _SMALL))
        return capitals > LONG_ENOUGH and capitals > SHOUTED * len(letters)
    capitals = sum(map(str.isupper, text))
    return capitals > LONG_ENOUGH and capitals > SHOUTED * sum(map(str.isalpha, text))


def _calm(line: str, names: frozenset[str] = frozenset()) -> str:
    """Return a line with its common words small, but for those that the text has as names."""
    parts, at, before = [], 0, "TEXT"
    for match in _WORD.finditer(line):
        between = line[at : match.start()]
        opens = before in _LABELS or bool(_OPENS_SENTENCE.search(between))
        parts += [between, _cased(match.group(), names, opens=opens)]
        at, before = match.end(), match.group()
    return "".join((*parts, line[at:]))


def _cased(word: str, names: frozenset[str], *, opens: bool) -> str:
    small = _lower(word)
    stem, mark, ending = small.partition("'")
    if word in names:
        return word
    if word[: len(stem)] in names or stem in _acronyms():
        return word[: len(stem)] + mark + ending
    if small in _common() or stem in _common():
        return word[0] + small[1:] if opens else small
    return word[0] + small[1:]


def _lower(word: str) -> str:
    small = word.lower()
    return small if len(small) == len(word) else "".join(map(_lower_letter, word))


def _lower_letter(letter: str) -> str:
    small = letter.lower()
    return small if len(small) == 1 else letter


@cache
def _common() -> frozenset[str]:
    return frozenset(lines("common_words.txt"))


@cache
def _acronyms() -> frozenset[str]:
    """Return the acronyms that we know, those of armed groups among them."""
    groups = (_GROUPS.findall(line) for line in lines("armed_groups.txt"))
    known = {word.lower() for words in groups for word in words}
    return frozenset(word.lower() for word in lines("acronyms.txt")) | (known - _common())


def is_common(word: str) -> bool:
    """Tell whether a word, given small, is usually written small."""
    return word in _common()
