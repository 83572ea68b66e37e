"""/subscribe, /subscriptions, /unsubscribe."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.html import Text, as_text, bold, code, joined, messages, text_message, theirs
from bot.delivery.phrases import counted
from bot.domain.chats import Subscription
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.matching.query import STORED, parse
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services.subscriptions import (
    Preview,
    Subscribed,
    preview,
    subscribe,
    understand,
    unsubscribe,
)
from handlers.requests import Command, Desk, Job, Request, Right

_LONGEST = 1000
"""Characters of a query that is said back."""


async def subscribe_(request: Request, desk: Desk) -> Job:
    """Store a subscription and show how it was understood and what it would have sent."""
    query = understand(request.arguments, desk.settings)
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))

    def job(work: Work) -> list[Message]:
        made = subscribe(work, request.scope, query, seen, desk.settings, request.now)
        return messages(subscribed_text(made))

    return job


def subscribed_text(made: Subscribed) -> Text:
    """Return the answer to /subscribe."""
    head = bold("You have this one already" if made.known else "Subscribed")
    lines = [
        head + ": " + code(made.subscription.query),
        as_text("That is: ") + theirs(made.words, _LONGEST) + ".",
    ]
    foot = "/unsubscribe removes it, /subscriptions lists all."
    return joined("\n\n", [joined("\n", lines), _previewed(made.preview), foot])


def _previewed(seen: Preview) -> Text:
    if not seen.total:
        return as_text(f"In the last {seen.days} days nothing stored would have matched.")
    head = f"In the last {seen.days} days: {counted(seen.total, 'event')}"
    samples = [
        as_text("• ") + joined(" · ", [theirs(event.title), code(event.public_id)])
        for event in seen.samples
    ]
    return joined("\n", [f"{head} ({seen.per_day:.1f} a day).", *samples])


async def subscriptions(request: Request, desk: Desk) -> Job:
    """List the subscriptions of this chat and topic, numbered."""
    have = await desk.store.read(lambda work: work.subscriptions.list(request.scope))
    if not have:
        return lambda _: [
            text_message("No subscriptions here yet. /subscribe blast sindh adds one.")
        ]
    lines = [_line(number, one) for number, one in enumerate(have, 1)]
    head = bold("Subscriptions") + f" ({len(have)})"
    listed = joined("\n\n", [joined("\n", [head, *lines]), "/unsubscribe 1 removes the first."])
    return lambda _: messages(listed)


def _line(number: int, one: Subscription) -> Text:
    paused = " (paused)" if one.paused else ""
    return as_text(f"{number}. ") + code(one.query) + paused


async def unsubscribe_(request: Request, _desk: Desk) -> Job:
    """Remove one subscription by number or words, or all (confirmed; their list is kept safe)."""
    wanted = request.arguments.strip()
    if not wanted:
        raise InputError("Say which: /unsubscribe 2, /unsubscribe its words, or /unsubscribe all")

    def one(work: Work) -> list[Message]:
        gone = unsubscribe(work, request.scope, wanted)
        words = theirs(say(parse(gone.query, limits=STORED)), _LONGEST)
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


COMMANDS = (
    Command(("subscribe", "watch"), Right.CHANGE, "watch for words and fields", subscribe_),
    Command(("subscriptions", "list"), Right.SEE, "what this chat watches for", subscriptions),
    Command(("unsubscribe", "unwatch"), Right.CHANGE, "stop watching for something", unsubscribe_),
)
