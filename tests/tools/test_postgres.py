"""The PostgreSQL server of the tests leaves nothing behind, and says why it cannot be had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from tools import postgres


def test_a_server_goes_with_whoever_asked_for_it():
    with subprocess.Popen(
        [sys.executable, "-m", "tools.postgres"],
        cwd=postgres.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as keeper:
        assert keeper.stdout is not None
        said = keeper.stdout.readline().strip()
        if not said.startswith("postgresql"):
            pytest.skip(f"not checked on PostgreSQL: {said}")
        (folder,) = parse_qs(urlsplit(said).query)["host"]
        assert Path(folder, ".s.PGSQL.5432").exists()
    assert keeper.returncode == 0  # its input ended, as when we are killed
    assert not Path(folder).exists()


def test_where_its_programs_are_missing_one_line_says_so(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(postgres, "_USUAL_PLACES", ())
    postgres.main()
    assert capsys.readouterr().out == "initdb is not installed (PostgreSQL's server)\n"
