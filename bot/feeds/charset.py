"""Bytes to text: byte order mark, server's and document's charset, then the usual suspects."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_PATTERNS = (
    # "<" and the byte after it in encodings that are no superset of ASCII, without a mark.
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_REFUSED = frozenset({"utf_7", "unicode_escape", "raw_unicode_escape", "punycode", "idna"})
"""Text codecs that turn harmless bytes into markup, or take quadratic time."""

_SINGLE_BYTE = re.compile(r"^(ascii|iso8859-1|cp1252|iso8859-15)$")
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "ascii": "utf-8", "iso8859-1": "cp1252"}
_LAST = ("utf-8", "cp1252", "iso8859-2", "latin-1")

_DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""")
_HTTP = re.compile(r"""charset\s*=\s*["']?([\w.:-]{1,40})""", re.IGNORECASE)
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def decode(body: bytes, content_type: str | None) -> tuple[str, str | None]:
    """Return the document as text without characters that XML forbids, and a warning if it had to
    be read differently than declared.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return _clean(body[len(mark) :].decode(name, "replace")), None
    wide = next((name for start, name in _PATTERNS if body.startswith(start)), None)
    candidates = tuple(_candidates(body, content_type))
    for guess in (wide, *candidates, *_LAST):
        text = _try(body, guess)
        if text is not None:
            return _clean(text), _warning(guess, wide, candidates)
    return _clean(body.decode("utf-8", "replace")), "unknown encoding"  # latin-1 takes all


def _warning(name: str | None, wide: str | None, candidates: tuple[str, ...]) -> str | None:
    expected = (wide, *candidates, "utf-8")
    return None if name in expected else f"encoding not declared or wrong, read as {name}"


def declared(body: bytes, content_type: str | None) -> Iterator[str]:
    """Yield the known encodings that server and document declare, as Python names them."""
    if (match := _HTTP.search(content_type or "")) and (known := _known(match[1])):
        yield known
    inside = _DECLARATION.match(body[:400])
    if inside and (known := _known(inside[1].decode("ascii"))):
        yield known


def _candidates(body: bytes, content_type: str | None) -> Iterator[str]:
    for name in declared(body, content_type):
        # Western single-byte charsets take any bytes, so that UTF-8 under their name is common:
        # where the bytes are valid UTF-8, they are UTF-8.
        if _SINGLE_BYTE.match(name):
            yield "utf-8"
        yield _SUPERSETS.get(name, name)


def _known(name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return None
    if not codec._is_text_encoding:  # noqa: SLF001 — zlib, base64 … bear no other mark
        return None
    return None if codec.name.replace("-", "_") in _REFUSED else codec.name


def _try(body: bytes, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return body.decode(name)
    except (UnicodeError, LookupError):
        return None


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text) if _ILLEGAL.search(text) else text
