"""Feeds from files, for the command line only: an operator typed the path."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.domain.feeds import Validators
from bot.errors import FetchError
from bot.protocols import Fetched, Fetcher

_TYPES = {".json": "application/feed+json"}


class FileFetcher:
    """Reads paths and ``file:`` URLs, and hands web addresses to ``web`` where there is one.

    Never give it an address that came from a chat or a feed.
    """

    def __init__(self, web: Fetcher | None = None, *, max_bytes: int = 10_000_000) -> None:
        self._web = web
        self._max_bytes = max_bytes

    async def fetch(self, url: str, validators: Validators) -> Fetched:
        """Return the file's content, or what the web answered. Raises ``FetchError``."""
        if url.startswith(("http://", "https://")):
            if self._web is None:
                raise FetchError("only files are read here")
            return await self._web.fetch(url, validators)
        path = _path(url)
        body = await asyncio.to_thread(self._read, path)
        digest = hashlib.sha256(body).hexdigest()
        return Fetched(url, body, Validators(digest=digest), _TYPES.get(path.suffix))

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                body = file.read(self._max_bytes + 1)
        except OSError as error:
            raise FetchError(f"the file cannot be read ({error.strerror})") from error
        if len(body) > self._max_bytes:
            raise FetchError(f"the file is too large (more than {self._max_bytes:,} bytes)")
        return body


def _path(url: str) -> Path:
    return Path(unquote(urlsplit(url).path)) if url.startswith("file:") else Path(url)
