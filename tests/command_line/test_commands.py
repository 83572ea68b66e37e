import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
from asyncio.subprocess import PIPE
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.chats import ChatType, Scope
from bot.domain.remarks import Wrong
from bot.protocols import EventFilter
from khabardar.commands.options import in_loop
from storage.store import SqlStore
from tests.fakes.feed_server import FeedServer

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("KHABARDAR_SHARED") or ROOT.parent / "shared")
FIRST = ROOT / "khabardar" / "samples" / "first"
BLAST = {
    "id": "a1",
    "title": "Two killed in Quetta blast",
    "published": "2026-01-26",
    "source": "Sample",
    "text": "QUETTA: Two people were killed and four injured in a bomb blast in Quetta on Monday, "
    "police said.",
}


# --- extract -------------------------------------------------------------------------------------


def test_extract_prints_one_report_a_line_with_the_keys_of_the_schema(khabardar):
    ran = khabardar("extract", "--json", stdin=json.dumps(BLAST) + "\n")
    (row,) = map(json.loads, ran.out.splitlines())
    wanted = {"id", "kind", "title", "published_at", "severity", "incident", "policy"}
    assert wanted | {"background", "evidence"} <= set(row)
    killed = row["incident"]["casualties"]["killed"]
    assert (killed["min"], killed["max"]) == (2, 2)
    assert row["incident"]["place"]["country"] == "PK"
    assert row["incident"]["occurred_on"]["start"] == "2026-01-26"
    assert ran.status == 0


def test_reports_come_in_the_order_of_the_articles(khabardar):
    lines = "".join(json.dumps(BLAST | {"id": f"a{n}"}) + "\n" for n in range(5))
    ran = khabardar("extract", "--json", stdin=lines)
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == [f"a{n}" for n in range(5)]


