"""/subscribe, /subscriptions, /unsubscribe, and what is done with one that is there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

from bot.delivery.html import Text, as_text, code, joined, messages, theirs
from bot.delivery.phrases import counted
from bot.domain.chats import Subscription
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.matching.query import STORED, Query, parse
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services.subscriptions import by_number, preview, subscribe, understand, unsubscribe
from bot.services.tuning import reword
from handlers import rows
from handlers.previews import LONGEST, shown
from handlers.requests import Act, Command, Desk, Job, Request, Right

_DIGITS = 4


async def subscribe_(request: Request, desk: Desk) -> Job:
    """Store a subscription and show how it was understood and what it would have sent."""
    return await subscribing(understand(request.arguments, desk.settings), request, desk)


async def subscribing(query: Query, request: Request, desk: Desk) -> Job:
    """Return the job that stores a subscription and shows its preview."""
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))

    def job(work: Work) -> list[Message]:
        made = subscribe(work, request.scope, query, desk.settings, request.now)
        head = "You have this one already" if made.known else "Subscribed"
        at = request.update_id if request.home is None else None
        return [shown(head, made.subscription, query, seen, at)]

    return job


async def subscriptions(request: Request, _desk: Desk) -> Job:
    """List the subscriptions of this chat and topic, numbered, ten a page."""
    page = request.arguments.strip() or "1"
    if not (page.isascii() and page.isdigit() and len(page) <= _DIGITS):
        raise InputError("A page is a number: /subscriptions 2 shows the second.")
    at = request.update_id
    return lambda work: [rows.listed(work.subscriptions.list(request.scope), int(page) - 1, at)]


def _numbered(act: Callable[[Subscription, Request, Desk], Awaitable[Job]], example: str) -> Act:
    """Return the act of a command that names a subscription by its number in the list."""

    async def numbered(request: Request, desk: Desk) -> Job:
        number = request.arguments.split(maxsplit=1)[:1]
        if not number:
            raise InputError(f"Say which: {example}; /subscriptions numbers them.")
        one = await desk.store.read(lambda work: by_number(work, request.scope, number[0]))
        return await act(one, request, desk)

    return numbered


def _pausing(*, paused: bool) -> Callable[[Subscription, Request, Desk], Awaitable[Job]]:
    async def pause(one: Subscription, request: Request, _desk: Desk) -> Job:
        def job(work: Work) -> list[Message]:
            work.subscriptions.pause(request.scope, one.id, paused=paused)
            return messages(as_text("Paused: " if paused else "Resumed: ") + code(one.query))

        return job

    return pause


async def _share(one: Subscription, request: Request, _desk: Desk) -> Job:
    return rows.sharing(one, request)


async def _edit(one: Subscription, request: Request, desk: Desk) -> Job:
    words = request.arguments.split(maxsplit=1)[1:]
    if not words:
        return await rows.editing(one, request, desk)
    query = understand(words[0], desk.settings)
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))

    def job(work: Work) -> list[Message]:
        made = reword(work, request.scope, one.id, query, request.now)
        new = shown("Subscribed", made, query, seen, request.update_id)
        return [new, *messages(as_text("Replaced: ") + code(one.query))]

    return job


async def unsubscribe_(request: Request, _desk: Desk) -> Job:
    """Remove one subscription by number or words, or all (confirmed; their list is kept safe)."""
    wanted = request.arguments.strip()
    if not wanted:
        raise InputError("Say which: /unsubscribe 2, /unsubscribe its words, or /unsubscribe all")

    def one(work: Work) -> list[Message]:
        gone = unsubscribe(work, request.scope, wanted)
        words = theirs(say(parse(gone.query, limits=STORED)), LONGEST)
        removed = as_text("Removed: ") + code(gone.query)
        return messages(joined("\n", [removed, as_text("That was: ") + words + "."]))

    def everything(work: Work) -> list[Message]:
        have = work.subscriptions.list(request.scope)
        work.subscriptions.remove_all(request.scope)
        return messages(_all_removed(have))

    def ask(work: Work) -> list[Message]:
        return messages(_ask_for_all(work.subscriptions.list(request.scope)))

    return {"all": ask, "all confirm": everything}.get(" ".join(wanted.lower().split()), one)


def _ask_for_all(have: Sequence[Subscription]) -> Text:
    if not have:
        return as_text("There are no subscriptions here.")
    sure = as_text(f"This removes {counted(len(have), 'subscription')} of this chat. To do it: ")
    return sure + code("/unsubscribe all confirm")


def _all_removed(gone: Sequence[Subscription]) -> Text:
    """Return what was removed as commands that bring it back, each one tap to copy."""
    if not gone:
        return as_text("There are no subscriptions here.")
    kept = [code(f"/subscribe {one.query}") for one in gone]
    return joined("\n", [f"Removed all {len(gone)}. To have one back, send its line:", *kept])


SUBSCRIBE = Command(
    ("subscribe", "watch"), Right.CHANGE, "watch for words and fields", subscribe_, elsewhere=True
)
LIST = Command(
    ("subscriptions", "list"),
    Right.SEE,
    "what this chat watches for",
    subscriptions,
    elsewhere=True,
)
COMMANDS = (
    SUBSCRIBE,
    LIST,
    Command(
        ("unsubscribe", "unwatch"),
        Right.CHANGE,
        "stop watching for something",
        unsubscribe_,
        elsewhere=True,
    ),
    Command(("edit",), Right.CHANGE, "word one anew: 2 blast sindh", _numbered(_edit, "/edit 2")),
    *(
        Command((name,), Right.CHANGE, line, _numbered(_pausing(paused=paused), f"/{name} 2"))
        for name, line, paused in (
            ("pause", "stop watching for a while: 2", True),
            ("resume", "watch again: 2", False),
        )
    ),
    Command(("share",), Right.CHANGE, "a link to one: 2", _numbered(_share, "/share 2")),
)
