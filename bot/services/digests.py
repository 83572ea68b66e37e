"""Scheduled digests: set, ended, and put into the outbox when their moment has come.

The rows of a digest and its slot's next moment are one commit, and a row's key names the slot and
the local day: after a crash there is neither a missing digest nor a second one.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import replace

from bot.config import Settings
from bot.crashpoints import crash
from bot.delivery import phrases
from bot.delivery.digest import render_digest
from bot.delivery.html import text_message
from bot.domain.chats import Chat, DigestSlot, Scope
from bot.domain.delivery import Message, NewOutboxRow, Priority
from bot.errors import QueryError, QuotaError
from bot.matching.query import STORED, canonical, parse
from bot.matching.say_back import say
from bot.protocols import Clock, Store, Work
from bot.services import slots
from bot.services.periods import Period
from bot.services.search import find
from bot.services.slots import Wanted
from bot.services.subscriptions import understand

log = logging.getLogger(__name__)

MOST = 5
"""Digests a day for a chat and topic."""
NOT_MADE = (
    "The digest of {at:%H:%M} could not be made today, for a reason on this side; it is noted for "
    "the owner. /digest 24h may work."
)
LONGEST = dt.timedelta(days=8)
"""A digest that comes late tells of no more than this: a week and the day that it is late."""


def schedule(
    work: Work, scope: Scope, wanted: Wanted, settings: Settings, now: dt.datetime
) -> DigestSlot:
    """Store a digest's slot; the same time again replaces its days and query.

    Raises:
        QueryError: the query cannot be read.
        QuotaError: the chat and topic has its share of digests.

    """
    query = canonical(understand(wanted.query, settings)) if wanted.query else ""
    known = {slot.at: slot for slot in work.digests.list(scope)}
    if wanted.at not in known and len(known) >= MOST:
        raise QuotaError(f"There are {MOST} digests a day here, the most. /digest off ends them.")
    zone = zone_of(work, scope, settings)
    slot = DigestSlot(
        scope.chat_id, scope.thread_id, wanted.at, wanted.days, query, now, _covered(wanted, now)
    )
    if before := known.get(wanted.at):
        slot = replace(slot, last_on=before.last_on, covered_until=before.covered_until)
    slot = slots.moved(slot, zone, now)
    work.digests.put(slot)
    return slot


def _covered(wanted: Wanted, now: dt.datetime) -> dt.datetime:
    """Return from when the first digest tells: a day before it is set, or a week."""
    return now - (slots.DAY if len(wanted.days) > 1 else 7 * slots.DAY)


def end(work: Work, scope: Scope, text: str) -> int:
    """End the digest of a time, or all of this chat and topic; return how many.

    Raises:
        InputError: the words are no time.

    """
    at = slots.read(text).at if text.strip() else None
    return work.digests.remove(scope, at)


def zone_of(work: Work, scope: Scope, settings: Settings) -> str:
    """Return a chat's zone."""
    chat = work.chats.get(scope.chat_id)
    return chat.zone if chat else settings.default_zone


def move_zone(work: Work, chat: Chat, zone: str, now: dt.datetime) -> None:
    """Store a chat's new zone; its digests come at their times there."""
    work.chats.save(replace(chat, zone=zone))
    for slot in work.digests.of_chat(chat.id):
        work.digests.put(slots.moved(slot, zone, now))


# --- sending -------------------------------------------------------------------------------------


class Digester:
    """Puts digests that are due into the outbox."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def run(self) -> int:
        """Put everything that is due; return how many digests."""
        done = 0
        while (slot := await self._store.read(self._due)) is not None:
            done += await self._put(slot)
        return done

    def _due(self, work: Work) -> DigestSlot | None:
        return work.digests.due(self._clock())

    async def _put(self, slot: DigestSlot) -> bool:
        now = self._clock()
        # Rendering may take a while: it is done in a snapshot, so that nobody waits for it.
        zone, messages = await self._store.read(lambda work: _rendered(work, slot, now))
        after = slots.sent(slot, zone, now)

        def job(work: Work) -> bool:
            if not work.digests.advance(slot, after):
                return False  # changed or ended meanwhile: looked at anew
            for row in rows_of(after, messages):
                work.outbox.put(row, now)
            crash("digest")
            return True

        return await self._store.write(job)


def _rendered(work: Work, slot: DigestSlot, now: dt.datetime) -> tuple[str, list[Message]]:
    chat = work.chats.get(slot.chat_id)
    zone = chat.zone if chat else "UTC"
    try:
        return zone, _digest(work, slot, zone, now)
    except (QueryError, ValueError, LookupError, TypeError):
        # One digest that cannot be made must not keep all others waiting behind it.
        log.exception("a digest could not be made", extra={"chat": slot.chat_id})
        return zone, [text_message(NOT_MADE.format(at=slot.at))]


def _digest(work: Work, slot: DigestSlot, zone: str, now: dt.datetime) -> list[Message]:
    query = parse(slot.query, limits=STORED) if slot.query else None
    since = max(slot.covered_until, now - LONGEST)
    found = find(work, slot.scope, query, Period(since, now, ""))
    day = slots.local_day(slot, zone, now)
    title = f"Digest, {phrases.day(day)}" + (f": {say(query)}" if query else "")
    return render_digest(found.events, title, zone, now, note=found.note)


def rows_of(slot: DigestSlot, messages: list[Message]) -> list[NewOutboxRow]:
    """Return the outbox rows of the digest that a slot has just had."""
    topic, day = slot.thread_id or "", slot.last_on
    name = f"digest:{slot.chat_id}:{topic}:{slot.at:%H%M}:{day}"
    return [
        NewOutboxRow(
            dedupe_key=f"{name}:{part}",
            chat_id=slot.chat_id,
            thread_id=slot.thread_id,
            message=message,
            priority=Priority.DIGEST,
        )
        for part, message in enumerate(messages)
    ]


def in_words(slot: DigestSlot, zone: str) -> str:
    """Return what a slot is: its time, days and zone."""
    return f"{slots.days_in_words(slot.days)} at {slot.at:%H:%M} ({zone})"
