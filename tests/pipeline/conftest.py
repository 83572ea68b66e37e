from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import migrate
from storage.store import SqlStore
from tests.events.builders import NOON
from tests.pipeline.house import House


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database: a copy of it is made faster than a new one."""
    file = tmp_path_factory.mktemp("pipeline") / "empty.db"
    migrate.upgrade(f"sqlite:///{file}", NOON)
    return file


@pytest.fixture
def house(tmp_path: Path, empty_database: Path) -> Iterator[House]:
    shutil.copy(empty_database, tmp_path / "house.db")
    with SqlStore(f"sqlite:///{tmp_path / 'house.db'}", lambda: NOON) as store:
        yield House(store)
