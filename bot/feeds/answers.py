"""What a server's answer means: statuses, Retry-After and failures in words for people.

No text here holds a URL: private feeds carry their secrets in it.
"""

from __future__ import annotations

import datetime as dt
import ssl
from email.utils import parsedate_to_datetime

import aiohttp

from bot.errors import FetchError
from bot.feeds.guard import NOT_PUBLIC, RefusedAddressError

MAX_RETRY_AFTER = dt.timedelta(hours=24)
"""A server that asks for ten years is asked again after this."""

MAX_DIGITS = 9

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})

_STATUS_TEXTS = {
    401: "the server asks for a login (401)",
    403: "the server refuses us (403)",
    404: "nothing is there (404)",
    410: "the feed is gone for good (410)",
    429: "the server asks us to come less often (429)",
    503: "the server is busy (503)",
}


def retry_after(value: str | None, now: dt.datetime) -> dt.timedelta | None:
    """Return what a Retry-After header asks for (seconds or a date), between 0 and a day."""
    if not value:
        return None
    asked = _delay(value.strip(), now)
    return None if asked is None else min(max(asked, dt.timedelta()), MAX_RETRY_AFTER)


def _delay(value: str, now: dt.datetime) -> dt.timedelta | None:
    if value.isascii() and value.isdigit():
        # More digits than these are years, and would overflow a timedelta.
        return dt.timedelta(seconds=int(value)) if len(value) <= MAX_DIGITS else MAX_RETRY_AFTER
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    return (when if when.tzinfo else when.replace(tzinfo=dt.UTC)) - now


def status_error(status: int, header: str | None, now: dt.datetime) -> FetchError:
    """Return the error for an answer that is neither content, nor 304, nor a redirect."""
    why = _STATUS_TEXTS.get(status, f"the server answered {status}")
    return FetchError(why, status=status, retry_after=retry_after(header, now))


def network_error(error: BaseException) -> FetchError:
    """Return the error for a request that brought no answer."""
    return FetchError(_reason(error))


_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    # The more special first: the first that fits is told.
    (ssl.SSLCertVerificationError, "the server's certificate is not valid"),
    (aiohttp.ClientConnectorDNSError, "there is no such host"),
    (aiohttp.ClientSSLError, "no secure connection could be made"),
    (aiohttp.ClientConnectorError, "the server cannot be reached"),
    (aiohttp.ClientPayloadError, "the answer was cut short"),
    (aiohttp.ServerDisconnectedError, "the answer was cut short"),
    (aiohttp.InvalidURL, "this is not a web address"),
    (aiohttp.ClientResponseError, "the answer is no proper HTTP"),
)


def _reason(error: BaseException) -> str:
    causes = _causes(error)
    for kind, text in ((RefusedAddressError, NOT_PUBLIC), *_REASONS):
        if any(isinstance(cause, kind) for cause in causes):
            return text
    return "the connection broke"


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        inner = getattr(error, "os_error", None)
        error = inner if isinstance(inner, BaseException) else error.__cause__
    return found
