"""Links by which another chat takes over a subscription's query, and nothing else of this chat."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from bot.domain.chats import Subscription
from bot.errors import InputError
from bot.protocols import Work

KEY = "share_key"
"""The name under which this installation's secret is kept."""
PREFIX = "s_"
LETTERS = 20
"""Of the seal: 80 bits, far more than anybody can try."""


def token(work: Work, subscription: Subscription) -> str:
    """Return the word behind ``/start`` that leads to a subscription's query."""
    if work.meta.get(KEY) is None:
        work.meta.set(KEY, secrets.token_hex(32))
    return f"{PREFIX}{subscription.id}-{_seal(work, subscription.id)}"


def shared(work: Work, word: str) -> str:
    """Return the query that a link's word leads to.

    Raises:
        InputError: the word was not made here, or the subscription is gone or paused.

    """
    number, _, seal = word.removeprefix(PREFIX).partition("-")
    if not (number.isascii() and number.isdigit() and len(number) < LETTERS and work.meta.get(KEY)):
        raise InputError("This link leads nowhere.")
    if not hmac.compare_digest(_seal(work, int(number)).encode(), seal.encode()):
        raise InputError("This link leads nowhere.")
    found = work.subscriptions.by_ids([int(number)]).get(int(number))
    if found is None:
        raise InputError("The subscription that this link leads to is gone, or paused.")
    return found.query


def _seal(work: Work, number: int) -> str:
    key = (work.meta.get(KEY) or "").encode()
    return hmac.new(key, str(number).encode(), hashlib.sha256).hexdigest()[:LETTERS]
