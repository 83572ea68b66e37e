"""/import and /export."""

from __future__ import annotations

import csv
import json

import pytest

from bot.domain.chats import Scope
from bot.domain.feeds import NewFeed
from bot.feeds.opml import read_opml, write_opml
from tests.fakes.telegram import BOT_ID, faults
from tests.handlers.office import ADMIN, ALICE, BOB, CHANNEL, GROUP, MEMBER, SUPERGROUP
from tests.storage.values import MINUTE, NOON, told_event

REFUSED = "Only administrators of this chat can do that."


def opml(*urls):
    return write_opml([NewFeed(url, title=f"Feed at {url}") for url in urls]).encode()


def urls(office, chat=ALICE):
    return [feed.url for feed in office.read(lambda work: work.feeds.owned(Scope(chat)))]


def listed(office, *wanted, name="feeds.opml"):
    return {"document": office.telegram.document(name, opml(*wanted))}


def own(office, *wanted, chat=ALICE):
    def job(work):
        for url in wanted:
            work.feeds.add(NewFeed(url, title=url, owner_chat_id=chat), NOON)

    office.write(job)


# --- /import -------------------------------------------------------------------------------------


async def test_a_list_that_is_sent_is_taken_over(office):
    sent = listed(office, "https://a.example/rss", "https://b.example/rss")
    answer = await office.sends(ALICE, **sent)
    assert "Added: 2 feeds" in answer
    assert urls(office) == ["https://a.example/rss", "https://b.example/rss"]
    again = await office.sends(ALICE, **sent)
    assert "Added: 0 feeds" in again
    assert "Here already: 2" in again


async def test_a_list_is_taken_over_where_import_answers_it(office):
    sent = listed(office, "https://a.example/rss")
    chat = {"id": ALICE, "type": "private", "first_name": "Somebody"}
    message = {"message_id": 1, "date": 1_700_000_000, "chat": chat} | sent
    assert "Added: 1 feed" in await office.says(ALICE, "/import", reply_to_message=message)
    assert "Send the OPML file" in await office.says(ALICE, "/import")


@pytest.mark.parametrize("chat", [SUPERGROUP, GROUP, CHANNEL])
async def test_elsewhere_the_caption_asks_for_it_and_an_administrator_has_to(office, chat):
    office.group(chat, type="channel" if chat == CHANNEL else "supergroup")
    sent = listed(office, "https://a.example/rss")
    who = {} if chat == CHANNEL else {"user": ADMIN}
    assert await office.sends(chat, **who, **sent) == ""
    assert await office.sends(chat, **who, caption="/import@other_bot", **sent) == ""
    if chat != CHANNEL:
        assert REFUSED in await office.sends(chat, user=MEMBER, caption="/import", **sent)
    assert urls(office, chat) == []
    captioned = {"caption": "/import@khabardar_test_bot"} | sent
    assert "Added: 1 feed" in await office.sends(chat, **who, **captioned)
    assert urls(office, chat) == ["https://a.example/rss"]
    assert urls(office, ADMIN) == []


async def test_what_everybody_has_and_what_cannot_be_read_is_said(office):
    office.write(lambda work: work.feeds.add(NewFeed("https://shared.example/rss"), NOON))
    wanted = (
        "https://shared.example/rss",
        "https://good.example/rss",
        "ftp://old.example/rss",
        "http://127.0.0.1/admin",
        "https://me:secretword@closed.example/rss",
        "https://good.example:22/rss",
        "https://long.example/" + "x" * 3000,
    )
    answer = await office.sends(ALICE, **listed(office, *wanted))
    assert "Added: 1 feed" in answer
    assert "Everybody has them: 1" in answer
    assert "Cannot be read: 5" in answer
    assert "secretword" not in answer
    assert urls(office) == ["https://good.example/rss"]


async def test_a_chat_takes_over_no_more_than_its_share(open_office):
    async with open_office(max_feeds=3) as office:
        own(office, "https://mine.example/rss")
        many = [f"https://n{n}.example/rss" for n in range(5)]
        answer = await office.sends(ALICE, **listed(office, *many))
        assert "Added: 2 feeds" in answer
        assert "Left out, as a chat may add 3: 3" in answer
        assert len(urls(office)) == 3


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("feeds.opml", b"<html>no list</html>", "no OPML list"),
        ("feeds.opml", b"", "no OPML list"),
        ("feeds.opml", b"\xff\xfe\x00" * 9, "no OPML list"),
        ("report.pdf", b"%PDF-1.7", "lists of feeds alone"),
        ("feeds.xml", b"x" * 1_000_001, "too much for a list"),
    ],
)
async def test_what_is_no_list_is_said(office, name, content, why):
    document = office.telegram.document(name, content)
    assert why in await office.sends(ALICE, document=document)
    assert urls(office) == []


