"""What a message that bundles alerts says, and when there is one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.brief import brief
from bot.delivery.bundling import BEHIND, MOST, bundle, is_behind, together
from bot.delivery.mark import ROOM, marked
from bot.domain.delivery import Message, OutboxRow
from bot.domain.values import Place
from tests.delivery.builders import NOW, ZONE, blast, event
from tests.delivery.rows import claimed
from tests.fakes.telegram.html import check, check_plain


def row(number: int, words: str = "", *, silent: bool = False) -> OutboxRow:
    shown = words or brief(event(title=f"Title {number}"), ZONE, NOW)
    message = Message("card", "card", brief=shown, silent=silent)
    return claimed(
        id=number, dedupe_key=f"alert:7::{number}:1:0", message=message, reference=f"KH-{number}AAA"
    )


def rows(count: int) -> list[OutboxRow]:
    return [row(number) for number in range(1, count + 1)]


def test_a_bundle_lists_each_alert_with_a_button_that_shows_it():
    made = bundle(rows(7)).message
    assert all(f"{number}. " in made.plain for number in range(1, 8))
    assert [len(line) for line in made.buttons] == [5, 2]
    assert made.buttons[1][1].data == "d:KH-7AAA"


def test_a_bundle_makes_a_sound_where_one_of_its_alerts_would():
    silent = [replace(one, message=replace(one.message, silent=True)) for one in rows(3)]
    assert bundle(silent).message.silent
    assert not bundle([*silent, row(4)]).message.silent


def test_a_bundle_with_a_cleared_alert_cannot_be_told_anew():
    cleared = replace(row(2), message=Message("", ""))
    assert together([row(1), cleared]) is None


def test_one_alert_that_waits_is_a_message_of_its_own():
    assert not is_behind([NOW - dt.timedelta(days=1)], NOW)
    assert is_behind([NOW, NOW - BEHIND], NOW)
    assert not is_behind([NOW] * MOST, NOW)
    assert is_behind([NOW] * (MOST + 1), NOW)


WORDS = st.text(alphabet="ab <>&'\n\u0627 é…", max_size=400)


@given(st.lists(WORDS, min_size=2, max_size=MOST), WORDS)
def test_a_bundle_of_any_events_fits_and_parses_with_room_for_the_mark(titles, place):
    where = Place(place, admin1="Sindh", country="PK")
    texts = [brief(blast(title=title, place=where), ZONE, NOW) for title in titles]
    made = bundle([row(number, text) for number, text in enumerate(texts, 1)])
    repeated = claimed(message=made.message, uncertain=True, reference=made.reference)
    check(made.message.html, 4096 - ROOM)
    check(marked(repeated).html)
    check_plain(made.message.plain)
    assert f"{len(titles)}. " in made.message.plain
