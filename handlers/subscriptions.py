"""/subscribe, /subscriptions, /unsubscribe."""

from __future__ import annotations

from html import escape

from bot.delivery.html import html_message
from bot.domain.chats import Subscription
from bot.domain.delivery import Message
from bot.errors import InputError
from bot.matching.query import STORED, parse
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services.subscriptions import Subscribed, preview, subscribe, understand, unsubscribe
from handlers.requests import Command, Desk, Job, Request, Right


async def subscribe_(request: Request, desk: Desk) -> Job:
    """Store a subscription and show how it was understood and what it would have sent."""
    query = understand(request.arguments, desk.settings)
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))

    def job(work: Work) -> list[Message]:
        made = subscribe(work, request.scope, query, seen, desk.settings, request.now)
        return [html_message(subscribed_text(made))]

    return job


def subscribed_text(made: Subscribed) -> str:
    """Return the answer to /subscribe, as HTML."""
    head = "You have this one already" if made.known else "Subscribed"
    seen = made.preview
    lines = [
        f"<b>{head}</b>: <code>{escape(made.subscription.query, quote=False)}</code>",
        f"That is: {escape(made.words, quote=False)}.",
        "",
    ]
    if seen.total:
        many = "event" if seen.total == 1 else "events"
        lines.append(
            f"In the last {seen.days} days: {seen.total} {many} ({seen.per_day:.1f} a day)."
        )
        lines += [
            f"• {escape(event.title, quote=False)} · {event.public_id}" for event in seen.samples
        ]
    else:
        lines.append(f"In the last {seen.days} days nothing stored would have matched.")
    lines += ["", "/unsubscribe removes it, /subscriptions lists all."]
    return "\n".join(lines)


async def subscriptions(request: Request, desk: Desk) -> Job:
    """List the subscriptions of this chat and topic, numbered."""
    have = await desk.store.read(lambda work: work.subscriptions.list(request.scope))
    if not have:
        return lambda _: [
            html_message("No subscriptions here yet. /subscribe blast sindh adds one.")
        ]
    lines = [f"<b>Subscriptions</b> ({len(have)})"]
    lines += [_line(number, one) for number, one in enumerate(have, 1)]
    lines += ["", "/unsubscribe 1 removes the first."]
    return lambda _: [html_message("\n".join(lines))]


def _line(number: int, one: Subscription) -> str:
    paused = " (paused)" if one.paused else ""
    return f"{number}. <code>{escape(one.query, quote=False)}</code>{paused}"


async def unsubscribe_(request: Request, desk: Desk) -> Job:
    """Remove one subscription by number or words, or all (their list is sent for safe keeping)."""
    wanted = request.arguments.strip()
    if not wanted:
        raise InputError("Say which: /unsubscribe 2, /unsubscribe its words, or /unsubscribe all")

    def one(work: Work) -> list[Message]:
        gone = unsubscribe(work, request.scope, wanted, desk.settings)
        words = escape(say(parse(gone.query, limits=STORED)), quote=False)
        return [
            html_message(
                f"Removed: <code>{escape(gone.query, quote=False)}</code>\nThat was: {words}."
            )
        ]

    def everything(work: Work) -> list[Message]:
        have = work.subscriptions.list(request.scope)
        work.subscriptions.remove_all(request.scope)
        kept = "\n".join(f"/subscribe {escape(s.query, quote=False)}" for s in have)
        return [html_message(f"Removed all {len(have)}. To have them back:\n<code>{kept}</code>")]

    return everything if wanted.lower() == "all" else one


COMMANDS = (
    Command(("subscribe", "watch"), Right.CHANGE, "watch for words and fields", subscribe_),
    Command(("subscriptions", "list"), Right.SEE, "what this chat watches for", subscriptions),
    Command(("unsubscribe", "unwatch"), Right.CHANGE, "stop watching for something", unsubscribe_),
)
