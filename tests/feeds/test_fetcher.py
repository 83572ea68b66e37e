from __future__ import annotations

import asyncio
import datetime as dt
import resource
import threading
import zlib

import pytest

from bot.domain.feeds import Validators
from bot.errors import FetchError, HostBusyError
from bot.feeds.answers import MAX_RETRY_AFTER, retry_after
from bot.feeds.decompress import Body
from bot.feeds.fetcher import Fetcher, FetchLimits
from bot.feeds.local import FileFetcher
from tests.fakes.feed_server import Answer, FeedServer, gzipped, item, rss

NOW = dt.datetime(2026, 1, 26, 12, tzinfo=dt.UTC)
NONE = Validators()


async def test_feed_is_fetched_with_its_validators_and_digest(
    server: FeedServer, fetcher: Fetcher
) -> None:
    body = rss([item("1", "Flood")])
    url = server.serve("/plain.xml", body, **{"Last-Modified": "Mon, 26 Jan 2026 00:00:00 GMT"})
    answer = await fetcher.fetch(url, NONE)
    assert answer.body == body
    assert answer.content_type == "application/rss+xml"
    assert answer.validators.etag
    assert answer.validators.last_modified == "Mon, 26 Jan 2026 00:00:00 GMT"
    assert answer.validators.digest
    asked = server.requests[-1].headers
    assert asked["Accept-Encoding"] == "gzip, identity"
    assert asked["User-Agent"].startswith("Khabardar/")
    assert "Cookie" not in asked


