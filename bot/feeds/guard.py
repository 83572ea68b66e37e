"""The address guard: only public addresses are dialled, and what is checked is what is dialled.

A URL is judged three times: as text (`check_url`), when its name is resolved (`GuardedResolver`:
one non-public answer refuses them all), and when the socket for the chosen address is made
(`guarded_socket`), which nothing can come between. Redirects pass through all three again.

The list of networks is our own: `ipaddress.is_private` and `not is_global` let NAT64, 6to4,
IPv4-compatible, site-local and other addresses through on Python 3.11. Sources: the IANA
special-purpose registries for IPv4 and IPv6.
"""

from __future__ import annotations

import ipaddress
import socket
import unicodedata
from functools import lru_cache
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.errors import FetchError

NOT_PUBLIC = "this address is not public"
NO_ADDRESS = "this is not a web address"
WEB_PORTS = frozenset({80, 443, 8000, 8080, 8443})
JUDGED = 1024
"""Addresses whose verdict is kept: each is asked for twice within moments, resolved and dialled."""

NON_PUBLIC_V4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT; also Alibaba's metadata service
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's platform address: public by number, internal by nature
        "169.254.0.0/16",  # link-local; the metadata services of most clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # IETF protocols; 192.0.0.192 is Oracle's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",  # benchmarking
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
"""Everything that is routed; loopback, mapped, compatible, NAT64, ULA, site- and link-local and
multicast addresses all lie outside."""

NON_PUBLIC_V6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # IETF protocols: Teredo, benchmarking, ORCHID
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4 carries any IPv4 address
        "2620:4f:8000::/48",
        "3fff::/20",  # documentation
    )
)


class RefusedAddressError(OSError):
    """An address that must not be dialled; an OSError, as that is what a failed dial is."""

    def __init__(self) -> None:
        super().__init__(NOT_PUBLIC)


@lru_cache(JUDGED)
def is_public(address: str) -> bool:
    """Tell whether a numeric address belongs to the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in NON_PUBLIC_V4)
    return ip in _GLOBAL_V6 and not any(ip in network for network in NON_PUBLIC_V6)


def check_url(url: str | URL, *, allow_private: bool = False) -> URL:
    """Return the URL ready to be fetched.

    Raises:
        FetchError: it is no plain web address, or names a non-public one by number.

    """
    parsed = _folded(url_of(url))
    if parsed.scheme not in {"http", "https"}:
        raise FetchError("only http:// and https:// addresses are read")
    if parsed.user is not None or parsed.password is not None:
        raise FetchError("addresses with a user name or password are not read")
    host = _host(parsed)
    if not host:
        raise FetchError("the address names no host")
    if not allow_private:
        _check_host(host)
        if parsed.port not in WEB_PORTS:
            raise FetchError(f"port {parsed.port} is not a port of web servers")
    return parsed


def url_of(text: str | URL) -> URL:
    """Return the URL, or the reference, that a text is. Raises ``FetchError`` where it is none."""
    try:
        return URL(text)
    except (ValueError, IndexError) as error:  # IndexError: what yarl makes of "http://[]@"
        raise FetchError(NO_ADDRESS) from error


def _folded(url: URL) -> URL:
    """Return the URL as it is dialled: getaddrinfo folds full-width digits and dots."""
    try:
        host = _host(url)
        folded = unicodedata.normalize("NFKC", host).replace("\u3002", ".")
        return url.with_host(folded) if folded != host else url
    except ValueError as error:
        raise FetchError(NO_ADDRESS) from error


def _host(url: URL) -> str:
    """Return the host in letters; plain ones as they are, as decoding costs more than the rest."""
    raw = url.raw_host or ""
    return raw if raw.isascii() and "xn--" not in raw else url.host or ""


def _check_host(host: str) -> None:
    if ":" in host or _ends_in_number(host):
        # 127.1, 0x7f.1 and 2130706433 are no canonical addresses, so not public ones either.
        if not is_public(host):
            raise FetchError(NOT_PUBLIC)
    elif "." not in host.rstrip("."):
        raise FetchError(NOT_PUBLIC)


def _ends_in_number(host: str) -> bool:
    last = host.rstrip(".").rpartition(".")[2].lower()
    return last.isdigit() or last.startswith("0x")


def guarded_socket(addr_info: tuple[Any, Any, int, Any, tuple[Any, ...]]) -> socket.socket:
    """Return a socket for an address about to be dialled; aiohttp's ``socket_factory``.

    Raises:
        RefusedAddressError: the address is not public.

    """
    if not is_public(str(addr_info[4][0])):
        raise RefusedAddressError
    return plain_socket(addr_info)


def plain_socket(addr_info: tuple[Any, Any, int, Any, tuple[Any, ...]]) -> socket.socket:
    """Return a socket for any address."""
    family, type_, proto, _, _ = addr_info
    return socket.socket(family, type_, proto)


class GuardedResolver(AbstractResolver):
    """Resolves names whose every address is public; mixed answers are an attack, or a mistake."""

    def __init__(self, inner: AbstractResolver) -> None:
        self._inner = inner

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return the host's addresses.

        Raises:
            RefusedAddressError: one of them is not public.
            OSError: the name is not known.

        """
        found = await self._inner.resolve(host, port, family)
        if not all(is_public(result["host"]) for result in found):
            raise RefusedAddressError
        return found

    async def close(self) -> None:
        """Close the resolver behind."""
        await self._inner.close()
