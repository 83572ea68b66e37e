"""A feed server on loopback for tests: scripted answers, faults, and the truth about requests.

    with FeedServer() as server:
        url = server.serve("/news.xml", rss([item("1", "Blast")]))
        server.script("/flaky.xml", Answer(status=503, headers={"Retry-After": "9"}), Answer(...))

It runs in a thread of its own. A path with a script plays it from the start; its last answer stays.
Files served with ``serve`` carry an ETag and answer 304 to who knows it.
"""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web


@dataclass(frozen=True, slots=True)
class Answer:
    """One scripted answer.

    ``drip`` seconds pass between the bytes of a slow body, ``delay`` before the first one;
    ``endless`` repeats the body until the client leaves; ``cut`` closes before the promised end.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    endless: bool = False
    cut: bool = False
    gate: threading.Event | None = None
    """The answer waits until a test sets it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]


class FeedServer:
    """Serves what it is told on ``http://127.0.0.1:PORT`` and remembers who asked for what."""

    def __init__(self, addresses: Sequence[str] = ("127.0.0.1",)) -> None:
        """``addresses`` are those of loopback to listen on: each is a host of its own."""
        self._addresses = addresses
        self.requests: list[Seen] = []
        self.at_once = 0
        self.most_at_once = 0
        self.not_modified: Counter[str] = Counter()
        self._files: dict[str, Answer] = {}
        self._scripts: defaultdict[str, list[Answer]] = defaultdict(list)
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="feed-server", daemon=True)
        self.port = 0

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http://{host}:{self.port}{path}"

    def serve(
        self, path: str, body: bytes, content_type: str = "application/rss+xml", **headers: str
    ) -> str:
        """Serve a file from now on, with an ETag; return its address."""
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        self._files[path] = Answer(
            body, headers={"Content-Type": content_type, "ETag": tag} | headers
        )
        return self.url(path)

    def script(self, path: str, *answers: Answer) -> str:
        """Play these answers, one a request; the last one stays. Returns the path's address."""
        self._scripts[path] = list(answers)
        return self.url(path)

    def count(self, path: str) -> int:
        """Return how often a path was asked for."""
        return sum(seen.path == path for seen in self.requests)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        runner = web.ServerRunner(web.Server(self._handle), shutdown_timeout=0.1)
        await runner.setup()
        for address in self._addresses:
            await web.TCPSite(runner, address, self.port).start()
            self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(Seen(request.path, dict(request.headers)))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self._answer(request)
        finally:
            self.at_once -= 1

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        script = self._scripts.get(request.path)
        if script:
            return await _play(request, script.pop(0) if len(script) > 1 else script[0])
        file = self._files.get(request.path)
        if file is None:
            return web.Response(status=404)
        if request.headers.get("If-None-Match") == file.headers["ETag"]:
            self.not_modified[request.path] += 1
            return web.Response(status=304, headers={"ETag": file.headers["ETag"]})
        return await _play(request, file)


async def _play(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    if answer.gate is not None:
        await asyncio.to_thread(answer.gate.wait, 10)
    if answer.delay:
        await asyncio.sleep(answer.delay)
    if answer.drip or answer.endless or answer.cut:
        return await _stream(request, answer)
    return web.Response(body=answer.body, status=answer.status, headers=answer.headers)


async def _stream(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    if answer.cut:
        response.content_length = len(answer.body) + 1000
    await response.prepare(request)
    while True:
        pieces = [answer.body] if not answer.drip else [bytes([byte]) for byte in answer.body]
        for piece in pieces:
            await response.write(piece)
            await asyncio.sleep(answer.drip)
        if not answer.endless:
            break
    if answer.cut and request.transport is not None:
        request.transport.close()
    return response


def gzipped(body: bytes, times: int = 1) -> Answer:
    """Return an answer whose body is compressed, perhaps more than once."""
    for _ in range(times):
        body = gzip.compress(body, mtime=0)
    return Answer(body, headers={"Content-Encoding": "gzip"})


def item(
    guid: str | None,
    title: str,
    text: str = "",
    *,
    link: str | None = None,
    published: str | None = None,
) -> str:
    """Return an RSS item; dates as RFC 822."""
    parts = {"title": title, "link": link, "guid": guid, "pubDate": published, "description": text}
    return "<item>" + "".join(
        f"<{name}>{escape(value)}</{name}>" for name, value in parts.items() if value
    ) + "</item>"  # fmt: skip


def rss(
    items: Sequence[str], title: str = "Test Herald", link: str = "https://herald.example/"
) -> bytes:
    """Return an RSS 2.0 document."""
    head = f"<title>{escape(title)}</title><link>{link}</link><description>t</description>"
    body = "\n".join(items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>{head}\n{body}\n'
        "</channel></rss>\n"
    ).encode()
