"""A chat lives through one attack: real extraction, merging, storage, sending; Telegram is fake.

The articles are ours; the clock is the story's, Wednesday 4 March 2026 in Bannu.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from telegram import Bot

from bot.config import Settings
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.messenger import TelegramMessenger, sending_request
from bot.domain.chats import ChatType, Scope
from bot.domain.feeds import NewEntry, NewFeed, ParsedEntry
from bot.domain.reports import Article, Report
from bot.domain.values import Count
from bot.extraction.extractor import SpacyExtractor
from bot.feeds.identity import identify
from bot.pipeline.walk import Pipeline
from bot.protocols import EventFilter, Work
from storage.store import SqlStore
from tests.delivery.rows import StillMessenger, StillStore, VirtualTime
from tests.fakes.telegram import Delivered, FakeTelegram

DESK, SPORTS_FAN = 7001, 7002
LUNCH = dt.datetime(2026, 3, 4, 7, 5, tzinfo=dt.UTC)
"""12:05 in Bannu."""

FIRST = """\
BANNU: Three people were killed and seven others injured when a bomb planted in a handcart \
exploded at the vegetable market of Bannu on Wednesday, police said.
The windows of the Akbari hotel were shattered and rescuers took the injured to the district \
hospital. No group has claimed responsibility for the blast."""

EIGHT = """\
BANNU: At least eight people were killed on Wednesday when a handcart laden with explosives blew \
up in the crowded vegetable market of Bannu, a hospital official told Frontier Daily.
Traders said the market was full when the bomb exploded. Shopkeeper Mirwais Tareen, whose stall \
stands under the Akbari hotel, helped to carry the dead."""

AGENCY = """\
BANNU (AFP) — A bomb hidden in a handcart killed eight people at a vegetable market in Bannu in \
northwest Pakistan on Wednesday, police said.
"We heard a loud bang and then saw smoke over the stalls," said fruit seller Gul Khan, who was \
standing near the gate of the market. Officials said the area had been sealed off and a search \
for accomplices was under way. Residents were asked to give blood at the district hospital."""

TWELVE = """\
BANNU: The death toll from the bombing at the vegetable market of Bannu rose to 12 on Wednesday \
after more victims died in hospital, a hospital official told Frontier Daily.
A handcart laden with explosives had blown up in the crowded market at noon. Shopkeeper Mirwais \
Tareen, whose stall stands under the Akbari hotel, helped to carry the dead."""

CLAIM = """\
BANNU: The Tehreek-e-Taliban Pakistan (TTP) on Wednesday claimed responsibility for the bombing \
that killed eight people at the vegetable market of Bannu.
In a statement the group said that it had planted the bomb in a handcart. Police said they were \
examining the claim."""

NINE = """\
BANNU: The hospital on Wednesday revised the death toll from the bombing at the vegetable market \
of Bannu down to nine people killed, saying that three bodies had been counted twice.
A handcart laden with explosives had blown up in the crowded market at noon. Shopkeeper Mirwais \
Tareen, whose stall stands under the Akbari hotel, helped to carry the dead."""

FUNERAL = """\
BANNU: The victims of the bombing that killed 12 people at the vegetable market of Bannu were \
laid to rest on Thursday, with hundreds of mourners at their funeral prayers.
Shops stayed closed and elders asked the government for help for the families."""


@dataclass
class Newsroom:
    """The house in one process, with a clock of its own."""

    store: SqlStore
    telegram: FakeTelegram
    time: VirtualTime
    pipeline: Pipeline
    dispatcher: Dispatcher

    async def prints(
        self, clock: str, publisher: str, title: str, text: str, *, day: int = 4, guid: str = ""
    ) -> tuple[str, list[str]]:
        """Let an article come at this local time; return the message as it stands, and replies."""
        hour, minute = map(int, clock.split(":"))
        local = dt.timezone(dt.timedelta(hours=5))
        self.time.now = dt.datetime(2026, 3, day, hour, minute, tzinfo=local).astimezone(dt.UTC)
        await self.store.write(lambda work: self._arrives(work, publisher, guid, title, text))
        before = len(self.messages())
        await self.pipeline.run()
        await self.dispatcher.flush(dt.timedelta(minutes=5))
        after = self.messages()
        live = after[0]
        assert all(reply.reply_to == live.message_id for reply in after[1:])
        return live.text, [reply.text for reply in after[max(before, 1) :]]

    def _arrives(self, work: Work, publisher: str, guid: str, title: str, text: str) -> None:
        host = f"https://{publisher.replace(' ', '-').lower()}.example"
        feed = work.feeds.add(NewFeed(f"{host}/feed", publisher=publisher), self.time.now)
        parsed = ParsedEntry(guid or title, f"{host}/{guid or len(title)}", title, text,
                             published_at=self.time.now)  # fmt: skip
        identity = identify(parsed)
        known = [k.id for k in work.entries.known(feed.id, [identity]) if k.key == identity.key]
        revises = known[0] if known else None
        work.entries.add(feed, [NewEntry(identity, parsed, False, revises)], self.time.now)

    def messages(self, chat: int = DESK) -> list[Delivered]:
        return self.telegram.messages(chat)

    async def subscribe(self, chat: int, query: str) -> None:
        def job(work: Work) -> None:
            work.chats.ensure(chat, ChatType.PRIVATE, self.time.now)
            work.subscriptions.add(Scope(chat), query, self.time.now)

        await self.store.write(job)


@pytest.fixture
async def newsroom(tmp_path: Path, telegram: FakeTelegram) -> AsyncIterator[Newsroom]:
    time = VirtualTime(LUNCH)
    extractor = SpacyExtractor(None)

    async def extract(articles: Sequence[Article]) -> list[Report]:
        return extractor.extract_many(articles)

    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    bot = Bot(telegram.token, base_url=f"{telegram.url}/bot", request=sending_request())
    with SqlStore(f"sqlite:///{tmp_path / 'news.db'}", time) as store:
        async with bot:
            messenger = StillMessenger(TelegramMessenger(bot), time)
            still = StillStore(store, time)
            dispatcher = Dispatcher(still, messenger, time, sleep=time.sleep)
            pipeline = Pipeline(store, extract, settings, time)
            yield Newsroom(store, telegram, time, pipeline, dispatcher)


async def test_eight_reports_of_one_attack_end_as_one_message_with_the_right_replies(
    newsroom: Newsroom,
):
    newsroom.telegram.chat(DESK)
    newsroom.telegram.chat(SPORTS_FAN)
    await newsroom.subscribe(DESK, "place:Bannu bomb*")
    await newsroom.subscribe(SPORTS_FAN, "cricket")
    prints = newsroom.prints

    # The first report is the alert.
    live, replies = await prints(
        "12:05", "Bannu Gazette", "Three killed in blast at Bannu vegetable market", FIRST
    )
    assert live.startswith("🔴 SEVERE · BOMBING · Bannu, Khyber Pakhtunkhwa, PK")
    assert "3 killed, 7 injured" in live
    assert "nobody has claimed it" in live
    assert "1 source (Bannu Gazette)" in live
    assert replies == []

    # A second newspaper counts eight: the message says so, and so does a reply.
    live, replies = await prints(
        "13:00", "Frontier Daily", "Eight dead as handcart bomb hits Bannu market", EIGHT, guid="f1"
    )
    assert "8 killed (3–8 in 2 reports), 7 injured" in live
    assert "2 sources (Bannu Gazette, Frontier Daily)" in live
    assert told(replies) == ["Killed 3 → 8", "Second source: Frontier Daily"]

    # A third prints an agency's text with the same toll: edited, no reply.
    live, replies = await prints(
        "13:30", "Valley Times", "Bomb kills eight at Bannu vegetable market", AGENCY
    )
    assert "8 killed (3–8 in 3 reports)" in live
    assert "3 sources (Bannu Gazette, Frontier Daily, AFP)" in live
    assert replies == []

    # A fourth prints the same text: the agency counts once.
    live, replies = await prints(
        "14:00", "Border Herald", "Eight killed in Pakistan market bombing", AGENCY
    )
    assert "3 sources (Bannu Gazette, Frontier Daily, AFP)" in live
    assert replies == []

    # The second newspaper rewrites its article: twelve.
    live, replies = await prints(
        "15:00", "Frontier Daily", "Death toll of Bannu market bombing rises to 12", TWELVE,
        guid="f1",
    )  # fmt: skip
    assert live.startswith("🟣 EXTREME")
    assert "12 killed (3–12 in 4 reports)" in live
    assert "Updated 15:00" in live
    assert told(replies) == ["Killed 8 → 12", "Severity Severe → Extreme"]

    # A group claims it; that its statement repeats the old toll corrects nothing.
    live, replies = await prints("16:00", "City Observer", "TTP claims Bannu market bombing", CLAIM)
    assert "12 killed (3–12 in 5 reports)" in live
    assert "claimed by Tehreek-e-Taliban Pakistan (TTP)" in live
    assert told(replies) == ["Tehreek-e-Taliban Pakistan (TTP) claimed it"]

    # The hospital had counted three bodies twice.
    live, replies = await prints(
        "18:00", "Frontier Daily", "Bannu bombing: death toll revised to nine", NINE, guid="f1"
    )
    assert "9 killed (3–9 in 5 reports)" in live
    assert told(replies) == ["Correction: killed 12 → 9"]

    # Next day the funeral joins the event, and nobody hears of it.
    before = live
    live, replies = await prints(
        "14:00", "Bannu Gazette", "Victims of Bannu market bombing laid to rest", FUNERAL, day=5
    )
    assert live == before
    assert replies == []

    alert, *answers = newsroom.messages()
    assert len(answers) == 4
    assert len(alert.versions) == 6, "an edit a report, but for the first and the funeral"
    assert newsroom.messages(SPORTS_FAN) == []

    (event,) = newsroom.store.read_sync(lambda work: work.events.find(None, EventFilter()))
    assert [(s.publisher, s.wire, s.follow_up) for s in event.sources] == [
        ("Bannu Gazette", None, None),
        ("Valley Times", "AFP", None),
        ("Border Herald", "AFP", None),
        ("City Observer", None, None),
        ("Frontier Daily", None, None),
        ("Bannu Gazette", None, "funeral"),
    ]
    assert event.incident is not None
    assert event.incident.casualties.killed == Count(9, 9, "nine")


def told(replies: list[str]) -> list[str]:
    """Return what the only reply tells, without its head and its foot."""
    (reply,) = replies
    return reply.splitlines()[1:-1]
