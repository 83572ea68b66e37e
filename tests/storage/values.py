"""Values that the tests of storage put in; every sentence here is our own."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

from bot.domain.chats import EVERY_DAY, ChatType, DigestSlot, Scope
from bot.domain.delivery import Message, NewOutboxRow, Priority
from bot.domain.events import Event, LedgerEntry, Signature, Source, SourcedReport, Statement
from bot.domain.feeds import EntryIdentity, NewEntry, NewFeed, ParsedEntry
from bot.domain.reports import Claim, Incident, IncidentType, Kind, Report
from bot.domain.values import Count, Evidence, Place, PlacePrecision, Severity

NOON = dt.datetime(2026, 3, 4, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)
ALICE, BOB = Scope(101), Scope(202)
GROUP = Scope(-300)
TOWN = Place("Zarghun", "Balochistan", "PK", 30.2, 67.3, PlacePrecision.PLACE)


def digest(text) -> Any:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def new_entry(key="k1", *, title="Blast in Zarghun", text="Two hurt.", link=None, **more) -> Any:
    identity = EntryIdentity(key, link, digest(title + text), digest(title))
    return NewEntry(identity, ParsedEntry(key, link, title, text), silent=False, **more)


def feed_with(work, *entries, url="https://example.org/feed", owner=None, now=NOON) -> Any:
    feed = work.feeds.add(NewFeed(url, publisher="Example Post", owner_chat_id=owner), now)
    work.entries.add(feed, entries or (new_entry(),), now)
    return feed


def signature(*keys, kind=Kind.INCIDENT) -> Any:
    return Signature(
        kind=kind,
        families=("blast",),
        country="PK",
        admin1="Balochistan",
        place="zarghun",
        latitude=30.2,
        longitude=67.3,
        day=NOON.date(),
        published_at=NOON,
        tolls=(("injured", 2, 2),),
        actors=(),
        terms=((17, 0.5), (99, 0.25)),
        shingles=(1, 2, 3),
        block_keys=keys or ("PK:2026-10",),
    )


def slot(scope=ALICE, at=dt.time(7), *, due_at=NOON, **more) -> Any:
    fields = {"days": EVERY_DAY, "query": "", "covered_until": due_at - DAY} | more
    return DigestSlot(scope.chat_id, scope.thread_id, at, due_at=due_at, **fields)


def report(title="Blast in Zarghun", **more) -> Any:
    return Report(
        article_id="a1",
        kind=Kind.INCIDENT,
        title=title,
        published_at=NOON,
        severity=Severity.SEVERE,
        incident=Incident((IncidentType.BOMBING,), place=TOWN),
        evidence={"injured": (Evidence("Two were hurt.", 3, 17),)},
        **more,
    )


def sourced(text="A handcart blew up beside the market of Zarghun.", **more) -> Any:
    values: dict[str, Any] = {
        "publisher": "Example Post",
        "url": "https://example.org/1",
        "seen_at": NOON,
    }
    return SourcedReport(report(), text=text, **(values | more))


def event(title="Blast in Zarghun", *, at=NOON, country="PK", killed=3, **more) -> Any:
    place = replace(TOWN, country=country)
    return Event(
        id=0,
        public_id="",
        kind=Kind.INCIDENT,
        title=title,
        severity=Severity.SEVERE,
        first_seen_at=at,
        updated_at=at,
        occurred_at=at,
        incident=Incident((IncidentType.BOMBING,), place=place),
        sources=(Source(1, "Example Post", "https://example.org/1", title, at, at),),
        ledger=(figure(killed, at),),
        statements=(Statement("Nobody Known", Claim.BLAMED, "police", "Example Post", at, 1),),
        told=(("killed", Count(killed, killed)),),
        **more,
    )


def figure(killed, at=NOON) -> Any:
    count = Count(killed, killed, str(killed))
    return LedgerEntry("killed", count, "Example Post", at, f"{killed} died.", 1)


def told_event(work, *, owner=None, text="A handcart blew up.", **more) -> Any:
    """Return a stored event with one report."""
    made = work.reports.save(sourced(text=text, owner_chat_id=owner), signature(), NOON)
    stored = work.events.add(event(owner_chat_id=owner, **more), NOON)
    work.reports.attach(made.id, stored.id)
    return stored


def row(key, scope=ALICE, *, words="news", priority=Priority.NORMAL, **more) -> Any:
    message = Message(f"<b>{words}</b>", words)
    return NewOutboxRow(key, scope.chat_id, scope.thread_id, message, priority, **more)


def alert(key, scope=ALICE, *, priority=Priority.NORMAL, **more) -> Any:
    """Return an event's first message, which says its key, and may be bundled."""
    message = Message(f"<b>{key}</b>", key, brief=f"<b>{key}</b>")
    return NewOutboxRow(key, scope.chat_id, scope.thread_id, message, priority, **more)


def chat(work, scope=ALICE, type_=ChatType.PRIVATE) -> Any:
    return work.chats.ensure(scope.chat_id, type_, NOON)
