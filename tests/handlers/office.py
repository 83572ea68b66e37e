"""The bot's front office in tests: what is said goes in, what the bot answers comes out."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from telegram.ext import Application

from bot.config import Settings
from bot.delivery.dispatcher import Dispatcher
from bot.delivery.messenger import TelegramMessenger, sending_request
from bot.domain.chats import Scope, Subscription
from bot.domain.feeds import NewFeed
from bot.errors import FetchError, InputError, ParseError
from bot.feeds.opml import read_opml
from bot.protocols import Work
from handlers.inbox import Clerk, Receiver
from handlers.register import register
from handlers.requests import Desk
from storage.store import SqlStore
from tests.fakes.telegram import BOT_ID, FakeTelegram

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
ALICE, BOB, OWNER = 7001, 7002, 7777
GROUP, SUPERGROUP, CHANNEL = -300, -1_000_000_000_300, -1_000_000_000_400
ADMIN, MEMBER = 8001, 8002

T = TypeVar("T")
Opener = Callable[..., AbstractAsyncContextManager["Office"]]


@dataclass
class Office:
    """The handlers with all that they need; ``now`` moves only when a test moves it."""

    telegram: FakeTelegram
    store: SqlStore
    application: Application[Any, Any, Any, Any, Any, Any]
    now: dt.datetime = NOON
    feeds: dict[str, NewFeed] = field(default_factory=dict)
    """What can be found on the web, by address."""
    looked_up: list[str] = field(default_factory=list)
    receiver: Receiver = field(init=False)
    clerk: Clerk = field(init=False)
    _dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        bot = self.application.bot
        self.receiver = Receiver(bot, self.store, self.clock, lambda: None)
        self.clerk = Clerk(self.application, self.store, self.clock)
        messenger = TelegramMessenger(bot)
        self._dispatcher = Dispatcher(self.store, messenger, self.clock, sleep=self._pass)

    def desk(self, settings: Settings) -> Desk:
        # Looked up at each call: a test may put another one in its place.
        async def find(url: str) -> NewFeed:
            return await self.find_feed(url)

        return Desk(self.store, settings, self.clock, find, _read_list, _nothing)

    def clock(self) -> dt.datetime:
        return self.now

    async def _pass(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)

    async def find_feed(self, url: str) -> NewFeed:
        self.looked_up.append(url)
        if url not in self.feeds:
            raise FetchError("the server answered 404")
        return self.feeds[url]

    # --- steps ---

    async def receive(self) -> None:
        """Store what came in; nothing is handled yet."""
        await self.receiver.receive_once(timeout=0)

    async def work(self) -> None:
        """Handle all that came in, and send all that is due."""
        await self.receive()
        await self.clerk.drain()
        await self._dispatcher.flush(patience=dt.timedelta(hours=1))

    async def says(self, chat: int, text: str, **fields: Any) -> str:
        """Say something; return what the bot answers in that chat, all of it."""
        before = len(self.telegram.messages(chat))
        self.telegram.user_says(chat, text, **fields)
        await self.work()
        return "\n".join(self.telegram.texts(chat)[before:])

    async def sends(self, chat: int, **content: Any) -> str:
        """Send what is no text; return what the bot answers in that chat, all of it."""
        before = len(self.telegram.messages(chat))
        self.telegram.user_sends(chat, **content)
        await self.work()
        return "\n".join(self.telegram.texts(chat)[before:])

    async def presses(self, *args: Any, **fields: Any) -> str | None:
        """Press a button; return the note that pops up, if any."""
        pressed = self.telegram.presses(*args, **fields)
        await self.work()
        answer = self.telegram.answer_to(pressed)
        return answer.get("text") if answer else None

    # --- what is stored ---

    def read(self, job: Callable[[Work], T]) -> T:
        return self.store.read_sync(job)

    def write(self, job: Callable[[Work], T]) -> T:
        return self.store.write_sync(job)

    def queries(self, chat: int, thread: int | None = None) -> list[str]:
        scope = Scope(chat, thread)
        have: list[Subscription] = list(self.read(lambda work: work.subscriptions.list(scope)))
        return [one.query for one in have]

    def group(self, chat: int = SUPERGROUP, **fields: Any) -> None:
        """Make a group with an administrator and a member."""
        self.telegram.chat(chat, **fields)
        self.telegram.join(chat, BOT_ID, "member")
        self.telegram.join(chat, ADMIN, "administrator")
        self.telegram.join(chat, MEMBER)


@contextlib.asynccontextmanager
async def opened(
    telegram: FakeTelegram, database: Path, settings: dict[str, Any]
) -> AsyncIterator[Office]:
    """Yield an office that works with a database."""
    given: dict[str, Any] = {"open": True, "owner_ids": frozenset({OWNER})} | settings
    chosen = Settings(_env_file=None, **given)  # type: ignore[call-arg]
    application = (
        Application.builder()
        .token(telegram.token)
        .base_url(f"{telegram.url}/bot")
        .base_file_url(f"{telegram.url}/file/bot")
        .request(sending_request())
        .updater(None)
        .concurrent_updates(True)
        .build()
    )
    with SqlStore(f"sqlite:///{database}", lambda: NOON) as store:
        office = Office(telegram, store, application)
        register(application, office.desk(chosen))
        async with application:
            yield office


async def _read_list(body: bytes) -> Sequence[NewFeed]:
    """Read a list here: that it is read in a child process is shown by the tests of feeds."""
    try:
        return read_opml(body)
    except InputError as error:
        raise ParseError(str(error)) from error


def _nothing() -> None:
    """Nobody needs to be woken: tests take each step themselves."""
