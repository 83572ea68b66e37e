"""The promise on PostgreSQL: killed, hung up on, and shared by several processes."""

from __future__ import annotations

import pytest

from bench.crash.databases import OnPostgres
from bench.crash.harness import POINTS, ROLES, Setting, crash_test
from bench.crash.program import Program
from tests.fakes.feed_server import FeedServer, rss

CHAT = 7
SEED = 11


@pytest.fixture
def program(tmp_path, telegram, postgres_database):
    with FeedServer() as feeds:
        feeds.serve("/news.xml", rss([]))
        database = OnPostgres(postgres_database)
        made = Program(tmp_path, database, telegram, feeds.url("/news.xml"))
        yield made
        made.kill()


def test_o3_kills_on_postgresql_lose_nothing_and_double_nothing(tmp_path, postgres_database):
    verdict, run = crash_test(Setting(4, SEED, faulty=0.09), tmp_path, postgres_database)
    assert verdict.holds, (verdict, (tmp_path / "program.log").read_text()[-5000:])
    assert verdict.expected
    assert set(run.kills) & set(POINTS)


def test_b5_a_program_on_which_postgresql_hangs_up_serves_on(program, telegram):
    program.start()
    program.serves()
    assert program.database.hang_up()
    telegram.user_says(CHAT, "/start")
    program.wait_until(lambda: bool(telegram.messages(CHAT)), "the command is answered")
    assert program.stop()


def test_b4_processes_that_share_the_work_lose_nothing_and_tell_nothing_twice(
    tmp_path, postgres_database
):
    assert ROLES.count("fetch") == ROLES.count("extract") == 2
    verdict, _ = crash_test(Setting(0, SEED, roles=True), tmp_path, postgres_database)
    assert verdict.holds, (verdict, (tmp_path / "program.log").read_text()[-5000:])
    assert verdict.expected
    assert (verdict.marked_dup, verdict.marked_bound) == (0, 0)
