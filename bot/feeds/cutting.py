"""The fast way to parse a feed again: entries whose bytes we have seen are cut out beforehand.

A re-polled feed is mostly what it was. Each entry's bytes get a mark; next time, what bears a known
mark is left out, and feedparser reads the rest: the same entries as from the whole, only sooner.
Where that is not sure (another encoding than UTF-8, entries within entries, an identity that a new
entry shares with an old one) the whole document is read. Pure; linear in the document's length
whatever it holds, as it runs outside of the parser's child.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.feeds import charset

MARK_BYTES = 8

_TOKEN = re.compile(rb"<(?:!\[CDATA\[|!--|(/?)(?:[\w.-]{1,20}:)?(?:item|entry)(?=[\s/>]))")
_TAG = re.compile(rb"<[A-Za-z][^<>]{0,4000}>")
_VALUES = re.compile(
    # One "<" for all three, so that the search runs from "<" to "<".
    rb"<(?:"
    rb"(?:guid|id|link)\b[^<>]{0,500}>\s*(?:<!\[CDATA\[)?\s*([^<\]\s][^<\]]{0,2000})"
    rb"""|link\b[^<>]{0,500}?\bhref\s*=\s*["']([^"'<>]{1,2000})"""
    rb"""|item\b[^<>]{0,500}?\brdf:about\s*=\s*["']([^"'<>]{1,2000}))"""
)
_UTF_8 = frozenset({"utf-8", "ascii"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """An entry's place in the document, and the mark of its bytes."""

    start: int
    end: int
    mark: bytes


def chunks(body: bytes, content_type: str | None) -> tuple[Chunk, ...]:
    """Return where the entries are; nothing where that is unsure."""
    if not _is_plain_utf8(body, content_type):
        return ()
    spans = _spans(body)
    if not spans:
        return ()
    # Namespaces and xml:base stand in the first tags; where they change, all entries do.
    salt = b"".join(_TAG.findall(body[: spans[0][0]])[:2])
    return tuple(Chunk(start, end, _mark(salt, body[start:end])) for start, end in spans)


def without(body: bytes, found: Sequence[Chunk], seen: frozenset[bytes]) -> bytes | None:
    """Return the document without the entries seen before, or None where it must be read whole."""
    old = [chunk for chunk in found if chunk.mark in seen]
    new = [chunk for chunk in found if chunk.mark not in seen]
    if not old or not all(_values(body, [chunk]) for chunk in new):
        return None
    if _values(body, new) & _values(body, old):
        return None
    pieces, last = [], 0
    for chunk in old:
        pieces.append(body[last : chunk.start])
        last = chunk.end
    return b"".join([*pieces, body[last:]])


def marks_of(found: Iterable[Chunk]) -> frozenset[bytes]:
    """Return the marks of all entries."""
    return frozenset(chunk.mark for chunk in found)


def _is_plain_utf8(body: bytes, content_type: str | None) -> bool:
    if not set(charset.declared(body, content_type)) <= _UTF_8:
        return False
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\x00" not in body[:8]


def _spans(body: bytes) -> list[tuple[int, int]]:
    """Return where entries begin and end; nothing where they are nested or never end."""
    spans: list[tuple[int, int]] = []
    begin: int | None = None
    position = 0
    while token := _TOKEN.search(body, position):
        position = _after(body, token)
        if position < 0:
            return []
        if token[1] is None:
            continue  # a comment or CDATA, skipped as a whole
        if (begin is None) == bool(token[1]) or body[position - 2 : position] == b"/>":
            return []
        if begin is None:
            begin = token.start()
        else:
            spans.append((begin, position))
            begin = None
    return spans if begin is None else []


def _after(body: bytes, token: re.Match[bytes]) -> int:
    """Return where the token's construct ends; below 0 where it does not."""
    kind = token[0]
    end = b"]]>" if kind.startswith(b"<![") else b"-->" if kind == b"<!--" else b">"
    found = body.find(end, token.end())
    return found + len(end) if found >= 0 else -1


def _values(body: bytes, some: Iterable[Chunk]) -> frozenset[bytes]:
    """Return guids, ids and links: what an entry could share with another."""
    return frozenset(
        next(value for value in match if value).strip()
        for chunk in some
        for match in _VALUES.findall(body[chunk.start : chunk.end])
    )


def _mark(salt: bytes, entry: bytes) -> bytes:
    return hashlib.blake2b(salt + entry, digest_size=MARK_BYTES).digest()
