"""The fast way to parse a feed again: entries whose bytes we have seen are cut out beforehand.

A re-polled feed is mostly what it was. Each entry's bytes get a mark; next time, what bears a known
mark is left out, and feedparser reads the rest: the same entries as from the whole, only sooner.
Where that is not sure (another encoding than UTF-8, entries within entries, entries that nothing
identifies) the whole document is read. Pure; linear in the document's length
whatever it holds, as it runs outside of the parser's child.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.feeds import charset, heads

MARK_BYTES = 8

_SPECIALS = ((b"<![CDATA[", b"]]>"), (b"<!--", b"-->"))
_ENTRY = (
    rb"<%b(?=[\s>])[^<>]*+(?<!/)>"
    rb"(?:[^<]++|<(?!/?%b[\s/>]|!)|<!\[CDATA\[[^\]]*+(?:\](?!\]>)[^\]]*+)*+\]\]>"
    rb"|<!--[^-]*+(?:-(?!->)[^-]*+)*+-->)*+</%b\s*+>"
)
"""A whole entry; possessive, so that a match takes linear time whether it succeeds or not."""
_ENTRIES = tuple((b"<" + tag, re.compile(_ENTRY % ((tag,) * 3))) for tag in (b"item", b"entry"))
_NAME_ENDS = (b">", b" ", b"\t", b"\r", b"\n", b"/")
_TAG = re.compile(rb"<[A-Za-z][^<>]{0,4000}>")
_VALUES = re.compile(
    # One "<" for all three, so that the search runs from "<" to "<".
    rb"<(?:"
    rb"(?:guid|id|link)\b[^<>]{0,500}>\s*(?:<!\[CDATA\[)?\s*([^<\]\s][^<\]]{0,2000})"
    rb"""|link\b[^<>]{0,500}?\bhref\s*=\s*["']([^"'<>]{1,2000})"""
    rb"""|item\b[^<>]{0,500}?\brdf:about\s*=\s*["']([^"'<>]{1,2000}))"""
)
_UTF_8 = frozenset({"utf-8", "ascii"})


class Chunk(NamedTuple):
    """An entry's place in the document, and the mark of its bytes."""

    start: int
    end: int
    mark: bytes


def chunks(body: bytes, content_type: str | None) -> tuple[Chunk, ...]:
    """Return where the entries are; nothing where that is unsure."""
    # Bytes that are not UTF-8 after all give a warning where they are read, and then no marks.
    if not set(charset.declared(body, content_type)) <= _UTF_8 or b"\x00" in body[:8]:
        return ()
    spans = _spans(body)
    if not spans or heads.reaches_into_entries(head := body[: spans[0][0]]):
        return ()
    # Namespaces and xml:base stand in the first tags; where they change, all entries do.
    salt = b"".join(_TAG.findall(head)[:2])
    return tuple(Chunk(start, end, _mark(salt, body[start:end])) for start, end in spans)


def to_cut(body: bytes, found: Sequence[Chunk], seen: frozenset[bytes]) -> tuple[Chunk, ...]:
    """Return the entries that can be left out; nothing where the whole must be read.

    Seen entries that share a guid or link with one that stays are needed beside it: whether a guid
    or link tells entries apart shows only where both are listed.
    """
    old = [chunk for chunk in found if chunk.mark in seen]
    kept = [_values(body, chunk) for chunk in found if chunk.mark not in seen]
    if not all(kept):
        return ()
    taken = frozenset[bytes]().union(*kept)
    old_bytes = b"".join(body[chunk.start : chunk.end] for chunk in old)
    if not any(value in old_bytes for value in taken):
        return tuple(old)  # the usual case, at a tenth of the cost
    values = {chunk: _values(body, chunk) for chunk in old}
    while shared := [chunk for chunk in values if values[chunk] & taken]:
        taken = taken.union(*(values.pop(chunk) for chunk in shared))
    return tuple(values)


def without(body: bytes, found: Sequence[Chunk], cut: Sequence[Chunk]) -> bytes:
    """Return the document without these of the entries found, in its order, and with as much of its
    head as the rest needs; the document itself where nothing is cut.
    """
    if not cut:
        return body
    last = found[0].start
    pieces = [heads.lean(body[:last])]
    for chunk in cut:
        pieces.append(body[last : chunk.start])
        last = chunk.end
    return b"".join([*pieces, body[last:]])


def marks_of(found: Iterable[Chunk]) -> frozenset[bytes]:
    """Return the marks of all entries."""
    return frozenset(chunk.mark for chunk in found)


def _spans(body: bytes) -> list[tuple[int, int]]:
    """Return where entries begin and end; nothing where they are nested, empty or never end."""
    opening, entry = next((pair for pair in _ENTRIES if pair[0] in body), (b"", None))
    spans: list[tuple[int, int]] = []
    begin = _find(body, opening, 0) if entry else -1
    while entry and begin >= 0:
        whole = entry.match(body, begin)
        if whole is None:
            return []
        spans.append(whole.span())
        begin = _find(body, opening, whole.end())
    return spans


def _find(body: bytes, tag: bytes, position: int) -> int:
    """Return where the tag comes next, outside of comments and CDATA, or -1.

    Neither search ever goes back, so that the time is linear in what is passed.
    """
    found = body.find(tag, position)
    while found >= 0:
        special = body.find(b"<!", position, found)
        if special >= 0:
            position = _behind(body, special)
            if position < 0:
                return -1
        elif body.startswith(_NAME_ENDS, found + len(tag)):
            return found
        else:
            position = found + 1  # <items>, of which RSS 1.0 has one
        if found < position:
            found = body.find(tag, position)
    return -1


def _behind(body: bytes, special: int) -> int:
    """Return the end of a comment, CDATA or declaration; -1 where it has none."""
    for opening, closing in _SPECIALS:
        if body.startswith(opening, special):
            end = body.find(closing, special + len(opening))
            return end + len(closing) if end >= 0 else -1
    return special + 2


def _values(body: bytes, chunk: Chunk) -> frozenset[bytes]:
    """Return guids, ids and links: what an entry could share with another."""
    found = _VALUES.findall(body, chunk.start, chunk.end)
    return frozenset((guid or href or about).strip() for guid, href, about in found)


def _mark(salt: bytes, entry: bytes) -> bytes:
    return hashlib.sha256(salt + entry).digest()[:MARK_BYTES]
