"""How the crash test counts: an uncounted loss or a silent double would be the worst bug of all."""

from __future__ import annotations

from bench.crash.stories import stories
from bench.crash.verdict import Copy, Delivered, weigh

DUE = {1: frozenset({"a", "b"}), 2: frozenset({"a"}), 3: frozenset[str]()}
ALL = [Copy(1, "a", marked=False), Copy(1, "b", marked=False), Copy(2, "a", marked=False)]


def test_o3_each_message_once_is_clean():
    assert weigh(ALL, DUE) == Delivered(0, 0, 0, 0, 0)


def test_o3_what_is_missing_strange_or_misplaced_is_counted():
    copies = [*ALL[:2], Copy(1, "z", marked=False), Copy(3, "a", marked=False)]
    assert weigh(copies, DUE) == Delivered(1, 1, 1, 0, 0)


def test_o3_second_copy_is_silent_only_without_the_mark():
    assert weigh([*ALL, Copy(1, "a", marked=True)], DUE) == Delivered(0, 0, 0, 0, 1)
    assert weigh([*ALL, Copy(1, "a", marked=False)], DUE) == Delivered(0, 0, 0, 1, 0)


def test_o3_marked_copy_alone_is_the_message():
    assert weigh([Copy(1, "a", marked=True), *ALL[1:]], DUE) == Delivered(0, 0, 0, 0, 0)


def test_o3_no_two_stories_share_a_word():
    made = list(stories())
    assert (
        len({story.word for story in made})
        == len({story.title for story in made})
        == len(made)
        > 200
    )
