from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.errors import StorageError
from bot.protocols import EventFilter
from storage import maintenance, migrate
from storage.store import SqlStore
from tests.storage.values import NOON, feed_with, told_event

HEAD = migrate.head()


def file_of(url) -> Any:
    return url.removeprefix("sqlite:///")


def change(url, statement) -> Any:
    with closing(sqlite3.connect(file_of(url))) as database, database:
        database.execute(statement)


@pytest.fixture
def filled(sqlite_url) -> Any:
    with SqlStore(sqlite_url) as opened:
        opened.write_sync(feed_with)
        opened.write_sync(told_event)
    return sqlite_url


def feeds_in(url) -> Any:
    with SqlStore(url) as opened:
        return len(opened.read_sync(lambda work: work.feeds.all()))


def test_models_and_migrations_agree(database_url):
    migrate.check(database_url)


def test_a_difference_between_models_and_database_is_named(sqlite_url):
    change(sqlite_url, "ALTER TABLE feed DROP COLUMN language")
    with pytest.raises(StorageError, match="language"):
        migrate.check(sqlite_url)


def test_an_upgrade_of_an_up_to_date_database_does_nothing(sqlite_url, tmp_path):
    assert migrate.upgrade(sqlite_url, NOON) == "the schema is up to date"
    assert [file.suffix for file in tmp_path.iterdir() if file.suffix == ".backup"] == []


def test_a_new_database_is_made_on_start(tmp_path):
    url = f"sqlite:///{tmp_path / 'new.db'}"
    assert migrate.head() in migrate.upgrade(url, NOON)
    assert migrate.current(url) == migrate.head()


def test_b6_a_newer_schema_is_refused_with_advice(sqlite_url):
    change(sqlite_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match=r"newer than this program.*update the program"):
        SqlStore(sqlite_url).open()


def test_b6_a_database_of_another_program_is_left_alone(tmp_path):
    url = f"sqlite:///{tmp_path / 'other.db'}"
    change(url, "CREATE TABLE photos (id INTEGER)")
    with pytest.raises(StorageError, match="not Khabardar's"):
        migrate.upgrade(url, NOON)


def test_b6_a_file_that_is_no_database_is_a_clear_error(tmp_path):
    (tmp_path / "x.db").write_text("this is no database, but long enough to be looked at" * 20)
    with pytest.raises(StorageError, match="cannot be opened"):
        migrate.upgrade(f"sqlite:///{tmp_path / 'x.db'}", NOON)


def test_a_missing_directory_is_a_clear_error(tmp_path):
    with pytest.raises(StorageError, match="no directory"):
        migrate.upgrade(f"sqlite:///{tmp_path / 'no' / 'x.db'}", NOON)


def test_a_filled_database_is_copied_before_an_upgrade(filled, tmp_path, monkeypatch):
    monkeypatch.setattr(migrate, "head", lambda: "9998")
    monkeypatch.setattr("storage.migrate.command.upgrade", lambda *_args: None)
    migrate.upgrade(filled, NOON)
    (copy,) = (file for file in tmp_path.iterdir() if file.suffix == ".backup")
    assert copy.name == f"test.db.{HEAD}.20260304T120000.backup"
    monkeypatch.undo()
    assert feeds_in(f"sqlite:///{copy}") == 1


def test_b6_an_upgrade_that_fails_leaves_the_database_as_it_was(filled, monkeypatch):
    def half_done(config, _target) -> Any:
        connection = config.attributes["connection"]
        connection.exec_driver_sql("DROP TABLE alert")
        raise StorageError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "head", lambda: "9998")
        patch.setattr("storage.migrate.command.upgrade", half_done)
        with pytest.raises(StorageError, match="power cut"):
            migrate.upgrade(filled, NOON)
    migrate.check(filled)
    assert feeds_in(filled) == 1


def test_an_upgrade_drops_the_kept_index_as_queries_may_be_others_now(filled, monkeypatch):
    change(filled, "INSERT INTO snapshot VALUES ('stamp', 1, x'00')")
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "head", lambda: "9998")
        patch.setattr("storage.migrate.command.upgrade", lambda *_args: None)
        migrate.upgrade(filled, NOON)
    with closing(sqlite3.connect(file_of(filled))) as database:
        assert database.execute("SELECT count(*) FROM snapshot").fetchone() == (0,)


def test_an_upgrade_that_would_break_a_foreign_key_is_undone(filled, monkeypatch):
    def careless(config, _target) -> Any:
        config.attributes["connection"].exec_driver_sql("DELETE FROM feed")

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "head", lambda: "9998")
        patch.setattr("storage.migrate.command.upgrade", careless)
        with pytest.raises(StorageError, match="foreign key"):
            migrate.upgrade(filled, NOON)
    assert feeds_in(filled) == 1


