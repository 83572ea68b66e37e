"""Handlers against the strict fake Telegram and a real database; time stands still unless moved."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage import migrate
from tests.fakes.telegram import FakeTelegram
from tests.handlers.office import NOON, Office, Opener, opened


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "empty.db"
    migrate.upgrade(f"sqlite:///{file}", NOON)
    return file


@pytest.fixture(scope="session")
def server() -> Iterator[FakeTelegram]:
    with FakeTelegram() as fake:
        yield fake


@pytest.fixture
def telegram(server: FakeTelegram) -> Iterator[FakeTelegram]:
    """A fake Telegram; a request against the book fails the test."""
    server.reset()
    yield server
    assert server.complaints == []


@pytest.fixture
def open_office(
    telegram: FakeTelegram,
    empty_database: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Opener:
    """Open an office on this test's database, with settings; it may be opened again."""
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))  # the fake needs none: loading them is slow
    database = tmp_path / "test.db"
    shutil.copy(empty_database, database)
    return lambda **settings: opened(telegram, database, settings)


@pytest.fixture
async def office(open_office: Opener) -> AsyncIterator[Office]:
    async with open_office() as made:
        yield made
