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
from collections.abc import Iterable, Iterator, Sequence
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
from bot.feeds.recognition import Sorting
from bot.feeds.schedule import PollPolicy
from bot.protocols import KnownEntry

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
    items: tuple[Listed, ...] = ()
    """The entries of ``parsed`` with what they are known by."""

    @classmethod
    def of(cls, parsed: ParsedFeed, validators: Validators, moved_to: str | None = None) -> Poll:
        """Return a poll that brought a document."""
        return cls(parsed, validators, moved_to, tuple(listed(parsed.entries, parsed.link)))


def identities(items: Iterable[Listed]) -> list[EntryIdentity]:
    """Return all identities to look up before deciding, shared keys in both forms."""
    found = []
    for item in items:
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
    sorted_ = Sorting(poll.items, known, poll.parsed.unchanged)
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


def _missed(feed: Feed, sorted_: Sorting, now: dt.datetime) -> Iterator[FeedNotice]:
    """Tell that entries may have come and gone between two polls: they cannot be recovered."""
    if feed.polls == 0 or sorted_.overlap or len(sorted_.items) < WINDOW_FROM:
        return
    text = (
        f"{schedule.name_of(feed)} lists nothing we know from the last poll: "
        "entries in between may have been missed."
    )
    yield FeedNotice(feed.id, feed.owner_chat_id, f"feed:{feed.id}:missed:{now:%Y%m}", text)


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
