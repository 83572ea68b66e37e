"""Sentences: where each begins and ends, in which zone and paragraph it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from spacy.tokens import Doc

from bot.extraction.findings import findings
from bot.extraction.layout import Paragraph, paragraphs_of
from bot.extraction.lexicons import word_set
from bot.extraction.mentions import Dateline, Sentence, Zone
from bot.extraction.words import Words, words_of

_STOP = re.compile(r"""(?P<mark>[.!?…]+)['")\]]*(?P<gap>\s+|(?=[A-Z]))['"(\[]*(?=(?P<next>\S))""")
_LAST_WORD = re.compile(r"[^\s(\"'\[]*$")
_NEXT_WORD = re.compile(r"\w*")
_INITIAL = re.compile(r"(?:[A-Z]\.)*[A-Z]|\d{1,2}")
_SMALL_END = re.compile(r"[a-z)]{3}$")

LEAD_SENTENCES = 2
MOST = 5_000
"""Sentences after which a text is no article: what follows is kept, but not read for events."""
LONGEST = 220
"""Tokens after which a sentence is cut, so that no text can make a rule slow."""


def read(doc: Doc) -> tuple[Sentence, ...]:
    """Return the sentences of a Doc in order, the dateline left out."""
    found: list[Sentence] = []
    words, line = words_of(doc), findings(doc).dateline
    lead = LEAD_SENTENCES + (not findings(doc).article.title)
    for number, paragraph in enumerate(paragraphs_of(doc)):
        for start, end in _pieces(words, paragraph, line):
            zone = paragraph.zone
            if zone is Zone.BODY and lead > 0:
                zone, lead = Zone.LEAD, lead - 1
            if len(found) >= MOST:
                zone = Zone.BOILERPLATE
            found.append(Sentence(len(found), start, end, zone, number))
    return tuple(found)


def _pieces(words: Words, paragraph: Paragraph, line: Dateline | None) -> Iterator[tuple[int, int]]:
    """Yield a paragraph's sentences in tokens, cut where they are too long."""
    begin = _after_dateline(words, paragraph, line)
    edges = [begin, *_edges(words.source, begin, paragraph.end), paragraph.end]
    for start, end in pairwise(map(words.first_at, edges)):
        yield from ((i, min(i + LONGEST, end)) for i in range(start, end, LONGEST))


def _after_dateline(words: Words, paragraph: Paragraph, line: Dateline | None) -> int:
    if not line:
        return paragraph.start
    starts = words.starts
    end = starts[line.end] if line.end < len(starts) else len(words.source)
    inside = paragraph.start <= starts[line.start] and end <= paragraph.end
    return end if inside else paragraph.start


def _edges(text: str, begin: int, end: int) -> Iterator[int]:
    """Yield the characters at which a new sentence begins."""
    for stop in _STOP.finditer(text, begin, end):
        if _ends_sentence(text, stop, begin):
            yield stop.end("gap")


def _ends_sentence(text: str, stop: re.Match[str], begin: int) -> bool:
    before = text[max(begin, stop.start() - 25) : stop.start()]
    if not stop["gap"]:
        following = text[stop.end("gap") + 1 : stop.end("gap") + 2]
        return bool(_SMALL_END.search(before)) and (following.islower() or following.isspace())
    if stop["mark"] != ".":
        return not stop["next"].islower()
    last = _LAST_WORD.search(before)
    return _stop_is_full(last.group() if last else "", text, stop)


def _stop_is_full(last: str, text: str, stop: re.Match[str]) -> bool:
    word, at = last.lower(), stop.end("gap")
    if word in word_set("abbreviations.txt", "unless_new"):
        opener = _NEXT_WORD.search(text, at)
        following = opener.group().lower() if opener else ""
        openers = word_set("abbreviations.txt", "openers")
        return stop["next"].isupper() and following in openers
    if word in word_set("abbreviations.txt", "always") or _INITIAL.fullmatch(last):
        return False
    return not stop["next"].islower() or len(word) > 3  # noqa: PLR2004 "ok. then", not "etc. then"