def test_html_is_read_as_its_text(khabardar, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><h1>{BLAST['title']}</h1><p>{BLAST['text']}</p></body></html>")
    ran = khabardar("extract", "--json", "--published", "2026-01-26", page)
    row = json.loads(ran.out)
    assert row["incident"]["casualties"]["killed"]["max"] == 2
    assert "<" not in row["title"]


@pytest.mark.parametrize(
    ("arguments", "stdin", "said"),
    [
        (("extract", "missing.txt"), "", "missing.txt cannot be read"),
        (("extract", "-"), "", "nothing to read"),
        (("extract", "-"), "\0\1\0\2", "this is not text"),
        (("feeds", "add", "notaurl"), "", "no web address"),
        (("preview", "blast zzz:foo"), "", "at character 7"),
        (("extract", "-"), '{"id": 1}\n', "needs a title or a text"),
        (("extract", "-"), '{"title": "a"}\n{broken\n', "line 2: not JSON"),
        (("extract", "--published", "soon", "-"), "x", "is no date"),
        (("preview", "(blast"), "", "khabardar:"),
        (("preview", "blast", "--since", "ever"), "", "no span of time"),
        (("digest", "blast", "--since", "x"), "", "no span of time"),
        (("feeds", "import", "none.opml"), "", "none.opml cannot be read"),
        (("feeds", "remove", "99"), "", "no feed has the id"),
    ],
)
def test_wrong_use_is_one_clear_line_and_status_2(khabardar, arguments, stdin, said):
    ran = khabardar(*arguments, stdin=stdin)
    assert ran.status == 2
    assert said in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.skipif(not (SHARED / "data/seeds").is_dir(), reason="the reference articles are away")
def test_the_reference_articles_come_out_right_from_their_text_alone(khabardar):
    ran = khabardar("extract", "--json", *sorted((SHARED / "data/seeds").glob("*.txt")))
    policy, incident = map(json.loads, ran.out.splitlines())
    assert policy["policy"]["deadline"] == "2024-01-31"
    assert {1_000_000, 340_000} <= {figure["value"] for figure in policy["policy"]["figures"]}
    assert policy["incident"] is None
    assert incident["incident"]["occurred_on"]["start"] == "2026-01-26"
    assert incident["incident"]["casualties"]["killed"]["max"] == 0
    assert incident["incident"]["casualties"]["injured"]["max"] == 0
    assert incident["incident"]["perpetrators"] == []
    assert incident["incident"]["claim"] == "unclaimed"
    assert [event["killed"] for event in incident["background"]] == [64]


# --- events, once, digest, export ----------------------------------------------------------------


def test_events_merges_what_two_publishers_tell(khabardar):
    other = BLAST | {
        "id": "a2",
        "source": "Other",
        "title": "Bomb blast kills two in Quetta",
        "text": "QUETTA: A bomb blast in Quetta killed two people and wounded four others on "
        "Monday, police said.",
    }
    ran = khabardar("events", "--json", stdin="\n".join(map(json.dumps, (BLAST, other))))
    (event,) = map(json.loads, ran.out.splitlines())
    assert event["articles"] == ["a1", "a2"]
    assert event["publishers"] == ["Sample", "Other"]
    assert {entry["field"] for entry in event["ledger"]} == {"killed", "injured"}


def test_once_prints_the_alerts_and_a_second_run_finds_nothing_new(khabardar, tmp_path):
    feed, db = FIRST / "frontier-gazette.xml", tmp_path / "once.db"
    once = ("once", "--feed", feed, "--db", db, "--json")
    first = [json.loads(line) for line in khabardar(*once).out.splitlines()]
    again = [json.loads(line) for line in khabardar(*once).out.splitlines()]
    assert first[-1]["entries_new"] == first[-1]["entries_stored"] == 3
    assert any("Bannu" in row["alert"] for row in first[:-1])
    assert again[-1]["entries_new"] == 0
    assert len(again) == 1


def test_once_says_what_is_wrong_with_a_feed_and_fails(khabardar):
    ran = khabardar("once", "--feed", "nothing-here.xml")
    assert ran.status == 1
    assert "nothing-here.xml" in ran.err
    assert "Traceback" not in ran.out + ran.err


@pytest.mark.parametrize("form", ["text", "html", "json", "csv", "geojson"])
def test_a_digest_comes_in_every_form(khabardar, tmp_path, form):
    db = tmp_path / "digest.db"
    khabardar("once", "--feed", FIRST / "frontier-gazette.xml", "--db", db)
    ran = khabardar("digest", "--db", db, "--since", "24h", "--format", form)
    assert ran.status == 0
    assert "Bannu" in ran.out


def test_an_export_names_its_columns_and_holds_every_event(khabardar, tmp_path):
    db = tmp_path / "export.db"
    khabardar("once", "--feed", FIRST / "sindh-morning.xml", "--db", db)
    ran = khabardar("export", "--db", db, "--format", "csv")
    header, *rows = ran.out.splitlines()
    assert header.startswith("id,kind,severity,title")
    assert len(rows) >= 1
    assert "events" in ran.err


@pytest.mark.parametrize(("form", "begins"), [("rss", "<?xml"), ("cap", "<alert ")])
def test_an_export_comes_as_alerts_for_other_programs(khabardar, tmp_path, form, begins):
    db = tmp_path / "xml.db"
    khabardar("once", "--feed", FIRST / "frontier-gazette.xml", "--db", db)
    ran = khabardar("export", "--db", db, "--format", form)
    assert ran.status == 0
    assert ran.out.startswith(begins)


def test_what_chats_said_is_wrong_comes_as_cases_without_the_chats_or_their_own_feeds(
    khabardar, tmp_path
):
    db = tmp_path / "wrong.db"
    khabardar("once", "--feed", FIRST / "frontier-gazette.xml", "--db", db)
    now = dt.datetime(2026, 1, 26, tzinfo=dt.UTC)

    def remark(work) -> str:
        work.chats.ensure(987654, ChatType.PRIVATE, now)
        told = work.events.find(None, EventFilter())[0]
        secret = work.events.add(replace(told, title="secretword", owner_chat_id=987654), now)
        for one in (told, secret):
            work.remarks.add(Scope(987654), one, Wrong.NUMBER, None, now)
        return str(told.public_id)

    with SqlStore(f"sqlite:///{db}") as store:
        told = store.write_sync(remark)
    ran = khabardar("export", "--wrong", "--db", db)
    (case,) = map(json.loads, ran.out.splitlines())
    assert (case["event"]["id"], case["said"]) == (told, "number")
    assert case["articles"][0]["url"].startswith("http")
    assert "987654" not in ran.out
    assert "secretword" not in ran.out
    assert khabardar("export", "blast", "--wrong", "--db", db).status == 2


def test_a_preview_says_the_query_back_and_counts(khabardar, tmp_path):
    db = tmp_path / "preview.db"
    khabardar("once", "--feed", FIRST / "frontier-gazette.xml", "--db", db)
    ran = khabardar("preview", "place:Bannu killed>=1", "--db", db)
    assert "That is:" in ran.out
    assert "In the last 7 days: 1" in ran.out


# --- the rest ------------------------------------------------------------------------------------


def test_run_without_a_token_names_the_setting_and_botfather(khabardar):
    ran = khabardar("run")
    assert ran.status == 2
    assert "TELEGRAM_TOKEN" in ran.err
    assert "BotFather" in ran.err


def test_a_wrong_setting_is_named(khabardar, monkeypatch):
    monkeypatch.setenv("POLL_EVERY", "often")
    ran = khabardar("feeds", "list")
    assert ran.status == 2
    assert "POLL_EVERY" in ran.err


@pytest.mark.parametrize("url", ["mysql://x", "nonsense", "sqlite://", "sqlite:////no/dir/x.db"])
def test_a_database_that_cannot_be_used_names_its_setting(khabardar, monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    ran = khabardar("feeds", "list")
    assert ran.status == 1
    assert "DATABASE_URL" in ran.err


def test_o1_commands_run_without_secrets_in_the_environment_and_work(
    khabardar, tmp_path, monkeypatch
):
    kept = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'kept.db'}",
        "WEBHOOK_URL": "https://bot.example.org/hook",
        "WEBHOOK_SECRET": "0123456789abcdef",
    }
    for name, value in (kept | {"WEB_PORT": "8080", "ALLOW_PRIVATE_FEEDS": "1"}).items():
        monkeypatch.setenv(name, value)
    with FeedServer() as server:
        url = server.serve("/news.xml", (FIRST / "frontier-gazette.xml").read_bytes())
        assert khabardar("feeds", "add", url).status == 0
        assert khabardar("feeds", "check").status == 0
        assert khabardar("once", "--feed", url).status == 0
    assert "1 feeds" in khabardar("feeds", "list").err
    assert {name: os.environ[name] for name in kept} == kept
    assert in_loop(_names_in_a_child()) & set(kept) == {"WEBHOOK_URL"}


