"""Which entries of a poll are new, which rewrite known ones, and whom they may wake. Pure.

An entry is known by its guid, else by its canonical link, else by its digest, never by its date.
Among several known entries that could be meant, the one that agrees in most wins, so that entries
which share a guid keep their places whatever order they come in.

New entries are *silent* (they go to digests and alert nobody) on a feed's first poll, where they
are older than ``alert_max_age``, and where their age is unknown. A missing date is no unknown age
where the feed was read within ``alert_max_age`` and still lists something known: what was not there
then is younger than that, though no date says so.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.feeds import (
    EntryIdentity,
    Feed,
    FeedNotice,
    NewEntry,
    ParsedEntry,
    ParsedFeed,
    Validators,
)
from bot.errors import FeedError
from bot.feeds import schedule
from bot.feeds.identity import Listed, listed, with_suffix
from bot.feeds.schedule import PollPolicy
from bot.protocols import KnownEntry

REBUILD_FROM = 3
"""Entries with known titles and all-new keys from which a site was rebuilt."""
BUSY_FROM = 5
"""New entries in one poll, at least half of the window, that make a feed busy."""
WINDOW_FROM = 3
"""Entries a document must list for a missing overlap to mean anything."""


@dataclass(frozen=True, slots=True)
class PollDecision:
    """What to store after a poll: the feed's new state, entries, and what to tell its owner."""

    feed: Feed
    entries: tuple[NewEntry, ...] = ()
    notices: tuple[FeedNotice, ...] = ()
    new: int = 0
    revised: int = 0
    adopted: int = 0
    """Known entries under new keys, as after a site's rebuild."""
    repeated: int = 0
    """Entries which the document lists twice."""


@dataclass(frozen=True, slots=True)
class Poll:
    """A poll that worked: ``parsed`` is None where nothing changed (304, or the same bytes)."""

    parsed: ParsedFeed | None
    validators: Validators
    moved_to: str | None = None


def identities(parsed: ParsedFeed) -> list[EntryIdentity]:
    """Return all identities to look up before deciding, shared keys in both forms."""
    found = []
    for item in listed(parsed.entries, parsed.link):
        found.append(item.identity)
        other = item.base if item.base != item.identity.key else with_suffix(item.identity).key
        found.append(replace(item.identity, key=other))
    return found


def decide_failure(
    feed: Feed, error: FeedError, now: dt.datetime, chance: float, policy: PollPolicy
) -> PollDecision:
    """Decide after a failed poll; ``chance`` in [0, 1) spreads the next ones."""
    failed = schedule.after_failure(feed, error, now, chance, policy)
    notice = schedule.failure_notice(failed, now, policy)
    return PollDecision(failed, notices=(notice,) if notice else ())


def decide(
    feed: Feed,
    poll: Poll,
    known: Sequence[KnownEntry],
    now: dt.datetime,
    chance: float,
    policy: PollPolicy,
) -> PollDecision:
    """Decide after a poll that worked; ``known`` holds what is stored of its ``identities``."""
    feed = replace(feed, validators=poll.validators, url=poll.moved_to or feed.url)
    if poll.parsed is None:
        return PollDecision(schedule.after_success(feed, now, chance, policy))
    feed = _described(feed, poll.parsed)
    sorted_ = _Sorting(listed(poll.parsed.entries, poll.parsed.link), known, poll.parsed.unchanged)
    judge = _Judge(feed, now, policy, overlap=sorted_.overlap)
    fresh = [judge.new(item) for item in sorted_.fresh]
    # A tombstone (id 0) has no row to rewrite.
    revised = [judge.revision(item, old) for item, old in sorted_.revised if old.id]
    adopted = [_adoption(item, old, now) for item, old in sorted_.adopted if old.id]
    total = len(sorted_.items) + poll.parsed.unchanged
    busy = feed.polls > 0 and len(fresh) >= max(BUSY_FROM, total / 2)
    return PollDecision(
        feed=schedule.after_success(feed, now, chance, policy, busy=busy),
        entries=(*fresh, *revised, *adopted),
        notices=tuple(_missed(feed, sorted_, now)),
        new=len(fresh),
        revised=len(revised),
        adopted=len(adopted),
        repeated=len(poll.parsed.entries) - len(sorted_.items),
    )


def _described(feed: Feed, parsed: ParsedFeed) -> Feed:
    """Fill in what the operator left open."""
    return replace(
        feed,
        title=feed.title or parsed.title[: schedule.MAX_TEXT],
        language=feed.language or (parsed.language or "")[:35] or None,
    )


def _missed(feed: Feed, sorted_: _Sorting, now: dt.datetime) -> Iterator[FeedNotice]:
    """Tell that entries may have come and gone between two polls: they cannot be recovered."""
    if feed.polls == 0 or sorted_.overlap or len(sorted_.items) < WINDOW_FROM:
        return
    text = (
        f"{schedule.name_of(feed)} lists nothing we know from the last poll: "
        "entries in between may have been missed."
    )
    yield FeedNotice(feed.id, feed.owner_chat_id, f"feed:{feed.id}:missed:{now:%Y%m}", text)


class _Sorting:
    """A document's entries sorted into fresh, revised and adopted ones; the rest is known."""

    def __init__(
        self, items: Sequence[Listed], known: Sequence[KnownEntry], unchanged: int
    ) -> None:
        self.items = items
        self.fresh: list[Listed] = []
        self.revised: list[tuple[Listed, KnownEntry]] = []
        self.adopted: list[tuple[Listed, KnownEntry]] = []
        self._index = _Known(known)
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


class _Known:
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


@dataclass(frozen=True, slots=True)
class _Judge:
    """Decides which entries may wake somebody."""

    feed: Feed
    now: dt.datetime
    policy: PollPolicy
    overlap: bool

    def new(self, item: Listed) -> NewEntry:
        """Return a new entry to store."""
        silent = self._is_silent(item.entry, self.policy.alert_max_age)
        return NewEntry(item.identity, _dated(item.entry, self.now), silent)

    def revision(self, item: Listed, old: KnownEntry) -> NewEntry:
        """Return a rewritten entry to store in the old one's place."""
        silent = self._is_silent(item.entry, self.policy.revision_max_age)
        return NewEntry(item.identity, _dated(item.entry, self.now), silent, revises=old.id)

    def _is_silent(self, entry: ParsedEntry, max_age: dt.timedelta) -> bool:
        if self.feed.polls == 0:
            return True
        age = self._age(entry)
        return age > max_age if age is not None else not self._surely_recent

    def _age(self, entry: ParsedEntry) -> dt.timedelta | None:
        """Return the age by date; a date at midnight sharp is a day, and counts from its end."""
        when = entry.published_at or entry.updated_at
        if when is None:
            return None
        if self._surely_recent and when.time() == dt.time():
            when += dt.timedelta(days=1)
        return max(self.now - when, dt.timedelta())

    @property
    def _surely_recent(self) -> bool:
        last = self.feed.last_polled_at
        return self.overlap and last is not None and self.now - last <= self.policy.alert_max_age


def _adoption(item: Listed, old: KnownEntry, now: dt.datetime) -> NewEntry:
    return NewEntry(item.identity, _dated(item.entry, now), silent=True, revises=old.id)


def _dated(entry: ParsedEntry, now: dt.datetime) -> ParsedEntry:
    """Clamp dates to now: clocks and time zones of feeds are often wrong, the future always is."""
    published = entry.published_at or entry.updated_at
    return replace(
        entry,
        published_at=min(published, now) if published else None,
        updated_at=min(entry.updated_at, now) if entry.updated_at else None,
    )
