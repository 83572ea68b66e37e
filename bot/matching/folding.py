"""Text becomes tokens: one folding for queries and for what they are matched against.

Case, accents, compatibility forms, Urdu and Arabic letter variants, digits of other scripts and
invisible characters fold away; a hyphenated word is one unit of several parts; scripts without
spaces give one token a character, so that a word of theirs is found as a phrase.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

Unit = tuple[str, ...]
"""One written word: its parts, several where it is hyphenated."""

_APOSTROPHES = "\u2019\u2018\u02bc\u02bb\u02bf\u02be\u2032\u02b9`\u00b4\uff07"
_SEPARATORS = "_\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u2013\u2014\u2026\u2022\u00b7\u00a0"
"""What English texts hold beyond ASCII; gone first, most of them are ASCII, which is ten times
faster to read."""
_HYPHENS = "\u2010\u2011\u2043\ufe63\uff0d"
_URDU = {
    "كڪګ": "ک",
    "يىېۍ": "ی",
    "هةھەۃۀۂۿ": "ہ",
    "أإآٱ": "ا",
    "ؤ": "و",
    "ئ": "ی",
    "ں": "ن",
}
_LATIN = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_DIGIT_BLOCKS = (0x0660, 0x06F0, 0x0966, 0x09E6)
_INVISIBLE = "[\u00ad\u034f\u061c\u0640\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
_INVISIBLE += "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
_INVISIBLE += "\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff\ud800-\udfff"
_INVISIBLE += "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
_INVISIBLE_CHARACTERS = re.compile(_INVISIBLE)


def _translation() -> dict[int, str]:
    table = dict.fromkeys(map(ord, _APOSTROPHES), "'") | dict.fromkeys(map(ord, _HYPHENS), "-")
    table |= dict.fromkeys(map(ord, _SEPARATORS), " ")
    for variants, letter in (_URDU | _LATIN).items():
        table |= dict.fromkeys(map(ord, variants), letter)
    for zero in _DIGIT_BLOCKS:
        table |= {zero + digit: str(digit) for digit in range(10)}
    return table


_TABLE = _translation()
_POINTS_LOWEST, _POINTS_HIGHEST, _ACCENTS_LOWEST = 10, 36, 200
"""Combining classes: 10–36 are Hebrew, Arabic and Syriac points, from 200 accents.

Classes between and below carry the vowels of Thai and Indic scripts and the voicing of kana,
without which a word is another word.
"""

_DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # written without spaces
    "\u2600-\u27bf\u2b00-\u2bff\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff]"  # pictures
)
_LETTER = r"[\w\u0900-\u0963\u0966-\u0dff]"
_PIECE = rf"{_LETTER}+(?:'{_LETTER}+)*"
_UNIT = re.compile(
    r"(?:[^\W\d_]\.){2,}(?:[^\W\d_](?!\w))?"  # u.s. is us
    r"|\d{1,3}(?:,\d{3})+(?![,\d])|\d+\.\d+"  # 1,200 is 1200; 7.62 is one number
    rf"|{_DENSE.pattern}"
    rf"|{_PIECE}(?:-{_PIECE})*"
)
_ASCII_UNIT = re.compile(
    r"(?:[a-z]\.){2,}(?:[a-z](?![a-z0-9]))?|\d{1,3}(?:,\d{3})+(?![,\d])|\d+\.\d+"
    r"|[a-z0-9]+(?:['-][a-z0-9]+)*"
)


def fold(text: str) -> str:
    """Return the text with everything folded away that readers do not tell apart."""
    for mark in _SEPARATORS:
        text = text.replace(mark, " ")
    text = text.replace("\u2019", "'").replace("\u2018", "'")
    if text.isascii():
        return text.lower()
    folded = _fold_once(text)
    return folded if folded.isascii() else _fold_once(folded)


def _fold_once(text: str) -> str:
    shown = unicodedata.normalize("NFKC", _INVISIBLE_CHARACTERS.sub("", text)).casefold()
    apart = unicodedata.normalize("NFKD", shown.translate(_TABLE))
    for accent in filter(_is_accent, set(apart)):
        apart = apart.replace(accent, "")
    return unicodedata.normalize("NFC", apart).translate(_TABLE)


@lru_cache(maxsize=4096)
def _is_accent(character: str) -> bool:
    rank = unicodedata.combining(character)
    return _POINTS_LOWEST <= rank <= _POINTS_HIGHEST or rank >= _ACCENTS_LOWEST


def units(text: str) -> Iterator[Unit]:
    """Give the written words of a text in order, folded but not reduced to lemmas."""
    for word in written_words(text):
        yield (word,) if word.isalnum() else parts(word)


def written_words(text: str) -> list[str]:
    """Return the folded words of a text as they stand; ``parts`` takes apart what is not plain."""
    folded = fold(text)
    pattern = _ASCII_UNIT if folded.isascii() else _UNIT
    found: list[str] = pattern.findall(folded)
    return found


def spelled(text: str) -> str:
    """Return a text's words folded, apart by single spaces, hyphens kept: ``al-qaeda leader``."""
    words = ["-".join(unit) for unit in units(text)]
    whole = "".join(
        word if at == 0 or (_dense(word) and _dense(words[at - 1])) else f" {word}"
        for at, word in enumerate(words)
    )
    return whole if fold(whole) == whole else " ".join(words)


def _dense(word: str) -> bool:
    return _DENSE.fullmatch(word) is not None


def parts(word: str) -> Unit:
    """Return the parts of a word with marks in it: hyphens divide, other marks vanish."""
    if word[0].isdecimal() and "-" not in word and "'" not in word:
        return (word.replace(",", ""),)
    if "." in word:
        return (word.replace(".", ""),)
    return tuple(piece.removesuffix("'s").replace("'", "") for piece in word.split("-") if piece)
