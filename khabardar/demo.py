"""The main job on bundled input: three sample feeds, two polls, three chats, no token, no network.

The feeds are served on loopback and go through the real fetcher, parser, extraction, merging,
SQLite and matching; only Telegram is replaced by the terminal. The clock is the sample's own.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources

from rich.console import Console
from rich.rule import Rule

from bot.config import Settings
from bot.delivery.console import ConsoleMessenger, bubble
from bot.delivery.renderer import render_digest
from bot.domain.chats import Scope
from bot.domain.feeds import NewFeed
from bot.services.periods import lately
from bot.services.search import find
from khabardar.rehearsal import Rehearsal, rehearsal

FEEDS = ("sindh-morning.xml", "frontier-gazette.xml", "relief-wire.json")
NEWSROOM, ANALYST, RELIEF = 1, 2, 3
NAMES = {NEWSROOM: "Newsroom", ANALYST: "Policy desk", RELIEF: "Relief team"}
SUBSCRIPTIONS = {
    NEWSROOM: ("kind:incident train sindh", 'place:"Khyber Pakhtunkhwa" killed>=1'),
    ANALYST: ("kind:policy (deport* OR ban) country:PK",),
    RELIEF: ("type:flood OR displaced>=100",),
}
START = dt.datetime(2026, 1, 26, 15, 0, tzinfo=dt.UTC)
BETWEEN_POLLS = dt.timedelta(minutes=30)
ZONE = "Asia/Karachi"


@dataclass(slots=True)
class StoryClock:
    """A clock that moves when it is told to."""

    now: dt.datetime = START

    def __call__(self) -> dt.datetime:
        """Return the story's time."""
        return self.now


class SampleServer(ThreadingHTTPServer):
    """Serves the sample feeds of one round on loopback, with ETags as publishers do."""

    daemon_threads = True
    round = "first"

    def body(self, path: str) -> bytes | None:
        """Return a sample feed as it is in this round."""
        if path.lstrip("/") not in FEEDS:
            return None
        folder = resources.files("khabardar").joinpath("samples", self.round)
        return folder.joinpath(path.lstrip("/")).read_bytes()


class _Handler(BaseHTTPRequestHandler):
    server: SampleServer

    def do_GET(self) -> None:
        body = self.server.body(self.path)
        if body is None:
            self.send_error(404)
            return
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        unchanged = self.headers.get("If-None-Match") == tag
        self.send_response(304 if unchanged else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Length", "0" if unchanged else str(len(body)))
        self.end_headers()
        if not unchanged:
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        """Keep the terminal for the messages."""


@contextlib.contextmanager
def serving() -> Iterator[SampleServer]:
    """Yield the running server."""
    server = SampleServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


async def show(settings: Settings, console: Console | None = None) -> None:
    """Play the story and print what the chats would see."""
    console = console or Console()
    clock = StoryClock()
    with serving() as server:
        host = f"http://127.0.0.1:{server.server_port}"
        feeds = [NewFeed(url=f"{host}/{name}") for name in FEEDS]
        async with rehearsal(ConsoleMessenger(console, NAMES), clock, settings) as house:
            await _subscribe(house, console)
            console.print(Rule("first poll, Monday 20:00 in Karachi"))
            await _round(house, feeds, console)
            server.round, clock.now = "second", clock.now + BETWEEN_POLLS
            console.print(Rule("second poll, half an hour later: a toll has risen"))
            await _round(house, feeds, console)
            console.print(Rule("/digest 24h"))
            await _digest(house, console)
    console.print(_WHERE_NEXT)


async def _subscribe(house: Rehearsal, console: Console) -> None:
    for chat, queries in SUBSCRIPTIONS.items():
        await house.subscribe(chat, queries)
        for query in queries:
            console.print(f"{NAMES[chat]}: /subscribe {query}", markup=False, highlight=False)


async def _round(house: Rehearsal, feeds: list[NewFeed], console: Console) -> None:
    polled = await house.poll(feeds)
    await house.process()
    await house.deliver()
    events = await house.store.read(lambda work: work.events.count())
    console.print(
        f"{polled.polled} feeds polled, {polled.unchanged} unchanged, {polled.new} new entries, "
        f"{polled.revised} rewritten; {events} events stored\n",
        style="dim",
        highlight=False,
    )


async def _digest(house: Rehearsal, console: Console) -> None:
    now = house.clock()
    period = lately(now, dt.timedelta(days=1))
    found = await house.store.read(lambda work: find(work, Scope(NEWSROOM), None, period))
    for message in render_digest(found.events, "Digest, last 24 hours", ZONE, now):
        console.print(bubble(message))


_WHERE_NEXT = """
Where next: `khabardar once --feed URL --subscribe QUERY` reads a feed of yours once;
README.md, “Set-up”, has the bot running in Telegram in five minutes."""
