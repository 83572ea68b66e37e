"""The tokenizer that remembers gives spaCy's own tokens, however often it has met a word."""

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.lang.char_classes import CURRENCY, UNITS

from bot.extraction.tokenizing import MOST, Remembering, language

CHUNKS = ("don't", "U.S.-led", "\"we've", "Mr.", "12.5km", "bomb-laden,", "(Reuters)", "a.m.", ":)")
TEXTS = st.lists(st.sampled_from(CHUNKS) | st.text(max_size=8), max_size=20).map(" ".join)


@pytest.fixture(scope="module")
def plain():
    return spacy.blank("en").tokenizer


@pytest.fixture(scope="module")
def remembering():
    return Remembering(spacy.blank("en").tokenizer)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS)
def test_words_met_again_are_cut_as_the_first_time(plain, remembering, text):
    wanted = [(token.text, token.idx) for token in plain(text)]
    for _ in range(3):
        assert [(token.text, token.idx) for token in remembering(text)] == wanted


def test_only_so_many_words_are_remembered():
    recorder = Recorder()
    remembering = Remembering(recorder)
    text = " ".join(map(str, range(5_000)))
    for _ in range(3):
        remembering(text)
    assert len(recorder.seen) == 3 + 5_000  # the text each time, each word once
    assert recorder.max_cache_size == MOST


class Recorder:
    """Stands where spaCy's tokenizer does and keeps what it is asked."""

    def __init__(self):
        self.max_cache_size = 0
        self.seen: list[str] = []

    def __call__(self, text):
        self.seen.append(text)


ALPHABET = "aZbs0kmé.,'’-/$%°+(:²"
WORDS = st.text(alphabet=ALPHABET, min_size=1, max_size=14)
CUT = ("5km", "'s", "cat's", "end.", "US$5", "well-known", "a.com", "a.........", "é,")


@settings(max_examples=300, deadline=None)
@given(chunks=st.lists(WORDS | st.sampled_from(CUT), min_size=1, max_size=14))
def test_our_language_cuts_as_blank_english(plain, ours, chunks):
    text = " ".join(chunks)
    assert _cut(ours.make_doc(text)) == _cut(plain(text))


def test_every_unit_is_a_suffix_as_of_blank_english(plain, ours):
    for unit in (*UNITS.split("|"), *CURRENCY.split("|"), "°F.", "........."):
        for text in (f"3-4.000.000{unit}", f"{unit}{unit}", f"well-known{unit}."):
            assert _cut(ours.make_doc(text)) == _cut(plain(text))


def test_every_exception_is_cut_as_by_blank_english(plain, ours):
    for chunk in plain.rules:
        for text in (chunk, f'"{chunk}', f"{chunk},"):
            assert _cut(ours.make_doc(text)) == _cut(plain(text))


@pytest.fixture(scope="module")
def ours():
    return language()


def _cut(doc):
    return [(token.text, token.lower_, token.idx) for token in doc]
