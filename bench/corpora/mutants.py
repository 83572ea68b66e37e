"""Documents as bad lines, bad disks and bad servers would make them; the seed makes them again."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from bench.corpora.sources import Document

_ENCODINGS = ("utf-16", "utf-16-le", "utf-7", "cp1251", "shift_jis", "koi8-r", "utf-32", "cp037")
_LABELS = (
    b"utf-16", b"us-ascii", b"iso-8859-8", b"big5", b"zlib_codec", b"utf-7", b"idna", b"nonsense",
)  # fmt: skip
_DECLARED = re.compile(rb"(<\?xml[^>]*encoding=[\"'])[^\"']*")


def truncated(body: bytes, dice: random.Random) -> bytes:
    """Return what was sent before the connection broke."""
    return body[: dice.randrange(len(body) + 1)]


def flipped(body: bytes, dice: random.Random) -> bytes:
    """Return the body with about one byte in 200 wrong, at least one."""
    broken = bytearray(body)
    for _ in range(max(1, len(body) // 200) if body else 0):
        broken[dice.randrange(len(broken))] = dice.randrange(256)
    return bytes(broken)


def recoded(body: bytes, dice: random.Random) -> bytes:
    """Return the text in another encoding than it declares."""
    return body.decode("utf-8", "replace").encode(dice.choice(_ENCODINGS), "replace")


def mislabelled(body: bytes, dice: random.Random) -> bytes:
    """Return the bytes with another encoding declared, or one declared where there was none."""
    label = dice.choice(_LABELS)
    declared, found = _DECLARED.subn(lambda m: m[1] + label, body, count=1)
    return declared if found else b'<?xml version="1.0" encoding="' + label + b'"?>\n' + body


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    truncated, flipped, recoded, mislabelled,
)  # fmt: skip


def mutants(document: Document, seed: int) -> list[Document]:
    """Return one mutant of each kind."""
    made = []
    for mutate in MUTATIONS:
        dice = random.Random(f"{seed}:{mutate.__name__}:{document.name}")
        body = mutate(document.body, dice)
        made.append(replace(document, name=f"{document.name} ({mutate.__name__})", body=body))
    return made
