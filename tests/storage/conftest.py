"""An empty database for each test: SQLite always, PostgreSQL where a server can be had."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from storage import engines, migrate
from storage.store import SqlStore
from tests.storage.values import NOON
from tools.postgres import database


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Any:
    file = tmp_path_factory.mktemp("template") / "empty.db"
    migrate.upgrade(f"sqlite:///{file}", NOON)
    return file


@pytest.fixture(scope="session")
def postgres(postgres_server) -> Any:
    with database(postgres_server) as url:
        migrate.upgrade(url, NOON)
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> Any:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "test.db")
        return f"sqlite:///{tmp_path / 'test.db'}"
    url = request.getfixturevalue("postgres")
    empty(url)
    return url


def empty(url) -> Any:
    """Delete every row and start every number anew: far cheaper than TRUNCATE on small tables."""
    engine = create_engine(engines.parse(url))
    names = ["event_words", *(table.name for table in reversed(SQLModel.metadata.sorted_tables))]
    with engine.begin() as connection:
        for name in names:
            connection.execute(text(f"DELETE FROM {name}"))
        restart = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
        connection.execute(text(restart))
    engine.dispose()


@pytest.fixture
def store(database_url) -> Any:
    with SqlStore(database_url, lambda: NOON) as opened:
        yield opened


@pytest.fixture
def sqlite_url(template, tmp_path) -> Any:
    shutil.copy(template, tmp_path / "test.db")
    return f"sqlite:///{tmp_path / 'test.db'}"


@pytest.fixture
def write(store) -> Any:
    return store.write_sync


@pytest.fixture
def read(store) -> Any:
    return store.read_sync
