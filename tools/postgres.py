"""A PostgreSQL server that is thrown away: for tests, and for the crash test.

A process of its own keeps it: that one stops the server and removes its folder as soon as whoever
asked for it is gone, however that ended. pytest-postgresql and testing.postgresql cannot be used as
root, as which containers run tests; pgserver adds a user to the machine and brings an older server.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[1]
USER = "postgres"
"""Whom the server runs as where we are root, which it refuses; also its own superuser."""
_USUAL_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
_SETTINGS = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 32MB
"""


class UnavailableError(Exception):
    """No server can be had here; the text says why."""


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Yield the URL of a server made for this; it is gone afterwards.

    Raises:
        UnavailableError: its programs are missing, or nobody may run them.

    """
    with subprocess.Popen(
        [sys.executable, "-m", "tools.postgres"],
        cwd=ROOT,
        stdin=subprocess.PIPE,  # its end is what the keeper waits for
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for us: the keeper hears of our end
    ) as keeper:
        assert keeper.stdout is not None
        said = keeper.stdout.readline().strip()
        if not said.startswith("postgresql"):
            raise UnavailableError(said or "the keeper of the server died")
        yield said


@contextlib.contextmanager
def database(server_url: str) -> Iterator[str]:
    """Yield the URL of a new, empty database on a server; it is dropped afterwards."""
    from storage import engines  # the keeper needs none of it

    address = engines.parse(server_url)
    name = f"khabardar_test_{uuid.uuid4().hex[:12]}"
    order(server_url, f"CREATE DATABASE {name}")
    try:
        yield address.set(database=name).render_as_string(hide_password=False)
    finally:
        order(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def order(server_url: str, statement: str) -> None:
    """Let a server do something that belongs to no transaction."""
    from sqlalchemy import create_engine, text

    from storage import engines

    engine = create_engine(engines.parse(server_url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


# --- the keeper ---


@dataclass(frozen=True)
class _Cluster:
    """A server's folder, and the user who owns it where that is not ourselves."""

    folder: Path
    owner: str | None

    @property
    def data(self) -> str:
        return str(self.folder / "data")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://{USER}@/postgres?host={quote(str(self.folder), safe='')}"

    def make(self) -> None:
        if self.owner:
            shutil.chown(self.folder, self.owner)
        initial = ("-U", USER, "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        self._call("initdb", "-D", self.data, *initial)
        with Path(self.data, "postgresql.conf").open("a") as settings:
            settings.write(_SETTINGS.format(folder=self.folder))

    def start(self) -> None:
        self._call("pg_ctl", "start", "-w", "-D", self.data, "-l", str(self.folder / "log"))

    def stop(self) -> None:
        self._call("pg_ctl", "stop", "-w", "-D", self.data, "-m", "immediate")

    def _call(self, program: str, *arguments: str) -> None:
        with tempfile.TemporaryFile("w+") as said:  # a pipe would stay open as long as the server
            done = subprocess.run(
                [_path_of(program), *arguments],
                cwd=self.folder,
                user=self.owner,
                extra_groups=[] if self.owner else None,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                check=False,
            )
            said.seek(0)
            if done.returncode:
                last = said.read().strip().splitlines()[-1:]
                raise UnavailableError(" ".join(last) or f"{program} failed")


def main() -> None:
    """Keep a server until our input ends; print its URL, or why there is none."""
    try:
        with _running() as url:
            print(url, flush=True)
            sys.stdin.read()
    except UnavailableError as why:
        print(why, flush=True)


@contextlib.contextmanager
def _running() -> Iterator[str]:
    _path_of("initdb")
    with tempfile.TemporaryDirectory(prefix="khabardar-pg-") as folder:
        cluster = _Cluster(Path(folder), _owner())
        cluster.make()
        cluster.start()
        try:
            yield cluster.url
        finally:
            cluster.stop()


def _path_of(program: str) -> str:
    """Return where one of the server's programs is: on PATH, or the newest in the usual places."""
    usual = [folder for places in _USUAL_PLACES for folder in Path("/").glob(places[1:])]
    usual.sort(key=lambda folder: [int(part) for part in re.findall(r"\d+", str(folder))])
    places = [os.environ.get("PATH", os.defpath), *map(str, reversed(usual))]
    found = shutil.which(program, path=os.pathsep.join(places))
    if found is None:
        raise UnavailableError(f"{program} is not installed (PostgreSQL's server)")
    return found


def _owner() -> str | None:
    """Return whom to run the server as; None means ourselves."""
    if getattr(os, "geteuid", lambda: 1)() != 0:
        return None
    import pwd  # only where there can be a root

    try:
        pwd.getpwnam(USER)
    except KeyError:
        raise UnavailableError(f"it refuses to run as root, and there is no user {USER}") from None
    return USER


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server goes with us
    main()
