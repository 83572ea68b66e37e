"""Delivery: the limit reached, who goes first, what waits together, what a message costs.

    python -m bench.deliver [--chats 10000] [--messages 600]

Order and pacing are played in virtual time (``virtual_time``) with the real dispatcher and a real
database. CPU is that of a process which sends to a server of its own over HTTP, ours with
rendering, outbox and three commits a message, the peer with nothing but python-telegram-bot and
its AIORateLimiter. The last figure is the running service against a feed server and a fake
Telegram.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Iterator

from bench.deliver_queue import Burst, most_within, played, waits
from bench.deliver_soon import seconds_to_first_message
from bench.server import served_by
from bench.table import Figure, progress, show, spread
from bot.delivery.pacing import OVERALL
from bot.domain.delivery import Priority

LATENCY = 0.05
URGENT_AFTER = 10.0
URGENT = 200
EVENTS = 10
CPU_GOAL = 3.0
"""Milliseconds a message may cost in all."""
SOON_GOAL = 2.0
"""Seconds from a poll that finds something new to its first message."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench deliver", description=__doc__)
    parser.add_argument("--chats", type=int, default=10_000)
    parser.add_argument("--messages", type=int, default=600, help="whose CPU is measured")
    options = parser.parse_args()
    figures = [
        *_limit(options.chats),
        *_order(options.chats),
        *_together(options.chats),
        *_cpu(options.messages),
        *_soon(),
    ]
    show("deliver", figures)


def _limit(chats: int) -> Iterator[Figure]:
    """Tell every chat of one event: as fast as Telegram allows, and never faster."""
    ideal = chats / OVERALL
    everybody = Burst(range(1), range(1, chats + 1))
    yield Figure(f"{chats:,} chats at {OVERALL} a second: Telegram's limit", ideal, "s", ratio=1.0)
    for name, latency, goal in (("at once", 0.0, 0.97), (f"after {LATENCY:g} s", LATENCY, None)):
        progress(f"{chats:,} chats told, answers {name}")
        telegram = played([everybody], latency)
        last = max(waits(telegram, everybody))
        yield Figure(f"  ours, Telegram answers {name}", last, "s", 0.0, ideal / last, goal)
        most = float(most_within(telegram.seen))
        yield Figure("  most messages in any second", most, "messages", 0, OVERALL / most, 1)


def _order(chats: int) -> Iterator[Figure]:
    """Put urgent alerts behind a broadcast: in order of arrival, and by urgency."""
    crowd = range(1, chats + 1)
    few = range(chats + 1, chats + 1 + URGENT)
    everybody = Burst(range(1), crowd, Priority.BROADCAST)
    urgent = Burst(range(1, 2), few, Priority.EXTREME, URGENT_AFTER)
    alike = Burst(range(1, 2), few, Priority.BROADCAST, URGENT_AFTER)
    progress("urgent alerts behind a broadcast")
    queued = statistics.median(waits(played([everybody, alike], until=alike), alike))
    ahead = statistics.median(waits(played([everybody, urgent], until=urgent), urgent))
    what = f"{URGENT} urgent alerts behind {chats:,}"
    yield Figure(f"{what}: first come, first served", queued, "s (median)", ratio=1.0)
    yield Figure(f"{what}: ours", ahead, "s (median)", ratio=queued / ahead)


def _together(chats: int) -> Iterator[Figure]:
    """Let events concern all chats at once: one message an event, and bundled."""
    progress(f"{EVENTS} events, {chats:,} chats: this takes a minute or two")
    burst = Burst(range(EVENTS), range(1, chats + 1))
    # One message an event leaves exactly at the limit, event by event, as _limit has shown.
    alone = statistics.median(n / OVERALL for n in range(len(burst.alerts)))
    telegram = played([burst])
    bundled = statistics.median(waits(telegram, burst))
    what = f"{EVENTS} events for {chats:,} chats"
    yield Figure(f"{what}: a message an event", alone, "s (median)", ratio=1.0)
    yield Figure(f"{what}: ours, bundled", bundled, "s (median)", ratio=alone / bundled)
    yield Figure("  messages sent for them", len(telegram.seen), "messages")


def _cpu(messages: int) -> Iterator[Figure]:
    """Count the CPU of a message, to private chats and to groups (all of them alive)."""
    with served_by("bench.telegram_server") as port:
        for kind, sign in (("private chats", 1), ("groups", -1)):
            costs: dict[str, list[float]] = {"ours": [], "limiter": []}
            for number in range(3):
                progress(f"CPU of messages to {kind}, round {number + 1} of 3")
                for way, found in costs.items():
                    found.append(_sender(way, port, sign * messages))
            peer, peer_spread = spread(costs["limiter"])
            mine, mine_spread = spread(costs["ours"])
            name = f"CPU of a message to {messages:,} {kind}"
            yield Figure(f"{name}: AIORateLimiter, nothing stored", peer, "ms", peer_spread)
            goal = CPU_GOAL / mine
            yield Figure(f"{name}: ours, all in (3 ms)", mine, "ms", mine_spread, goal, 1)


def _sender(way: str, port: int, messages: int) -> float:
    command = [sys.executable, "-m", "bench.deliver_cpu", way, str(port), str(messages)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout)["ms"])


def _soon() -> Iterator[Figure]:
    progress("from a poll to the first message, the running service")
    seconds, quartiles = spread(seconds_to_first_message())
    ratio = SOON_GOAL / seconds
    what = "poll that finds an entry to its first message (2 s)"
    yield Figure(what, seconds, "s", quartiles, ratio, 1)


if __name__ == "__main__":
    main()
