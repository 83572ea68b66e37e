"""What an entry is known by. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.domain.feeds import EntryIdentity, ParsedEntry
from bot.feeds import urls

MAX_KEY = 300


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a document with its identity; ``base`` is the key before it was told apart."""

    entry: ParsedEntry
    identity: EntryIdentity
    base: str
    telling_link: bool
    """Whether the link points to this entry alone: no front page, no link of another entry."""


def identify(entry: ParsedEntry) -> EntryIdentity:
    """Return an entry's identity: guid, else canonical link, else digest of title and text."""
    link = urls.canonical(entry.link) if entry.link else None
    content = _digest(f"{_folded(entry.title)}\n{_folded(entry.text)}")
    return EntryIdentity(
        key=_key(entry.guid, link, content),
        link=link,
        content_digest=content,
        title_digest=_digest(_folded(entry.title)),
    )


def listed(entries: Sequence[ParsedEntry], home: str | None) -> list[Listed]:
    """Return a document's entries with identities that tell them apart.

    An entry listed twice (same key, link and title) is returned once. Different entries under one
    guid all get keys of their own, so that none takes the other's place when their order changes.
    """
    pairs = _once([(entry, identify(entry)) for entry in entries])
    links = Counter(identity.link for _, identity in pairs)
    keys: defaultdict[str, list[EntryIdentity]] = defaultdict(list)
    for _, identity in pairs:
        keys[identity.key].append(identity)
    front = urls.canonical(home) if home else None
    return [
        Listed(
            entry,
            _told_apart(identity, keys[identity.key]),
            identity.key,
            links[identity.link] == 1 and _is_telling(identity.link, front),
        )
        for entry, identity in pairs
    ]


def with_suffix(identity: EntryIdentity, *, title: bool = False) -> EntryIdentity:
    """Return the identity under a key that its link (with ``title``, that too) tells apart."""
    words = f"{identity.link} {identity.title_digest}" if title else identity.link
    mark = _digest(words or identity.title_digest)[:16]
    return replace(identity, key=f"{identity.key}#{mark}")


def _once(
    pairs: Iterable[tuple[ParsedEntry, EntryIdentity]],
) -> list[tuple[ParsedEntry, EntryIdentity]]:
    kept: dict[tuple[str, str | None, str], tuple[ParsedEntry, EntryIdentity]] = {}
    for entry, identity in pairs:
        same = (identity.key, identity.link, identity.title_digest)
        # The fuller one, whatever their order: otherwise each poll would rewrite the last.
        kept[same] = max(kept.get(same, (entry, identity)), (entry, identity), key=_fullness)
    return list(kept.values())


def _fullness(pair: tuple[ParsedEntry, EntryIdentity]) -> tuple[int, str]:
    return len(pair[0].text), pair[1].content_digest


def _told_apart(identity: EntryIdentity, group: Sequence[EntryIdentity]) -> EntryIdentity:
    if len(group) == 1:
        return identity
    links = Counter(other.link for other in group)
    return with_suffix(identity, title=links[identity.link] > 1)


def _is_telling(link: str | None, front: str | None) -> bool:
    return link is not None and link != front and not urls.is_home(link)


def _key(guid: str | None, link: str | None, content: str) -> str:
    if guid:
        name = urls.canonical(guid) if urls.is_web(guid) else guid.strip()
        key = f"guid:{name}"
    elif link:
        key = f"link:{link}"
    else:
        key = f"text:{content}"
    return key if len(key) <= MAX_KEY else f"{key[:5]}{_digest(key)}"


def _folded(text: str) -> str:
    """Leave out what changes without meaning: case, width, spacing."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
