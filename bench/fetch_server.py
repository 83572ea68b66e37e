"""The server that ``bench.fetch`` asks: a process of its own that answers 304, or 200 at first.

It speaks just enough HTTP/1.1 to be no bottleneck: the clients are what is measured. It prints its
port, and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
import sys

BODY = b"<rss><channel><title>T</title></channel></rss>"
CHANGED = (
    b'HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: "e"\r\n'
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)
UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "e"\r\n\r\n'


class Answers(asyncio.Protocol):
    """Answers every request after ``latency`` seconds."""

    def __init__(self, latency: float) -> None:
        self._latency = latency
        self._transport: asyncio.Transport | None = None
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self._transport = transport  # type: ignore[assignment] # uvloop's is no asyncio.Transport

    def data_received(self, data: bytes) -> None:
        """Answer once the request's head is complete."""
        self._asked += data
        if not self._asked.endswith(b"\r\n\r\n"):
            return
        asked, self._asked = self._asked.lower(), b""
        answer = UNCHANGED if b"if-none-match" in asked else CHANGED
        last = b"\r\nconnection: close" in asked
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._write, answer, last)
        else:
            self._write(answer, last)

    def _write(self, answer: bytes, last: bool) -> None:
        if self._transport is None or self._transport.is_closing():
            return
        if last:
            answer = answer.replace(b"\r\n", b"\r\nConnection: close\r\n", 1)
        self._transport.write(answer)
        if last:
            self._transport.close()


async def serve(latency: float, context: ssl.SSLContext | None) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Answers(latency), "127.0.0.1", 0, ssl=context, backlog=4096
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Run: latency in seconds, then certificate and key where TLS is spoken."""
    latency, *files = sys.argv[1:]
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    with contextlib.suppress(ImportError):
        import uvloop

        return uvloop.run(serve(float(latency), context))
    return asyncio.run(serve(float(latency), context))


if __name__ == "__main__":
    main()
