"""Kills the program, starts it again, and looks at the truth.

The fakes live in this process, the program in one of its own: whatever happens to it, the truth
stays.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from bench.crash.databases import OnPostgres, SqliteFile
from bench.crash.program import REST_PATIENCE, Program
from bench.crash.truth import judge
from bench.crash.verdict import Verdict
from bench.crash.world import READERS, World
from tests.fakes.feed_server import FeedServer
from tests.fakes.telegram import FakeTelegram

POINTS = {
    "after_inbox": 2, "after_command": 2, "after_reply": 2, "mid_forget": 1,
    "mid_poll": 1, "after_poll": 2, "after_extraction": 1,
    "after_event_insert": 1, "before_commit": 1, "after_commit": 1,
    "digest": 1, "after_claim": 3, "before_send": 8, "after_send": 8, "after_mark": 8,
}  # fmt: skip
"""Where the program is killed, and at which visit at the latest."""
ROLES = ("fetch", "fetch", "extract", "extract", "send", "chat")
"""The processes that share the work: two of each role of which there may be several."""
NAMED_PATIENCE = 60.0
"""Seconds that the program gets to come to where it dies, before it is killed anyway."""
A_STEP = 1.0
"""Seconds between two steps of the world."""
MOST_MORE = 2.0
"""Seconds that the program lives at most, once it sends (alerts), before a random kill."""
EARLY, SENDING, ALERTING = "while starting", "at random, sending", "at random, alerting"


@dataclass(frozen=True)
class Setting:
    """What to do to the program."""

    kills: int
    seed: int
    faulty: float = 0.0
    """How many ambiguous faults happen to an alert, on average."""
    mutant: str | None = None
    named: float = 0.6
    """Which part of the kills happens at named points; the others come at a random moment."""
    cruel: bool = False
    """Only kill around sending alerts: where wrong policies lose and double."""
    roles: bool = False
    """Share the work between processes; all of them die when one does."""


@dataclass
class Run:
    """A crash test under way."""

    setting: Setting
    world: World
    program: Program
    chance: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    """How often the program was killed, by place."""
    waits: list[float] = field(default_factory=list)
    """Seconds from starting to sending, for each start that came to send."""
    integrity_failures: int = 0
    unclean_stops: int = 0
    hang_ups: int = 0
    """How often a server broke off the program's connections."""
    _undisturbed: int = 0
    _read: int = 0
    """Requests to Telegram that were looked at."""
    _silent: bool = False
    """The program that runs has sent nothing yet."""

    def run(self) -> Verdict:
        """Kill as often as asked for, let everything come to rest, and judge."""
        self._prepare()
        for number in range(self.setting.kills):
            self._one_life(number)
            self._tell(number + 1)
        if not self.setting.kills:
            self._peaceful_life()
        self.world.telegram.calm()
        self._come_to_rest()
        return judge(
            self.world,
            self.program,
            breaks=self.setting.kills + self.hang_ups,
            integrity_failures=self.integrity_failures,
            unclean_stops=self.unclean_stops,
        )

    # --- lives ---

    def _prepare(self) -> None:
        """Let the chats subscribe, and the feed be polled once: its first poll alerts nobody.

        The first life ends while the database is being made.
        """
        self.world.settle()
        self.program.start("mid_migration")
        self.program.wait_until(lambda: not self.program.alive(), "it makes a database")
        self._kill("mid_migration")
        self.program.start()
        messages, requests = self.world.telegram.messages, self.world.feeds.requests
        self.program.wait_until(
            lambda: len(messages()) > len(READERS) and len(requests) > 1, "readers subscribe"
        )
        self._stop()

    def _one_life(self, number: int) -> None:
        point, visit = self._end(number)
        self._read, self._silent = len(self.world.telegram.requests), True
        self.program.start(f"{point}:{visit}" if visit else "")
        if point == EARLY:
            time.sleep(self.chance.uniform(0.0, 1.5))
        else:
            self.program.serves()
            self._live(point)
            if self.program.alive() and not self.setting.cruel:
                self._disturb()
        self._kill(point)

    def _end(self, number: int) -> tuple[str, int]:
        """Return where this life ends, and at which visit of that place (0: nowhere)."""
        if self.setting.cruel:
            return ("before_send", "after_send")[number % 2], self.chance.randint(1, 8)
        if self.chance.random() < self.setting.named:
            point, latest = self.chance.choice(list(POINTS.items()))
            return point, self.chance.randint(1, latest)
        return self.chance.choice((EARLY, SENDING, SENDING, ALERTING, ALERTING)), 0

    def _live(self, point: str) -> None:
        """Let the world go on until the program dies, or for a random while once it sends."""
        began, more, next_step = time.monotonic(), self.chance.uniform(0.0, MOST_MORE), 0.0
        while self.program.alive() and time.monotonic() < began + NAMED_PATIENCE:
            if time.monotonic() >= next_step:
                next_step = time.monotonic() + A_STEP
                self._step(point)
            if point in self._sent():
                time.sleep(more)
                break
            time.sleep(0.01)
        self._sent()

    def _step(self, point: str) -> None:
        self.world.step()
        if point == "mid_forget":
            self.world.leave()
        elif point == "digest":
            self.world.rise()
        self.program.let_morning_come()

    def _sent(self) -> set[str]:
        """Return what was sent since the last look; note how long the first message took."""
        new = self.world.telegram.requests[self._read :]
        self._read += len(new)
        chats = {one.parameters["chat_id"] for one in new if one.method == "sendMessage"}
        if self._silent and chats:
            self._silent = False
            self.waits.append(time.monotonic() - self.program.began)
        return ({SENDING} if chats else set()) | ({ALERTING} if chats & set(READERS) else set())

    def _disturb(self) -> None:
        """Now and then stop in good order, or let others at the database."""
        self._undisturbed += 1
        match self._undisturbed % 12:
            case 4:
                self._stop()
                self.program.start()
                self.program.serves()
            case 8:
                self.integrity_failures += not self.program.backs_up("mid_backup")
                self._hang_up()
            case 0:
                self.program.database.hold()
            case _:
                pass

    def _hang_up(self) -> None:
        """Break off the program's connections, if it has any, and let it live on for a step."""
        if self.program.database.hang_up():
            self.hang_ups += 1
            self.world.step()
            time.sleep(self.chance.uniform(0.0, MOST_MORE))

    def _kill(self, point: str) -> None:
        missed = point in POINTS and self.program.alive()
        self.program.kill()
        self.kills["late" if missed else point] += 1
        self.integrity_failures += not self.program.database.is_whole()

    def _stop(self) -> None:
        self.unclean_stops += not self.program.stop()

    def _peaceful_life(self) -> None:
        self.program.start()
        self.program.serves()
        for _ in range(10):
            self.world.step()

    # --- the end ---

    def _come_to_rest(self) -> None:
        """Wait until nothing more is under way, then stop the program."""
        if not self.program.alive():
            self.program.start()
        self.program.wait_until(self._is_quiet, "everything comes to rest", REST_PATIENCE)
        self._stop()
        self.integrity_failures += not self.program.backs_up()

    def _is_quiet(self) -> bool:
        waiting = self.world.telegram.world.updates
        self.program.let_morning_come()
        published = len(self.world.published)
        return not waiting and not self.program.database.ask(_UNDER_WAY, published=published)

    def _tell(self, number: int) -> None:
        if number % 10 == 0 or number == self.setting.kills:
            due, got = len(READERS) * len(self.world.published), self.world.due()
            told = f"{number} of {self.setting.kills} kills, {due - got} of {due} alerts delivered"
            print(told, file=sys.stderr, flush=True)


_UNDER_WAY = (
    "SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'claimed', 'sending'))"
    " + (SELECT count(*) FROM entry WHERE state = 'waiting')"
    " + (SELECT count(*) FROM inbox WHERE state = 'new')"
    " + (SELECT count(*) FROM digest WHERE last_on IS NULL)"
    " + abs((SELECT count(*) FROM entry WHERE key LIKE '%zq%x') - :published)"
)


def crash_test(
    setting: Setting, folder: Path, postgres_url: str | None = None
) -> tuple[Verdict, Run]:
    """Run one crash test; everything it writes goes into ``folder``.

    ``postgres_url`` names an empty database that the program uses instead of a file.
    """
    database = OnPostgres(postgres_url) if postgres_url else SqliteFile(folder / "crash.db")
    with FakeTelegram() as telegram, FeedServer() as feeds:
        chance = random.Random(setting.seed)
        world = World(telegram, feeds, chance, setting.faulty, talkative=not setting.cruel)
        program = Program(folder, database, telegram, feeds.url("/news.xml"), setting.mutant)
        program.roles = ROLES if setting.roles else program.roles
        run = Run(setting, world, program, random.Random(~setting.seed))
        try:
            return run.run(), run
        finally:
            program.kill()
