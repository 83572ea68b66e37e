"""Evidence: the sentence that a value was read from, in the words and places of the article."""

from __future__ import annotations

from spacy.tokens import Doc

from bot.domain.values import Evidence
from bot.extraction.findings import findings
from bot.extraction.mentions import Sentence
from bot.extraction.words import words_of


def of_sentence(doc: Doc, index: int) -> Evidence:
    """Return the evidence that one of the Doc's sentences is."""
    sentence: Sentence = findings(doc).sentences[index]
    words, cleaned = words_of(doc), findings(doc).cleaned
    first = cleaned.original(words.starts[sentence.start])
    last = cleaned.original(words.ends[_last_word(doc, sentence)] - 1) + 1
    article = findings(doc).article
    offset = len(article.title) + 2
    if first < offset:
        return Evidence(article.title[first:last], first, last, in_title=True)
    return Evidence(article.text[first - offset : last - offset], first - offset, last - offset)


def _last_word(doc: Doc, sentence: Sentence) -> int:
    texts = words_of(doc).text
    last = sentence.end - 1
    while last > sentence.start and texts[last].isspace():
        last -= 1
    return last
