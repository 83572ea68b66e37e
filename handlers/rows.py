"""The list of subscriptions: ten a page, with buttons to pause, edit, delete and share each."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.callbacks import ROW, pack
from bot.delivery.cleaning import shortened
from bot.delivery.html import Text, as_text, bold, code, joined, message, messages, text_message
from bot.domain.chats import Subscription
from bot.domain.delivery import Button, Message
from bot.protocols import Work
from bot.services import tuning
from bot.services.sharing import token
from bot.services.subscriptions import preview
from handlers.previews import shown
from handlers.requests import Desk, Edited, Job, Request

PAGE = 10
LONGEST = 360
"""Characters that a row shows of its query: ten fit one message."""
PAUSE, EDIT, DELETE, SURE, SHARE, GO = "p", "e", "d", "x", "h", "g"
VERBS = ((PAUSE, "Pause"), (EDIT, "Edit"), (DELETE, "Delete"), (SHARE, "Share"))


def listed(have: Sequence[Subscription], page: int, at: int) -> Message:
    """Return a page of a chat's subscriptions, the first page being 0."""
    if not have:
        return text_message("No subscriptions here yet. /subscribe blast sindh adds one.")
    page = max(0, min(page, (len(have) - 1) // PAGE))
    first = page * PAGE
    here = have[first : first + PAGE]
    lines = [_line(number, one) for number, one in enumerate(here, first + 1)]
    head = bold("Subscriptions") + f" ({len(have)})"
    foot = f"/unsubscribe {first + 1} removes number {first + 1}."
    if len(have) > PAGE:
        foot = f"{foot} Page {page + 1} of {-(-len(have) // PAGE)}: /subscriptions 2 is the second."
    buttons = [_row(number, one, at, page) for number, one in enumerate(here, first + 1)]
    text = joined("\n\n", [joined("\n", [head, *lines]), foot])
    return message(text, (*buttons, *_turning(page, len(have), at)))


def _line(number: int, one: Subscription) -> Text:
    query = code(shortened(one.query, LONGEST))
    return as_text(f"{number}. ") + query + (" (paused)" if one.paused else "")


def _row(number: int, one: Subscription, at: int, page: int) -> tuple[Button, ...]:
    labels = [(verb, "Resume" if verb == PAUSE and one.paused else word) for verb, word in VERBS]
    return tuple(
        Button(f"{word} {number}", data=_data(verb, one.id, at, page)) for verb, word in labels
    )


def _turning(page: int, count: int, at: int) -> tuple[tuple[Button, ...], ...]:
    turns = [("‹ Back", page - 1)] if page else []
    turns += [("More ›", page + 1)] if (page + 1) * PAGE < count else []
    row = tuple(Button(label, data=_data(GO, 0, at, to)) for label, to in turns)
    return (row,) if row else ()


def _data(verb: str, number: int, at: int, page: int) -> str:
    return pack(ROW, verb, str(number), str(at), str(page))


# --- presses -------------------------------------------------------------------------------------


async def pressed(
    verb: str, number: int, at: int, page: int, request: Request, desk: Desk
) -> Job | None:
    """Return what a button of the list does, ``None`` for no such button. Raises ``InputError``."""
    if verb == GO:
        return lambda work: [_again(work, request, at, page)]
    one = await desk.store.read(lambda work: tuning.own(work, request.scope, number))
    if verb == EDIT:
        return await editing(one, request, desk)
    jobs = {PAUSE: _pausing, DELETE: _asking, SURE: _deleting}
    if verb in jobs:
        return jobs[verb](one, at, page, request)
    return sharing(one, request) if verb == SHARE else None


def _again(work: Work, request: Request, at: int, page: int) -> Edited:
    return Edited(listed(work.subscriptions.list(request.scope), page, at), at)


def _pausing(one: Subscription, at: int, page: int, request: Request) -> Job:
    def job(work: Work) -> list[Edited]:
        work.subscriptions.pause(request.scope, one.id, paused=not one.paused)
        return [_again(work, request, at, page)]

    return job


def _asking(one: Subscription, at: int, page: int, _request: Request) -> Job:
    row = (
        Button("Delete it", data=_data(SURE, one.id, at, page)),
        Button("Keep it", data=_data(GO, 0, at, page)),
    )
    asked = message(as_text("Delete ") + code(one.query) + "?", (row,))
    return lambda _: [Edited(asked, at)]


def _deleting(one: Subscription, at: int, page: int, request: Request) -> Job:
    def job(work: Work) -> list[Edited]:
        work.subscriptions.remove(request.scope, one.id)
        return [_again(work, request, at, page)]

    return job


async def editing(one: Subscription, request: Request, desk: Desk) -> Job:
    """Return the job that shows a subscription's preview, and the line that words it anew."""
    query = tuning.read_again(one)
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))

    def job(work: Work) -> list[Message]:
        number = [have.id for have in work.subscriptions.list(request.scope)].index(one.id) + 1
        typed = code(f"/edit {number} {one.query}")
        how = as_text("To word it anew, copy this line, change it and send it: ") + typed
        return [shown("Subscribed", one, query, seen, request.update_id), *messages(how)]

    return job


def sharing(one: Subscription, request: Request) -> Job:
    """Return the job that gives a link by which another chat takes the query over."""

    def job(work: Work) -> list[Message]:
        link = f"https://t.me/{request.bot}?start={token(work, one)}"
        lines: list[Text | str] = [
            as_text("Whoever opens this link can watch for ") + code(one.query) + " too:",
            as_text(link),
            "Nothing else of this chat goes along. It ends when you delete or pause this one.",
        ]
        return messages(joined("\n", lines))

    return job
