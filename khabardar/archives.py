"""Archives of news, article by article: JSON Lines or CSV, plain, ``.gz`` or ``.zst``."""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import IO, Any, cast

from bot.domain.reports import Article
from bot.errors import InputError
from khabardar.articles import article_from, row_from

_KNOWN_BY = 65_536
"""Bytes at its begin by which an archive is known again, also when it has grown since."""
_LONGEST = 16 * 1024 * 1024
_PACKED = (".gz", ".zst")
_ZSTD = ("compression.zstd", "zstandard")  # Python's own from 3.14 on


@dataclass(frozen=True, slots=True)
class Item:
    """A line of an archive (``number`` from 1): an article, or why it is none."""

    number: int
    article: Article | None
    why: str = ""


class Archive:
    """A file of articles; ``size`` in bytes, ``read`` is how many of them were read so far."""

    def __init__(self, path: Path) -> None:
        """Raises ``InputError`` where the file cannot be read, or nothing here unpacks it."""
        self.path = path
        if path.suffix == ".zst":
            _zstd(path)
        try:
            self.size = path.stat().st_size
            with path.open("rb") as file:
                self.key = hashlib.sha256(file.read(_KNOWN_BY)).hexdigest()[:16]
        except OSError as error:
            raise InputError(f"{path} cannot be read: {error.strerror}") from error
        self._file: IO[bytes] | None = None

    @property
    def read(self) -> int:
        """Return how many bytes of the file were read."""
        return self._file.tell() if self._file is not None and not self._file.closed else self.size

    def items(self) -> Iterator[Item]:
        """Yield what the archive holds, in order.

        Raises:
            InputError: it is damaged, or its first line names no column that we know.

        """
        kind = self.path.with_suffix("") if self.path.suffix in _PACKED else self.path
        rows = _from_csv if kind.suffix == ".csv" else _from_lines
        newline = "" if rows is _from_csv else "\n"
        with self.path.open("rb") as self._file:
            try:
                with (
                    _unpacked(self._file, self.path) as plain,
                    io.TextIOWrapper(plain, "utf-8-sig", "replace", newline) as text,
                ):
                    yield from rows(text, self.path.name)
            except (OSError, EOFError, zlib.error, csv.Error) as error:
                raise InputError(f"{self.path} is damaged: {error}") from error


def _unpacked(file: IO[bytes], path: Path) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast("IO[bytes]", gzip.open(file))
    return cast("IO[bytes]", _zstd(path).open(file, "rb")) if path.suffix == ".zst" else file


def _zstd(path: Path) -> Any:
    for name in _ZSTD:
        with contextlib.suppress(ImportError):
            return import_module(name)
    raise InputError(f"{path}: to read .zst, run 'python -m pip install zstandard', or unpack it")


def _from_lines(text: Iterable[str], name: str) -> Iterator[Item]:
    for number, line in enumerate(text, 1):
        if line.strip():
            try:
                yield Item(number, article_from(row_from(line, name, number), f"{name}:{number}"))
            except InputError as error:
                yield Item(number, None, str(error))


def _from_csv(text: Iterable[str], name: str) -> Iterator[Item]:
    csv.field_size_limit(_LONGEST)
    rows = csv.DictReader(text)
    if not {"title", "text"} & set(rows.fieldnames or ()):
        raise InputError(f"{name}: the first line names the columns; 'title' or 'text' is missing")
    for number, row in enumerate(rows, 2):
        try:
            yield Item(number, article_from(row, f"{name}:{number}"))
        except InputError as error:
            yield Item(number, None, str(error))
