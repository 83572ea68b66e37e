"""Where the documents come from: feedparser's own tests, real feeds where they lie, our samples.

Feedparser's tests are in its source distribution only. That is downloaded at test time through
whatever package index this machine uses, checked against the lock's hashes, and kept in the user's
cache: nothing of it is ever part of the repository.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.feeds.real import FEEDS as SHARED_FEEDS

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "khabardar" / "samples"
_LOCKED = re.compile(r"^feedparser==(\S+)(?: \\\n    --hash=\S+)+", re.MULTILINE)
_HEADER = re.compile(rb"^Header:\s+Content-type:\s*(\S[^\r\n]*)", re.MULTILINE | re.IGNORECASE)
_KINDS = {".json": "application/feed+json", ".opml": "text/x-opml"}
_CODINGS = {".gz": "gzip", ".z": "deflate"}


class NoCorpusError(Exception):
    """Feedparser's tests cannot be had; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document as a server would give it."""

    name: str
    body: bytes
    content_type: str = "application/xml"
    coding: str | None = None


def feedparser_documents() -> list[Document]:
    """Return the input files of feedparser's tests. Raises ``NoCorpusError``."""
    folder = _unpacked()
    return [_document(folder, file) for file in _files(folder) if file.suffix != ".py"]


def shared_documents() -> list[Document]:
    """Return the real feeds that lie beside the repository; none where they do not."""
    listed = {file for file in _files(SHARED_FEEDS) if file.name != "index.jsonl"}
    return [_document(SHARED_FEEDS, file) for file in sorted(listed)]


def sample_documents() -> list[Document]:
    """Return the feeds that we wrote ourselves."""
    return [_document(SAMPLES, file) for file in _files(SAMPLES) if file.suffix != ".md"]


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in sorted(folder.rglob("*")) if file.is_file())


def _document(folder: Path, file: Path) -> Document:
    """Return a file with the content type that its own first lines, or its name, ask for."""
    body = file.read_bytes()
    asked = _HEADER.search(body[:2000])
    guess = _KINDS.get(file.suffix, "application/xml")
    kind = asked[1].decode("latin-1").strip() if asked else guess
    return Document(str(file.relative_to(folder)), body, kind, _CODINGS.get(file.suffix))


def _unpacked() -> Path:
    """Return the folder of feedparser's tests, downloaded and unpacked the first time."""
    locked = _LOCKED.search((ROOT / "requirements.lock").read_text("utf-8"))
    if locked is None:
        raise NoCorpusError("requirements.lock names no feedparser")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "khabardar"
    folder = cache / f"feedparser-{locked[1]}" / "tests"
    if not folder.is_dir():
        cache.mkdir(parents=True, exist_ok=True)
        _download(locked[0], cache)
    return folder


def _download(locked: str, cache: Path) -> None:
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        wanted = Path(folder, "wanted.txt")
        wanted.write_text(locked, "utf-8")
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-binary", "feedparser", "--require-hashes",
            "--requirement", str(wanted), "--dest", folder,
        ]  # fmt: skip
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        archives = list(Path(folder).glob("feedparser-*.tar.gz"))
        if done.returncode or not archives:
            last = (done.stderr.strip().splitlines() or ["pip gave no reason"])[-1]
            raise NoCorpusError(
                f"feedparser's source distribution cannot be downloaded ({last}). It needs a "
                f"package index once; or unpack it by hand into {cache}"
            )
        with tarfile.open(archives[0]) as archive:
            archive.extractall(cache, filter="data")
