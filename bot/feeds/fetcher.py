"""Conditional GET behind the address guard: one deadline, a size cap, redirects hop by hop."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from bot.domain.feeds import Validators
from bot.errors import FetchError
from bot.feeds import answers
from bot.feeds.decompress import Body
from bot.feeds.gate import HostGate
from bot.feeds.guard import (
    GuardedResolver,
    check_url,
    guarded_socket,
    plain_socket,
    url_of,
)
from bot.feeds.resolver import SystemResolver
from bot.protocols import Clock, Fetched

MAX_REDIRECTS = 5
CHUNK = 64 * 1024
KEEP_ALIVE = 5
"""Seconds for which an idle connection waits for the next feed of its host."""

USER_AGENT = "Khabardar/0.1 (news feed reader; conditional requests, one connection per host)"
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, "
    "application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": _ACCEPT,
    # Nothing but gzip: other codings would need a stepwise decoder of their own.
    "Accept-Encoding": "gzip, identity",
}


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much the fetcher takes: time for a whole request, bytes unpacked, connections."""

    deadline: dt.timedelta = dt.timedelta(seconds=30)
    max_bytes: int = 10_000_000
    connections: int = 100
    per_host: int = 1
    host_patience: dt.timedelta = dt.timedelta(minutes=1)
    """How long a feed waits for others of its host before it is put off."""


@dataclass(frozen=True, slots=True)
class _Hop:
    """One request on the way: where to, and whether all redirects so far were permanent."""

    url: URL
    asked: str
    """The address before all redirects."""
    permanent: bool = True
    moved_to: str | None = None

    @property
    def host(self) -> str:
        """The host as it is dialled."""
        return self.url.raw_host or ""

    def redirected(self, status: int, target: URL) -> _Hop:
        """Return the next hop."""
        permanent = self.permanent and status in answers.PERMANENT
        moved_to = str(target) if permanent else self.moved_to
        return _Hop(target, self.asked, permanent, moved_to)


def _system_clock() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


class Fetcher:
    """Gets feeds over HTTP; use it as ``async with Fetcher(...) as fetcher``.

    ``allow_private`` turns the address guard off: for an operator's own network and for loopback.
    """

    def __init__(
        self,
        limits: FetchLimits = FetchLimits(),
        *,
        allow_private: bool = False,
        resolver: AbstractResolver | None = None,
        clock: Clock = _system_clock,
    ) -> None:
        self._limits = limits
        self._allow_private = allow_private
        self._resolver = resolver
        self._own_resolver: SystemResolver | None = None
        self._clock = clock
        self._gate = HostGate(limits.per_host, limits.host_patience)
        self._places = asyncio.Semaphore(limits.connections)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=self._connector(),
            headers=_HEADERS,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,  # a proxy from the environment would dial unchecked addresses
            timeout=aiohttp.ClientTimeout(total=None),  # the deadline below covers everything
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None
        if self._own_resolver is not None:
            await self._own_resolver.close()  # aiohttp closes none that it was given

    def _connector(self) -> aiohttp.TCPConnector:
        resolver = self._resolver
        if resolver is None:
            resolver = self._own_resolver = SystemResolver()
        if not self._allow_private:
            resolver = GuardedResolver(resolver)
        return aiohttp.TCPConnector(
            limit=0,  # ours: `_places`, taken before the deadline begins
            resolver=resolver,
            # Most hosts have one feed, and others' next ones use the connection that is open.
            use_dns_cache=False,
            keepalive_timeout=KEEP_ALIVE,
            socket_factory=plain_socket if self._allow_private else guarded_socket,
        )

    async def fetch(self, url: str, validators: Validators) -> Fetched:
        """Return the answer, unpacked, with what to ask with next time.

        Raises:
            FetchError: there is no usable answer; HostBusyError where it was not even asked.

        """
        hop = _Hop(self._checked(url), url)
        left = self._limits.deadline.total_seconds()
        for _ in range(MAX_REDIRECTS + 1):
            # Each hop waits at its own host's gate; waiting is not part of the deadline.
            async with self._gate.enter(hop.host), self._places:
                started = time.monotonic()
                answer = await self._ask(hop, validators, left)
                left -= time.monotonic() - started
            if isinstance(answer, Fetched):
                return answer
            hop = answer
        raise FetchError("too many redirects")

    def _checked(self, url: str | URL) -> URL:
        return check_url(url, allow_private=self._allow_private)

    async def _ask(self, hop: _Hop, validators: Validators, seconds: float) -> Fetched | _Hop:
        if self._session is None:
            raise RuntimeError("use the fetcher as `async with Fetcher(...) as fetcher`")
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.get(
                    hop.url, headers=self._headers(hop, validators), allow_redirects=False
                ) as response,
            ):
                return await self._read(response, hop, validators)
        except TimeoutError as error:
            limit = self._limits.deadline.total_seconds()
            raise FetchError(f"no complete answer within {limit:g} seconds") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise answers.network_error(error) from error

    def _headers(self, hop: _Hop, validators: Validators) -> dict[str, str]:
        headers = _conditions(validators)
        if not self._gate.is_waited_for(hop.host):
            # Nobody needs this connection again before the next poll; kept open, those of
            # thousands of hosts would use up the files that a process may have.
            headers["Connection"] = "close"
        return headers

    async def _read(
        self, response: aiohttp.ClientResponse, hop: _Hop, validators: Validators
    ) -> Fetched | _Hop:
        if response.status in answers.REDIRECTS:
            return hop.redirected(response.status, self._target(response, hop.url))
        if response.status == HTTPStatus.NOT_MODIFIED and (
            validators.etag or validators.last_modified
        ):
            return Fetched(hop.asked, None, validators, moved_to=hop.moved_to)
        if response.status != HTTPStatus.OK:
            header = response.headers.get("Retry-After")
            raise answers.status_error(response.status, header, self._clock())
        body = await self._body(response)
        return Fetched(
            hop.asked,
            body,
            _validators(response, body),
            response.headers.get("Content-Type"),
            hop.moved_to,
        )

    def _target(self, response: aiohttp.ClientResponse, base: URL) -> URL:
        location = response.headers.get("Location")
        if not location:
            raise FetchError(f"the server answered {response.status} without an address")
        return self._checked(base.join(url_of(location)))

    async def _body(self, response: aiohttp.ClientResponse) -> bytes:
        body = Body(response.headers.get("Content-Encoding"), self._limits.max_bytes)
        async for chunk in response.content.iter_chunked(CHUNK):
            body.feed(chunk)
        return body.finish()


def _conditions(validators: Validators) -> dict[str, str]:
    asked = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in asked.items() if value}


def _validators(response: aiohttp.ClientResponse, body: bytes) -> Validators:
    return Validators(
        etag=response.headers.get("ETag"),
        last_modified=response.headers.get("Last-Modified"),
        digest=hashlib.sha256(body).hexdigest(),
    )
