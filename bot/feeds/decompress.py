"""Decompression in steps under a cap: 494 bytes of gzip can hold 210 MB."""

from __future__ import annotations

import zlib

from bot.errors import FetchError

STEP = 256 * 1024
_GZIP = zlib.MAX_WBITS | 16
_MAGIC = b"\x1f\x8b"


class Body:
    """Collects an answer's body, decompressed, and never holds more than ``cap`` bytes."""

    def __init__(self, encoding: str | None, cap: int) -> None:
        self._cap = cap
        self._parts: list[bytes] = []
        self._size = 0
        self._begun = False
        self._between = b""  # a byte that may begin another gzip member
        self._unzip = zlib.decompressobj(_GZIP) if _is_gzip(encoding) else None

    def feed(self, chunk: bytes) -> None:
        """Take a chunk as it came.

        Raises:
            FetchError: the body is too large, or not what its header says.

        """
        self._begun = True
        if self._unzip is None:
            self._keep(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as error:
            raise FetchError("the answer's compression is broken") from error

    def finish(self) -> bytes:
        """Return the whole. Raises ``FetchError`` where compressed data ended too early."""
        if self._unzip is not None and self._begun and not self._unzip.eof:
            raise FetchError("the answer was cut short")
        return b"".join(self._parts)

    def _inflate(self, chunk: bytes) -> None:
        assert self._unzip is not None
        while chunk:
            if self._unzip.eof:
                chunk, self._between = self._between + chunk, b""
                if len(chunk) < len(_MAGIC):
                    self._between = chunk
                    return
                if not chunk.startswith(_MAGIC):
                    return  # padding after the end, which gzip itself ignores too
                self._unzip = zlib.decompressobj(_GZIP)
            self._keep(self._unzip.decompress(chunk, STEP))
            chunk = self._unzip.unconsumed_tail or self._unzip.unused_data

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size > self._cap:
            raise FetchError(f"the feed is too large (more than {self._cap:,} bytes)")
        if part:
            self._parts.append(part)


def _is_gzip(encoding: str | None) -> bool:
    name = (encoding or "identity").strip().lower()
    if name not in {"gzip", "x-gzip", "identity", ""}:
        raise FetchError("the answer's compression is not supported (only gzip is)")
    return "gzip" in name
