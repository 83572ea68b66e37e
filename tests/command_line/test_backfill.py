"""Events from archives: nobody is alerted, nothing is read twice, bad lines are told."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from bot.domain.chats import ChatType, Scope
from bot.domain.feeds import FeedStatus
from bot.protocols import Work
from khabardar.archives import Archive
from khabardar.wiring import utc_now
from storage.store import SqlStore

TOWNS = ("Quetta", "Karachi", "Peshawar", "Lahore")
ROWS = [
    {
        "id": f"a{n}",
        "title": f"{n + 2} killed in {town} blast",
        "published": f"2026-03-{n + 1:02}",
        "source": "Sample Post",
        "url": f"https://post.example/{n}",
        "text": f"{town.upper()}: {n + 2} people died in a bomb blast in {town} on Sunday.",
    }
    for n, town in enumerate(TOWNS)
]


def json_lines(rows: list[dict[str, str]]) -> bytes:
    return "".join(f"{json.dumps(row)}\n" for row in rows).encode()


def as_csv(rows: list[dict[str, str]]) -> bytes:
    text = io.StringIO()
    sheet = csv.DictWriter(text, list(rows[0]))
    sheet.writeheader()
    sheet.writerows(rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()  # as spreadsheets write it


def test_archive_becomes_events_of_their_days_and_alerts_nobody(khabardar, tmp_path):
    (tmp_path / "news.jsonl").write_bytes(json_lines(ROWS))
    with SqlStore(f"sqlite:///{tmp_path / 'x.db'}") as store:

        def subscribe(work: Work) -> None:
            work.chats.ensure(5, ChatType.PRIVATE, utc_now())
            work.subscriptions.add(Scope(5), "kind:incident", utc_now())

        store.write_sync(subscribe)
    ran = khabardar("backfill", "news.jsonl", "--db", "x.db")
    assert (ran.status, ran.out) == (0, "articles read: 4, events more than before: 4\n")
    with SqlStore(f"sqlite:///{tmp_path / 'x.db'}") as store:
        event = store.read_sync(lambda work: work.events.get(1))
        assert event is not None
        assert event.first_seen_at.date().isoformat() == "2026-03-01"
        assert not any(store.read_sync(lambda work: work.outbox.counts()).values())
        assert store.read_sync(lambda work: work.feeds.all()) == []


def test_second_run_goes_on_where_the_first_stopped(khabardar, tmp_path):
    archive = tmp_path / "news.jsonl"
    archive.write_bytes(json_lines(ROWS))
    khabardar("backfill", archive, "--db", "x.db")
    again = khabardar("backfill", archive, "--db", "x.db")
    assert (again.status, again.out) == (0, "lines read before: 4\n")


def test_an_archive_that_was_stopped_halfway_is_finished(khabardar, tmp_path):
    archive = tmp_path / "news.jsonl"
    archive.write_bytes(json_lines(ROWS))
    with SqlStore(f"sqlite:///{tmp_path / 'x.db'}") as store:
        key = f"backfill:{Archive(archive).key}"
        store.write_sync(lambda work: work.meta.set(key, "2"))
    ran = khabardar("backfill", archive, "--db", "x.db")
    assert ran.out == "articles read: 2, events more than before: 2, lines read before: 2\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("news.csv", as_csv(ROWS)),
        ("news.jsonl.gz", gzip.compress(json_lines(ROWS), mtime=0)),
        ("news.csv.gz", gzip.compress(as_csv(ROWS), mtime=0)),
    ],
    ids=["csv", "jsonl.gz", "csv.gz"],
)
def test_archives_come_as_tables_and_compressed(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    archive = Archive(tmp_path / name)
    found = [item.article for item in archive.items()]
    assert [article.title for article in found if article] == [row["title"] for row in ROWS]
    assert archive.read == archive.size == len(content)


def test_lines_that_are_no_articles_are_named_and_the_others_stored(khabardar, tmp_path):
    (tmp_path / "news.jsonl").write_bytes(b'{"title": \n{"id": "x"}\n' + json_lines(ROWS[:1]))
    ran = khabardar("backfill", "news.jsonl", "--db", "x.db")
    assert ran.status == 1
    assert "lines that are no articles: 2" in ran.out
    assert "news.jsonl, line 1" in ran.err
    assert "news.jsonl:2" in ran.err


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("gone.jsonl", None, "cannot be read"),
        ("news.csv", b"a,b\n1,2\n", "'title' or 'text' is missing"),
        ("news.jsonl.gz", gzip.compress(json_lines(ROWS), mtime=0)[:80], "damaged"),
        ("news.jsonl.gz", b"no gzip", "damaged"),
    ],
    ids=["gone", "columns", "cut off", "no gzip"],
)
def test_what_is_no_archive_is_said_in_a_line(khabardar, tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = khabardar("backfill", name, "--db", "x.db")
    assert ran.status == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_the_feed_of_an_archive_is_never_polled(khabardar, tmp_path):
    (tmp_path / "news.jsonl.gz").write_bytes(gzip.compress(json_lines(ROWS), mtime=0)[:80])
    khabardar("backfill", "news.jsonl.gz", "--db", "x.db")
    with SqlStore(f"sqlite:///{tmp_path / 'x.db'}") as store:
        (feed,) = store.read_sync(lambda work: work.feeds.all())
    assert feed.status is FeedStatus.PAUSED
