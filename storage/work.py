"""``SqlWork``: all repositories, bound to one transaction."""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from sqlalchemy import Connection

from storage.repositories.alerts import SqlAlerts
from storage.repositories.chats import SqlChats
from storage.repositories.digests import SqlDigests
from storage.repositories.entries import SqlEntries
from storage.repositories.events import SqlEvents
from storage.repositories.feeds import SqlFeeds
from storage.repositories.inbox import SqlInbox
from storage.repositories.meta import SqlMeta
from storage.repositories.mutes import SqlMutes
from storage.repositories.outbox import SqlOutbox
from storage.repositories.remarks import SqlRemarks
from storage.repositories.reports import SqlReports
from storage.repositories.subscriptions import SqlSubscriptions
from storage.rewinding import rewind
from storage.words import EventWords


class SqlWork:
    """Implements ``bot.protocols.Work``; ``finish`` is called before the commit."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._words = EventWords(connection)

    def clock_went_back(self, now: dt.datetime, back: dt.timedelta) -> None:
        """Move back the due times that the program set for itself while its clock was ahead."""
        rewind(self._connection, now, back)

    def finish(self) -> None:
        """Bring the full-text index up to date with what this transaction changed."""
        self._words.refresh()

    @cached_property
    def feeds(self) -> SqlFeeds:
        """Return feeds."""
        return SqlFeeds(self._connection)

    @cached_property
    def entries(self) -> SqlEntries:
        """Return entries."""
        return SqlEntries(self._connection, self._words)

    @cached_property
    def reports(self) -> SqlReports:
        """Return reports."""
        return SqlReports(self._connection, self._words)

    @cached_property
    def events(self) -> SqlEvents:
        """Return events."""
        return SqlEvents(self._connection, self._words)

    @cached_property
    def chats(self) -> SqlChats:
        """Return chats."""
        return SqlChats(self._connection, self._words)

    @cached_property
    def subscriptions(self) -> SqlSubscriptions:
        """Return subscriptions."""
        return SqlSubscriptions(self._connection)

    @cached_property
    def digests(self) -> SqlDigests:
        """Return scheduled digests."""
        return SqlDigests(self._connection)

    @cached_property
    def mutes(self) -> SqlMutes:
        """Return mutes."""
        return SqlMutes(self._connection)

    @cached_property
    def remarks(self) -> SqlRemarks:
        """Return what is said to be wrong."""
        return SqlRemarks(self._connection)

    @cached_property
    def alerts(self) -> SqlAlerts:
        """Return alerts."""
        return SqlAlerts(self._connection)

    @cached_property
    def outbox(self) -> SqlOutbox:
        """Return the queue of messages."""
        return SqlOutbox(self._connection, self.chats)

    @cached_property
    def inbox(self) -> SqlInbox:
        """Return the updates from Telegram."""
        return SqlInbox(self._connection)

    @cached_property
    def meta(self) -> SqlMeta:
        """Return this installation's facts."""
        return SqlMeta(self._connection)
