"""What buttons send back: an action and a row or event, never a chat (at most 64 bytes).

A button's data comes from the client and may be forged: whoever handles it looks the row up again
within the chat and topic that the press came from.
"""

from __future__ import annotations

DETAILS = "d"
"""Show an event's whole card; the argument is its public id."""
SOURCES = "o"
"""List an event's sources; the argument is its public id."""
MAP = "m"
"""Show where an event is; the argument is its public id."""
MUTE = "u"
"""Offer what of an event can be muted, the argument being its public id; or mute it: also which of
these, for how long, and the update that the offer answers."""
WRONG = "w"
"""Ask what is wrong with an event, the argument being its public id; or note it: also what is
wrong, perhaps the event that it is the same as, and the update that the question answers."""
REMIND = "r"
"""Remind of a policy's date as usual; the argument is the event's public id."""
EXPORT = "x"
"""Send a file; the argument is its form."""
BROADCAST = "b"
"""Send the owner's draft to every chat, or drop it: its number, which of these, and again."""
PREVIEW = "p"
"""What becomes of a subscription whose preview is shown: a verb, the subscription's number, and
the update that the shown message answers."""
ROW = "s"
"""What is done with a row of the list: as for a preview, with the page last."""

SEPARATOR = ":"
LONGEST = 64


def details(public_id: str) -> str:
    """Return the data of a button that shows an event's whole card."""
    return pack(DETAILS, public_id)


def pack(action: str, *arguments: str) -> str:
    """Return callback data.

    Raises:
        ValueError: it is longer than Telegram takes.

    """
    data = SEPARATOR.join((action, *arguments))
    if len(data.encode()) > LONGEST:
        raise ValueError(f"callback data of more than {LONGEST} bytes: {data!r}")
    return data


def unpack(data: str) -> tuple[str, tuple[str, ...]]:
    """Return the action and the arguments of callback data, whoever wrote it."""
    action, *arguments = data.split(SEPARATOR)
    return action, tuple(arguments)
