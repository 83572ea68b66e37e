"""The running service: ticks, sender, receiver, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Coroutine
from enum import StrEnum
from functools import partial
from typing import Any

from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application

from bot.config import Settings, secrets_withheld
from bot.delivery.dispatcher import Dispatcher, manner_of
from bot.delivery.messenger import TelegramMessenger, sending_request
from bot.domain.feeds import NewFeed
from bot.errors import ConfigError
from bot.extraction.worker import ExtractionWorker
from bot.feeds.discover import discover
from bot.feeds.poller import AT_ONCE, Poller
from bot.feeds.schedule import PollPolicy
from bot.pipeline.walk import Pipeline
from bot.protocols import Work
from bot.scheduler import Scheduler, Tick
from bot.services.digests import Digester
from bot.services.notices import tell
from bot.services.pausing import paused_since
from bot.services.upkeep import keep_up
from handlers.inbox import Clerk, Receiver
from handlers.register import menu, register
from handlers.requests import Desk
from handlers.webhook import Intake, announce
from khabardar.heaps import keep_small
from khabardar.watching import Watch
from khabardar.web import WEBHOOK, build_app, listening
from khabardar.wiring import import_feeds_once, open_store, reading, utc_now
from storage.store import SqlStore

log = logging.getLogger(__name__)

POLL_TICK = dt.timedelta(seconds=1)
WORK_TICK = dt.timedelta(seconds=3)
DIGEST_TICK = dt.timedelta(seconds=20)
WATCH_TICK = dt.timedelta(minutes=1)
UPKEEP_TICK = dt.timedelta(hours=1)
POLL_PATIENCE = dt.timedelta(seconds=0.5)
NETWORK_PAUSE = 10.0
SENDER = "sender"

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class Role(StrEnum):
    """Which part of the work this process does; several may share one database."""

    ALL = "all"
    FETCH = "fetch"
    EXTRACT = "extract"
    SEND = "send"
    CHAT = "chat"


def needs(role: Role, part: Role) -> bool:
    """Tell whether a process of this role does this part."""
    return role in (Role.ALL, part)


def missing_token() -> ConfigError:
    """Return the error that tells how to come by a token."""
    return ConfigError(
        "TELEGRAM_TOKEN",
        "it is not set. Write to @BotFather in Telegram, send /newbot, and put the token it shows "
        "into .env as TELEGRAM_TOKEN=… (README, “Set-up”)",
    )


def refused_token() -> ConfigError:
    """Return the error of a token that is wrong, or was revoked."""
    return ConfigError(
        "TELEGRAM_TOKEN",
        "Telegram refuses it. Nothing is lost: put in the one that @BotFather shows, start again",
    )


def build_application(settings: Settings) -> AnyApplication:
    """Return python-telegram-bot's application, without its own updater. Raises ``ConfigError``."""
    if settings.telegram_token is None:
        raise missing_token()
    builder = Application.builder().token(settings.telegram_token.get_secret_value())
    builder = builder.base_url(f"{settings.telegram_api_url}/bot")
    builder = builder.base_file_url(f"{settings.telegram_api_url}/file/bot")
    return builder.request(sending_request()).updater(None).concurrent_updates(True).build()


