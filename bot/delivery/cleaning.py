"""Other people's words made fit to show: no control characters, nothing to tap by accident."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

_KEPT_INVISIBLE = "\u200c\u200d"
"""Zero-width (non-)joiner: Urdu and Persian spelling and joined emoji need them."""
_MOST_MARKS = 3
_LONGEST_URL = 2000

_TAPPABLE = re.compile(r"(?<![\w/<>])/(?=\w)|(?<!\w)[@#$](?=\w)|(?<=\w):(?=//)")
"""What Telegram makes a command, a mention, a tag or a link of."""
_JOINER = "\u2060"
_SPACES = re.compile(r"\s+")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def cleaned(text: str) -> str:
    """Return a text on one line without control, bidirectional and invisible characters."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    kept: list[str] = []
    marks = 0
    for character in _SPACES.sub(" ", text):
        category = unicodedata.category(character)
        marks = marks + 1 if category == "Mn" else 0
        if marks <= _MOST_MARKS and (category not in _DROPPED or character in _KEPT_INVISIBLE):
            kept.append(character)
    return _SPACES.sub(" ", "".join(kept)).strip(f" {_KEPT_INVISIBLE}")


def untappable(text: str) -> str:
    """Return a text in which Telegram finds no command, mention, tag or address of its own."""
    return _TAPPABLE.sub(lambda found: f"{found[0]}{_JOINER}", text)


def shortened(text: str, longest: int) -> str:
    """Return a text of at most so many characters, cut between words and ended with ``…``."""
    if len(text) <= longest:
        return text
    head = text[: longest - 1]
    between = head.rfind(" ")
    return head[: between if between > longest // 2 else None].rstrip(" ,;:–—-") + "…"


def host(url: str) -> str:
    """Return the host of a web address without ``www.``; empty where there is none."""
    address = web_address(url)
    return (urlsplit(address).hostname or "").removeprefix("www.") if address else ""


def web_address(url: str | None) -> str | None:
    """Return a URL if it is one that may be linked: http or https, a host, no credentials.

    One without a scheme (``//host/path``) gets https.
    """
    if url and url.startswith("//"):
        url = f"https:{url}"
    if not url or len(url) > _LONGEST_URL or cleaned(url) != url or " " in url:
        return None
    try:
        parts = urlsplit(url)
        valid = parts.port is None or parts.port > 0
    except ValueError:
        return None
    host = parts.hostname or ""
    named = "." in host.strip(".") and not re.search(r"[^\w.:\-]", host)
    safe = parts.scheme in ("http", "https") and "@" not in parts.netloc
    return url if valid and named and safe and not re.search(r"[\"'<>\\^`{|}]", url) else None
