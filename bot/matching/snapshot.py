"""An index as bytes: made from them, it is ready many times sooner than from all its queries.

JSON, compressed, behind a digest: reading it makes strings, numbers and lists of them, never code,
whoever wrote it.
"""

from __future__ import annotations

import json
import sys
import unicodedata
import zlib
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable

from bot.errors import SnapshotError
from bot.matching.collector import without_collections
from bot.matching.index import Index

_DIGEST_BYTES = 16
_FAST = 1
"""Of zlib's levels; the others take many times as long for a tenth less."""
_ROOMS = ("bot.domain", "bot.matching")
"""Whose code and data say how a query is read and where it is filed."""


def pack(index: Index) -> bytes:
    """Return an index as bytes."""
    text = json.dumps(index.tables(), default=list, separators=(",", ":"), ensure_ascii=False)
    body = zlib.compress(text.encode(), _FAST)
    return _digest(body) + body


def unpack(data: bytes) -> Index:
    """Return the index of these bytes.

    Raises:
        SnapshotError: they are damaged.

    """
    body = data[_DIGEST_BYTES:]
    if data[:_DIGEST_BYTES] != _digest(body):
        raise SnapshotError("its digest is another")
    index = Index()
    try:
        with without_collections():
            index.put_back(json.loads(zlib.decompress(body)))
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        RecursionError,
        zlib.error,
    ) as error:
        raise SnapshotError(f"it is no index: {error!r}") from error
    return index


def _digest(body: bytes) -> bytes:
    return blake2b(body, digest_size=_DIGEST_BYTES).digest()


@cache
def stamp() -> str:
    """Return what marks an index as this program's: any change of how queries are read changes it.

    A digest of the code and data that read and file them, and of what Python brings along.
    """
    digest = blake2b(f"{sys.version_info[:2]} {unicodedata.unidata_version}".encode())
    for room in _ROOMS:
        for file in _all_files(files(room)):
            digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:32]


def _all_files(folder: Traversable) -> Iterator[Traversable]:
    for one in sorted(folder.iterdir(), key=lambda one: one.name):
        if one.is_file():
            yield one
        elif one.name != "__pycache__":
            yield from _all_files(one)