async def test_f12_unchanged_feed_is_not_sent_again(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.serve("/same.xml", rss([item("1", "Flood")]))
    first = await fetcher.fetch(url, NONE)
    second = await fetcher.fetch(url, first.validators)
    assert second.body is None
    assert second.validators == first.validators
    assert server.not_modified["/same.xml"] == 1


async def test_f12_304_nobody_asked_for_is_an_error(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/odd", Answer(status=304))
    with pytest.raises(FetchError, match="304"):
        await fetcher.fetch(url, NONE)


@pytest.mark.parametrize(
    ("status", "moved"), [(301, True), (308, True), (302, False), (307, False)]
)
async def test_f13_only_permanent_redirects_move_a_feed(
    server: FeedServer, fetcher: Fetcher, status: int, moved: bool
) -> None:
    target = server.serve("/new.xml", rss([]))
    url = server.script("/old", Answer(status=status, headers={"Location": "/new.xml"}))
    answer = await fetcher.fetch(url, NONE)
    assert answer.body == rss([])
    assert answer.url == url
    assert answer.moved_to == (target if moved else None)


async def test_f13_permanent_redirect_behind_a_temporary_one_moves_nothing(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.serve("/end.xml", rss([]))
    server.script("/b", Answer(status=301, headers={"Location": "/end.xml"}))
    url = server.script("/a", Answer(status=302, headers={"Location": "/b"}))
    assert (await fetcher.fetch(url, NONE)).moved_to is None


async def test_f7_redirect_loop_ends(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/loop", Answer(status=301, headers={"Location": "/loop"}))
    with pytest.raises(FetchError, match="too many redirects"):
        await fetcher.fetch(url, NONE)
    assert server.count("/loop") == 6


async def test_f7_five_redirects_are_followed_and_six_are_not(
    server: FeedServer, fetcher: Fetcher
) -> None:
    server.serve("/hop0", rss([]))
    for n in range(1, 7):
        server.script(f"/hop{n}", Answer(status=302, headers={"Location": f"/hop{n - 1}"}))
    assert (await fetcher.fetch(server.url("/hop5"), NONE)).body is not None
    with pytest.raises(FetchError, match="too many redirects"):
        await fetcher.fetch(server.url("/hop6"), NONE)


async def test_redirect_to_nowhere_says_so(server: FeedServer, fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="without an address"):
        await fetcher.fetch(server.script("/lost", Answer(status=301)), NONE)


async def test_redirect_to_what_is_no_address_says_so(server: FeedServer, fetcher: Fetcher) -> None:
    for target in ("http://[]@", "http://[::1", "http://news.example:99999/"):
        url = server.script("/garbled", Answer(status=302, headers={"Location": target}))
        with pytest.raises(FetchError, match="not a web address"):
            await fetcher.fetch(url, NONE)


async def test_f8_gzip_is_unpacked(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/packed", gzipped(b"<rss/>" * 1000))
    assert (await fetcher.fetch(url, NONE)).body == b"<rss/>" * 1000


async def test_f8_gzip_bomb_is_cut_at_the_cap(server: FeedServer, fetcher: Fetcher) -> None:
    bomb = gzipped(bytes(50_000_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(FetchError, match="too large"):
        await fetcher.fetch(server.script("/bomb", bomb), NONE)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 20_000  # kilobytes; the bomb holds 50,000


async def test_f8_double_gzip_is_refused(server: FeedServer, fetcher: Fetcher) -> None:
    twice = gzipped(bytes(10_000_000), times=2)
    declared = Answer(twice.body, headers={"Content-Encoding": "gzip, gzip"})
    with pytest.raises(FetchError, match="not supported"):
        await fetcher.fetch(server.script("/declared", declared), NONE)
    # Where only one is declared, only one is undone: what remains is small, and no feed.
    answer = await fetcher.fetch(server.script("/hidden", twice), NONE)
    assert answer.body is not None
    assert len(answer.body) < 20_000


@pytest.mark.parametrize("encoding", ["br", "deflate", "zstd", "compress", "gzip, br", "x"])
async def test_f8_other_encodings_are_refused(
    server: FeedServer, fetcher: Fetcher, encoding: str
) -> None:
    answer = Answer(b"?", headers={"Content-Encoding": encoding})
    with pytest.raises(FetchError, match="not supported"):
        await fetcher.fetch(server.script("/other", answer), NONE)


async def test_f8_broken_and_truncated_gzip_are_told(server: FeedServer, fetcher: Fetcher) -> None:
    whole = gzipped(b"<rss/>" * 1000)
    half = Answer(whole.body[:30], headers=whole.headers)
    with pytest.raises(FetchError, match="cut short"):
        await fetcher.fetch(server.script("/half", half), NONE)
    noise = Answer(b"no gzip at all", headers=whole.headers)
    with pytest.raises(FetchError, match="broken"):
        await fetcher.fetch(server.script("/noise", noise), NONE)


def test_f8_gzip_in_parts_is_joined_whatever_the_chunks() -> None:
    packed = b"".join(gzipped(part).body for part in (b"one ", b"two ", b"three"))
    body = Body("gzip", 100)
    for byte in packed + b"\x00\x00":
        body.feed(bytes([byte]))
    assert body.finish() == b"one two three"


def test_f8_every_step_stays_under_the_cap() -> None:
    body = Body("gzip", 1_000_000)
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = bomb.compress(bytes(20_000_000)) + bomb.flush()
    with pytest.raises(FetchError, match="too large"):
        body.feed(packed)
    assert body._size < 1_000_000 + 2 * 256 * 1024


async def test_f9_slow_body_meets_the_deadline(server: FeedServer) -> None:
    limits = FetchLimits(deadline=dt.timedelta(seconds=0.2))
    async with Fetcher(limits, allow_private=True) as fetcher:
        url = server.script("/slow", Answer(b"x" * 1000, drip=0.05))
        with pytest.raises(FetchError, match=r"within 0\.2 seconds"):
            await fetcher.fetch(url, NONE)


async def test_f9_deadline_covers_all_hops_together(server: FeedServer) -> None:
    limits = FetchLimits(deadline=dt.timedelta(seconds=0.25))
    hop = Answer(status=302, headers={"Location": "/tired"}, delay=0.1)
    async with Fetcher(limits, allow_private=True) as fetcher:
        with pytest.raises(FetchError, match="seconds"):
            await fetcher.fetch(server.script("/tired", hop), NONE)


async def test_f10_endless_body_is_cut_at_the_cap(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/endless", Answer(b"<item/>" * 1000, endless=True))
    with pytest.raises(FetchError, match="too large"):
        await fetcher.fetch(url, NONE)


async def test_f10_huge_header_is_refused(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/header", Answer(headers={"X-Long": "a" * 2_000_000}))
    with pytest.raises(FetchError):
        await fetcher.fetch(url, NONE)


async def test_answer_that_breaks_off_is_told(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/torn", Answer(b"<rss><channel>", cut=True))
    with pytest.raises(FetchError, match="cut short"):
        await fetcher.fetch(url, NONE)


@pytest.mark.parametrize(
    ("status", "why"),
    [(401, "login"), (403, "refuses"), (404, "nothing"), (410, "gone"), (500, "500"), (204, "204")],
)
async def test_f13_status_is_told_in_words(
    server: FeedServer, fetcher: Fetcher, status: int, why: str
) -> None:
    with pytest.raises(FetchError, match=why) as failed:
        await fetcher.fetch(server.script("/status", Answer(status=status)), NONE)
    assert failed.value.status == status


async def test_f13_retry_after_reaches_the_caller(server: FeedServer, fetcher: Fetcher) -> None:
    url = server.script("/later", Answer(status=429, headers={"Retry-After": "120"}))
    with pytest.raises(FetchError) as failed:
        await fetcher.fetch(url, NONE)
    assert failed.value.retry_after == dt.timedelta(minutes=2)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("120", dt.timedelta(seconds=120)),
        ("Mon, 26 Jan 2026 12:10:00 GMT", dt.timedelta(minutes=10)),
        ("Mon, 26 Jan 2026 11:00:00 GMT", dt.timedelta()),
        ("315360000", MAX_RETRY_AFTER),  # ten years
        ("9" * 5000, MAX_RETRY_AFTER),
        ("Fri, 26 Jan 2036 12:00:00 GMT", MAX_RETRY_AFTER),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_f13_retry_after_is_read_and_capped(
    header: str | None, expected: dt.timedelta | None
) -> None:
    assert retry_after(header, NOW) == expected


async def test_f14_one_request_per_host_at_a_time(fetcher: Fetcher) -> None:
    with FeedServer() as server:
        urls = [server.serve(f"/many/{n}", rss([])) for n in range(30)]
        answers = await asyncio.gather(*(fetcher.fetch(url, NONE) for url in urls))
        assert all(answer.body for answer in answers)
        assert server.most_at_once == 1


async def test_f14_connection_is_kept_only_while_others_wait_for_its_host(
    server: FeedServer, fetcher: Fetcher
) -> None:
    """Thousands of idle connections would use up the files that a process may open."""
    url = server.serve("/kept.xml", rss([]))
    await asyncio.gather(*(fetcher.fetch(url, NONE) for _ in range(3)))
    asked = [seen.headers.get("Connection") for seen in server.requests[-3:]]
    assert asked[1:] == [None, "close"]


async def test_f14_slow_host_delays_no_other(server: FeedServer, fetcher: Fetcher) -> None:
    held = threading.Event()
    slow = asyncio.create_task(fetcher.fetch(server.script("/held", Answer(b"s", gate=held)), NONE))
    server.serve("/fast", b"fast")
    # The same server under another name is another host.
    fast = await fetcher.fetch(server.url("/fast", host="localhost"), NONE)
    assert fast.body == b"fast"
    assert not slow.done()
    held.set()
    assert (await slow).body == b"s"


async def test_f14_feed_of_a_busy_host_is_put_off_and_not_failed(server: FeedServer) -> None:
    held = threading.Event()
    limits = FetchLimits(host_patience=dt.timedelta(seconds=0.05))
    async with Fetcher(limits, allow_private=True) as fetcher:
        url = server.script("/busy", Answer(b"s", gate=held))
        first = asyncio.create_task(fetcher.fetch(url, NONE))
        await asyncio.sleep(0)
        with pytest.raises(HostBusyError):
            await fetcher.fetch(url, NONE)
        held.set()
        await first


async def test_unreachable_server_is_told_without_its_address(fetcher: Fetcher) -> None:
    with pytest.raises(FetchError, match="cannot be reached") as failed:
        await fetcher.fetch("http://127.0.0.1:1/secret-token", NONE)
    assert "secret" not in str(failed.value)
    assert "127" not in str(failed.value)


async def test_fetcher_that_was_not_entered_says_how() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await Fetcher(allow_private=True).fetch("http://127.0.0.1:1/", NONE)


async def test_files_are_read_by_path_and_url(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "a feed.xml"
    path.write_bytes(b"<rss/>")
    for name in (str(path), path.as_uri()):
        assert (await FileFetcher().fetch(name, NONE)).body == b"<rss/>"
    with pytest.raises(FetchError, match="too large"):
        await FileFetcher(max_bytes=3).fetch(str(path), NONE)
    with pytest.raises(FetchError, match="cannot be read"):
        await FileFetcher().fetch(f"{path}.missing", NONE)
    with pytest.raises(FetchError, match="only files"):
        await FileFetcher().fetch("http://news.example/", NONE)


async def test_web_addresses_go_through_the_fetcher_behind(
    server: FeedServer, fetcher: Fetcher
) -> None:
    url = server.serve("/behind", b"<rss/>")
    assert (await FileFetcher(fetcher).fetch(url, NONE)).body == b"<rss/>"