def test_b6_an_older_database_is_copied_and_brought_up_with_all_it_holds(filled, tmp_path):
    for table in ("digest", "mute", "snapshot", "remark"):
        change(filled, f"DROP TABLE {table}")
    for column in ("quiet", "bypass", "near"):
        change(filled, f"ALTER TABLE chat DROP COLUMN {column}")
    change(filled, "UPDATE alembic_version SET version_num = '0001'")
    migrate.upgrade(filled, NOON)
    migrate.check(filled)
    assert feeds_in(filled) == 1
    assert [file.suffix for file in tmp_path.iterdir()].count(".backup") == 1


def test_articles_that_were_indexed_in_part_are_found_whole_after_an_upgrade(sqlite_url):
    def titles(word):
        with SqlStore(sqlite_url) as opened:
            wanted = EventFilter(text=word)
            found = opened.read_sync(lambda work: work.events.find(None, wanted))
            return [event.title for event in found]

    with SqlStore(sqlite_url) as opened:
        opened.write_sync(lambda work: [told_event(work, title=f"Blast {n}") for n in range(3)])
    change(sqlite_url, "UPDATE event_words SET words = 'blast'")
    for table in ("snapshot", "remark"):
        change(sqlite_url, f"DROP TABLE {table}")
    change(sqlite_url, "ALTER TABLE chat DROP COLUMN near")
    change(sqlite_url, "UPDATE alembic_version SET version_num = '0004'")
    assert titles("blast") == ["Blast 2", "Blast 1", "Blast 0"]
    assert titles("handcart") == ["Blast 2", "Blast 1", "Blast 0"]


# --- integrity, backup, restore ------------------------------------------------------------------


def test_a_whole_database_is_said_to_be_whole(database_url):
    assert "whole" in maintenance.integrity(database_url)


def test_a_missing_or_old_or_broken_database_is_not(sqlite_url, tmp_path):
    with pytest.raises(StorageError, match="db upgrade"):
        maintenance.integrity(f"sqlite:///{tmp_path / 'none.db'}")
    change(sqlite_url, "INSERT INTO figure SELECT 9,1,'killed',1,1,'','p','2026-01-01','s',1,1")
    with pytest.raises(StorageError, match="refers to nothing"):
        maintenance.integrity(sqlite_url)


def test_a_damaged_file_is_told_from_a_whole_one(filled):
    with open(file_of(filled), "r+b") as file:  # noqa: PTH123 - bytes are overwritten in place
        file.seek(4096 * 5)
        file.write(b"\xff" * 4096 * 3)
    with pytest.raises(StorageError, match=r"damaged|malformed|cannot be read"):
        maintenance.integrity(filled)


def test_a_backup_is_taken_while_the_database_is_in_use(filled, tmp_path):
    copy = tmp_path / "copy.db"
    with SqlStore(filled) as opened:
        opened.write_sync(lambda work: work.meta.set("a", "1"))
        maintenance.backup(filled, copy)
    with SqlStore(f"sqlite:///{copy}") as restored:
        assert restored.read_sync(lambda work: work.meta.get("a")) == "1"


def test_nothing_is_overwritten_silently(filled, tmp_path):
    copy = tmp_path / "copy.db"
    maintenance.backup(filled, copy)
    with pytest.raises(StorageError, match="exists"):
        maintenance.backup(filled, copy)
    maintenance.backup(filled, copy, force=True)
    with pytest.raises(StorageError, match="exists"):
        maintenance.restore(filled, copy)


def test_a_restored_backup_takes_the_databases_place_which_is_kept_beside_it(filled, tmp_path):
    copy = tmp_path / "copy.db"
    maintenance.backup(filled, copy)
    with SqlStore(filled) as opened:
        opened.write_sync(lambda work: work.feeds.remove(1))
    maintenance.restore(filled, copy, force=True)
    assert feeds_in(filled) == 1
    assert feeds_in(f"{filled}.replaced") == 0
    maintenance.restore(f"sqlite:///{tmp_path / 'fresh.db'}", copy)
    assert feeds_in(f"sqlite:///{tmp_path / 'fresh.db'}") == 1


def test_only_a_whole_khabardar_database_is_restored(filled, tmp_path):
    other = tmp_path / "other.db"
    change(f"sqlite:///{other}", "CREATE TABLE photos (id INTEGER)")
    newer = tmp_path / "newer.db"
    maintenance.backup(filled, newer)
    change(f"sqlite:///{newer}", "UPDATE alembic_version SET version_num = '9999'")
    for file, why in ((tmp_path / "no.db", "no file"), (other, "no Khabardar"), (newer, "newer")):
        with pytest.raises(StorageError, match=why):
            maintenance.restore(filled, file, force=True)
    assert feeds_in(filled) == 1


def test_for_postgresql_its_own_tools_are_named(tmp_path):
    url = "postgresql://me@localhost/x"
    with pytest.raises(StorageError, match="pg_dump"):
        maintenance.backup(url, tmp_path / "x")
    with pytest.raises(StorageError, match="pg_restore"):
        maintenance.restore(url, tmp_path / "x")
