"""Text with Telegram's formatting, well-formed by construction.

A ``Text`` is a sequence of pieces, each with its tags; HTML is made of it only at the end, so that
no tag can stay open, no character can go unescaped, and a long text is split outside of tags.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from html.parser import HTMLParser

from bot.delivery.cleaning import cleaned, shortened, untappable, web_address
from bot.delivery.mark import ROOM
from bot.domain.delivery import Button, Message

LIMIT = 4096 - ROOM
"""Characters of a message after parsing, with room for the mark of a possible repeat."""

BRIEF = 380
"""Characters of one of the ten alerts that a bundle holds at most; numbered, ten fit a message."""

_TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "a"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one format; ``tags`` from the outermost in."""

    text: str
    tags: tuple[str, ...] = ()
    url: str | None = None

    @property
    def html(self) -> str:
        """Return the piece as HTML."""
        inner = html.escape(self.text, quote=False)
        for tag in reversed(self.tags):
            inner = f"<{tag}>{inner}</{tag}>"
        return f'<a href="{html.escape(self.url)}">{inner}</a>' if self.url else inner

    @property
    def plain(self) -> str:
        """Return the piece without formatting; a link's address stands behind it."""
        return f"{self.text} ({self.url})" if self.url and self.url != self.text else self.text


@dataclass(frozen=True, slots=True)
class Text:
    """Formatted text. ``len`` counts code points after parsing, as Telegram's limits do."""

    pieces: tuple[Piece, ...] = ()

    def __len__(self) -> int:
        return sum(len(piece.text) for piece in self.pieces)

    def __bool__(self) -> bool:
        return any(piece.text for piece in self.pieces)

    def __add__(self, other: Text | str) -> Text:
        return Text(self.pieces + as_text(other).pieces)

    @property
    def html(self) -> str:
        """Return the text as Telegram's HTML."""
        return "".join(piece.html for piece in self.pieces if piece.text)

    @property
    def bare(self) -> str:
        """Return the text without formatting and addresses."""
        return "".join(piece.text for piece in self.pieces)

    @property
    def plain(self) -> str:
        """Return the text without formatting; links' addresses stand behind them."""
        return "".join(piece.plain for piece in self.pieces)

    def cut(self, at: int) -> tuple[Text, Text]:
        """Return the text before and after a position."""
        head: list[Piece] = []
        tail: list[Piece] = []
        for piece in self.pieces:
            here = max(0, min(at, len(piece.text)))
            head.append(replace(piece, text=piece.text[:here]))
            tail.append(replace(piece, text=piece.text[here:]))
            at -= len(piece.text)
        return Text(tuple(p for p in head if p.text)), Text(tuple(p for p in tail if p.text))


# --- making texts --------------------------------------------------------------------------------


def as_text(value: Text | str) -> Text:
    """Return our own words as they are."""
    return value if isinstance(value, Text) else Text((Piece(value),))


def theirs(text: str, longest: int = 300) -> Text:
    """Return other people's words: cleaned, shortened, and with nothing in them to tap."""
    return Text((Piece(untappable(shortened(cleaned(text), longest))),))


def tagged(tag: str, text: Text | str) -> Text:
    """Return a text inside one more tag."""
    pieces = as_text(text).pieces
    return Text(tuple(replace(piece, tags=(tag, *piece.tags)) for piece in pieces))


def bold(text: Text | str) -> Text:
    """Return a text in bold."""
    return tagged("b", text)


def italic(text: Text | str) -> Text:
    """Return a text in italics."""
    return tagged("i", text)


def code(text: Text | str) -> Text:
    """Return a text that a tap copies."""
    return tagged("code", text)


def link(text: Text, url: str | None) -> Text:
    """Return a text that opens an address; only http and https are linked."""
    address = web_address(url)
    return Text(tuple(replace(piece, url=address) for piece in text.pieces))


def joined(separator: str, texts: Iterable[Text | str]) -> Text:
    """Return the texts that say something, with a separator between them."""
    filled = [text for text in map(as_text, texts) if text]
    pieces: list[Piece] = []
    for number, text in enumerate(filled):
        pieces += [Piece(separator)] if number else []
        pieces += text.pieces
    return Text(tuple(pieces))


# --- making messages -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a card; where space is short, the one of the highest ``rank`` goes first.

    Rank 0 stays.
    """

    text: Text
    rank: int = 0


def fit(lines: Sequence[Line], limit: int = LIMIT) -> Text:
    """Return lines under each other, without the optional ones that find no space."""
    kept = [line for line in lines if line.text]
    while len(whole := joined("\n", [line.text for line in kept])) > limit:
        least = max(range(len(kept)), key=lambda n: (kept[n].rank, n))
        if kept[least].rank == 0:
            return whole.cut(limit - 1)[0] + "…"
        del kept[least]
    return whole


def message(
    text: Text, buttons: tuple[tuple[Button, ...], ...] = (), *, silent: bool = False
) -> Message:
    """Return a text that fits as a message, with its plain twin."""
    plain = text.plain
    plain = plain if len(plain) <= LIMIT else text.bare
    return Message(html=text.html, plain=plain, buttons=buttons, silent=silent)


def split(text: Text, limit: int = LIMIT) -> list[Text]:
    """Return a text in parts that fit: cut between paragraphs, lines, words, or where it must."""
    parts: list[Text] = []
    while len(text) > limit:
        head, text = text.cut(_place_to_cut(text.bare, limit))
        parts.append(_stripped(head))
        text = _stripped(text)
    return [part for part in [*parts, text] if part.bare.strip()]


def _place_to_cut(bare: str, limit: int) -> int:
    for separator in ("\n\n", "\n", " "):
        at = bare.rfind(separator, limit // 3, limit)
        if at > 0:
            return at
    return limit


def _stripped(text: Text) -> Text:
    bare = text.bare
    start = len(bare) - len(bare.lstrip("\n "))
    _, rest = text.cut(start)
    return rest.cut(len(bare.strip("\n ")))[0]


def messages(text: Text, *, silent: bool = False) -> list[Message]:
    """Return a text of any length as messages."""
    return [message(part, silent=silent) for part in split(text)]


def text_message(text: str) -> Message:
    """Return plain words as a message; what does not fit into one is cut with ``…``."""
    return message(fit([Line(as_text(text))]))


def html_message(source: str) -> Message:
    """Return our own HTML as a message; what does not fit into one is cut with ``…``.

    Other people's words in it must have been escaped.
    """
    return message(fit([Line(parse(source))]))


def html_messages(source: str) -> list[Message]:
    """Return our own HTML of any length as messages."""
    return messages(parse(source))


def parse(source: str) -> Text:
    """Return HTML as formatted text; tags that Telegram does not know are left out."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return Text(tuple(reader.pieces))


class _Reader(HTMLParser):
    """Collects pieces; ``open_`` holds the open tags with their addresses."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self._open: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _TAGS:
            self._open.append((tag, dict(attrs).get("href")))

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self._open]
        if tag in names:
            del self._open[len(names) - 1 - names[::-1].index(tag)]

    def handle_data(self, data: str) -> None:
        tags = tuple(dict.fromkeys(name for name, _ in self._open if name != "a"))
        urls = [web_address(url) for name, url in self._open if name == "a"]
        self.pieces.append(Piece(data, tags, urls[-1] if urls else None))
