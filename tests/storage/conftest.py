"""An empty database for each test: SQLite always, PostgreSQL where a server is named."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from storage import engines, migrate
from storage.store import SqlStore
from tests.storage.values import NOON

SERVER = os.environ.get("KHABARDAR_TEST_POSTGRES")
"""URL of a PostgreSQL server on which databases may be made, such as postgresql://me@localhost."""


@pytest.fixture(scope="session")
def template(tmp_path_factory) -> Any:
    file = tmp_path_factory.mktemp("template") / "empty.db"
    migrate.upgrade(f"sqlite:///{file}", NOON)
    return file


@pytest.fixture(scope="session")
def postgres(worker_id) -> Any:
    if not SERVER:
        pytest.skip("KHABARDAR_TEST_POSTGRES names no server")
    name = f"khabardar_test_{worker_id}"
    server = engines.parse(SERVER)
    engine = create_engine(server.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    url = server.set(database=name).render_as_string(hide_password=False)
    migrate.upgrade(url, NOON)
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> Any:
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("template"), tmp_path / "test.db")
        return f"sqlite:///{tmp_path / 'test.db'}"
    url = request.getfixturevalue("postgres")
    empty(url)
    return url


def empty(url) -> Any:
    engine = create_engine(engines.parse(url))
    names = ", ".join(table.name for table in SQLModel.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {names}, event_words RESTART IDENTITY CASCADE"))
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
