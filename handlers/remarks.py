"""/wrong, and the button under a card that does the same."""

from __future__ import annotations

from collections.abc import Sequence

from bot.delivery import phrases
from bot.delivery.callbacks import WRONG, pack
from bot.delivery.cleaning import cleaned, shortened, untappable
from bot.delivery.html import Text, as_text, bold, code, joined, message, theirs
from bot.domain.delivery import Button, Message
from bot.domain.events import Event
from bot.domain.remarks import Wrong
from bot.domain.reports import Kind
from bot.errors import InputError
from bot.protocols import Work
from bot.services import remarks
from handlers.events import visible
from handlers.requests import Command, Desk, Edited, Job, Request, Right

_LABEL = 30
_TITLE = 120
_KEYS = {"e": Wrong.NO_EVENT, "p": Wrong.PLACE, "n": Wrong.NUMBER, "s": Wrong.SAME}
_LABELS = {
    Wrong.PLACE: "Wrong place",
    Wrong.NUMBER: "Wrong number",
    Wrong.SAME: "Same as another …",
}
THANKS = "Noted, thank you. The owner of this bot sees what was wrong, not who said it."
PRIVATE = "Noted. It comes from a feed of this chat alone, so nobody else is shown it."


async def wrong(request: Request, desk: Desk) -> Job:
    """Store what is wrong with an event, or ask."""
    public_id, said, other = remarks.read(request.arguments)
    if said is None:
        return await offered(public_id, request, desk)
    return lambda work: [_noted(work, request, public_id, said, other)]


async def offered(public_id: str, request: Request, desk: Desk) -> Job:
    """Ask what is wrong with an event. Raises ``InputError``."""
    event = await visible(public_id, request, desk)
    nothing = "Not an incident" if event.kind is Kind.INCIDENT else "Not a decision"
    at = str(request.update_id)
    buttons = [
        Button(_LABELS.get(one, nothing), data=pack(WRONG, event.public_id, key, at))
        for key, one in _KEYS.items()
    ]
    asked = message(_asking("What is wrong?", event), (tuple(buttons[:2]), tuple(buttons[2:])))
    return lambda _: [asked]


async def chosen(arguments: Sequence[str], request: Request, desk: Desk) -> Job | None:
    """Store what a button says is wrong, or ask which event it is the same as.

    ``None`` where that is no button of ours. Raises ``InputError``.
    """
    public_id, key, *other, at = arguments
    said = _KEYS.get(key)
    if said is None or len(other) > 1 or (other and said is not Wrong.SAME):
        return None
    if said is Wrong.SAME and not other:
        return await _which(public_id, int(at), request, desk)
    to = "".join(other)
    return lambda work: [Edited(_noted(work, request, public_id, said, to), int(at))]


def _noted(work: Work, request: Request, public_id: str, said: Wrong, other: str) -> Message:
    event = remarks.say(work, request.scope, public_id, said, other, request.now)
    what = f"{remarks.IN_WORDS[said]}: {other}" if other else remarks.IN_WORDS[said]
    line = joined(" · ", [bold(phrases.capitalised(what)), code(event.public_id)])
    thanks = THANKS if event.owner_chat_id is None else PRIVATE
    return message(joined("\n", [line, thanks]))


async def _which(public_id: str, at: int, request: Request, desk: Desk) -> Job:
    event = await visible(public_id, request, desk)
    found = await desk.store.read(lambda work: remarks.look_alikes(work, request.scope, public_id))
    typed = code(f"/wrong {event.public_id} same KH-…")
    if not found:
        raise InputError(f"No other event of those days is like it; type /wrong {public_id} same …")
    lines = [_asking("The same as which?", event), as_text("Another one: ") + typed]
    rows = tuple((_same(event, one, at),) for one in found)
    return lambda _: [Edited(message(joined("\n", lines), rows), at)]


def _same(event: Event, other: Event, at: int) -> Button:
    title = untappable(shortened(cleaned(other.title), _LABEL))
    data = pack(WRONG, event.public_id, "s", other.public_id, str(at))
    return Button(f"{other.public_id} {title}", data=data)


def _asking(question: str, event: Event) -> Text:
    about = joined(" · ", [theirs(event.title, _TITLE), code(event.public_id)])
    return joined("\n", [bold(question), about])


REMARKING = Command(("wrong",), Right.CHANGE, "say what is wrong: KH-7F3A place", wrong)
COMMANDS = (REMARKING,)
