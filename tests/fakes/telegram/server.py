"""The fake server over real HTTP, on a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import struct
import threading
import time
from typing import Any

from aiohttp import web

from tests.fakes.telegram import methods
from tests.fakes.telegram.faults import Break, Fault, Script
from tests.fakes.telegram.schema import Schema, SchemaError
from tests.fakes.telegram.world import Request, World

_LIMITED = (
    "sendMessage",
    "sendPhoto",
    "sendDocument",
    "sendVenue",
    "editMessageText",
    "editMessageReplyMarkup",
)
_LINGER_ZERO = struct.pack("ii", 1, 0)
"""SO_LINGER that makes closing a reset."""


class Server:
    """Answers HTTP; the rules are in ``methods``, the truth in ``world``."""

    def __init__(self, world: World, script: Script, schema: Schema, token: str) -> None:
        self._world, self._script, self._schema, self._token = world, script, schema, token
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._news: asyncio.Condition
        self._poll = 0
        self._runner: web.AppRunner
        self.port = 0

    def start(self, port: int = 0) -> None:
        """Listen on loopback."""
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(port), self._loop).result(10)

    def stop(self) -> None:
        """Close every connection and end the thread."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def wake(self) -> None:
        """Tell the waiting poll that there are updates."""
        asyncio.run_coroutine_threadsafe(self._wake(), self._loop).result(10)

    async def _start(self, port: int) -> None:
        self._news = asyncio.Condition()
        app = web.Application(client_max_size=60_000_000)
        app.router.add_route("*", "/bot{token}/{method}", self._answer)
        app.router.add_get("/file/bot{token}/documents/{file_id}", self._download)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        self._poll += 1
        await self._wake()
        await self._runner.cleanup()
        current = asyncio.current_task()
        rest = [task for task in asyncio.all_tasks() if task is not current]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self._token:
            return _error(401, "Unauthorized")
        method = self._schema.spelled(request.match_info["method"])
        given = await _form(request)
        try:
            typed = self._schema.read(method, given)
        except SchemaError as error:
            self._world.complaints.append(f"{method}: {error}")
            return _error(400, f"Bad Request: {error}")
        with self._world.changed:
            self._world.requests.append(Request(method, typed, self._world.clock()))
            self._world.changed.notify_all()
        fault = self._script.due(method, typed.get("chat_id"))
        if fault is not None:
            return await self._spoil(request, fault, method, typed)
        if method == "getUpdates":
            return await self._get_updates(typed)
        return self._call(method, typed)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        content = self._world.files.get(request.match_info["file_id"])
        if request.match_info["token"] != self._token or content is None:
            return _error(404, "Not Found")
        return web.Response(body=content)

    def _call(self, method: str, given: dict[str, Any]) -> web.Response:
        with self._world.lock:
            if (wait := self._too_soon(method, given)) > 0:
                seconds = max(1, round(wait))
                return _error(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
            try:
                result = methods.call(self._world, method, given)
            except methods.RefusedError as error:
                return _error(error.status, error.description, **error.parameters)
            self._world.changed.notify_all()
            return _ok(result)

    def _too_soon(self, method: str, given: dict[str, Any]) -> float:
        limits, chat_id = self._world.limits, given.get("chat_id")
        if not limits.on or method not in _LIMITED or not isinstance(chat_id, int):
            return 0.0
        return limits.wait(chat_id, self._world.clock())

    # --- faults ---

    async def _spoil(
        self, request: web.Request, fault: Fault, method: str, given: dict[str, Any]
    ) -> web.StreamResponse:
        done = self._call(method, given) if fault.deliver else _ok(None)
        if fault.how is Break.HANG:
            await asyncio.sleep(fault.seconds)
            return done
        if fault.how is Break.HALF:
            return await _half(request, done)
        if fault.how in (Break.RESET, Break.CLOSE):
            return _cut(request, reset=fault.how is Break.RESET)
        if isinstance(fault.body, dict):
            return web.json_response(fault.body, status=fault.status)
        return web.Response(body=fault.body, status=fault.status)

    # --- updates ---

    async def _get_updates(self, given: dict[str, Any]) -> web.Response:
        if self._world.webhook:
            return _error(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        self._poll += 1
        mine, until = self._poll, time.monotonic() + given.get("timeout", 0)
        self._acknowledge(given.get("offset", 0))
        await self._wake()
        while True:
            if mine != self._poll:
                return _error(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one "
                    "bot instance is running",
                )
            left = until - time.monotonic()
            if self._world.updates or left <= 0:
                return _ok(self._world.updates[: given.get("limit", 100)])
            await self._wait(left)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait()

    def _acknowledge(self, offset: int) -> None:
        with self._world.lock:
            updates = self._world.updates
            if offset < 0:
                updates[:] = updates[offset:]
            elif offset > 0:
                updates[:] = [update for update in updates if update["update_id"] >= offset]


async def _form(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        raw = await request.json()
        return {k: v if isinstance(v, str) else json.dumps(v) for k, v in raw.items()}
    given: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = (value.filename, value.file.read())
        else:
            given[name] = value
    # A file sent under its parameter's own name stands for that parameter.
    return given | files | ({"files": files} if files else {})


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _error(status: int, description: str, **parameters: object) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)


async def _half(request: web.Request, whole: web.Response) -> web.StreamResponse:
    body = whole.body
    assert isinstance(body, bytes)
    response = web.StreamResponse(headers={"Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    return _cut(request, reset=False)


def _cut(request: web.Request, *, reset: bool) -> web.Response:
    transport = request.transport
    assert transport is not None
    connection = transport.get_extra_info("socket")
    if reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
        transport.abort()
    else:
        transport.close()
    return web.Response()
