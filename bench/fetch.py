"""How fast feeds are fetched, beside httpx: ``python -m bench.fetch``.

Server and clients are processes of their own on this machine. Nine of ten feeds are unchanged. Our
fetcher runs whole: guard, gate per host, cap and deadline; httpx without any of them, on asyncio's
own loop as people run it, over TLS also on uvloop, on which ours and aiohttp alone run.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from bench.fetch_client import Task
from bench.server import served_by
from bench.table import Figure, progress, show, spread

ROUNDS = 5
LATENCY = 0.2
MEGABYTES = 300
SECONDS = 20

Result = dict[str, float]


def main() -> None:
    """Measure and print."""
    figures = [*_kept(), *_far(), *_many_hosts(), *_tls()]
    show("fetch", figures)


def _kept() -> Iterator[Figure]:
    with _serving(0) as port:
        peer, mine = _rounds(("httpx", "ours"), port, feeds=2000, hosts=1, connections=100)
    yield from _throughput("one near host, kept connections", (peer, mine), goal=None)


def _far() -> Iterator[Figure]:
    with _serving(LATENCY) as port:
        peer = [_client(Task("httpx", "http", port, 1000, 1, 1000))]
        mine = [_client(Task("ours", "http", port, 10_000, 1, 1000)) for _ in range(ROUNDS)]
    peer = [run | {"feeds": 1000} for run in peer]
    mine = [run | {"feeds": 10_000} for run in mine]
    yield from _throughput("200 ms away, 1,000 kept connections", (peer, mine), goal=20)


def _many_hosts() -> Iterator[Figure]:
    """Measure the goal itself: 10,000 hosts, 200 ms away, one connection each."""
    with _serving(LATENCY) as port:
        task = Task("ours", "http", port, 10_000, 10_000, 1000)
        runs = [_client(task) for _ in range(ROUNDS)]
    name = "10,000 hosts, 200 ms away: ours"
    middle, quartiles = spread([run["seconds"] for run in runs])
    yield Figure(f"{name}, in all", middle, "s", quartiles, SECONDS / middle, 1)
    middle, quartiles = spread([run["megabytes"] for run in runs])
    yield Figure(f"{name}, memory", middle, "MB", quartiles, MEGABYTES / middle, 1)


def _tls() -> Iterator[Figure]:
    """Measure CPU over new TLS connections, the usual case where each feed has its own host."""
    with _certificate() as files:
        if files is None:
            progress("no openssl: TLS is not measured")
            return
        with _serving(0, *files) as port:
            runs = _rounds(
                ("httpx", "httpx on uvloop", "bare", "ours"),
                port,
                feeds=600,
                hosts=600,
                connections=50,
                scheme="https",
            )
    costs = [spread([run["cpu"] * 1000 / run["feeds"] for run in some]) for some in runs]
    names = (
        ("httpx", None),
        ("httpx on uvloop", None),
        ("aiohttp alone, without guard or cap", None),
        ("ours", 2),
    )
    for (name, goal), (cost, quartiles) in zip(names, costs, strict=True):
        ratio = costs[0][0] / cost
        yield Figure(f"new TLS connections, CPU: {name}", cost, "ms/feed", quartiles, ratio, goal)


def _throughput(
    name: str, runs: tuple[list[Result], list[Result]], goal: float | None
) -> Iterator[Figure]:
    (old, old_quartiles), (new, quartiles) = (
        spread([run["feeds"] / run["seconds"] for run in some]) for some in runs
    )
    yield Figure(f"{name}: httpx", old, "feeds/s", old_quartiles, 1)
    yield Figure(f"{name}: ours", new, "feeds/s", quartiles, new / old, goal)


def _rounds(
    clients: Sequence[str],
    port: int,
    *,
    feeds: int,
    hosts: int,
    connections: int,
    scheme: str = "http",
) -> list[list[Result]]:
    """Let clients run in turn, so that the machine's moods meet all."""
    runs: list[list[Result]] = [[] for _ in clients]
    for _ in range(ROUNDS):
        for client, results in zip(clients, runs, strict=True):
            result = _client(Task(client, scheme, port, feeds, hosts, connections))
            results.append(result | {"feeds": feeds})
    return runs


def _serving(latency: float, *files: str) -> contextlib.AbstractContextManager[int]:
    return served_by("bench.fetch_server", str(latency), *files)


def _client(task: Task) -> Result:
    progress(f"{task.client}: {task.feeds} feeds on {task.hosts} hosts")
    command = [sys.executable, "-m", "bench.fetch_client", json.dumps(asdict(task))]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    result: Result = json.loads(done.stdout)
    if result["right"] != task.feeds:
        raise SystemExit(f"{task.client}: {task.feeds - result['right']:.0f} wrong answers")
    return result


@contextlib.contextmanager
def _certificate() -> Iterator[tuple[str, str] | None]:
    """Make a certificate for the hosts of this benchmark, which the clients then trust."""
    openssl = shutil.which("openssl")
    if openssl is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = str(Path(folder, "cert.pem")), str(Path(folder, "key.pem"))
        command = [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
            *("-nodes", "-days", "2", "-subj", "/CN=bench", "-keyout", key, "-out", certificate),
            *("-addext", "subjectAltName=DNS:*.bench.test"),
        ]
        subprocess.run(command, check=True, capture_output=True)
        os.environ["SSL_CERT_FILE"] = certificate
        yield certificate, key
        del os.environ["SSL_CERT_FILE"]


if __name__ == "__main__":
    main()
