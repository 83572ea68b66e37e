"""A Telegram that takes every message at once: the senders are what is measured.

It speaks just enough HTTP/1.1 to be no bottleneck. It prints its port, and ends when its standard
input does.
"""

from __future__ import annotations

import asyncio
import json
import sys
from itertools import count

_NUMBERS = count(1)
_BOT = {"id": 424242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}


def _answer(path: bytes) -> bytes:
    result: object = _BOT
    if path.endswith((b"/sendMessage", b"/editMessageText")):
        chat = {"id": 7, "type": "private"}
        result = {"message_id": next(_NUMBERS), "date": 1, "chat": chat, "text": "Taken"}
    body = json.dumps({"ok": True, "result": result}).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


class Answers(asyncio.Protocol):
    """Answers each request once it is there, body and all."""

    def __init__(self) -> None:
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer what is complete."""
        self._asked += data
        head, found, body = self._asked.partition(b"\r\n\r\n")
        fields = head.lower().split(b"\r\n")
        lengths = [int(f.split(b":")[1]) for f in fields if f.startswith(b"content-length:")]
        if found and len(body) >= sum(lengths):
            self._asked = b""
            self._transport.write(_answer(head.split(b" ", 2)[1]))


async def serve() -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answers, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
