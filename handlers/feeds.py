"""/feeds, /addfeed, /removefeed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.delivery.html import html_message, text_message
from bot.domain.delivery import Message
from bot.domain.feeds import Feed
from bot.errors import InputError
from bot.log import redact
from bot.protocols import Work
from bot.services.feeds import add, health, remove
from handlers.requests import Command, Desk, Job, Request, Right


async def feeds(request: Request, desk: Desk) -> Job:
    """List the feeds this chat sees: its own numbered with their health, the shared ones named."""
    visible = await desk.store.read(lambda work: work.feeds.visible(request.scope))
    own = [feed for feed in visible if feed.owner_chat_id is not None]
    shared = [feed for feed in visible if feed.owner_chat_id is None]
    lines = [*_own(own, request), *_shared(shared, request)]
    return lambda _: [html_message("\n".join(lines))]


def _own(own: Sequence[Feed], request: Request) -> list[str]:
    if not own:
        return ["This chat has added no feeds; /addfeed URL adds one.", ""]
    lines = ["<b>Added by this chat</b>"]
    for number, feed in enumerate(own, 1):
        name = escape(feed.title or redact(feed.url), quote=False)
        lines.append(f"{number}. {name} – {escape(health(feed, request.now), quote=False)}")
    return [*lines, ""]


def _shared(shared: Sequence[Feed], request: Request) -> list[str]:
    lines = [f"<b>Shared with everybody</b> ({len(shared)})"]
    for feed in shared:
        state = f" – {health(feed, request.now)}" if feed.errors else ""
        lines.append(
            escape(f"• {feed.title or feed.publisher or redact(feed.url)}{state}", quote=False)
        )
    return lines


async def addfeed(request: Request, desk: Desk) -> Job:
    """Read the feed (or the page that names one) and add it for this chat."""
    url = request.arguments.strip()
    if not url:
        raise InputError("Say which: /addfeed https://example.org/rss (a page's address works too)")
    found = await desk.find_feed(url)

    def job(work: Work) -> list[Message]:
        feed = add(work, request.scope, found, desk.settings, request.now)
        if feed.owner_chat_id is None:
            return [text_message(f"Everybody here has {feed.title or 'this feed'} already.")]
        return [
            text_message(
                f"Added: {feed.title or redact(feed.url)}. What is in it now alerts nobody; "
                "what comes from now on does, in this chat."
            )
        ]

    return job


async def removefeed(request: Request, _desk: Desk) -> Job:
    """Remove a feed that this chat added."""
    wanted = request.arguments.strip()
    if not wanted:
        raise InputError("Say which: /removefeed 1 (the number in /feeds) or its address")

    def job(work: Work) -> list[Message]:
        gone = remove(work, request.scope, wanted)
        return [text_message(f"Removed: {gone.title or redact(gone.url)}")]

    return job


COMMANDS = (
    Command(("feeds",), Right.CHANGE, "the feeds and how they are", feeds),
    Command(("addfeed",), Right.MANAGE, "add a feed by its address", addfeed),
    Command(("removefeed",), Right.MANAGE, "remove a feed of this chat", removefeed),
)