class Service:
    """The parts of a running process, connected. ``stop`` ends ``run`` in good order."""

    def __init__(self, settings: Settings, role: Role = Role.ALL) -> None:
        self.settings = settings
        self.role = role
        self._stopping = asyncio.Event()
        self._ticks: list[Tick] = []
        self._forever: dict[str, Coroutine[Any, Any, None]] = {}
        self._scheduler: Scheduler | None = None
        self._dispatcher: Dispatcher | None = None
        self._intake: Intake | None = None
        self._at_last: list[Coroutine[Any, Any, None]] = []

    def stop(self) -> None:
        """End the service: what is under way is finished, nothing new begins."""
        self._stopping.set()

    async def run(self) -> None:
        """Serve until stopped.

        Raises:
            ConfigError: the token is missing or refused.
            StorageError: the database cannot be used.

        """
        async with contextlib.AsyncExitStack() as stack:
            store = stack.enter_context(open_store(self.settings.database_url))
            if self.role is Role.ALL:
                await store.write(release_leases)
            await self._wire(stack, store)
            self._scheduler = Scheduler(self._ticks)
            self._scheduler.start()
            stack.push_async_callback(self._scheduler.stop)
            log.info("khabardar is running", extra={"role": self.role.value})
            await self._serve()

    async def _serve(self) -> None:
        """Wait until somebody says stop, or one of the endless tasks gives up."""
        tasks = [asyncio.create_task(run, name=name) for name, run in self._forever.items()]
        stop = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
        finally:
            stop.cancel()
            await self._end(tasks)

    async def _end(self, tasks: list[asyncio.Task[None]]) -> None:
        if self._dispatcher is not None:
            self._dispatcher.stop()
        for task in tasks:
            if task.get_name() != SENDER:  # it ends by itself when its last answers are in
                task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, InvalidToken):
                raise refused_token() from result
            if isinstance(result, Exception):
                raise result

    async def _wire(self, stack: contextlib.AsyncExitStack, store: SqlStore) -> None:
        if needs(self.role, Role.FETCH):
            await self._wire_polling(stack, store)
        if needs(self.role, Role.EXTRACT):
            await self._wire_pipeline(stack, store)
        if needs(self.role, Role.SEND) or needs(self.role, Role.CHAT):
            await self._wire_telegram(stack, store)
        if self.role in (Role.ALL, Role.FETCH):
            self._ticks.append(Tick("upkeep", UPKEEP_TICK, lambda: self._keep_up(store)))
        if self.role in (Role.ALL, Role.CHAT):
            await self._wire_watch(stack, store)
        for step in self._at_last:
            await step

    async def _wire_polling(self, stack: contextlib.AsyncExitStack, store: SqlStore) -> None:
        added = await import_feeds_once(store, self.settings)
        if added:
            log.info("feeds taken over", extra={"count": added})
        fetcher, parser = await stack.enter_async_context(reading(self.settings))
        policy = PollPolicy(
            every=self.settings.poll_every, alert_max_age=self.settings.alert_max_age
        )
        poller = Poller(store, fetcher, parser, utc_now, policy)
        stack.push_async_callback(poller.close)

        async def poll() -> None:
            # While all is paused nothing new is asked; what was asked before is still stored.
            most = AT_ONCE if await store.read(paused_since) is None else 0
            summary = await poller.poll_due(most, POLL_PATIENCE)
            if summary.notices:
                owners = self.settings.owner_ids
                await store.write(lambda work: tell(work, summary.notices, owners, utc_now()))
            if summary.new or summary.revised:
                self.kick("process")

        self._ticks.append(Tick("poll", POLL_TICK, poll))

    async def _wire_pipeline(self, stack: contextlib.AsyncExitStack, store: SqlStore) -> None:
        worker = await stack.enter_async_context(ExtractionWorker(self.settings.spacy_model))
        pipeline = Pipeline(store, worker.extract_many, self.settings, utc_now, self._wake)
        self._ticks.append(Tick("process", WORK_TICK, pipeline.run))
        stack.push_async_callback(pipeline.keep_index)
        digester = Digester(store, utc_now)

        async def digest() -> None:
            if await digester.run():
                self._wake()

        self._ticks.append(Tick("digest", DIGEST_TICK, digest))

    async def _wire_telegram(self, stack: contextlib.AsyncExitStack, store: SqlStore) -> None:
        application = build_application(self.settings)
        await self._connect(application)
        stack.push_async_callback(application.shutdown)
        if needs(self.role, Role.SEND):
            await self._wire_sending(application, store)
        if needs(self.role, Role.CHAT):
            await self._wire_chat(stack, application, store)

    async def _connect(self, application: AnyApplication) -> None:
        """Wait for the network if need be: a machine may come up before its router does."""
        while not self._stopping.is_set():
            try:
                await application.initialize()
            except InvalidToken as error:
                raise refused_token() from error
            except TelegramError as error:
                log.warning("Telegram cannot be reached yet", extra={"why": str(error)})
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), NETWORK_PAUSE)
            else:
                return

    async def _wire_sending(self, application: AnyApplication, store: SqlStore) -> None:
        worker = f"{socket.gethostname()}:{os.getpid()}"
        policy: Any = self.settings.uncertain_policy
        manner = manner_of(worker, self.settings.owner_ids, policy)
        messenger = TelegramMessenger(application.bot)
        self._dispatcher = Dispatcher(store, messenger, utc_now, manner)
        await self._dispatcher.recover(alone=self.role is Role.ALL)
        self._forever[SENDER] = self._dispatcher.run()

    async def _wire_chat(
        self, stack: contextlib.AsyncExitStack, application: AnyApplication, store: SqlStore
    ) -> None:
        fetcher, parser = await stack.enter_async_context(reading(self.settings))

        async def find(url: str) -> NewFeed:
            return await discover(url, fetcher, parser)

        desk = Desk(store, self.settings, utc_now, find, parser.parse_list, self._wake)
        register(application, desk)
        clerk = Clerk(application, store)
        self._ticks.append(Tick("inbox", WORK_TICK, clerk.tick))
        arrived = partial(self.kick, "inbox")
        if self.settings.webhook_url and self.settings.webhook_secret:
            secret = self.settings.webhook_secret.get_secret_value()
            address = self.settings.webhook_url.rstrip("/") + WEBHOOK
            self._intake = Intake(store, utc_now, secret, arrived)
            self._at_last.append(announce(application.bot, address, secret))
        else:
            self._forever["receiver"] = Receiver(application.bot, store, utc_now, arrived).run()
        with contextlib.suppress(TelegramError):
            await application.bot.set_my_commands(menu())

    async def _wire_watch(self, stack: contextlib.AsyncExitStack, store: SqlStore) -> None:
        """Look after the service each minute; answer /health where a port is set."""
        fetcher, _ = await stack.enter_async_context(reading(self.settings, trusted=True))
        watch = Watch(store, self.settings, utc_now, fetcher)
        self._ticks.append(Tick("watch", WATCH_TICK, watch.look))
        if self.settings.web_port:
            app = build_app(watch, self._intake)
            await stack.enter_async_context(listening(self.settings, app))

    async def _keep_up(self, store: SqlStore) -> None:
        dropped = await store.write(lambda work: keep_up(work, self.settings, utc_now()))
        log.info("upkeep done", extra={"dropped": str(dropped)})

    def kick(self, name: str) -> None:
        """Run a tick at once, if this process has it and has started."""
        if self._scheduler is not None and any(tick.name == name for tick in self._ticks):
            self._scheduler.kick(name)

    def _wake(self) -> None:
        if self._dispatcher is not None:
            self._dispatcher.wake()


def release_leases(work: Work) -> int:
    """Free what a process that died had taken: nobody else works on this database.

    Returns how many feeds and entries were freed.
    """
    now = utc_now()
    return work.feeds.release(now) + work.entries.release(now)


@contextlib.asynccontextmanager
async def _stopped_by_signals(service: Service) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, service.stop)
    try:
        yield
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def serve(settings: Settings, role: Role = Role.ALL) -> None:
    """Run the service until SIGINT or SIGTERM."""
    keep_small()
    service = Service(settings, role)
    with secrets_withheld():
        async with _stopped_by_signals(service):
            await service.run()
