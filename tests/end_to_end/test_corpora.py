"""A short `./run.sh corpora`: our own feeds and their mutants through the whole program, twice."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bench.corpora import sources
from bench.corpora.harness import Tally, corpora, judge
from bench.corpora.mutants import MUTATIONS, mutants
from bench.corpora.sources import Document, NoCorpusError
from bot.domain.delivery import Message

SEED = 11


async def test_p4_own_feeds_and_their_mutants_raise_nothing_and_add_nothing_twice(tmp_path: Path):
    files = sources.sample_documents()
    made = [mutant for file in files for mutant in mutants(file, SEED)]
    tally = await asyncio.wait_for(corpora([*files, *made], tmp_path), 100)
    assert tally.exceptions == []
    assert tally.bad_messages == []
    assert tally.rows_added == 0
    assert not tally.slow
    assert tally.entries > len(files)
    assert tally.events
    assert tally.holds


def test_mutants_are_made_again_from_the_same_seed():
    document = Document("a.xml", b'<?xml version="1.0" encoding="utf-8"?><rss>\xc3\xa9</rss>')
    first = mutants(document, SEED)
    assert first == mutants(document, SEED) != mutants(document, SEED + 1)
    assert len({mutant.name for mutant in first}) == len(MUTATIONS)


def test_an_empty_document_has_mutants_too():
    assert len(mutants(Document("empty", b""), SEED)) == len(MUTATIONS)


def test_the_tally_holds_only_where_nothing_went_wrong():
    assert Tally().holds
    assert not Tally(rows_added=1).holds
    assert not Tally(exceptions=["x"]).holds
    broken = Tally()
    judge(Message("<b>never closed", "never closed"), broken)
    assert not broken.holds
    slow = Tally()
    slow.seconds["a.xml"] = 60.0
    assert not slow.holds


async def test_an_exception_that_the_program_survives_is_counted_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def breaks(self: object, article: object) -> None:
        raise LookupError("no such word")

    monkeypatch.setattr("bench.corpora.harness.SpacyExtractor.extract", breaks)
    tally = await corpora(sources.sample_documents()[:1], tmp_path)
    assert tally.exceptions
    assert not tally.holds


def test_without_a_package_index_the_reason_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(NoCorpusError, match=r"cannot be downloaded .* package index"):
        sources.feedparser_documents()
