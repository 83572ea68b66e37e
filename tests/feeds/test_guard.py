from __future__ import annotations

import ipaddress
import socket

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.feeds import Validators
from bot.errors import FetchError
from bot.feeds.fetcher import Fetcher
from bot.feeds.guard import (
    NOT_PUBLIC,
    GuardedResolver,
    RefusedAddressError,
    check_url,
    guarded_socket,
    is_public,
)
from tests.fakes.feed_server import Answer, FeedServer

NON_PUBLIC = [
    *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.1.2.3"),
    *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.0.2.1"),
    *("192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1"),
    *("239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1"),
    *("64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1"),
    *("fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "5f00::1"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::200e"]


class Scripted(AbstractResolver):
    """Gives one answer after the other, the last one for ever."""

    def __init__(self, *answers: list[str]) -> None:
        self._answers = list(answers)
        self.asked = 0

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked += 1
        found = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return [
            ResolveResult(
                hostname=host, host=address, port=port, proto=0, flags=0,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
            )
            for address in found
        ]  # fmt: skip

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("address", NON_PUBLIC)
def test_f2_address_is_refused(address: str) -> None:
    assert not is_public(address)
    with pytest.raises(RefusedAddressError):
        guarded_socket((socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 80)))


@pytest.mark.parametrize("address", PUBLIC)
def test_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_f2_no_ipv4_address_that_python_calls_private_is_public(ip: ipaddress.IPv4Address) -> None:
    if not ip.is_global or ip.is_multicast:
        assert not is_public(str(ip))
    # Whatever IPv6 form carries an IPv4 address, it is never dialled through that form.
    packed = int(ip)
    for base in ("::", "::ffff:0:0", "64:ff9b::", "::ffff:0:0:0"):
        assert not is_public(str(ipaddress.IPv6Address(int(ipaddress.IPv6Address(base)) + packed)))
    sixtofour = int(ipaddress.IPv6Address("2002::")) + (packed << 80)
    assert not is_public(str(ipaddress.IPv6Address(sixtofour)))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0", "[::1]", "localhost"),
        *("127。0。0。1", "127.0.0.1", "0177.0.0.1", "localhost.", "127.0.0.1."),
        "127.0.0.xn--9hbcp",  # Arabic digits in Punycode
    ],
)
async def test_f1_spelling_of_loopback_reaches_nothing(server: FeedServer, host: str) -> None:
    before = len(server.requests)
    for port in (server.port, 80):
        async with Fetcher() as fetcher:
            with pytest.raises(FetchError):
                await fetcher.fetch(f"http://{host}:{port}/secret", Validators())
    assert len(server.requests) == before


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://[::1]/", "http://2130706433/"])
def test_f1_reason_says_that_the_address_is_not_public(url: str) -> None:
    with pytest.raises(FetchError, match=NOT_PUBLIC):
        check_url(url)


@pytest.mark.parametrize(
    "target",
    [
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "http://[::1]/",
        "//10.0.0.1/",
        "//2130706433/",
    ],
)
async def test_f3_redirect_to_a_place_inside_is_refused_at_the_hop(
    server: FeedServer, target: str
) -> None:
    # The first hop must be let through to see the second refused: this fetcher's dial is open,
    # its check of URLs is not.
    server.script("/away", Answer(status=302, headers={"Location": target}))
    async with Fetcher(allow_private=True) as fetcher:
        fetcher._checked = lambda url: (  # type: ignore[method-assign]
            check_url(url, allow_private=str(server.port) in str(url))
        )
        with pytest.raises(FetchError, match=r"not public|only http"):
            await fetcher.fetch(server.url("/away"), Validators())


async def test_f4_name_with_a_private_address_is_refused_when_dialled(server: FeedServer) -> None:
    before = len(server.requests)
    resolver = Scripted(["127.0.0.1"])
    async with Fetcher(resolver=resolver) as fetcher:
        with pytest.raises(FetchError, match=NOT_PUBLIC):
            await fetcher.fetch("http://rebound.example:8080/", Validators())
    assert resolver.asked == 1
    assert len(server.requests) == before


async def test_f4_mixed_answers_are_refused_whole() -> None:
    resolver = GuardedResolver(Scripted(["8.8.8.8", "127.0.0.1"]))
    with pytest.raises(RefusedAddressError):
        await resolver.resolve("mixed.example", 80)


async def test_f4_second_answer_is_checked_like_the_first() -> None:
    resolver = GuardedResolver(Scripted(["8.8.8.8"], ["127.0.0.1"]))
    assert [found["host"] for found in await resolver.resolve("rebound.example", 80)] == ["8.8.8.8"]
    with pytest.raises(RefusedAddressError):
        await resolver.resolve("rebound.example", 80)


async def test_f4_address_is_checked_again_when_its_socket_is_made(server: FeedServer) -> None:
    """Even a resolver that passes unchecked answers on cannot lead inside."""
    before = len(server.requests)
    async with Fetcher() as fetcher:
        assert fetcher._session is not None
        fetcher._session.connector._resolver = Scripted(["127.0.0.1"])  # type: ignore[union-attr]
        with pytest.raises(FetchError, match=NOT_PUBLIC):
            await fetcher.fetch("http://unchecked.example:8080/", Validators())
    assert len(server.requests) == before


async def test_f4_name_is_looked_up_anew_for_each_connection(server: FeedServer) -> None:
    """No answer is kept: what a name meant a moment ago is no reason to dial there."""
    url = server.serve("/anew.xml", b"<rss/>").replace("127.0.0.1", "anew.example")
    resolver = Scripted(["127.0.0.1"])
    async with Fetcher(resolver=resolver, allow_private=True) as fetcher:
        for _ in range(3):
            await fetcher.fetch(url, Validators())
    assert resolver.asked == 3


async def test_f5_proxy_from_the_environment_is_not_used(
    server: FeedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, server.url())
    before = len(server.requests)
    async with Fetcher(resolver=Scripted(["127.0.0.1"])) as fetcher:
        with pytest.raises(FetchError, match=NOT_PUBLIC):
            await fetcher.fetch("http://proxied.example/", Validators())
    assert len(server.requests) == before


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://user:secret@news.example/", "user name"),
        ("http://user@news.example/", "user name"),
        ("gopher://news.example/", "only http"),
        ("ftp://news.example/", "only http"),
        ("file:///etc/passwd", "only http"),
        ("javascript:alert(1)", "only http"),
        ("/etc/passwd", "only http"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:6379/", "port 6379"),
        ("http:///nothing", "no host"),
        ("http://[::1", "not a web address"),
        ("http://news.example:99999/", "not a web address"),
        ("http://[]@", "not a web address"),  # an IndexError of yarl's
        ("http://xn--a.example/", "not a web address"),  # no name in any script
        ("http://intranet/", "not public"),
    ],
)
def test_f6_address_is_refused_with_its_reason(url: str, why: str) -> None:
    with pytest.raises(FetchError, match=why) as refused:
        check_url(url)
    assert "secret" not in str(refused.value)


@given(st.text(max_size=40))
def test_f6_any_text_is_a_checked_address_or_refused(text: str) -> None:
    for url in (text, f"http://{text}"):
        try:
            assert check_url(url).scheme in {"http", "https"}
        except FetchError:
            continue
