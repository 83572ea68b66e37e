"""Which known entry, if any, each entry of a document is. Pure.

Guid first, then canonical link, then title and text. Among several known entries that could be
meant, the one that agrees in most wins, and nobody takes two.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.feeds import EntryIdentity
from bot.feeds.identity import Listed, with_suffix
from bot.protocols import KnownEntry

REBUILD_FROM = 3
"""Entries with known titles and all-new keys from which a site was rebuilt."""


class Sorting:
    """A document's entries sorted into fresh, revised and adopted ones; the rest is known."""

    def __init__(
        self, items: Sequence[Listed], known: Sequence[KnownEntry], unchanged: int
    ) -> None:
        self.items = items
        self.fresh: list[Listed] = []
        self.revised: list[tuple[Listed, KnownEntry]] = []
        self.adopted: list[tuple[Listed, KnownEntry]] = []
        self._index = Known(known)
        met = self._index.match(items)
        for place, item in enumerate(items):
            if place in met:
                self._meet(item, met[place])
            else:
                self.fresh.append(self._index.own_key(item))
        if not met and not unchanged:
            self._adopt_rebuilt()
        self.overlap = bool(met or unchanged or self.adopted)

    def _meet(self, item: Listed, old: KnownEntry) -> None:
        if old.content_digest != item.identity.content_digest:
            self.revised.append((self._index.key_of(item, old), old))
        elif not _is_found_again(item, old):
            self.adopted.append((self._index.key_of(item, old), old))

    def _adopt_rebuilt(self) -> None:
        """Adopt entries by their titles where all keys and links changed at once."""
        titles = Counter(item.identity.title_digest for item in self.fresh)
        pairs = [
            (item, old)
            for item in self.fresh
            if item.entry.title and titles[item.identity.title_digest] == 1
            if (old := self._index.titled(item.identity.title_digest)) is not None
        ]
        if len(pairs) >= REBUILD_FROM and len(pairs) * 2 >= len(self.fresh):
            self.adopted += pairs
            taken = {id(item) for item, _ in pairs}
            self.fresh = [item for item in self.fresh if id(item) not in taken]


class Known:
    """Known entries by key, link and title."""

    def __init__(self, known: Sequence[KnownEntry]) -> None:
        self._keys = {entry.key: entry for entry in known}
        self._links: defaultdict[str, list[KnownEntry]] = defaultdict(list)
        self._titles: defaultdict[str, list[KnownEntry]] = defaultdict(list)
        for entry in known:
            if entry.link:
                self._links[entry.link].append(entry)
            self._titles[entry.title_digest].append(entry)

    def match(self, items: Sequence[Listed]) -> dict[int, KnownEntry]:
        """Return, by place, the known entry that each one is; those that agree most come first."""
        pairs = [
            (_agreement(item, old), place, old)
            for place, item in enumerate(items)
            for old in self._candidates(item)
        ]
        met: dict[int, KnownEntry] = {}
        taken: set[str] = set()
        for _, place, old in sorted(pairs, key=lambda pair: pair[0], reverse=True):
            if place not in met and old.key not in taken:
                met[place] = old
                taken.add(old.key)
        return met

    def _candidates(self, item: Listed) -> Iterator[KnownEntry]:
        identity = item.identity
        if exact := self._keys.get(identity.key):
            told_apart = identity.key != item.base
            if told_apart or not _differs(identity, exact):
                yield exact
        for key in (item.base, with_suffix(identity).key):
            other = self._keys.get(key)
            if other and key != identity.key and not _differs(identity, other):
                yield other
        if item.telling_link and identity.link:
            linked = self._links[identity.link]
            yield from linked if len(linked) == 1 else ()
        if not item.entry.guid and not item.telling_link and item.entry.title:
            titled = self._titles[identity.title_digest]
            yield from titled if len(titled) == 1 else ()

    def own_key(self, item: Listed) -> Listed:
        """Give a fresh entry a key of its own where another one's guid is the same."""
        if item.identity.key not in self._keys:
            return item
        return replace(item, identity=with_suffix(item.identity))

    def key_of(self, item: Listed, old: KnownEntry) -> Listed:
        """Let a rewritten entry keep its old key where another entry holds the new one."""
        holder = self._keys.get(item.identity.key)
        if holder is None or holder is old:
            return item
        return replace(item, identity=replace(item.identity, key=old.key))

    def titled(self, title_digest: str) -> KnownEntry | None:
        """Return the one known entry of this title, or None where there are more."""
        found = self._titles[title_digest]
        return found[0] if len(found) == 1 else None


def _differs(identity: EntryIdentity, old: KnownEntry) -> bool:
    """Tell whether the same guid means two entries: a story keeps its link or its title."""
    other_link = identity.link is not None and old.link is not None and identity.link != old.link
    return other_link and identity.title_digest != old.title_digest


def _is_found_again(item: Listed, old: KnownEntry) -> bool:
    """Tell whether the next poll finds the entry by key or link, whatever else is listed then."""
    by_link = item.telling_link and item.identity.link == old.link
    return by_link or item.identity.key == old.key


def _agreement(item: Listed, old: KnownEntry) -> tuple[bool, bool, bool, bool]:
    identity = item.identity
    return (
        identity.content_digest == old.content_digest,
        identity.link == old.link,
        identity.key == old.key,
        identity.title_digest == old.title_digest,
    )
