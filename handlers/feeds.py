"""/feeds, /addfeed, /removefeed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.html import Text, as_text, bold, joined, message, messages, theirs
from bot.domain.delivery import Message
from bot.domain.feeds import Feed
from bot.errors import InputError
from bot.log import redact
from bot.protocols import Work
from bot.services.feeds import add, check_share, health, remove
from handlers.requests import Command, Desk, Job, Request, Right


async def feeds(request: Request, desk: Desk) -> Job:
    """List the feeds this chat sees: its own numbered with their health, the shared ones named."""
    visible = await desk.store.read(lambda work: work.feeds.visible(request.scope))
    own = [feed for feed in visible if feed.owner_chat_id is not None]
    shared = [feed for feed in visible if feed.owner_chat_id is None]
    listed = joined("\n\n", [_own(own, request), _shared(shared, request)])
    return lambda _: messages(listed)


def _own(own: Sequence[Feed], request: Request) -> Text:
    if not own:
        return as_text("This chat has added no feeds; /addfeed URL adds one.")
    lines = [
        as_text(f"{number}. ") + joined(" – ", [name(feed), theirs(health(feed, request.now))])
        for number, feed in enumerate(own, 1)
    ]
    return joined("\n", [bold("Added by this chat"), *lines])


def _shared(shared: Sequence[Feed], request: Request) -> Text:
    lines = [
        as_text("• ")
        + joined(" – ", [name(feed), theirs(health(feed, request.now)) if feed.errors else ""])
        for feed in shared
    ]
    return joined("\n", [bold("Shared with everybody") + f" ({len(shared)})", *lines])


def name(feed: Feed) -> Text:
    """Return what a feed is called; its address, which may hold a key, only where nothing else."""
    return theirs(feed.title or feed.publisher) or theirs(redact(feed.url))


async def addfeed(request: Request, desk: Desk) -> Job:
    """Read the feed (or the page that names one) and add it for this chat."""
    url = request.arguments.strip()
    if not url:
        raise InputError("Say which: /addfeed https://example.org/rss (a page's address works too)")
    await desk.store.read(lambda work: check_share(work, request.scope, desk.settings))
    found = await desk.find_feed(url)

    def job(work: Work) -> list[Message]:
        known = work.feeds.find(found.url, request.scope.chat_id) is not None
        feed = add(work, request.scope, found, desk.settings, request.now)
        return [message(_added(feed, known=known))]

    return job


def _added(feed: Feed, *, known: bool) -> Text:
    if feed.owner_chat_id is None:
        return as_text("Everybody here has it already: ") + name(feed)
    if known:
        return as_text("This chat has it already: ") + name(feed)
    first = "What is in it now alerts nobody; what comes from now on does, in this chat."
    return joined(". ", [as_text("Added: ") + name(feed), first])


async def removefeed(request: Request, _desk: Desk) -> Job:
    """Remove a feed that this chat added."""
    wanted = request.arguments.strip()
    if not wanted:
        raise InputError("Say which: /removefeed 1 (the number in /feeds) or its address")

    def job(work: Work) -> list[Message]:
        gone = remove(work, request.scope, wanted)
        return [message(as_text("Removed: ") + name(gone))]

    return job


COMMANDS = (
    Command(("feeds",), Right.CHANGE, "the feeds and how they are", feeds),
    Command(("addfeed",), Right.MANAGE, "add a feed by its address", addfeed),
    Command(("removefeed",), Right.MANAGE, "remove a feed of this chat", removefeed),
)
