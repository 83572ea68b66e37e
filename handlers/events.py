"""/latest, /search, /digest, /event."""

from __future__ import annotations

import datetime as dt

from bot.delivery.locating import pin_of
from bot.delivery.renderer import (
    render_digest,
    render_event,
    render_list,
    render_map,
    render_sources,
)
from bot.domain.chats import Scope
from bot.domain.delivery import Message
from bot.domain.events import Event
from bot.errors import InputError
from bot.matching.query import Query
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services import slots
from bot.services.periods import lately, read_period
from bot.services.search import find
from bot.services.subscriptions import understand
from handlers.digests import digest_job
from handlers.requests import Command, Desk, Job, Request, Right

MONTH = dt.timedelta(days=30)
LATEST = 10
NO_EVENT = "There is no event of this code; it stands at the end of an alert."


async def latest(request: Request, desk: Desk) -> Job:
    """Show the newest events of the last month that match."""
    query = _query(request.arguments, desk)
    period = lately(request.now, MONTH)
    found = await desk.store.read(
        lambda work: find(work, request.scope, query, period, limit=LATEST)
    )
    zone = await _zone(request.scope, desk)
    messages = render_list(found.events, zone, request.now, note=found.note)
    return lambda _: messages


async def digest(request: Request, desk: Desk) -> Job:
    """Sum up a period, each event once; or have it done at a time of day."""
    if slots.is_schedule(request.arguments):
        return digest_job(request, desk)
    zone = await _zone(request.scope, desk)
    period, words = read_period(request.arguments, request.now, zone)
    query = _query(words, desk)
    found = await desk.store.read(lambda work: find(work, request.scope, query, period))
    title = f"Digest, {period.words}" + (f": {say(query)}" if query else "")
    messages = render_digest(found.events, title, zone, request.now, note=found.note)
    return lambda _: messages


async def event(request: Request, desk: Desk) -> Job:
    """Show the whole card of one event: facts with evidence, sources, history."""
    public_id = request.arguments.strip().upper().lstrip("#")
    if not public_id:
        raise InputError("Say which event: /event KH-7F3A (the code at the end of an alert).")
    messages = await event_card(public_id, request, desk)
    return lambda _: messages


async def event_card(public_id: str, request: Request, desk: Desk) -> list[Message]:
    """Return an event in full, if this chat may see it.

    Raises:
        InputError: there is no such event, or it is another chat's.

    """
    zone = await _zone(request.scope, desk)
    found = await desk.store.read(lambda work: _with_history(work, request.scope, public_id))
    if found is None:
        raise InputError(NO_EVENT)
    return render_event(*found, zone=zone, now=request.now)


async def event_sources(public_id: str, request: Request, desk: Desk) -> list[Message]:
    """Return who reported an event, if this chat may see it. Raises ``InputError``."""
    zone = await _zone(request.scope, desk)
    return render_sources(await visible(public_id, request, desk), zone=zone, now=request.now)


async def event_map(public_id: str, request: Request, desk: Desk) -> list[Message]:
    """Return where an event is, if that is known here. Raises ``InputError``."""
    pin = pin_of(await visible(public_id, request, desk))
    if pin is None:
        raise InputError(f"Where {public_id} is on the map is not known.")
    return [render_map(pin)]


async def visible(public_id: str, request: Request, desk: Desk) -> Event:
    """Return the event of this code, if this chat may see it. Raises ``InputError``."""
    found = await desk.store.read(lambda work: work.events.visible(request.scope, public_id))
    if found is None:
        raise InputError(NO_EVENT)
    return found


def _with_history(work: Work, scope: Scope, public_id: str) -> tuple[Event, list[Event]] | None:
    event = work.events.visible(scope, public_id)
    return None if event is None else (event, list(work.events.history(event.id)))


def _query(text: str, desk: Desk) -> Query | None:
    return understand(text, desk.settings) if text.strip() else None


async def _zone(scope: Scope, desk: Desk) -> str:
    chat = await desk.store.read(lambda work: work.chats.get(scope.chat_id))
    return chat.zone if chat else desk.settings.default_zone


COMMANDS = (
    Command(("latest", "search"), Right.CHANGE, "newest events, all or matching", latest),
    Command(("digest",), Right.CHANGE, "sum up 24h, 7d, today; at 07:00: every day", digest),
    Command(("event",), Right.SEE, "everything about one event", event),
)
