from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from bot.config import Settings
from khabardar.cli import app, run


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def khabardar(tmp_path, monkeypatch, capsys, request) -> Callable[..., Ran]:
    """Run the command line in an empty folder, with no settings but those a test gives."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def call(*arguments: object, stdin: str = "") -> Ran:
        given = io.TextIOWrapper(io.BytesIO(stdin.encode()))
        monkeypatch.setattr(sys, "stdin", given)
        capsys.readouterr()
        status = run(app, [str(argument) for argument in arguments])
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    return call
