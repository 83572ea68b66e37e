"""The error tree. Every error says what was wrong and, where it can, what to do.

KhabardarError
├── ConfigError          a setting is missing or wrong (names the setting)
├── InputError           a person's input cannot be used (shown to that person as it is)
│   ├── QueryError       a query does not parse (position, suggestion)
│   └── QuotaError       a chat asked for more than its share
├── FeedError            a feed cannot be used (keeps the feed's URL out of its text)
│   ├── FetchError       no usable answer from the server
│   │   └── HostBusyError  too many feeds of one host wait; try later, nobody's fault
│   └── ParseError       the answer is not a feed
├── ExtractionError      an article could not be read
├── SnapshotError        a stored copy of the index is damaged (it is made anew)
└── StorageError         the database cannot be used
"""

from __future__ import annotations

import datetime as dt


class KhabardarError(Exception):
    """Anything that this program knows to be wrong."""


class ConfigError(KhabardarError):
    """A setting is missing or wrong; ``setting`` is its name in the environment."""

    def __init__(self, setting: str, why: str) -> None:
        super().__init__(f"{setting}: {why}")
        self.setting = setting


class InputError(KhabardarError):
    """A person's input cannot be used; the text is meant for that person."""


class QueryError(InputError):
    """A query does not parse. ``position`` counts characters from 0; ``suggestion`` is a query."""

    def __init__(self, why: str, position: int, suggestion: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.position = position
        self.suggestion = suggestion


class QuotaError(InputError):
    """A chat asked for more than its share."""


class FeedError(KhabardarError):
    """A feed cannot be used."""


class FetchError(FeedError):
    """No usable answer. ``retry_after`` is what the server asked for, if anything."""

    def __init__(
        self, why: str, *, status: int | None = None, retry_after: dt.timedelta | None = None
    ) -> None:
        super().__init__(why)
        self.why = why
        self.status = status
        self.retry_after = retry_after


class HostBusyError(FetchError):
    """Too many feeds of one host wait for their turn: to be tried later, and no failed poll."""

    def __init__(self) -> None:
        super().__init__("its host is busy with other feeds")


class ParseError(FeedError):
    """The answer is not a feed that can be read."""


class ExtractionError(KhabardarError):
    """An article could not be read; ``article_id`` is its key."""

    def __init__(self, article_id: str, why: str) -> None:
        super().__init__(f"{article_id}: {why}")
        self.article_id = article_id


class SnapshotError(KhabardarError):
    """A stored copy of the index is damaged; the subscriptions themselves are not."""


class StorageError(KhabardarError):
    """The database cannot be used."""
