"""Telegram's HTML, checked as the server checks it (TDLib, td/telegram/MessageEntity.cpp)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SYNONYMS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "u": "underline",
    "ins": "underline",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "tg-emoji": "custom_emoji",
    "pre": "pre",
    "code": "code",
    "blockquote": "blockquote",
    "a": "text_link",
}
"""Supported tags and the entities they become."""

_ENTITY = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot)(?![A-Za-z]));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_ATTRIBUTE_NAME = re.compile(r"[^\s=>/\"']*")
_NAME_TOKEN = re.compile(r"[0-9A-Za-z.\-]*")
_SPACE = re.compile(r"\s*")
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x20]")
_REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
_INVISIBLE = " \n\u200b\u200c\u200d\u200e\u200f\ufeff\u00a0\u2060"


class HtmlError(ValueError):
    """The server's words for what is wrong."""


@dataclass(frozen=True)
class Entity:
    """A formatted stretch; offsets count code points of the text as parsed."""

    kind: str
    start: int
    end: int
    url: str | None = None


@dataclass(frozen=True)
class Parsed:
    """A message's text after parsing."""

    text: str
    entities: tuple[Entity, ...] = ()

    @property
    def links(self) -> list[str]:
        """Return the addresses it links to."""
        return [entity.url for entity in self.entities if entity.url]


@dataclass
class _Open:
    tag: str
    start: int
    url: str | None


@dataclass
class _Scanner:
    """Walks over the HTML once; ``at`` is the position, ``out`` the text so far."""

    html: str
    at: int = 0
    out: list[str] = field(default_factory=list)
    length: int = 0
    stack: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def fail(self, what: str, at: int) -> HtmlError:
        offset = len(self.html[:at].encode("utf-8", "surrogatepass"))
        return HtmlError(f"can't parse entities: {what.replace('@', f'at byte offset {offset}')}")

    def run(self) -> Parsed:
        while self.at < len(self.html):
            if self.html[self.at] != "<":
                self._text()
            elif self.html.startswith("</", self.at):
                self._end_tag()
            else:
                self._start_tag()
        if self.stack:
            raise HtmlError(
                "can't parse entities: Can't find end tag corresponding to start tag "
                f'"{self.stack[-1].tag}"'
            )
        return Parsed("".join(self.out), tuple(sorted(self.entities, key=lambda e: e.start)))

    def _text(self) -> None:
        end = self.html.find("<", self.at)
        end = len(self.html) if end < 0 else end
        piece = decode(self.html[self.at : end])
        self.out.append(piece)
        self.length += len(piece)
        self.at = end

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.html, self.at)
        assert found
        self.at = found.end()
        return found.group()

    def _start_tag(self) -> None:
        begin = self.at
        found = re.compile(r"<([^\s>]*)").match(self.html, self.at)
        assert found
        self.at = found.end()
        tag = found.group(1).lower()
        if self.at >= len(self.html):
            raise self.fail("Unclosed start tag @", begin)
        if tag not in SYNONYMS:
            raise self.fail(f'Unsupported start tag "{tag}" @', begin)
        attributes = self._attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.fail('Tag "span" must have class "tg-spoiler" @', begin)
        self.stack.append(_Open(tag, self.length, attributes.get("href") if tag == "a" else None))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._match(_SPACE)
            if self.at >= len(self.html):
                raise self.fail("Unclosed start tag @", begin)
            if self.html[self.at] == ">":
                self.at += 1
                return found
            name = self._match(_ATTRIBUTE_NAME).lower()
            if not name:
                raise self.fail(f'Empty attribute name in the tag "{tag}" @', begin)
            found[name] = self._value(begin)

    def _value(self, begin: int) -> str:
        self._match(_SPACE)
        if not self.html.startswith("=", self.at):
            return ""
        self.at += 1
        self._match(_SPACE)
        if self.at >= len(self.html):
            raise self.fail("Unclosed start tag @", begin)
        quote = self.html[self.at]
        if quote not in "'\"":
            return self._name_token()
        end = self.html.find(quote, self.at + 1)
        if end < 0:
            raise self.fail("Unclosed start tag @", begin)
        value = decode(self.html[self.at + 1 : end])
        self.at = end + 1
        return value

    def _name_token(self) -> str:
        begin = self.at
        value = self._match(_NAME_TOKEN)
        if self.at < len(self.html) and not (
            self.html[self.at].isspace() or self.html[self.at] == ">"
        ):
            raise self.fail("Unexpected end of name token @", begin)
        return value

    def _end_tag(self) -> None:
        begin = self.at
        if not self.stack:
            raise self.fail("Unexpected end tag @", begin)
        found = re.compile(r"</([^\s>]*)\s*").match(self.html, self.at)
        assert found
        self.at = found.end()
        if not self.html.startswith(">", self.at):
            raise self.fail("Unclosed end tag @", begin)
        self.at += 1
        name, opened = found.group(1).lower(), self.stack.pop()
        if name and name != opened.tag:
            raise self.fail(
                f'Unmatched end tag @, expected "</{opened.tag}>", found "</{name}>"', begin
            )
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        text = "".join(self.out)[opened.start :]
        url = opened.url
        if opened.tag == "a":
            url = url or text
        if text:
            self.entities.append(Entity(SYNONYMS[opened.tag], opened.start, self.length, url))


def decode(text: str) -> str:
    """Return the text with its character references replaced, as the server does it."""
    return _ENTITY.sub(_decode_one, text)


def _decode_one(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1], 16) if found[1] else int(found[2])
    valid = 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if valid and len(found[0].rstrip(";")) < 10 else found[0]


def clean(parsed: Parsed, limit: int, what: str = "message") -> Parsed:
    """Return the text as the server shows it; it must be visible and fit into ``limit``."""
    text = _REMOVED.sub("", _CONTROL.sub(" ", parsed.text))
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise HtmlError("strings must be encoded in UTF-8")
    if not text.strip(_INVISIBLE):
        raise HtmlError("message text is empty" if not text else "text must be non-empty")
    if len(text.strip()) > limit:
        raise HtmlError(f"{what} is too long")
    return Parsed(text.rstrip(), parsed.entities)


def check(html: str, limit: int = 4096, what: str = "message") -> Parsed:
    """Return what Telegram makes of HTML.

    Raises:
        HtmlError: the server would answer 400 with this text after ``Bad Request:``.

    """
    return clean(_Scanner(html).run(), limit, what)


def check_plain(text: str, limit: int = 4096, what: str = "message") -> Parsed:
    """Return what Telegram makes of a text without a parse mode."""
    return clean(Parsed(text), limit, what)
