"""Which engine finds a word however it is written: the cases of docs/query-language.md.

    python -m bench.match --language

Each engine gets the query at its best: PhraseMatcher compares in lower case, FTS5 stems (Porter)
and drops accents, and takes a quoted phrase or the start of a word.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing

import spacy
from rich.console import Console
from rich.table import Table
from spacy.matcher import PhraseMatcher

from bot.matching.document import text_document
from bot.matching.matcher import matches
from bot.matching.query import parse
from tests.matching.language_cases import FOUND, NOT_FOUND

Finds = Callable[[str, str], bool]
CASES = [(*case, True) for case in FOUND] + [(*case, False) for case in NOT_FOUND]


def ours(query: str, text: str) -> bool:
    """Tell whether the query language finds it."""
    return matches(parse(query), text_document(text)) is not None


def phrase_matcher(query: str, text: str) -> bool:
    """Tell whether spaCy's PhraseMatcher finds it, in lower case."""
    language = spacy.blank("en")
    matcher = PhraseMatcher(language.vocab, attr="LOWER")
    matcher.add("query", [language.make_doc(query.strip('"*'))])
    return bool(matcher(language.make_doc(text)))


def full_text(query: str, text: str) -> bool:
    """Tell whether SQLite's FTS5 finds it, stemmed and without accents."""
    tokenizer = "porter unicode61 remove_diacritics 2"
    asked = f'"{query.strip(chr(34) + "*")}"' + "*" * query.endswith("*")
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute(f"CREATE VIRTUAL TABLE news USING fts5(words, tokenize='{tokenizer}')")
        base.execute("INSERT INTO news VALUES (?)", (text,))
        return bool(base.execute("SELECT 1 FROM news WHERE news MATCH ?", (asked,)).fetchone())


ENGINES: Mapping[str, Finds] = {
    "index": ours,
    "PhraseMatcher": phrase_matcher,
    "SQLite FTS5": full_text,
}


def right(engine: str) -> list[bool]:
    """Return whether an engine is right, case by case."""
    find = ENGINES[engine]
    return [find(query, text) is wanted for _, query, text, wanted in CASES]


def show() -> None:
    """Print every case with the engines that are right, and how many each gets."""
    table = Table(title="One word, many spellings: who is right")
    table.add_column("case")
    for engine in ENGINES:
        table.add_column(engine, justify="center")
    verdicts = [right(engine) for engine in ENGINES]
    for (what, *_), *found in zip(CASES, *verdicts, strict=True):
        table.add_row(what, *("yes" if one else "–" for one in found))
    table.add_section()
    table.add_row(f"of {len(CASES)}", *(str(sum(found)) for found in verdicts))
    Console().print(table)
