"""The owner's /status, /failed, /pausefeeds and /resumefeeds, in a private chat with the bot."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from bot.delivery.html import (
    Text,
    as_text,
    bold,
    code,
    joined,
    message,
    messages,
    text_message,
    theirs,
)
from bot.delivery.phrases import counted
from bot.domain.delivery import Message, OutboxRow, OutboxState
from bot.domain.feeds import Feed, FeedStatus
from bot.errors import InputError
from bot.protocols import Work
from bot.services import pausing
from bot.services.pausing import paused_since
from bot.services.remarks import IN_WORDS
from handlers.feeds import name
from handlers.requests import Command, Desk, Job, Request, Right

_SHOWN = 20
_NEWEST = 5
_RETRY = re.compile(r"retry ([0-9]{1,15})")


async def status(_request: Request, desk: Desk) -> Job:
    """Tell how the service is: feeds, entries, events, messages."""
    told = await desk.store.read(_status)
    return lambda _: messages(told)


def _status(work: Work) -> Text:
    entries = [
        f"{work.entries.count():,} stored",
        f"{work.entries.waiting():,} waiting",
        f"{len(work.entries.set_aside()):,} set aside",
    ]
    parts = [
        _feeds(work.feeds.all(), paused_since(work)),
        bold("Entries") + f": {', '.join(entries)}",
        bold("Events") + f": {work.events.count():,}",
        _outbox(work.outbox.counts()),
        _wrong(work),
    ]
    return joined("\n", parts)


def _wrong(work: Work) -> Text:
    """Count what chats said is wrong and show the newest; never who said it."""
    counts = work.remarks.counts()
    if not counts:
        return as_text("")
    parts = [f"{count:,} {IN_WORDS[wrong]}" for wrong, count in counts.items()]
    lines = [
        as_text("• ") + joined(" – ", [code(one.event.public_id), IN_WORDS[one.wrong]])
        for one in work.remarks.public(_NEWEST)
    ]
    hint = "khabardar export --wrong prints them, with what was extracted."
    return joined("\n", [bold("Said to be wrong") + f": {', '.join(parts)}", *lines, hint])


async def pausefeeds(request: Request, _desk: Desk) -> Job:
    """Let no feed be read until /resumefeeds."""

    def job(work: Work) -> list[Message]:
        new = pausing.pause(work, request.now)
        told = "No feed is read from now on" if new else "No feed is read already"
        return [text_message(f"{told}; what is stored is still sent. /resumefeeds ends it.")]

    return job


async def resumefeeds(request: Request, _desk: Desk) -> Job:
    """Let feeds be read again."""

    def job(work: Work) -> list[Message]:
        since = pausing.resume(work, request.now)
        if since is None:
            return [text_message("Feeds are read; /pausefeeds would let them rest.")]
        told = f"Feeds are read again. They rested since {since:%d %b %H:%M} UTC"
        return [text_message(f"{told}; what is older than an alert may be goes to digests.")]

    return job


def _feeds(feeds: Sequence[Feed], resting: dt.datetime | None) -> Text:
    """Count all feeds and name the failing shared ones; a chat's own are its business."""
    failing = [feed for feed in feeds if feed.errors]
    paused = sum(feed.status is FeedStatus.PAUSED for feed in feeds)
    head = bold("Feeds") + f": {len(feeds)}, {len(failing)} failing, {paused} paused"
    if resting:
        head += f"; none is read since {resting:%d %b %H:%M} UTC (/resumefeeds)"
    shared = [feed for feed in failing if feed.owner_chat_id is None]
    lines = [
        as_text("• ") + joined(" – ", [name(feed), theirs(feed.last_error or "")])
        for feed in shared[:_SHOWN]
    ]
    return joined("\n", [head, *lines])


def _outbox(counts: Mapping[OutboxState, int]) -> Text:
    parts = [f"{count:,} {state.value}" for state, count in counts.items() if count]
    hint = "/failed lists the dead ones." if counts.get(OutboxState.DEAD) else ""
    return joined("\n", [bold("Messages") + f": {', '.join(parts) or 'none yet'}", hint])


async def failed(request: Request, desk: Desk) -> Job:
    """List the messages that were given up, or let one be tried again."""
    words = request.arguments.lower().split()
    if not words:
        dead = await desk.store.read(lambda work: work.outbox.in_state(OutboxState.DEAD))
        return lambda _: messages(_dead(dead))
    wanted = _RETRY.fullmatch(" ".join(words))
    if wanted is None:
        raise InputError("/failed lists them, /failed retry 12 tries number 12 again.")
    return lambda work: [_again(work, int(wanted[1]), request)]


def _dead(rows: Sequence[OutboxRow]) -> Text:
    """Tell what failed and why, never what it says: that is between the bot and its chat."""
    if not rows:
        return as_text("No message was given up.")
    lines = [
        as_text(f"{row.id}. chat {row.chat_id}, {counted(row.attempts, 'attempt')}: ")
        + theirs(row.last_error or "no reason known")
        for row in rows[:_SHOWN]
    ]
    more = f"… and {len(rows) - _SHOWN} more" if len(rows) > _SHOWN else ""
    listed = joined("\n", [bold("Given up"), *lines, more])
    return joined("\n\n", [listed, f"/failed retry {rows[0].id} tries one again."])


def _again(work: Work, row_id: int, request: Request) -> Message:
    if not work.outbox.retry(row_id, request.now):
        raise InputError("There is no failed message of this number; /failed lists them.")
    return message(as_text(f"Message {row_id} waits to be sent again."))


COMMANDS = (
    Command(("status",), Right.OWNER, "how the service is", status),
    Command(("failed",), Right.OWNER, "messages that were given up", failed),
    Command(("pausefeeds",), Right.OWNER, "read no feed for a while", pausefeeds),
    Command(("resumefeeds",), Right.OWNER, "read feeds again", resumefeeds),
)