async def _names_in_a_child() -> set[str]:
    code = "import os; print(*os.environ)"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=PIPE)
    said, _ = await child.communicate()
    return set(said.decode().split())


def test_feeds_go_in_and_out_as_opml(khabardar, tmp_path):
    db, file = tmp_path / "feeds.db", tmp_path / "feeds.opml"
    file.write_bytes((ROOT / "bot/feeds/default.opml").read_bytes())
    assert "added" in khabardar("feeds", "import", file, "--db", db).out
    assert khabardar("feeds", "import", file, "--db", db).out.startswith("0 added")
    listed = khabardar("feeds", "list", "--db", db, "--json").out.splitlines()
    assert len(listed) >= 25
    assert khabardar("feeds", "export", "--db", db).out.count("xmlUrl") == len(listed)


def test_a_backup_is_restored_and_never_overwrites_in_silence(khabardar, tmp_path):
    db, copy = tmp_path / "kept.db", tmp_path / "copy.db"
    assert khabardar("db", "upgrade", "--db", db).status == 0
    with SqlStore(f"sqlite:///{db}") as store:
        store.write_sync(lambda work: work.meta.set("kept", "yes"))
    assert khabardar("db", "backup", copy, "--db", db).status == 0
    assert khabardar("db", "backup", copy, "--db", db).status == 1
    assert khabardar("db", "check", "--db", db).status == 0
    other = tmp_path / "other.db"
    assert khabardar("db", "restore", copy, "--db", other).status == 0
    with SqlStore(f"sqlite:///{other}") as store:
        assert store.read_sync(lambda work: work.meta.get("kept")) == "yes"


def test_an_export_for_the_operator_shows_no_chat_its_subscriptions(khabardar, tmp_path):
    db = tmp_path / "private.db"
    khabardar("once", "--feed", FIRST / "relief-wire.json", "--db", db)
    with SqlStore(f"sqlite:///{db}") as store:

        def subscribe(work) -> None:
            now = dt.datetime(2026, 1, 26, tzinfo=dt.UTC)
            work.chats.ensure(5, ChatType.PRIVATE, now)
            work.subscriptions.add(Scope(5), "secretword", now)

        store.write_sync(subscribe)
    for form in ("csv", "jsonl", "geojson"):
        assert "secretword" not in khabardar("export", "--db", db, "--format", form).out


def test_help_imports_nothing_heavy():
    code = (
        "import sys; from khabardar.cli import app, run; run(app, ['--help']); "
        "print([m for m in ('spacy', 'sqlalchemy', 'telegram', 'aiohttp') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments", [("extract", "--bad"), ("once",), ("feeds", "nonsense"), ("nonsense",)]
)
def test_a_command_line_that_cannot_be_parsed_shows_its_usage(khabardar, arguments):
    ran = khabardar(*arguments)
    assert ran.status == 2
    assert "Usage:" in ran.err


def test_doctor_warns_of_names_in_the_env_file_that_are_no_settings(khabardar, tmp_path):
    (tmp_path / ".env").write_text("POLL_EVRY=600\nTELEGRAM_API_URL=http://127.0.0.1:9\n")
    told = khabardar("doctor").out
    assert "warning: POLL_EVRY is no setting (POLL_EVERY is): ignored" in " ".join(told.split())
