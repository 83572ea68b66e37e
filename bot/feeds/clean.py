"""Plain text from what feeds call titles and texts: HTML, escaped twice, or in broken encodings."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>")
_SURE_MARKUP = re.compile(
    r"</(?:a|b|div|em|i|li|p|span|strong|table|td|ul)>|<(?:br|p|img)\b[^<>]*>"
)
"""Tags that no plain text is likely to talk about."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
_MOJIBAKE = re.compile(r"â€|Ã[\x80-\xbf©¨¢¡¤¼¶±³­]|Â[\xa0-\xbf]|Ø§|Ù[\x80-\xbf„…†‡]")

_DROPPED = ["script", "style", "template", "iframe", "object", "svg", "noscript", "head"]
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "center", "dd", "div", "dl", "dt"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "tbody", "td", "th"),
        *("thead", "tr", "ul"),
    )
)
"""Elements that begin and end a line."""


def one_line(text: str | None) -> str:
    """Return a title or name as one line of plain text."""
    return " ".join(plain_text(text).split())


def plain_text(text: str | None) -> str:
    """Return HTML or text as plain text, one paragraph a line."""
    if not text:
        return ""
    text = _mended(_unescaped(text))
    if _MARKUP.search(text):
        text = _rendered(text)
        if _SURE_MARKUP.search(text):  # escaped twice, inside of markup
            text = _rendered(text)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def _unescaped(text: str) -> str:
    """Undo escaping that shows as such (``&amp;#39;``), twice at most."""
    for _ in range(2):
        if _MARKUP.search(text) or not _ENTITY.search(text):
            break  # what is inside markup is the HTML parser's
        text = html.unescape(text)
    return text


def _mended(text: str) -> str:
    """Undo UTF-8 that was read as Windows-1252, where that explains every character."""
    if not _MOJIBAKE.search(text):
        return text
    try:
        return _as_bytes(text).decode("utf-8")
    except UnicodeError:
        return text


def _as_bytes(text: str) -> bytes:
    # Windows-1252 leaves five bytes undefined; who reads it leniently keeps them as C1 controls.
    return b"".join(
        c.encode("latin-1") if c in "\x81\x8d\x8f\x90\x9d" else c.encode("cp1252") for c in text
    )


def _rendered(markup: str) -> str:
    tree = LexborHTMLParser(markup)
    if tree.body is None:
        return ""
    tree.strip_tags(_DROPPED)
    text = "".join(_pieces(tree.body))
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _pieces(root: LexborNode) -> Iterator[str]:
    """Walk without recursion: markup may be nested deeper than Python's stack."""
    todo: list[LexborNode | None] = [root]
    while todo:
        node = todo.pop()
        if node is None:
            yield "\n"
        elif node.tag == "-text":
            yield (node.text_content or "").replace("\n", " ")
        else:
            if node.tag in _BLOCKS:
                yield "\n"
                todo.append(None)
            todo.extend(reversed(list(node.iter(include_text=True))))
