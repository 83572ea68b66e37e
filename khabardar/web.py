"""The only door that others can knock at: /health, and the webhook if there is one."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from http import HTTPStatus

from aiohttp import web

from bot.config import Settings
from handlers.webhook import SECRET_HEADER, Intake
from khabardar.watching import Watch

log = logging.getLogger(__name__)

MAX_BODY = 1_000_000
"""Bytes; the largest update is a few thousand."""
HEALTH = "/health"
WEBHOOK = "/telegram"


def build_app(watch: Watch | None = None, intake: Intake | None = None) -> web.Application:
    """Return the application with the routes of the parts that are there."""
    app = web.Application(client_max_size=MAX_BODY)

    async def health(_request: web.Request) -> web.Response:
        assert watch is not None
        wrong = {trouble.key: trouble.text for trouble in watch.troubles}
        well = not wrong and not watch.stale
        at = watch.looked_at.isoformat() if watch.looked_at else None
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return web.json_response({"ok": well, "at": at, "wrong": wrong}, status=status)

    async def telegram(request: web.Request) -> web.Response:
        assert intake is not None
        if not intake.knows(request.headers.get(SECRET_HEADER)):
            return web.Response(status=HTTPStatus.FORBIDDEN)
        if (request.content_length or 0) > MAX_BODY:
            return web.Response(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return web.Response(status=await intake.take(await request.read()))

    if watch is not None:
        app.router.add_get(HEALTH, health)
    if intake is not None:
        app.router.add_post(WEBHOOK, telegram)
    return app


@contextlib.asynccontextmanager
async def listening(settings: Settings, app: web.Application) -> AsyncIterator[int]:
    """Serve the application while the block runs; give the port."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=5)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.web_host, settings.web_port).start()
        port: int = runner.addresses[0][1]
        log.info("listening", extra={"host": settings.web_host, "port": port})
        yield port
    finally:
        await runner.cleanup()
