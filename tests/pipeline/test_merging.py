"""The owner's /merge and /split: kept, respected by later reports, and told once to each chat."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from bot.domain.chats import ChatType, Scope
from bot.domain.delivery import Act
from bot.domain.events import Event
from bot.domain.feeds import NewFeed
from bot.errors import InputError
from bot.services import merging
from handlers import rulings
from handlers.requests import Desk, Request, Right
from tests.events.builders import NOON, TODAY, TOWN, incident, sourced
from tests.pipeline.house import CHAT, House

OWNER = Scope(99)
BOTH, FIRST_ONLY, SECOND_ONLY = 1, 2, 3
PORT = replace(TOWN, name="Gwadar", latitude=25.1, longitude=62.3)
PORT_TEXT = (
    "Fishermen of Gwadar pulled a burning boat ashore after a bomb went off at the jetty. "
    "Harbour master Nabeel Dashti closed the pier until the police had searched it."
)
PORT_AGAIN = (
    "Police in Gwadar searched the jetty for a second bomb on Wednesday evening. The pier stays "
    "closed, said harbour master Nabeel Dashti, and fishermen keep their boats ashore."
)


def town_blast(**more: Any):
    return sourced(incident(killed=3), number=1, **more)


def port_blast(**more: Any):
    fact = incident(killed=1, place=PORT)
    values: dict[str, Any] = {
        "number": 2,
        "hours": 1,
        "publisher": "Coast Daily",
        "text": PORT_TEXT,
        "title": "Bomb burns boat at Gwadar jetty",
    }
    return sourced(fact, **(values | more))


async def two_events(house: House) -> tuple[Event, Event]:
    """Let two events be told: to one chat both, to two others one each."""
    house.subscribe("blast", "gwadar", chat=BOTH)
    house.subscribe("zarghun", chat=FIRST_ONLY)
    house.subscribe("boat", chat=SECOND_ONLY)
    await house.hear(town_blast())
    await house.hear(port_blast())
    house.sends()
    second, first = house.events()
    return first, second


def merged(house: House, first: Event, second: Event) -> merging.Ruling:
    codes = first.public_id, second.public_id
    return house.store.write_sync(
        lambda work: merging.merge(work, OWNER, codes, house.settings, house.now)
    )


def split(house: House, event: Event, *numbers: int) -> merging.Ruling:
    return house.store.write_sync(
        lambda work: merging.split(work, OWNER, event.public_id, numbers, house.settings, house.now)
    )


def visible(house: House, code: str) -> Event | None:
    return house.store.read_sync(lambda work: work.events.visible(OWNER, code))


async def test_after_a_merge_there_is_one_event_and_both_codes_lead_to_it(house: House):
    first, second = await two_events(house)
    merged(house, first, second)
    (event,) = house.events()
    assert event.id == first.id
    assert [source.publisher for source in event.sources] == ["Morning Post", "Coast Daily"]
    assert visible(house, second.public_id) == event


async def test_each_chat_hears_once_of_a_merge_and_keeps_one_message_that_lives(house: House):
    first, second = await two_events(house)
    assert merged(house, first, second).told == 3
    replies = [row for row in house.rows() if row.act is Act.SEND]
    assert sorted(row.chat_id for row in replies) == [BOTH, FIRST_ONLY, SECOND_ONLY]
    for reply in replies:
        assert f"Merged with {second.public_id}" in reply.message.plain
        assert reply.target_message_id is not None
    edits = [row for row in house.rows() if row.act is Act.EDIT]
    assert sorted(row.chat_id for row in edits) == [BOTH, BOTH, FIRST_ONLY, SECOND_ONLY]
    (pointer,) = (row for row in edits if f"Merged into {first.public_id}" in row.message.plain)
    assert pointer.chat_id == BOTH


async def test_later_reports_of_either_part_join_the_merged_event_and_edit_each_chats_message(
    house: House,
):
    first, second = await two_events(house)
    merged(house, first, second)
    house.sends()
    await house.hear(port_blast(number=3, hours=3, publisher="Harbour News", text=PORT_AGAIN,
                                title="Gwadar jetty searched after boat bomb"))  # fmt: skip
    (event,) = house.events()
    assert len(event.sources) == 3
    edits = sorted(row.chat_id for row in house.rows() if row.act is Act.EDIT)
    assert edits == [BOTH, FIRST_ONLY, SECOND_ONLY]
    await house.hear(town_blast(title="Zarghun market blast, what is known", hours=4))
    assert len(house.events()) == 1


async def test_a_merged_event_can_be_merged_again(house: House):
    first, second = await two_events(house)
    await house.hear(sourced(incident(killed=30, place=replace(TOWN, name="Turbat", latitude=26.0,
                             longitude=63.0), day=TODAY), number=7, hours=2, publisher="Third Post",
                             text="A bus burned in Turbat after a bomb at the terminal, where "
                             "driver Sabzal Rind had just sold the last ticket.",
                             title="Bomb burns bus in Turbat"))  # fmt: skip
    third = next(one for one in house.events() if "Turbat" in one.title)
    merged(house, first, second)
    merged(house, third, first)
    assert len(house.events()) == 1
    await house.hear(port_blast(number=3, hours=3, publisher="Harbour News", text=PORT_AGAIN,
                                title="Gwadar jetty searched after boat bomb"))  # fmt: skip
    assert [len(event.sources) for event in house.events()] == [4]
    now = visible(house, second.public_id)
    assert now is not None
    assert now.id == third.id


async def test_what_was_merged_can_be_split_again_and_every_chat_hears_of_it(house: House):
    first, second = await two_events(house)
    merged(house, first, second)
    house.sends()
    done = split(house, first, 2)
    assert len(house.events()) == 2
    assert done.other.public_id not in (first.public_id, second.public_id)
    assert [source.publisher for source in done.other.sources] == ["Coast Daily"]
    assert [source.publisher for source in done.event.sources] == ["Morning Post"]
    sent = [row for row in house.rows() if row.act is Act.SEND]
    cards = [row for row in sent if row.dedupe_key.startswith("alert:")]
    replies = [row for row in sent if row not in cards]
    for told in (cards, replies):
        assert sorted(row.chat_id for row in told) == [BOTH, FIRST_ONLY, SECOND_ONLY]
    assert all(done.other.public_id in row.message.plain for row in cards)
    words = f"Split: 1 report is another event, {done.other.public_id}"
    assert all(words in row.message.plain for row in replies)


async def test_the_message_of_a_split_event_is_edited_as_its_own_facts_come(house: House):
    first, second = await two_events(house)
    merged(house, first, second)
    done = split(house, first, 2)
    house.sends()
    await house.hear(port_blast(number=3, hours=3, publisher="Harbour News", text=PORT_AGAIN,
                                title="Gwadar jetty searched after boat bomb"))  # fmt: skip
    edits = [row for row in house.rows() if row.act is Act.EDIT]
    assert sorted(row.chat_id for row in edits) == [BOTH, FIRST_ONLY, SECOND_ONLY]
    assert all(row.reference == done.other.public_id for row in edits)


async def test_a_follow_up_that_is_split_off_alerts_nobody(house: House):
    await house.hear(town_blast())
    (event,) = house.events()
    late = sourced(incident(killed=3), number=2, hours=9, publisher="Coast Daily",
                   title="Funerals after handcart blast at Zarghun market",
                   follow_up="funeral")  # fmt: skip
    await house.hear(late)
    (event,) = house.events()
    house.sends()
    split(house, event, 2)
    assert not [row for row in house.rows() if row.dedupe_key.startswith("alert:")]


async def test_after_a_split_rewritten_and_new_reports_stay_on_their_side(house: House):
    await house.hear(town_blast())
    await house.hear(sourced(incident(killed=3), number=2, hours=1, publisher="Coast Daily",
                             title="Second handcart blast at Zarghun market"))  # fmt: skip
    (event,) = house.events()
    done = split(house, event, 2)
    rewritten = sourced(incident(killed=4), number=2, hours=2, publisher="Coast Daily",
                        title="Second handcart blast at Zarghun market")  # fmt: skip
    await house.hear(replace(rewritten, text=rewritten.text + " Four died."))
    sources = {one.id: [s.publisher for s in one.sources] for one in house.events()}
    assert sources == {done.event.id: ["Morning Post"], done.other.id: ["Coast Daily"]}
    barred = house.store.read_sync(
        lambda work: (work.reports.separated(1), work.reports.separated(2))
    )
    assert barred == (frozenset({done.other.id}), frozenset({done.event.id}))


async def test_a_ruling_that_makes_no_sense_says_why(house: House):
    first, second = await two_events(house)
    with pytest.raises(InputError, match="no event KH-ZZZZ"):
        merged(house, first, replace(second, public_id="KH-ZZZZ"))
    with pytest.raises(InputError, match="one event already"):
        merged(house, first, first)
    with pytest.raises(InputError, match="numbered 1 to 1"):
        split(house, first, 2)
    with pytest.raises(InputError, match="at least one report on each side"):
        split(house, first, 1)
    assert house.rows() == []


async def test_a_chats_own_event_is_nobodys_to_merge(house: House):
    first, _ = await two_events(house)
    house.store.write_sync(
        lambda work: work.events.add(replace(first, id=0, public_id="", owner_chat_id=BOTH), NOON)
    )
    own = next(one for one in house.events() if one.owner_chat_id)
    with pytest.raises(InputError, match="no event"):
        merged(house, first, own)


# --- as typed ------------------------------------------------------------------------------------


def desk(house: House) -> Desk:
    async def find(url: str) -> NewFeed:
        return NewFeed(url)

    async def read(_body: bytes) -> list[NewFeed]:
        return []

    return Desk(house.store, house.settings, lambda: house.now, find, read, lambda: None)


async def typed(house: House, act: Any, words: str) -> str:
    request = Request(1, OWNER, ChatType.PRIVATE, OWNER.chat_id, words, 1, house.now)
    job = await act(request, desk(house))
    return "\n".join(message.plain for message in house.store.write_sync(job))


async def test_the_owner_merges_and_splits_by_command(house: House):
    first, second = await two_events(house)
    words = f"#{first.public_id.lower()} {second.public_id}"
    answer = await typed(house, rulings.merge, words)
    assert answer == (
        f"{second.public_id} is part of {first.public_id} now; 3 chats will hear of it."
    )
    listed = await typed(house, rulings.split, first.public_id)
    assert listed.splitlines()[1:] == [
        "1. Morning Post – Blast at Zarghun vegetable market",
        "2. Coast Daily – Bomb burns boat at Gwadar jetty",
    ]
    house.now += dt.timedelta(minutes=1)
    answer = await typed(house, rulings.split, f"{first.public_id} 2")
    assert answer.startswith(f"1 report left {first.public_id} for KH-")
    for act in (rulings.merge, rulings.split):
        with pytest.raises(InputError, match="Say which"):
            await typed(house, act, "")


def test_only_the_owner_may_rule():
    assert {command.right for command in rulings.COMMANDS} == {Right.OWNER}


async def test_chat_that_left_hears_nothing_of_a_merge(house: House):
    first, second = await two_events(house)
    house.store.write_sync(lambda work: work.chats.suspend(SECOND_ONLY, "blocked", NOON))
    assert merged(house, first, second).told == 2
    assert SECOND_ONLY not in {row.chat_id for row in house.rows()}
    assert CHAT not in {row.chat_id for row in house.rows()}
