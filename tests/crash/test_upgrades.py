"""An upgrade that is killed: the database is as before, or upgraded; a copy is whole or absent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from alembic import command

from bot.crashpoints import VARIABLE
from storage import engines, migrate
from storage.backups import revision_of
from storage.store import SqlStore
from tests.storage.values import feed_with

OLD = "0001"


@pytest.fixture
def old(tmp_path):
    """Return a database with data and the first schema."""
    file = tmp_path / "old.db"
    url = f"sqlite:///{file}"
    with SqlStore(url) as store:
        store.write_sync(feed_with)
    engine = engines.migrator(engines.parse(url))
    with engine.connect() as connection, connection.begin():
        command.downgrade(migrate._config(connection), OLD)
    engine.dispose()
    assert revision_of(file) == OLD
    return file


def upgrade(file, crash_at=""):
    return subprocess.run(
        [sys.executable, "-m", "khabardar", "db", "upgrade", "--db", str(file)],
        env=os.environ | {VARIABLE: crash_at},
        check=False,
        capture_output=True,
    ).returncode


@pytest.mark.parametrize(("crash_at", "copies"), [("mid_backup", 0), ("mid_migration", 1)])
def test_b6_an_upgrade_that_is_killed_completes_the_next_time(old, crash_at, copies):
    assert upgrade(old, crash_at) == -signal.SIGKILL
    assert revision_of(old) == OLD
    assert [revision_of(copy) for copy in old.parent.glob("*.backup")] == [OLD] * copies
    assert upgrade(old) == 0
    assert revision_of(old) == migrate.head()
    migrate.check(f"sqlite:///{old}")
    with SqlStore(f"sqlite:///{old}") as store:
        assert len(store.read_sync(lambda work: work.feeds.all())) == 1
