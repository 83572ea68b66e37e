"""spaCy's tokenizer with a memory that works.

spaCy cuts each chunk of text between blanks by its rules once and remembers the cut; but after the
first contraction or abbreviation of a text it remembers nothing more (``has_special`` is never set
back in ``Tokenizer._tokenize_affixes``, spaCy 3.8), so that most rarer words are cut anew each
time: five sixths of its work. A chunk that is met again is shown to it alone; then it stays.

A new word costs little: no rule cuts plain letters, so most are not searched, and of the twenty
things that spaCy works out for each (its shape, whether it is like a number, …) we read one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import filterfalse
from typing import Any

from spacy.attrs import LOWER  # type: ignore[import-not-found] # compiled, untyped
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokenizer import Tokenizer  # type: ignore[import-not-found] # likewise
from spacy.tokens import Doc
from spacy.util import compile_infix_regex, compile_prefix_regex, compile_suffix_regex
from spacy.vocab import Vocab

MOST = 40_000
"""Chunks that are remembered: about 700 bytes each."""
LONGEST = 30
"""Characters of a chunk that is worth it; longer ones are addresses and noise."""
SUFFIX = 8
"""Characters from the end at which a suffix can begin: the longest units have five."""
READ = 50_000
"""Characters of a text whose chunks are looked at, so that no text fills the memory."""


def language() -> Language:
    """Return spaCy's blank English with a tokenizer that remembers, and words of few traits."""
    return English(vocab=Vocab(lex_attr_getters={LOWER: str.lower}), create_tokenizer=_tokenizer)


def _tokenizer(nlp: Language) -> Remembering:
    rules = nlp.Defaults
    return Remembering(
        Tokenizer(
            nlp.vocab,
            rules=rules.tokenizer_exceptions,
            prefix_search=_prefix(compile_prefix_regex(rules.prefixes or ()).match),
            suffix_search=_suffix(compile_suffix_regex(rules.suffixes or ()).search),
            infix_finditer=_infixes(compile_infix_regex(rules.infixes or ()).finditer),
            token_match=rules.token_match,
            url_match=_url(rules.url_match),
        )
    )


def _is_plain(text: str) -> bool:
    return text.isascii() and text.isalpha()


def _prefix(match: Any) -> Callable[[str], Any]:
    """Return spaCy's search for a prefix: each of its patterns holds at the beginning alone."""
    return lambda text: None if _is_plain(text) else match(text)


def _suffix(search: Any) -> Callable[[str], Any]:
    """Return spaCy's search for a suffix, which tries all signs and units at every character.

    It shall begin where one can: behind plain letters at the last character; only dots make a row.
    """

    def found(text: str) -> Any:
        if _is_plain(text):
            return None
        if _is_plain(text[:-1]):
            return search(text, len(text) - 1)
        return search(text, 0 if text.endswith("..") else max(0, len(text) - SUFFIX))

    return found


def _infixes(finditer: Any) -> Callable[[str], Iterable[Any]]:
    return lambda text: () if _is_plain(text) else finditer(text)


def _url(match: Any) -> Callable[[str], Any]:
    """Return spaCy's match for addresses: each has a dot."""
    return lambda text: match(text) if "." in text else None


class Remembering:
    """A tokenizer that remembers the cuts of the chunks that it meets more than once."""

    def __init__(self, tokenizer: Any) -> None:  # spaCy's: compiled and untyped
        tokenizer.max_cache_size = MOST
        self._tokenizer: Callable[[str], Doc] = tokenizer
        self._known: set[str] = set()
        self._met: set[str] = set()

    def __call__(self, text: str) -> Doc:
        """Return the tokens of a text, the same as spaCy's."""
        self._remember(text)
        return self._tokenizer(text)

    def _remember(self, text: str) -> None:
        new = set(filterfalse(self._known.__contains__, text[:READ].split()))
        if len(self._known) < MOST:
            again = {chunk for chunk in new & self._met if len(chunk) <= LONGEST}
            for chunk in again:
                self._tokenizer(chunk)
            self._known |= again
        if len(self._met) > MOST:
            self._met.clear()
        self._met |= new
