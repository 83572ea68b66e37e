"""A feed read again, entries cut out, gives entry for entry what feedparser makes of the whole."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from bot.domain.feeds import ParsedFeed
from bot.errors import ParseError
from bot.feeds.document import parse_document
from tests.feeds import made
from tests.feeds.twice import Runner, polled_twice

URL = "https://herald.example/feed"


@settings(max_examples=150, deadline=None)
@given(made.polls())
def test_second_poll_gives_entry_for_entry_what_the_whole_gives(
    runner: Runner, polls: tuple[bytes, bytes]
) -> None:
    first, second = polls
    whole = _read(second)
    again = polled_twice(runner, first, second, URL)
    assert (again is None) == (whole is None)
    if again is None or whole is None:
        return
    if not again.unchanged:
        assert again.entries == whole.entries
        return
    if not again.entries and whole.warning:
        return  # all entries are known, and only the head has become ill-formed
    assert len(again.entries) + again.unchanged == len(whole.entries)
    known = _read(first)
    assert known is not None
    left = list(whole.entries)
    for entry in again.entries:
        left.remove(entry)  # raises where the whole has no such entry
    # Where a relative link of a known entry leads may change with the head: it keeps the old one.
    old = [replace(entry, link=None) for entry in known.entries]
    assert all(replace(entry, link=None) in old for entry in left)


def _read(body: bytes) -> ParsedFeed | None:
    try:
        return parse_document(body, URL)
    except ParseError:
        return None
