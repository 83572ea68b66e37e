"""A subscription as it was understood: what it would have sent, and buttons to make it better.

What is typed is watched at once, so that nothing is lost where buttons cannot be pressed; the
buttons keep it, put a narrower or wider query in its place, or take it back.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery.callbacks import PREVIEW, pack
from bot.delivery.html import Text, as_text, bold, code, joined, message, theirs
from bot.delivery.phrases import counted
from bot.domain.chats import Subscription
from bot.domain.delivery import Button, Message
from bot.errors import InputError
from bot.matching.query import Query, canonical
from bot.matching.say_back import say
from bot.protocols import Work
from bot.services import tuning
from bot.services.subscriptions import Preview, counts, preview
from handlers.requests import Desk, Edited, Job, Request

LONGEST = 1000
"""Characters of a query that is said back."""
SAVE, TIGHTEN, WIDEN, CANCEL, BACK = "s", "t", "w", "c", "b"
PRESSED = "It watches already: Save keeps it so, Cancel takes it back. /subscriptions lists all."
TYPED = "It watches already. /subscriptions and /unsubscribe take the name of that chat as well."
NOTHING = "There is no simple way to do that; type the query as you want it."


def shown(
    head: str, subscription: Subscription, query: Query, seen: Preview, at: int | None
) -> Message:
    """Return a preview; ``at`` is the update that it answers, None where nothing can be pressed."""
    lines = [
        bold(head) + ": " + code(subscription.query),
        as_text("That is: ") + theirs(say(query), LONGEST) + ".",
    ]
    foot = PRESSED if at is not None else TYPED
    text = joined("\n\n", [joined("\n", lines), _previewed(seen), foot])
    if at is None:
        return message(text)
    labels = ((SAVE, "Save"), (TIGHTEN, "Tighten"), (WIDEN, "Widen"), (CANCEL, "Cancel"))
    return message(text, (_row(labels, subscription, at),))


def _previewed(seen: Preview) -> Text:
    if not seen.total:
        nothing = f"In the last {seen.days} days nothing stored would have matched."
        return joined("\n", [nothing, seen.note])
    head = f"In the last {seen.days} days: {counted(seen.total, 'event')}"
    samples = [
        as_text("• ") + joined(" · ", [theirs(event.title), code(event.public_id)])
        for event in seen.samples
    ]
    return joined("\n", [f"{head} ({seen.per_day:.1f} a day).", *samples, seen.note])


def _row(
    labels: Sequence[tuple[str, str]], subscription: Subscription, at: int
) -> tuple[Button, ...]:
    return tuple(
        Button(label, data=pack(PREVIEW, verb, str(subscription.id), str(at)))
        for verb, label in labels
    )


# --- presses -------------------------------------------------------------------------------------


async def pressed(verb: str, number: int, at: int, request: Request, desk: Desk) -> Job:
    """Do what a button under a preview asks for. Raises ``InputError`` at once."""
    one = await desk.store.read(lambda work: tuning.own(work, request.scope, number))
    if verb == SAVE:
        return lambda _: [Edited(_saved(one), at)]
    if verb == CANCEL:
        return _cancelling(one, at, request)
    if verb == BACK:
        return await _showing(one, tuning.read_again(one), at, request, desk)
    if verb in (TIGHTEN, WIDEN):
        return await _offering(verb, one, at, request, desk)
    return await _rewording(verb, one, at, request, desk)


def _saved(one: Subscription) -> Message:
    words = theirs(say(tuning.read_again(one)), LONGEST)
    lines = [bold("Saved") + ": " + code(one.query), as_text("That is: ") + words + "."]
    return message(joined("\n", [*lines, "/subscriptions lists all."]))


def _cancelling(one: Subscription, at: int, request: Request) -> Job:
    def job(work: Work) -> list[Edited]:
        work.subscriptions.remove(request.scope, one.id)
        again = as_text("To have it back: ") + code(f"/subscribe {one.query}")
        lines = [bold("Cancelled") + ": " + code(one.query), again]
        return [Edited(message(joined("\n", lines)), at)]

    return job


async def _showing(one: Subscription, query: Query, at: int, request: Request, desk: Desk) -> Job:
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))
    return lambda _: [Edited(shown("Subscribed", one, query, seen, at), at)]


async def _offering(verb: str, one: Subscription, at: int, request: Request, desk: Desk) -> Job:
    """Offer other queries in this one's place, each with what it would have sent."""
    others = _others(verb, tuning.read_again(one), desk)
    if not others:
        raise InputError(NOTHING)
    found = await desk.store.read(lambda work: counts(work, request.scope, others, request.now))
    lines = [
        as_text(f"{n}. ") + code(canonical(query)) + f" – {counted(total, 'event')} in 7 days"
        for n, (query, total) in enumerate(zip(others, found.counts, strict=True), 1)
    ]
    head = bold("Narrower" if verb == TIGHTEN else "Wider") + " than " + code(one.query) + ":"
    labels = [(f"{verb}{n}", str(n)) for n in range(1, len(others) + 1)]
    row = _row([*labels, (BACK, "Back")], one, at)
    return lambda _: [Edited(message(joined("\n", [head, *lines, found.note]), (row,)), at)]


async def _rewording(verb: str, one: Subscription, at: int, request: Request, desk: Desk) -> Job:
    others = _others(verb[:1], tuning.read_again(one), desk)
    if verb[1:] not in [str(n) for n in range(1, len(others) + 1)]:
        raise InputError(NOTHING)
    query = others[int(verb[1:]) - 1]
    seen = await desk.store.read(lambda work: preview(work, request.scope, query, request.now))

    def job(work: Work) -> list[Edited]:
        made = tuning.reword(work, request.scope, one.id, query, request.now)
        return [Edited(shown("Subscribed", made, query, seen, at), at)]

    return job


def _others(verb: str, query: Query, desk: Desk) -> tuple[Query, ...]:
    if verb == TIGHTEN:
        return tuning.narrower(query, desk.settings.max_query_terms)
    return tuning.wider(query) if verb == WIDEN else ()