async def test_a_file_that_lies_about_its_size_is_read_as_far_as_a_list_goes(office):
    content = opml("https://a.example/rss") + b" " * 2_000_000
    document = office.telegram.document("feeds.opml", content, file_size=10)
    assert "Added: 1 feed" in await office.sends(ALICE, document=document)


async def test_a_file_that_cannot_be_had_is_said(office):
    office.telegram.script(faults.error(500, "Internal").on("getFile"))
    sent = listed(office, "https://a.example/rss")
    assert "send it again" in await office.sends(ALICE, **sent)
    assert "Added: 1 feed" in await office.sends(ALICE, **sent)


# --- /export -------------------------------------------------------------------------------------


def last(office, chat=ALICE):
    return office.telegram.messages(chat)[-1]


async def test_the_feeds_of_a_chat_come_as_a_list_that_another_takes_over(office):
    own(office, "https://a.example/rss?key=secretword", "https://b.example/rss")
    own(office, "https://bobs.example/rss", chat=BOB)
    assert "Feeds of this chat: 2" in await office.says(ALICE, "/export opml")
    sent = last(office)
    assert (sent.kind, sent.file_name) == ("document", "khabardar-feeds.opml")
    assert [feed.url for feed in read_opml(sent.file)] == urls(office)
    document = office.telegram.document("feeds.opml", sent.file)
    assert "Added: 2 feeds" in await office.sends(BOB, document=document)


async def test_where_others_read_along_no_key_is_shown(office):
    office.group()
    own(office, "https://a.example/rss?key=secretword", "https://b.example/rss", chat=SUPERGROUP)
    assert await office.says(SUPERGROUP, "/export opml", user=MEMBER) == REFUSED
    answer = await office.says(SUPERGROUP, "/export opml", user=ADMIN)
    assert "1 whose address holds a key" in answer
    assert [feed.url for feed in read_opml(last(office, SUPERGROUP).file)] == [
        "https://b.example/rss"
    ]


async def test_in_private_an_administrator_gets_the_whole_list_of_a_channel(office):
    office.group(CHANNEL, type="channel", username="quetta_news")
    office.telegram.join(CHANNEL, BOT_ID, "administrator")
    own(office, "https://a.example/rss?key=secretword", chat=CHANNEL)
    await office.says(ADMIN, "/export @quetta_news opml")
    assert b"secretword" in last(office, ADMIN).file
    assert "only administrators of it" in await office.says(BOB, "/export @quetta_news opml")


@pytest.mark.parametrize("form", ["csv", "json", "geojson"])
async def test_events_come_in_each_form(office, form):
    told = office.write(lambda work: told_event(work, at=NOON - MINUTE))
    office.write(lambda work: told_event(work, at=NOON - MINUTE, owner=BOB, title="Bob's own"))
    assert "Events, last 30 days, all: 1" in await office.says(ALICE, f"/export {form}")
    sent = last(office)
    assert sent.file_name == f"khabardar-events-2026-03-04.{form}"
    text = sent.file.decode()
    assert "Bob" not in text
    ids = {
        "csv": lambda: [row["id"] for row in csv.DictReader(text.splitlines())],
        "json": lambda: [row["id"] for row in json.loads(text)],
        "geojson": lambda: [f["properties"]["id"] for f in json.loads(text)["features"]],
    }
    assert ids[form]() == [told.public_id]


async def test_a_period_and_a_query_narrow_it(office):
    office.write(lambda work: told_event(work, at=NOON - MINUTE))
    assert ": 1" in await office.says(ALICE, "/export csv 24h type:bombing")
    assert "Nothing stored matches" in await office.says(ALICE, "/export csv 24h type:flood")
    assert "at character" in await office.says(ALICE, "/export csv (blast")


async def test_without_words_it_asks_and_a_button_is_enough(office):
    office.write(lambda work: told_event(work, at=NOON - MINUTE))
    assert "What shall the file hold?" in await office.says(ALICE, "/export")
    asked = last(office)
    assert await office.presses(asked, "Events, CSV") is None
    assert last(office).kind == "document"
    assert "has added no feeds" in (await office.presses(asked, "Feeds") or "")
    assert "Say in which form" in (await office.presses(asked, data="x:exe") or "")


async def test_files_are_the_administrators(office):
    office.group()
    await office.says(SUPERGROUP, "/export", user=ADMIN)
    asked = last(office, SUPERGROUP)
    assert REFUSED in (await office.presses(asked, "Events, CSV", user=MEMBER) or "") + "."
    assert last(office, SUPERGROUP).message_id == asked.message_id
