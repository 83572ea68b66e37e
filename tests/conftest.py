"""A PostgreSQL server where one can be had: it is started for the first test that asks for it."""

from __future__ import annotations

import contextlib
import os

import pytest

from tools import postgres

SERVER = os.environ.get("KHABARDAR_TEST_POSTGRES")
"""URL of a server on which databases may be made, instead of one that is thrown away."""


@pytest.fixture(scope="session")
def postgres_server():
    if SERVER:
        yield SERVER
        return
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(postgres.server())
        except postgres.UnavailableError as why:
            pytest.skip(f"not checked on PostgreSQL: {why}")
        yield url


@pytest.fixture
def postgres_database(postgres_server):
    with postgres.database(postgres_server) as url:
        yield url
